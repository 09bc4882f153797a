import { askAffixes, hasAffixes } from './affix.ts'
import { readAddress } from './address.ts'
import {
  BACKSLASH,
  COLON,
  DOT,
  LEFT_BRACKET,
  QUOTE,
  RIGHT_BRACKET,
  SLASH,
  byteAt,
  holds,
  isDigit,
  lower,
  lowerByte,
} from './bytes.ts'
import { textKey } from './hash.ts'
import { askAddress, askIpPiece } from './ip.ts'
import { DOMAIN_NAME } from './kinds.ts'
import { enqueue } from './probe.ts'
import { doubt, end, isStringEnd, line, openCell } from './record.ts'
import { DOMAIN_CLASS, TEXT, TEXT_LIMIT, URL_CLASS, slot, withParents } from './slot.ts'

const AT: u32 = 0x40
const NAME: u32 = 0
/** Longest name that an indicator for Equals can have. */
const NAME_LIMIT: usize = 253

// What a byte means in a host. Flags of all bytes are joined, so that a plain host costs one test at its end.
/** No name holds it: blank, colon, at sign, and in `domain` fields what would end a host in a URL. */
const NO_NAME: u32 = 1
/** It asks for work that is left to the exact path: a percent sign, a control character, a byte that is not ASCII. */
const DOUBT: u32 = 2
const IS_COLON: u32 = 4
const IS_AT: u32 = 8
const IS_BRACKET: u32 = 16
/** Ends the host in a `url` field. */
const STOP: u32 = 32

/** One bit per byte of the sixteen that is no letter, digit, dot, hyphen or underscore. */
@inline
function bitsNotName(bytes: v128): u32 {
  // Bit h of byte l of `low`: the character with high nibble h and low nibble l is one. Byte h of `high` is bit h.
  const low = i64x2(0xf8f8f8f8f8f8f8a8, 0x7054545050f0f8f8)
  const high = i64x2(0x8040201008040201, 0)
  const both = v128.and(
    i8x16.swizzle(low, v128.and(bytes, i8x16.splat(15))),
    i8x16.swizzle(high, i8x16.shr_u(bytes, 4)),
  )
  return <u32>i8x16.bitmask(i8x16.eq(both, i8x16.splat(0)))
}

/** Copies what could be a plain name from `at` to TEXT in small letters; its length, or TEXT_LIMIT when it is longer. */
@inline
function copyName(at: usize): usize {
  const text = slot + TEXT
  let length: usize = 0
  while (length < TEXT_LIMIT) {
    const bytes = v128.load(at + length)
    v128.store(text + length, lower(bytes))
    const others = bitsNotName(bytes)
    if (others != 0) return length + <usize>ctz(others)
    length += 16
  }
  return TEXT_LIMIT
}

/** Asks about the host of the URL or bare host that begins at `at`. Bytes behind the host are not read. */
export function askUrl(at: usize, isNested: bool): void {
  let from = at
  let length = copyName(from)
  if (from + length + 2 < end && byteAt(from + length) == COLON && length > 0) {
    const slashes = load<u16>(from + length, 1)
    if (slashes == 0x2f2f) from += length + 3
    else if (from + length + 4 < end && slashes == 0x2f5c && load<u16>(from + length, 3) == 0x2f5c) from += length + 5
    if (from != at) length = copyName(from)
  }
  const stop = from + length
  if (length > 0 && length < TEXT_LIMIT && stop < end) {
    const byte = byteAt(stop)
    const isEnd =
      byte == QUOTE ||
      (byte == SLASH && stop > at) ||
      byte == 0x3f ||
      byte == 0x23 ||
      (byte == BACKSLASH && stop + 1 < end && (byteAt(stop + 1) == SLASH || (isNested && byteAt(stop + 1) == QUOTE)))
    if (isEnd) {
      askHost(slot + TEXT, slot + TEXT + length, 0)
      return
    }
  }
  askOddUrl(at, isNested)
}

/** Asks about the host of the URL or bare host that is a cell's text. A backslash means itself there, and is doubt. */
export function askUrlText(from: usize, to: usize): void {
  let host = from
  let length = min(copyName(from), to - from)
  if (to - from > length + 2 && byteAt(from + length) == COLON && load<u16>(from + length, 1) == 0x2f2f) {
    host = from + length + 3
    length = min(copyName(host), to - host)
  }
  const stop = host + length
  if (length > 0 && length < TEXT_LIMIT && (stop == to || isHostEnd(byteAt(stop)))) {
    askHost(slot + TEXT, slot + TEXT + length, 0)
  } else if (holds(from, to, QUOTE) || holds(from, to, BACKSLASH)) doubt()
  else {
    openCell(from, to)
    askOddUrl(from, false)
  }
}

@inline
function isHostEnd(byte: u32): bool {
  return byte == SLASH || byte == 0x3f || byte == 0x23
}

/** Asks about a cell's text as a name or address. */
export function askDomainText(from: usize, to: usize): void {
  const length = min(copyName(from), to - from)
  if (length == to - from && length < TEXT_LIMIT) askHost(slot + TEXT, slot + TEXT + length, 0)
  else if (holds(from, to, QUOTE)) doubt()
  else askName(from, to)
}

