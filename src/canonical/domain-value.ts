import { DOMAIN_TEXT_LIMIT, type DetectionFunction } from '../model/indicator.ts'
import { isAscii } from './ascii.ts'
import { hostOfUrlField } from './host.ts'
import { asciiFormOfName, hasMixedScripts, unicodeFormOfName } from './idna.ts'
import { canonicalIp, ipOfField } from './ip.ts'
import { nameShapeProblem } from './name-shape.ts'
import {
  VALUE_CODES,
  accepted,
  codePointName,
  firstCharacter,
  quoted,
  refused,
  type CanonicalValue,
  type ValueProblem,
} from './value-problem.ts'

const ODD_ASCII = /[\0-,/:-@[-^`{-\x7f]/
const WILDCARD = /^\*\.?(?=[A-Za-z0-9_])/

/**
 * The canonical form of a domain indicator: a host name for Equals, else a fragment of one (semantics 5).
 * One trailing dot is cut where the operator looks at the end of a name.
 */
export function domainIndicator(detectionFunction: DetectionFunction, value: string): CanonicalValue {
  if (ODD_ASCII.test(value)) return noName(detectionFunction, value)
  const looksAtEnd = detectionFunction === 'Equals' || detectionFunction === 'EndWith'
  const isDotCut = looksAtEnd && value.endsWith('.') && !value.endsWith('..')
  const name = isDotCut ? value.slice(0, -1) : value
  if (isAscii(value)) {
    const lower = name.toLowerCase()
    return detectionFunction === 'Equals' ? wholeName(lower) : fragment(lower, value)
  }
  return detectionFunction === 'Equals'
    ? internationalName(name)
    : internationalFragment(detectionFunction, name)
}

function wholeName(name: string): CanonicalValue {
  const problem = nameShapeProblem(name)
  if (problem === null) return accepted(name, mixedScriptWarnings(name, unicodeFormOfName(name)))
  if (canonicalIp(name) !== null) return address(name, name)
  return refused(VALUE_CODES.nameShape, `${problem} (a DomainName for Equals)`, shapeFix(name))
}

function shapeFix(name: string): string | null {
  if (name.length > DOMAIN_TEXT_LIMIT) return null
  const core = name.replace(/^\.+/, '').replace(/\.+$/, '')
  if (nameShapeProblem(core) !== null) return null
  return name.startsWith('.')
    ? `Use DetectionFunction EndWith for the names below ${quoted(core)}, or write ${quoted(core)} for that name alone.`
    : `Write ${quoted(core)}.`
}

function fragment(lower: string, value: string): CanonicalValue {
  if (lower === '') {
    return refused(
      VALUE_CODES.empty,
      `expected part of a name, found only the dot of the root: ${quoted(value)}`,
      null,
    )
  }
  if (lower.includes('..')) {
    const message = `expected part of a name, which has no empty label, found two dots in a row: ${quoted(value)}`
    return refused(VALUE_CODES.nameShape, message, null)
  }
  if (lower.length > DOMAIN_TEXT_LIMIT) {
    const message = `expected at most ${DOMAIN_TEXT_LIMIT} characters, found ${lower.length}: ${quoted(value)}`
    return refused(VALUE_CODES.tooLong, message, null)
  }
  return accepted(lower)
}

/** A non-ASCII name is taken where IDNA changes nothing but case and encoding, so that what is written is what is matched. */
function internationalName(name: string): CanonicalValue {
  const ascii = asciiFormOfName(name)
  const isUsable = ascii !== null && nameShapeProblem(ascii) === null
  if (!isUsable) {
    const message = `expected a name that IDNA can write in ASCII, found ${quoted(name)} with ${nonAsciiPoints(name)}`
    const asAddress = canonicalIp(name.normalize('NFKC'))
    return refused(
      VALUE_CODES.idnaRefuses,
      message,
      asAddress === null ? null : `Write "${asAddress}" with Type IpAddress.`,
    )
  }
  const unicode = unicodeFormOfName(ascii)
  if (unicode !== name.toLowerCase()) {
    const message = `expected a name that IDNA leaves as it is, found ${quoted(name)} with ${nonAsciiPoints(name)}, which becomes ${quoted(unicode)}`
    return refused(VALUE_CODES.idnaChanges, message, `Write "${ascii}" if that name is meant.`)
  }
  const converted: ValueProblem = {
    code: VALUE_CODES.idnaConverted,
    message: `expected an ASCII name, found ${quoted(name)}; read as "${ascii}"`,
    fix: `Write "${ascii}".`,
  }
  return accepted(ascii, [converted, ...mixedScriptWarnings(ascii, unicode)])
}

function internationalFragment(detectionFunction: DetectionFunction, value: string): CanonicalValue {
  const message = `expected ASCII characters in a fragment (IDNA converts whole labels only), found ${quoted(value)} with ${nonAsciiPoints(value)}`
  // Behind a leading dot EndWith holds whole labels, so their ASCII form exists.
  const ascii =
    detectionFunction === 'EndWith' && value.startsWith('.') ? asciiFormOfName(value.slice(1)) : null
  const fix =
    ascii !== null && nameShapeProblem(ascii) === null
      ? `Write ".${ascii}".`
      : 'Write the whole name with DetectionFunction Equals, or its labels in their xn-- form.'
  return refused(VALUE_CODES.nonAsciiFragment, message, fix)
}

function mixedScriptWarnings(ascii: string, unicode: string): readonly ValueProblem[] {
  if (!hasMixedScripts(unicode)) return []
  const message = `expected labels of one script, found ${quoted(unicode)} ("${ascii}"), which mixes letters that look alike: ${nonAsciiPoints(unicode)}`
  return [{ code: VALUE_CODES.mixedScripts, message, fix: null }]
}

/** A value with characters that no name has: most often a URL, an address or a pattern. */
function noName(detectionFunction: DetectionFunction, value: string): CanonicalValue {
  if (WILDCARD.test(value)) {
    const suffix = value.replace(WILDCARD, '.')
    const message = `expected a name, found the pattern ${quoted(value)}`
    return refused(
      VALUE_CODES.wildcard,
      message,
      `Use DetectionFunction EndWith with Value ${quoted(suffix)}.`,
    )
  }
  const asAddress = ipOfField(value)
  if (asAddress !== null) return address(value, asAddress)
  const host = hostOfUrlField(value)
  if (host.kind === 'ip') return address(value, host.value)
  if (host.kind === 'domain' && !ODD_ASCII.test(host.value)) {
    const bare = domainIndicator(detectionFunction, host.value)
    const message = `expected a bare name, found the URL or host with port ${quoted(value)}`
    if (bare.ok) return refused(VALUE_CODES.url, message, `Write "${bare.value}".`)
  }
  const position = value.search(ODD_ASCII)
  const odd = firstCharacter(value.slice(position))
  const message = `expected letters, digits, dots, hyphens and underscores, found ${odd} as character ${position + 1} of ${quoted(value)}`
  return refused(VALUE_CODES.character, message, null)
}

function address(value: string, canonical: string): CanonicalValue {
  const message = `expected a DomainName, found the address ${quoted(value)}`
  const fix =
    value === canonical ? 'Set Type to IpAddress.' : `Set Type to IpAddress and Value to "${canonical}".`
  return refused(VALUE_CODES.addressAsName, message, fix)
}

function nonAsciiPoints(text: string): string {
  const points = new Set(Array.from(text).filter((character) => !isAscii(character)))
  return Array.from(points).slice(0, 8).map(codePointName).join(' ')
}
