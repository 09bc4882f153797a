import { canonicalIp } from './ip.ts'
import { canonicalName } from './domain.ts'

/** What a field of kind `domain` or `url` says: a name, an address, nothing, or a text that is counted as no name. */
export type HostObservation =
  | { readonly kind: 'domain' | 'ip'; readonly value: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'not-a-name' }

const NONE: HostObservation = { kind: 'none' }
const NOT_A_NAME: HostObservation = { kind: 'not-a-name' }

const AUTHORITY_START = /^(?:[A-Za-z][A-Za-z0-9+.-]*:)?\/\//
const HOSTLESS_SCHEME = /^(?:about|data|mailto|javascript|blob|tel|urn|file):/i
const WINDOWS_PATH = /^(?:[A-Za-z]:\\|\\\\)/
const PORT_AFTER_BRACKET = /\]:\d+$/
const PORT_AFTER_NAME = /^[^:]*:\d+$/

/** The host in a field of kind `domain`: trailing dots are cut, then an address is an IP observable (semantics 5). */
export function hostOfDomainField(text: string): HostObservation {
  const name = cutTrailingDots(text)
  if (name === '') return NONE
  const address = canonicalIp(name)
  if (address !== null) return { kind: 'ip', value: address }
  const canonical = canonicalName(name)
  return canonical === null ? NOT_A_NAME : { kind: 'domain', value: canonical }
}

/**
 * The host in a field of kind `url`, which holds a URL, a bare host or something else (semantics 5).
 * Not `new URL`: it rewrites numeric hosts, refuses what browsers and malware use, and knows no bare hosts.
 */
export function hostOfUrlField(text: string): HostObservation {
  const authority = authorityOf(text)
  if (authority === null) return NONE
  const host = cutBrackets(cutPort(authority.slice(authority.lastIndexOf('@') + 1)))
  return hostOfDomainField(percentDecoded(host))
}

/** User information, host and port of a URL or of a bare host; null when the text is of a kind without any. */
function authorityOf(text: string): string | null {
  const start = AUTHORITY_START.exec(text)
  if (start !== null) return cutAtFirst(text.slice(start[0].length), /[/\\?#]/)
  if (HOSTLESS_SCHEME.test(text) || WINDOWS_PATH.test(text)) return null
  return cutAtFirst(text, /[/?#]/)
}

function cutAtFirst(text: string, separator: RegExp): string {
  const offset = text.search(separator)
  return offset === -1 ? text : text.slice(0, offset)
}

function cutPort(host: string): string {
  const hasPort = PORT_AFTER_BRACKET.test(host) || PORT_AFTER_NAME.test(host)
  return hasPort ? host.slice(0, host.lastIndexOf(':')) : host
}

function cutBrackets(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
}

function cutTrailingDots(text: string): string {
  let end = text.length
  while (end > 0 && text.charCodeAt(end - 1) === 0x2e) end -= 1
  return text.slice(0, end)
}

/** The escapes of one well-formed UTF-8 character (RFC 3629), so that decoding a match cannot fail. */
const ESCAPED_CHARACTER = new RegExp(
  [
    '%[0-7]h',
    '%(?:c[2-9a-f]|dh)t',
    '%e0%[ab]ht',
    '%e[1-9a-cef]tt',
    '%ed%[89]ht',
    '%f0%[9ab]htt',
    '%f[1-3]ttt',
    '%f4%8htt',
  ]
    .join('|')
    .replaceAll('t', '%[89ab]h')
    .replaceAll('h', '[0-9a-f]'),
  'gi',
)

/** Decodes once; escapes that are cut short or do not spell UTF-8 stay as they stand. */
function percentDecoded(text: string): string {
  return text.includes('%') ? text.replace(ESCAPED_CHARACTER, (escapes) => decodeURIComponent(escapes)) : text
}
