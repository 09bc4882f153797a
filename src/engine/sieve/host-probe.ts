import type { AddressText } from './address-text.ts'
import { LOWER, isDigit } from './byte-tables.ts'
import { BACKSLASH, COLON, DOT, LEFT_BRACKET, QUOTE, RIGHT_BRACKET, SLASH } from '../../canonical/ascii.ts'
import { isStringEnd } from './json-bytes.ts'
import { DOMAIN_NAME, IP_ADDRESS, type SieveTarget } from './sieve-target.ts'

/** Most bytes of a host, user information included, that are read; a longer one is doubt. */
const HOST_LIMIT = 4096

/** What `skipScheme` returns when an escape hides where the host begins. */
const DOUBTFUL_SCHEME = -1

const AT = 0x40

// What a byte means in a host. Flags of all bytes are joined, so that a plain host costs one test at its end.
/** No name holds it: blank, colon, at sign, and in `domain` fields what would end a host in a URL. */
const NO_NAME = 1
/** It asks for work that is left to the exact path: a percent sign, a control character, a byte that is not ASCII. */
const DOUBT = 2
const IS_COLON = 4
const IS_AT = 8
const IS_BRACKET = 16
/** Ends the host in a `url` field. */
const STOP = 32

const URL_CLASS: Uint8Array = classes([
  [NO_NAME, ' '],
  [NO_NAME | IS_COLON, ':'],
  [IS_AT, '@'],
  [IS_BRACKET, '[]'],
  [STOP, '/?#'],
])
const DOMAIN_CLASS: Uint8Array = classes([
  [NO_NAME, ' /?#@'],
  [NO_NAME | IS_COLON, ':'],
])

/** Asks about the hosts in domain and URL fields and in DNS answers. */
export class HostProbe {
  readonly #target: SieveTarget
  readonly #address: AddressText
  /** The host in small letters. */
  readonly #host = new Uint8Array(HOST_LIMIT)

  private constructor(target: SieveTarget, address: AddressText) {
    this.#target = target
    this.#address = address
  }

  static open(target: SieveTarget, address: AddressText): HostProbe {
    return new HostProbe(target, address)
  }

  /** Says whether the string whose text begins at `start` may be a sought name or address. */
  domainMayMatch(bytes: Uint8Array, start: number, end: number, isNested: boolean): boolean {
    let stop = start
    while (stop < end && bytes[stop] !== QUOTE && bytes[stop] !== BACKSLASH) stop += 1
    return !isStringEnd(bytes, stop, end, isNested) || this.nameMayMatch(bytes, start, stop)
  }

  /** Says whether `bytes[start, end)`, which holds neither quotes nor backslashes, may be a sought name or address. */
  nameMayMatch(bytes: Uint8Array, start: number, end: number): boolean {
    const length = end - start
    if (length > HOST_LIMIT) return true
    const host = this.#host
    let flags = 0
    for (let i = 0; i < length; i += 1) {
      const byte = bytes[start + i]! // start + i < end
      flags |= DOMAIN_CLASS[byte]!
      host[i] = LOWER[byte]!
    }
    return (flags & DOUBT) !== 0 || this.#hostMatches(0, length, flags)
  }

  /** Says whether `bytes[start, end)`, taken for a name whatever it holds, is sought. */
  textMayMatch(bytes: Uint8Array, start: number, end: number): boolean {
    const length = end - start
    if (length > HOST_LIMIT) return true
    for (let i = 0; i < length; i += 1) this.#host[i] = LOWER[bytes[start + i]!]! // start + i < end
    return this.#target.hasMatch(DOMAIN_NAME, this.#host, 0, length)
  }

  /**
   * Says whether the host of the URL or bare host whose text begins at `start` may be sought. Bytes behind the host
   * are not read, so that escapes in a path or a query cost nothing.
   */
  urlMayMatch(bytes: Uint8Array, start: number, end: number, isNested: boolean): boolean {
    const host = this.#host
    let flags = 0
    let length = 0
    const authority = skipScheme(bytes, start, end)
    if (authority === DOUBTFUL_SCHEME) return true
    let i = authority
    for (; i < end; i += 1) {
      const byte = bytes[i]! // i < end
      const kind = URL_CLASS[byte]!
      if (kind === STOP || byte === QUOTE || byte === BACKSLASH) break
      if (length === HOST_LIMIT) return true
      flags |= kind
      host[length] = LOWER[byte]!
      length += 1
    }
    const isEnd = isStringEnd(bytes, i, end, isNested) || URL_CLASS[bytes[i]!] === STOP // i < end, else it is one
    if (!isEnd && !isEscapedSlash(bytes, i, end)) return true
    if ((flags & DOUBT) !== 0) return true
    if ((flags & (IS_AT | IS_COLON | IS_BRACKET)) === 0) return this.#hostMatches(0, length, flags)
    return this.#authorityMayMatch(length)
  }