/** Asks about the name or address that begins at `at`. */
export function askDomain(at: usize, isNested: bool): void {
  const length = copyName(at)
  const stop = at + length
  if (length < TEXT_LIMIT && stop < end && isStringEnd(stop, isNested)) {
    if (length > 0) askHost(slot + TEXT, slot + TEXT + length, 0)
    return
  }
  let i = at
  while (i < end && byteAt(i) != QUOTE && byteAt(i) != BACKSLASH) i++
  if (!isStringEnd(i, isNested)) doubt()
  else askName(at, i)
}

/** Asks about `[from, to)`, which holds neither quotes nor backslashes, as a name or an address. */
function askName(from: usize, to: usize): void {
  const length = to - from
  if (length > TEXT_LIMIT) {
    doubt()
    return
  }
  const text = slot + TEXT
  let flags: u32 = 0
  for (let i: usize = 0; i < length; i++) {
    const byte = byteAt(from + i)
    flags |= <u32>load<u8>(slot + DOMAIN_CLASS + <usize>byte)
    store<u8>(text + i, <u8>lowerByte(byte))
  }
  if ((flags & DOUBT) != 0) doubt()
  else askHost(text, text + length, flags)
}

/** Asks about `[from, to)`, taken for a name whatever it holds. */
export function askText(from: usize, to: usize): void {
  const length = to - from
  if (length > TEXT_LIMIT) {
    doubt()
    return
  }
  const text = slot + TEXT
  for (let i: usize = 0; i < length; i += 16) v128.store(text + i, lower(v128.load(from + i)))
  askLowerName(text, length)
}

/**
 * `type:  5 a.example;::ffff:1.2.3.4;` or one plain value. Each piece between blanks and semicolons is asked about:
 * no indicator holds one of them, so that a finer cut than the exact path's misses nothing.
 */
export function askDnsResults(at: usize, isNested: bool): void {
  let piece = at
  let from = at
  while (from < end) {
    let ends = bitsBetweenAnswers(v128.load(from))
    while (ends != 0) {
      const i = from + <usize>ctz(ends)
      ends &= ends - 1
      if (i >= end) break
      const byte = byteAt(i)
      if ((byte == QUOTE || byte == BACKSLASH) && !isStringEnd(i, isNested)) {
        doubt()
        return
      }
      if (i > piece) askAnswer(piece, i)
      if (byte == QUOTE || byte == BACKSLASH) return
      piece = i + 1
    }
    from += 16
  }
  if (end > piece) askAnswer(piece, end)
}

/** One bit per byte of the sixteen that is a blank, tab, semicolon, quote or backslash. */
@inline
function bitsBetweenAnswers(bytes: v128): u32 {
  // By low nibble: 0 blank, 2 quote, 9 tab, b semicolon, c backslash; elsewhere what has another nibble.
  const between = i8x16(0x20, 0, 0x22, 0, 0, 0, 0, 0, 0, 0x09, 0, 0x3b, 0x5c, 0, 0, 0)
  return <u32>i8x16.bitmask(i8x16.eq(i8x16.swizzle(between, v128.and(bytes, i8x16.splat(15))), bytes))
}

/** One answer: a name, or an address with or without a port. */
function askAnswer(from: usize, to: usize): void {
  if (isTypeWord(from, to)) return
  const length = min(copyName(from), to - from)
  if (length == to - from && length < TEXT_LIMIT) {
    askHost(slot + TEXT, slot + TEXT + length, 0) // no colon, bracket or percent sign: as a host or not at all
  } else if (!askAddress(from, to)) {
    askName(from, to)
    askIpPiece(from, to)
  }
}

/** `type:` before the number of a record's type: most answers begin so. */
@inline
function isTypeWord(from: usize, to: usize): bool {
  return to - from == 5 && byteAt(from + 4) == COLON && (load<u32>(from) | 0x20202020) == 0x65707974
}

/** The way of `askUrl` for everything that is not plain. */
function askOddUrl(at: usize, isNested: bool): void {
  const authority = skipScheme(at)
  if (authority == 0) {
    doubt()
    return
  }
  const text = slot + TEXT
  let flags: u32 = 0
  let length: usize = 0
  let i = authority
  while (i < end) {
    const byte = byteAt(i)
    const kind = <u32>load<u8>(slot + URL_CLASS + <usize>byte)
    if (kind == STOP || byte == QUOTE || byte == BACKSLASH) break
    if (length == TEXT_LIMIT) {
      doubt()
      return
    }
    flags |= kind
    store<u8>(text + length, <u8>lowerByte(byte))
    length++
    i++
  }
  const isEnd = isStringEnd(i, isNested) || <u32>load<u8>(slot + URL_CLASS + <usize>byteAt(i)) == STOP
  if ((!isEnd && !isEscapedSlash(i)) || (flags & DOUBT) != 0) doubt()
  else if ((flags & (IS_AT | IS_COLON | IS_BRACKET)) == 0) askHost(text, text + length, flags)
  else askAuthority(length)
}

