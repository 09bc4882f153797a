import {
  BACKSLASH,
  COMMA,
  LEFT_BRACE,
  LEFT_BRACKET,
  QUOTE,
  RIGHT_BRACE,
  RIGHT_BRACKET,
  SLASH,
  bitsEqual,
  byteAt,
  isDigit,
} from './bytes.ts'
import { askDigest, askDigestList } from './digest.ts'
import { askDnsResults, askDomain, askText, askUrl } from './host.ts'
import { askIp } from './ip.ts'
import {
  DNS_RESULTS_KIND,
  DOMAIN_KIND,
  HASH_LIST_KIND,
  HOST_KINDS,
  IP_KIND,
  JSON_KIND,
  MD5,
  MD5_KIND,
  SHA1,
  SHA1_KIND,
  SHA256,
  SHA256_KIND,
  URL_KIND,
} from './kinds.ts'
import { doubt, end, isStringEnd, skipBlanks, spendOnArrays, survives } from './record.ts'

/** Reads what stands at `at`, before `end`, and asks about every string in it that could be a value of these kinds. */
export function readValue(kinds: u32, at: usize, isNested: bool): void {
  const byte = byteAt(at)
  if (byte == QUOTE) {
    if (!isNested) readString(kinds, at + 1)
  } else if (byte == LEFT_BRACKET) {
    const behind = readArray(kinds, at + 1, isNested)
    if (!survives && !spendOnArrays(behind - at)) doubt()
  } else if (byte == LEFT_BRACE) {
    return // its keys are found where they stand
  } else if (byte != BACKSLASH) {
    if (!isScalar(at)) doubt()
  } else if (!isNested || at + 1 >= end || byteAt(at + 1) != QUOTE) doubt()
  else readNestedString(kinds, at + 2)
}

/** A plain string, or where the key allows it a document with values at its root: one array, or else doubt. */
function readString(kinds: u32, at: usize): void {
  if ((kinds & JSON_KIND) == 0) {
    ask(kinds, at, false)
    return
  }
  if (kinds == JSON_KIND) return
  let i = at
  while (i < end && byteAt(i) != QUOTE && byteAt(i) != BACKSLASH) i++
  if (isStringEnd(i, false)) {
    ask(kinds, at, false)
    return
  }
  const open = skipBlanks(at)
  if (open >= end || byteAt(open) != LEFT_BRACKET || !isListOfStrings(open + 1)) {
    doubt()
    return
  }
  // The same key may also be mapped without the document, and then the whole text is one odd name.
  if ((kinds & HOST_KINDS) != 0) askText(at, behindString(at))
  readArray(kinds & ~JSON_KIND, open + 1, true)
}

/** A nested string; a document in it would have to escape its quotes once more, and any escape is doubt. */
function readNestedString(kinds: u32, at: usize): void {
  if ((kinds & JSON_KIND) != 0 && behindNestedString(at) == 0) doubt()
  else ask(kinds, at, true)
}

/**
 * Asks about every string up to the closer that pops the array, whatever its kind; an object in it is doubt. Returns
 * the address behind it.
 */
export function readArray(kinds: u32, at: usize, isNested: bool): usize {
  let depth: u32 = 1
  let i = at
  while (i < end && depth > 0) {
    const byte = byteAt(i)
    i++
    if (byte == LEFT_BRACE) {
      doubt()
      return i
    }
    if (byte == LEFT_BRACKET) depth++
    else if (byte == RIGHT_BRACKET || byte == RIGHT_BRACE) depth--
    else if (byte == QUOTE) {
      if (isNested) break // the string that holds the document ends
      readString(kinds, i)
      i = behindString(i)
    } else if (byte == BACKSLASH && isNested) {
      if (i >= end || byteAt(i) != QUOTE) {
        doubt()
        return i
      }
      readNestedString(kinds, i + 1)
      i = behindNestedString(i + 1)
      if (i == 0) {
        doubt()
        return at
      }
    }
    if (survives) return i
  }
  return i
}