  /** Cuts user information, port and brackets from what `#host` holds, and asks. */
  #authorityMayMatch(length: number): boolean {
    const host = this.#host
    let start = length
    while (start > 0 && host[start - 1] !== AT) start -= 1
    let flags = 0
    let colonCount = 0
    let colon = length
    for (let i = start; i < length; i += 1) {
      flags |= URL_CLASS[host[i]!]! // i < length <= HOST_LIMIT
      if (host[i] !== COLON) continue
      colonCount += 1
      colon = i
    }
    if ((flags & IS_BRACKET) !== 0) return this.#bracketsMayMatch(start, length)
    if (colonCount !== 1) return this.#hostMatches(start, length, flags)
    for (let i = colon + 1; i < length; i += 1) if (!isDigit(host[i]!)) return false
    return this.#hostMatches(start, colon, flags & ~(NO_NAME | IS_COLON)) // a blank is taken for part of a name
  }

  /** Brackets hold an address, before a port perhaps; anything else in or with brackets is doubt. */
  #bracketsMayMatch(start: number, end: number): boolean {
    const host = this.#host
    if (host[start] !== LEFT_BRACKET) return true
    let close = start + 1
    while (close < end && host[close] !== RIGHT_BRACKET) close += 1
    if (close === start + 1 && close + 1 === end) return false // `[]`, an empty list
    const textLength = this.#address.read(host, start + 1, close)
    if (textLength === 0) return true
    if (close + 1 < end && host[close + 1] !== COLON) return true
    return this.#target.hasMatch(IP_ADDRESS, this.#address.bytes, 0, textLength)
  }

  /** Cuts trailing dots, tells addresses from names, and asks about `#host[start, end)`. */
  #hostMatches(start: number, end: number, flags: number): boolean {
    const host = this.#host
    let stop = end
    while (stop > start && host[stop - 1] === DOT) stop -= 1
    if (stop === start) return false
    if ((flags & IS_COLON) !== 0 || isDigit(host[stop - 1]!)) {
      const textLength = this.#address.read(host, start, stop)
      if (textLength > 0) return this.#target.hasMatch(IP_ADDRESS, this.#address.bytes, 0, textLength)
    }
    return (flags & NO_NAME) === 0 && this.#target.hasMatch(DOMAIN_NAME, host, start, stop)
  }
}

/**
 * Where the host begins: behind `//` or `scheme://`, whose slashes may be escaped, else at `start`. Any other escape in
 * the place of the second slash could spell one; at the first one's it is met again as part of the host.
 */
function skipScheme(bytes: Uint8Array, start: number, end: number): number {
  let i = start
  while (i < end && isSchemeByte(bytes[i]!)) i += 1 // i < end
  if (i > start) {
    if (i >= end || bytes[i] !== COLON) return start
    i += 1
  }
  const second = skipSlash(bytes, i, end)
  if (second === i) return start
  const behind = skipSlash(bytes, second, end)
  if (behind > second) return behind
  return second < end && bytes[second] === BACKSLASH ? DOUBTFUL_SCHEME : start
}

/** The offset behind the slash at `offset`, or `offset` where none is. */
function skipSlash(bytes: Uint8Array, offset: number, end: number): number {
  if (offset < end && bytes[offset] === SLASH) return offset + 1
  return isEscapedSlash(bytes, offset, end) ? offset + 2 : offset
}

/** `\/` spells a slash, also in a document that is held in a string, whose own escapes are gone by then. */
function isEscapedSlash(bytes: Uint8Array, offset: number, end: number): boolean {
  return offset + 1 < end && bytes[offset] === BACKSLASH && bytes[offset + 1] === SLASH
}

/** Letters, digits, `+`, `.` and `-`. That a scheme begins with a letter is not asked: what else holds `://` is odd. */
function isSchemeByte(byte: number): boolean {
  const letter = byte | 0x20
  if (letter >= 0x61 && letter <= 0x7a) return true
  return isDigit(byte) || byte === 0x2b || byte === 0x2d || byte === DOT
}

/** A table of flags by byte: the rows given, and doubt for controls and for what is not ASCII. */
function classes(rows: readonly (readonly [flags: number, characters: string])[]): Uint8Array {
  const table = Uint8Array.from({ length: 256 }, (_, byte) => (byte < 0x20 || byte >= 0x7f ? DOUBT : 0))
  table[0x25] = DOUBT // '%'
  for (const [flags, characters] of rows) {
    for (let i = 0; i < characters.length; i += 1) table[characters.charCodeAt(i)] = flags
  }
  return table
}
