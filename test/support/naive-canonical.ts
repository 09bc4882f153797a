import { domainToUnicode } from 'node:url'
import type { DetectionFunction, HashType, IndicatorType } from '../../src/model/indicator.ts'
import {
  DOMAIN_LABEL_LIMIT,
  DOMAIN_TEXT_LIMIT,
  HASH_DIGITS,
  IP_TEXT_LIMIT,
} from '../../src/model/indicator.ts'

/** What a domain or URL field gives (semantics 5): an address, a name, nothing, or a text that is no name. */
export type NaiveHost =
  | { readonly is: 'ip'; readonly value: string }
  | { readonly is: 'domain'; readonly value: string }
  | { readonly is: 'nothing' }
  | { readonly is: 'not-a-name' }

/** Canonical value of an indicator, or null where a rule with it is refused (semantics 5). */
export function naiveIndicatorValue(
  type: IndicatorType,
  detectionFunction: DetectionFunction,
  raw: string,
): string | null {
  const value = raw.replace(/^[ \t]+/, '').replace(/[ \t]+$/, '')
  if (value === '') return null
  const isEquals = detectionFunction === 'Equals'
  switch (type) {
    case 'Sha1':
    case 'Sha256':
    case 'Md5': {
      const hex = asciiLowerCase(value)
      if (!/^[0-9a-f]+$/.test(hex)) return null
      if (isEquals ? hex.length !== HASH_DIGITS[type] : hex.length > HASH_DIGITS[type]) return null
      return hex
    }
    case 'IpAddress': {
      if (isEquals) return naiveIp(value)
      const fragment = asciiLowerCase(value)
      return /^[0-9a-f:.]+$/.test(fragment) && fragment.length <= IP_TEXT_LIMIT ? fragment : null
    }
    case 'DomainName':
      return isEquals ? wholeDomain(value) : domainFragment(value, detectionFunction === 'EndWith')
    default:
      throw new Error('unreachable')
  }
}

/** Canonical text of a hash field, or null where its text is no hash of the kind. */
export function naiveHash(type: HashType, text: string): string | null {
  const hex = asciiLowerCase(text)
  return hex.length === HASH_DIGITS[type] && /^[0-9a-f]+$/.test(hex) ? hex : null
}

/** Canonical text of an address written without anything around it, or null. */
export function naiveIp(text: string): string | null {
  const four = ipv4Parts(text)
  if (four !== null) return four.join('.')
  const groups = ipv6Groups(text)
  if (groups === null) return null
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (isMapped) {
    const [high = 0, low = 0] = groups.slice(6)
    return [Math.floor(high / 256), high % 256, Math.floor(low / 256), low % 256].join('.')
  }
  return printIpv6(groups)
}

/** Canonical address of an IP field: brackets, zone and port cut first. */
export function naiveIpOfField(text: string): string | null {
  let address = text
  const bracketed = /^\[([^[\]]*)\](?::[0-9]+)?$/.exec(address)
  if (bracketed !== null) address = bracketed[1] ?? ''
  const zone = address.indexOf('%')
  if (zone >= 0) address = address.slice(0, zone)
  const withPort = /^([0-9]+\.[0-9]+\.[0-9]+\.[0-9]+):[0-9]+$/.exec(address)
  if (withPort !== null) address = withPort[1] ?? ''
  return naiveIp(address)
}