/** Says whether a document goes on from behind its first `[` with nested strings and commas only, and then ends. */
function isListOfStrings(at: usize): bool {
  let i = skipBlanks(at)
  while (i + 1 < end && byteAt(i) == BACKSLASH && byteAt(i + 1) == QUOTE) {
    i = behindNestedString(i + 2)
    if (i == 0) return false
    i = skipBlanks(i)
    if (i < end && byteAt(i) == COMMA) i = skipBlanks(i + 1)
  }
  if (i >= end || byteAt(i) != RIGHT_BRACKET) return false
  return isStringEnd(skipBlanks(i + 1), false)
}

/** The address behind the quote that ends a string, or `end`. */
function behindString(at: usize): usize {
  let i = at
  while (i < end) {
    const marks = bitsEqual(i, QUOTE) | bitsEqual(i, BACKSLASH)
    if (marks == 0) i += 16
    else {
      i += <usize>ctz(marks)
      if (i >= end) return end
      if (byteAt(i) == QUOTE) return i + 1
      i += 2
    }
  }
  return end
}

/** The same for a nested string; at a plain quote, which ends the document as well; 0 at any escape but `\/`. */
function behindNestedString(at: usize): usize {
  let i = at
  while (i < end && byteAt(i) != QUOTE) {
    if (byteAt(i) != BACKSLASH) {
      const marks = bitsEqual(i, QUOTE) | bitsEqual(i, BACKSLASH)
      i += marks == 0 ? 16 : <usize>ctz(marks)
    } else if (i + 1 < end && byteAt(i + 1) == QUOTE) return i + 2
    else if (i + 1 < end && byteAt(i + 1) == SLASH) i += 2
    else return 0
  }
  return min(i, end)
}

/** Asks about one string for each kind that its key has. Nearly every key has one. */
export function ask(kinds: u32, at: usize, isNested: bool): void {
  askInPlace(kinds, at, isNested)
}

/** The same in place, for kinds that are known beforehand. */
@inline
export function askInPlace(kinds: u32, at: usize, isNested: bool): void {
  if ((kinds & SHA1_KIND) != 0) askDigest(SHA1, 40, at, isNested)
  if ((kinds & SHA256_KIND) != 0) askDigest(SHA256, 64, at, isNested)
  if ((kinds & MD5_KIND) != 0) askDigest(MD5, 32, at, isNested)
  if (kinds < HASH_LIST_KIND) return
  if ((kinds & HASH_LIST_KIND) != 0) askDigestList(at, isNested)
  if ((kinds & IP_KIND) != 0) askIp(at, isNested)
  if ((kinds & DOMAIN_KIND) != 0) askDomain(at, isNested)
  if ((kinds & URL_KIND) != 0) askUrl(at, isNested)
  if ((kinds & DNS_RESULTS_KIND) != 0) askDnsResults(at, isNested)
}

/**
 * Says whether a whole number, `true`, `false` or `null` stands at `at`, with nothing between it and the comma,
 * closer or end behind it: then the key has had its value, and that is no string.
 */
function isScalar(at: usize): bool {
  const behind = behindScalar(at)
  if (behind == at) return false
  const next = skipBlanks(behind)
  if (next >= end) return true
  const byte = byteAt(next)
  return byte == COMMA || byte == RIGHT_BRACE || byte == RIGHT_BRACKET
}

/** The address behind the scalar that begins at `at`, or `at` where none does. */
function behindScalar(at: usize): usize {
  if (end - at >= 4) {
    const word = load<u32>(at)
    if (word == 0x6c6c756e || word == 0x65757274) return at + 4 // null, true
    if (word == 0x736c6166 && end - at >= 5 && byteAt(at + 4) == 0x65) return at + 5 // false
  }
  let i = at
  while (i < end && isNumberByte(byteAt(i))) i++
  return i > at && isDigit(byteAt(i - 1)) ? i : at
}

/** Digits, `+ - .` and the sign of an exponent. */
function isNumberByte(byte: u32): bool {
  return isDigit(byte) || byte == 0x2d || byte == 0x2b || byte == 0x2e || (byte | 0x20) == 0x65
}
