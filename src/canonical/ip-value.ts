import { IP_TEXT_LIMIT, type DetectionFunction } from '../model/indicator.ts'
import { isAscii } from './ascii.ts'
import { guessIndicatorType } from './guess-type.ts'
import { hostOfUrlField } from './host.ts'
import { canonicalIp, ipOfField } from './ip.ts'
import {
  VALUE_CODES,
  accepted,
  codePointName,
  firstCharacter,
  quoted,
  refused,
  type CanonicalValue,
} from './value-problem.ts'

const FRAGMENT = /^[0-9A-Fa-f.:]+$/
const PREFIX_LENGTH = /^(.+)\/(\d{1,3})$/
const WILDCARD = /^((?:\d{1,3}\.){1,3})\*(?:\.\*)*$/
const ADDRESS_RANGE = /^([^ -]+) ?- ?([^ -]+)$/
const FOUR_NUMBERS = /^\d+\.\d+\.\d+\.\d+$/
const LOOSE_NUMBERS = /^(?:0x[0-9a-f]*|\d+)(?:\.(?:0x[0-9a-f]*|\d+)){0,3}\.?$/i

/** The canonical form of an IP indicator: one address for Equals, else a fragment of canonical address text. */
export function ipIndicator(detectionFunction: DetectionFunction, value: string): CanonicalValue {
  if (detectionFunction === 'Equals') {
    const address = canonicalIp(value)
    return address === null ? noAddress(value) : accepted(address)
  }
  if (FRAGMENT.test(value)) {
    if (value.length <= IP_TEXT_LIMIT) return accepted(value.toLowerCase())
    const message = `expected at most ${IP_TEXT_LIMIT} characters of an address, found ${value.length}: ${quoted(value)}`
    return refused(VALUE_CODES.tooLong, message, null)
  }
  return (
    manyAddresses(value) ?? decorated(value) ?? nonAscii(value) ?? nameOrHash(value) ?? oddCharacter(value)
  )
}

function noAddress(value: string): CanonicalValue {
  return (
    manyAddresses(value) ??
    decorated(value) ??
    fourNumbers(value) ??
    looseNumbers(value) ??
    nonAscii(value) ??
    nameOrHash(value) ??
    refused(VALUE_CODES.noAddress, `expected one IPv4 or IPv6 address, found ${quoted(value)}`, null)
  )
}

/** A prefix length, a wildcard or a range: one indicator is one address. */
function manyAddresses(value: string): CanonicalValue | null {
  const refuse = (found: string, fix: string): CanonicalValue =>
    refused(VALUE_CODES.addressRange, `expected one address, found the ${found} ${quoted(value)}`, fix)
  const [, base = '', bits = ''] = PREFIX_LENGTH.exec(value) ?? []
  const address = canonicalIp(base)
  if (address !== null) return refuse('network', networkFix(address, Number(bits)))
  const prefix = WILDCARD.exec(value)?.[1]
  if (prefix !== undefined) return refuse('pattern', startWithFix(prefix))
  const [, first = '', last = ''] = ADDRESS_RANGE.exec(value) ?? []
  const isRange = canonicalIp(first) !== null && (canonicalIp(last) !== null || /^\d{1,3}$/.test(last))
  return isRange ? refuse('range', 'List the addresses one by one.') : null
}

function networkFix(address: string, bits: number): string {
  const isIpv4 = !address.includes(':')
  if (bits === (isIpv4 ? 32 : 128)) return `Write ${quoted(address)}.`
  const isByteBorder = bits === 8 || bits === 16 || bits === 24
  if (!isIpv4 || !isByteBorder) return 'List the addresses one by one.'
  return startWithFix(
    address
      .split('.')
      .slice(0, bits / 8)
      .join('.') + '.',
  )
}

function startWithFix(prefix: string): string {
  return `Use DetectionFunction StartWith with Value ${quoted(prefix)}.`
}

/** Brackets, a port, a zone or a whole URL around an address. */
function decorated(value: string): CanonicalValue | null {
  const address = ipOfField(value)
  if (address !== null) {
    const message = `expected an address without brackets, port or zone, found ${quoted(value)}`
    return refused(VALUE_CODES.addressDecoration, message, `Write ${quoted(address)}.`)
  }
  const host = value.includes('/') || value.includes('@') ? hostOfUrlField(value) : null
  if (host === null || host.kind === 'none' || host.kind === 'not-a-name') return null
  const message = `expected an address, found the URL ${quoted(value)}`
  if (host.kind === 'ip') return refused(VALUE_CODES.url, message, `Write ${quoted(host.value)}.`)
  if (guessIndicatorType(host.value) !== 'DomainName') return null
  return refused(VALUE_CODES.url, message, `Write ${quoted(host.value)} with Type DomainName.`)
}

function fourNumbers(value: string): CanonicalValue | null {
  if (!FOUR_NUMBERS.test(value)) return null
  const parts = value.split('.')
  const decimal = canonicalIp(parts.map((part) => part.replace(/^0+(?=\d)/, '')).join('.'))
  if (decimal !== null) {
    const message = `expected decimal parts without leading zeros, which some programs read as octal, found ${quoted(value)}`
    return refused(VALUE_CODES.leadingZero, message, `Write ${quoted(decimal)} if the parts are decimal.`)
  }
  const tooLarge = parts.find((part) => Number(part) > 255) ?? ''
  const message = `expected four parts from 0 to 255, found ${quoted(tooLarge)} in ${quoted(value)}`
  return refused(VALUE_CODES.noAddress, message, null)
}

/** What the C library and browsers also read as IPv4: hex parts, one number, fewer than four parts. */
function looseNumbers(value: string): CanonicalValue | null {
  if (!LOOSE_NUMBERS.test(value)) return null
  const loose = canonicalIp(URL.parse(`http://${value}/`)?.hostname ?? '')
  const message = `expected four decimal parts, found ${quoted(value)}`
  if (loose === null) return refused(VALUE_CODES.noAddress, message, null)
  const fix = /^[\d.]+$/.test(value)
    ? `Write all four decimal parts (some programs read it as ${loose}), or use DetectionFunction StartWith for a prefix.`
    : `Write "${loose}" if that address is meant.`
  return refused(VALUE_CODES.noAddress, message, fix)
}

function nonAscii(value: string): CanonicalValue | null {
  if (isAscii(value)) return null
  const odd = Array.from(value).find((character) => !isAscii(character)) ?? ''
  const message = `expected an address in ASCII characters, found ${codePointName(odd)} in ${quoted(value)}`
  const address = canonicalIp(value.normalize('NFKC'))
  const fix = address === null ? 'Write the address in ASCII digits.' : `Write ${quoted(address)}.`
  return refused(VALUE_CODES.character, message, fix)
}

function nameOrHash(value: string): CanonicalValue | null {
  const type = guessIndicatorType(value)
  if (type === null) return null
  const message = `expected an IP address, found ${quoted(value)}`
  return refused(VALUE_CODES.nameAsAddress, message, `Set Type to ${type}.`)
}

function oddCharacter(value: string): CanonicalValue {
  const position = value.search(/[^0-9A-Fa-f.:]/)
  const odd = firstCharacter(value.slice(position))
  const message = `expected hex digits, dots and colons, found ${odd} as character ${position + 1} of ${quoted(value)}`
  return refused(VALUE_CODES.character, message, null)
}