/** Host of a field of kind `domain`: trailing dots, address test, name test. */
export function naiveHostOfDomainField(text: string): NaiveHost {
  const name = cutTrailingDots(text)
  if (name === '') return { is: 'nothing' }
  const address = naiveIp(name)
  if (address !== null) return { is: 'ip', value: address }
  // Control characters are those of ASCII: the law leans towards firing, and these are what `blanks` belongs to.
  if (/[ \u0000-\u001f\u007f/\\?#@:]/.test(name)) return { is: 'not-a-name' }
  return { is: 'domain', value: nameOf(name) }
}

/** Host of a field of kind `url`. */
export function naiveHostOfUrlField(text: string): NaiveHost {
  let host = authorityOf(text)
  if (host === null) return { is: 'nothing' }
  host = host.slice(host.lastIndexOf('@') + 1)
  const colonCount = host.split(':').length - 1
  if (colonCount === 1 || /\]:[0-9]+$/.test(host)) host = host.replace(/:[0-9]+$/, '')
  if (host.startsWith('[') && host.endsWith(']')) host = host.slice(1, -1)
  return naiveHostOfDomainField(percentDecode(host))
}

/** Lower-cases A to Z and nothing else. */
function asciiLowerCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

function wholeDomain(value: string): string | null {
  const name = value.endsWith('.') ? value.slice(0, -1) : value
  if (/^[\u0000-\u007f]*$/.test(name)) return checkLabels(asciiLowerCase(name))
  // What IDNA may change is case and encoding: the way back must give the same text in lower case.
  const ascii = hostnameByUrl(name)
  if (ascii === null || domainToUnicode(ascii) !== name.toLowerCase()) return null
  return checkLabels(ascii)
}

function checkLabels(name: string): string | null {
  if (name.length > DOMAIN_TEXT_LIMIT) return null
  const labels = name.split('.')
  for (const label of labels) {
    if (label.length < 1 || label.length > DOMAIN_LABEL_LIMIT) return null
    if (!/^[a-z0-9_-]+$/.test(label)) return null
    if (label.startsWith('-') || label.endsWith('-')) return null
  }
  return /^[0-9]+$/.test(labels.at(-1) ?? '') ? null : name
}

function domainFragment(value: string, isSuffix: boolean): string | null {
  // Looked for before the cut: otherwise `a..` would become `a.` and, the second time, `a`.
  if (value.includes('..')) return null
  const fragment = asciiLowerCase(isSuffix && value.endsWith('.') ? value.slice(0, -1) : value)
  if (fragment === '' || fragment.length > DOMAIN_TEXT_LIMIT) return null
  return /^[a-z0-9_.-]+$/.test(fragment) ? fragment : null
}

/** What stands where a URL has its authority, or null where the text has no host by its kind. */
function authorityOf(text: string): string | null {
  const start = /^(?:[A-Za-z][A-Za-z0-9+.-]*:)?\/\//.exec(text)
  if (start !== null) return upTo(text.slice(start[0].length), '/\\?#')
  if (/^(?:about|data|mailto|javascript|blob|tel|urn|file):/i.test(text)) return null
  if (/^[A-Za-z]:\\/.test(text) || text.startsWith('\\\\')) return null
  return upTo(text, '/?#')
}

function upTo(text: string, ends: string): string {
  let host = ''
  for (const character of text) {
    if (ends.includes(character)) return host
    host += character
  }
  return host
}

function nameOf(name: string): string {
  if (/^[\u0000-\u007f]*$/.test(name) || name.includes('%')) return asciiLowerCase(name)
  const hostname = hostnameByUrl(name)
  const ascii = hostname === null ? '' : cutTrailingDots(hostname)
  return ascii === '' || naiveIp(ascii) !== null || ascii.startsWith('[') ? asciiLowerCase(name) : ascii
}

function hostnameByUrl(name: string): string | null {
  if (/[ \u0000-\u001f\u007f/\\?#@:%]/.test(name)) return null
  try {
    return new URL(`http://${name}`).hostname
  } catch {
    return null
  }
}

function cutTrailingDots(text: string): string {
  let cut = text
  while (cut.endsWith('.')) cut = cut.slice(0, -1)
  return cut
}

/** Decodes `%XX` once; escapes that are malformed or give no UTF-8 stay as they are. */
function percentDecode(text: string): string {
  let decoded = ''
  let at = 0
  while (at < text.length) {
    const character = [1, 2, 3, 4]
      .map((n) => charOfEscapes(text.slice(at, at + 3 * n), n))
      .find((c) => c !== null)
    decoded += character?.text ?? text.charAt(at)
    at += character?.length ?? 1
  }
  return decoded
}

/** The one character that `count` escapes spell, or null. */
function charOfEscapes(
  escapes: string,
  count: number,
): { readonly text: string; readonly length: number } | null {
  if (escapes.length !== 3 * count || !/^(?:%[0-9A-Fa-f]{2})+$/.test(escapes)) return null
  const bytes = Buffer.from(escapes.replaceAll('%', ''), 'hex')
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return { text, length: escapes.length }
  } catch {
    return null
  }
}

function ipv4Parts(text: string): readonly number[] | null {
  const parts = text.split('.')
  if (parts.length !== 4) return null
  if (!parts.every((part) => /^(?:0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255)) return null
  return parts.map(Number)
}

/** The eight groups of an RFC 4291 text, or null. */
function ipv6Groups(text: string): readonly number[] | null {
  const halves = text.split('::')
  if (halves.length > 2) return null
  const lists = halves.map((half, i) => groupList(half, i === halves.length - 1))
  const [front, back] = lists
  if (front === undefined || front === null) return null
  if (halves.length === 1) return front.length === 8 ? front : null
  if (back === undefined || back === null) return null
  const missing = 8 - front.length - back.length
  if (missing < 1) return null
  return [...front, ...Array.from({ length: missing }, () => 0), ...back]
}

function groupList(half: string, mayEndInIpv4: boolean): readonly number[] | null {
  if (half === '') return []
  const pieces = half.split(':')
  const groups: number[] = []
  for (const [i, piece] of pieces.entries()) {
    const four = i === pieces.length - 1 && mayEndInIpv4 ? ipv4Parts(piece) : null
    if (four !== null) {
      const [a = 0, b = 0, c = 0, d = 0] = four
      groups.push(a * 256 + b, c * 256 + d)
    } else if (/^[0-9A-Fa-f]{1,4}$/.test(piece)) groups.push(Number.parseInt(piece, 16))
    else return null
  }
  return groups
}

/** RFC 5952: the longest run of two or more zero groups, of equals the first, becomes `::`. */
function printIpv6(groups: readonly number[]): string {
  let bestStart = -1
  let bestLength = 1
  for (let start = 0; start < groups.length; start += 1) {
    let length = 0
    while (start + length < groups.length && groups[start + length] === 0) length += 1
    if (length > bestLength) {
      bestStart = start
      bestLength = length
    }
  }
  const hex = groups.map((group) => group.toString(16))
  if (bestStart < 0) return hex.join(':')
  return `${hex.slice(0, bestStart).join(':')}::${hex.slice(bestStart + bestLength).join(':')}`
}