/** Cuts user information, port and brackets from what TEXT holds, and asks. */
function askAuthority(length: usize): void {
  const behind = slot + TEXT + length
  let from = behind
  while (from > slot + TEXT && byteAt(from - 1) != AT) from--
  let flags: u32 = 0
  let colonCount: u32 = 0
  let colon = behind
  for (let i = from; i < behind; i++) {
    flags |= <u32>load<u8>(slot + URL_CLASS + <usize>byteAt(i))
    if (byteAt(i) == COLON) {
      colonCount++
      colon = i
    }
  }
  if ((flags & IS_BRACKET) != 0) {
    askBrackets(from, behind)
    return
  }
  if (colonCount != 1) {
    askHost(from, behind, flags)
    return
  }
  for (let i = colon + 1; i < behind; i++) if (!isDigit(byteAt(i))) return
  askHost(from, colon, flags & ~(NO_NAME | IS_COLON)) // a blank is taken for part of a name
}

/** Brackets hold an address, before a port perhaps; anything else in or with brackets is doubt. */
function askBrackets(from: usize, to: usize): void {
  let close = from + 1
  while (close < to && byteAt(close) != RIGHT_BRACKET) close++
  if (byteAt(from) != LEFT_BRACKET) doubt()
  else if (close == from + 1 && close + 1 == to) return // `[]`, an empty list
  else if (!askAddress(from + 1, close)) doubt()
  else if (close + 1 < to && byteAt(close + 1) != COLON) doubt()
}

/** Cuts trailing dots, tells addresses from names, and asks about `[from, to)`, which is in small letters. */
function askHost(from: usize, to: usize, flags: u32): void {
  let stop = to
  while (stop > from && byteAt(stop - 1) == DOT) stop--
  if (stop == from) return
  if ((flags & IS_COLON) != 0 || isDigit(byteAt(stop - 1))) {
    if (askAddress(from, stop)) return
  }
  if ((flags & NO_NAME) == 0) askLowerName(from, stop - from)
}

function askLowerName(text: usize, length: usize): void {
  enqueue(textKey(text, length, NAME), line)
  if (withParents) {
    const first = length > NAME_LIMIT ? length - NAME_LIMIT : 1
    for (let i = first; i < length; i++) {
      if (byteAt(text + i - 1) == DOT) enqueue(textKey(text + i, length - i, NAME), line)
    }
  }
  if (hasAffixes(DOMAIN_NAME)) askAffixes(DOMAIN_NAME, text, length)
}

/**
 * Where the host begins: behind `//` or `scheme://`, whose slashes may be escaped, else at `at`; 0 where any other
 * escape stands in the place of the second slash, since it could spell one.
 */
function skipScheme(at: usize): usize {
  let i = at
  while (i < end && isSchemeByte(byteAt(i))) i++
  if (i > at) {
    if (i >= end || byteAt(i) != COLON) return at
    i++
  }
  const second = skipSlash(i)
  if (second == i) return at
  const behind = skipSlash(second)
  if (behind > second) return behind
  return second < end && byteAt(second) == BACKSLASH ? 0 : at
}

/** The address behind the slash at `at`, or `at` where none is. */
function skipSlash(at: usize): usize {
  if (at < end && byteAt(at) == SLASH) return at + 1
  return isEscapedSlash(at) ? at + 2 : at
}

/** `\/` spells a slash, also in a document that is held in a string, whose own escapes are gone by then. */
function isEscapedSlash(at: usize): bool {
  return at + 1 < end && byteAt(at) == BACKSLASH && byteAt(at + 1) == SLASH
}

/** Letters, digits, `+`, `.` and `-`. That a scheme begins with a letter is not asked: what else holds `://` is odd. */
function isSchemeByte(byte: u32): bool {
  return (byte | 0x20) - 0x61 <= 25 || isDigit(byte) || byte == 0x2b || byte == 0x2d || byte == DOT
}

/** Writes the tables of what bytes mean in hosts. */
export function enterHostClasses(): void {
  for (let byte: usize = 0; byte < 256; byte++) {
    const flags: u8 = byte < 0x20 || byte >= 0x7f || byte == 0x25 ? <u8>DOUBT : 0
    store<u8>(slot + URL_CLASS + byte, flags)
    store<u8>(slot + DOMAIN_CLASS + byte, flags)
  }
  classify(0x20, NO_NAME, NO_NAME)
  classify(COLON, NO_NAME | IS_COLON, NO_NAME | IS_COLON)
  classify(AT, IS_AT, NO_NAME)
  classify(LEFT_BRACKET, IS_BRACKET, 0)
  classify(RIGHT_BRACKET, IS_BRACKET, 0)
  classify(SLASH, STOP, NO_NAME)
  classify(0x3f, STOP, NO_NAME)
  classify(0x23, STOP, NO_NAME)
}

function classify(byte: u32, inUrl: u32, inDomain: u32): void {
  store<u8>(slot + URL_CLASS + <usize>byte, <u8>inUrl)
  store<u8>(slot + DOMAIN_CLASS + <usize>byte, <u8>inDomain)
}
