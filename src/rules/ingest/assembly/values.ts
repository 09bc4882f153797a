import { COLON, DOT, HYPHEN, byteAt, isDigit, isHexDigit, isNameCharacter, lower } from './bytes.ts'
import { isPlainIpv4 } from './address.ts'
import { DOMAIN_NAME, END_WITH, EQUALS, IP_ADDRESS, MD5, SHA1 } from './words.ts'

const IP_TEXT_LIMIT: usize = 45
const DOMAIN_TEXT_LIMIT: usize = 253
const DOMAIN_LABEL_LIMIT: usize = 63

/** Characters of the canonical text of the value that was written last. */
export let textLength: usize = 0

/** Stores the value `[from, to)` at `out` and gives the bytes that it takes, whole words; 0 where it is not plain. */
export function writeValue(type: i32, fn: i32, from: usize, to: usize, out: usize): usize {
  const length = to - from
  if (length == 0) return 0
  if (type == DOMAIN_NAME) return writeDomain(fn, from, to, out)
  if (type == IP_ADDRESS) {
    const isPlain = fn == EQUALS ? isPlainIpv4(from, length) : isAddressFragment(from, to)
    return isPlain ? writeText(from, length, out) : 0
  }
  const digits = digitsOf(type)
  if (fn == EQUALS) return length == digits ? writeDigest(from, digits, out) : 0
  return length <= digits && isHex(from, to) ? writeText(from, length, out) : 0
}

/** Hex digits of a whole digest. */
@inline
export function digitsOf(type: i32): usize {
  return type == SHA1 ? 40 : type == MD5 ? 32 : 64
}

/** One bit per byte of the sixteen that is no hex digit. */
@inline
function bitsNotHex(bytes: v128): u32 {
  const isNumber = i8x16.le_u(i8x16.sub(bytes, i8x16.splat(0x30)), i8x16.splat(9))
  const letter = i8x16.sub(v128.or(bytes, i8x16.splat(0x20)), i8x16.splat(0x61))
  return <u32>i8x16.bitmask(v128.or(isNumber, i8x16.le_u(letter, i8x16.splat(5)))) ^ 0xffff
}

/** The two numbers that sixteen hex digits spell, the first one in the low half. */
@inline
function twoWords(digits: v128): u64 {
  // A digit's low nibble is its value; a letter's is nine less.
  const isLetter = i8x16.gt_u(digits, i8x16.splat(0x40))
  const nibbles = i8x16.add(v128.and(digits, i8x16.splat(15)), v128.and(isLetter, i8x16.splat(9)))
  const pairs = v128.or(i16x8.shl(nibbles, 4), i16x8.shr_u(nibbles, 8))
  return i64x2.extract_lane(i8x16.shuffle(pairs, pairs, 6, 4, 2, 0, 14, 12, 10, 8, 6, 4, 2, 0, 14, 12, 10, 8), 0)
}

/**
 * Stores the words of a digest, each the number that eight digits spell, and gives the bytes that they take; 0 where it has
 * other characters. Always as for 64 digits, because no processor foresees which type comes next: what stands behind the last
 * word is written again later.
 */
export function writeDigest(from: usize, digits: usize, out: usize): usize {
  const first = v128.load(from)
  const second = v128.load(from, 16)
  const third = v128.load(from, 32)
  const fourth = v128.load(from, 48)
  const low = <u64>(bitsNotHex(first) | (bitsNotHex(second) << 16))
  const high = <u64>(bitsNotHex(third) | (bitsNotHex(fourth) << 16))
  store<u64>(out, twoWords(first))
  store<u64>(out, twoWords(second), 8)
  store<u64>(out, twoWords(third), 16)
  store<u64>(out, twoWords(fourth), 24)
  textLength = digits
  return (low | (high << 32)) << (64 - <u64>digits) == 0 ? digits >> 1 : 0
}

/**
 * Stores text in small letters as words, each the number that four bytes spell, the last one filled up with zeros.
 * Whole vectors are written; what stands behind the last word is written again later.
 */
function writeText(from: usize, length: usize, out: usize): usize {
  const positions = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
  for (let i: usize = 0; i < length; i += 16) {
    const rest = length - i
    const isText = i8x16.lt_u(positions, i8x16.splat(<i8>(rest < 16 ? rest : 16)))
    const text = v128.and(lower(v128.load(from + i)), isText)
    v128.store(out + i, i8x16.shuffle(text, text, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12))
  }
  textLength = length
  return (length + 3) & ~(<usize>3)
}

function isHex(from: usize, to: usize): bool {
  for (let i = from; i < to; i++) if (!isHexDigit(byteAt(i))) return false
  return true
}

function isAddressFragment(from: usize, to: usize): bool {
  if (to - from > IP_TEXT_LIMIT) return false
  for (let i = from; i < to; i++) {
    const byte = byteAt(i)
    if (!isHexDigit(byte) && byte != DOT && byte != COLON) return false
  }
  return true
}

function writeDomain(fn: i32, from: usize, to: usize, out: usize): usize {
  const looksAtEnd = fn == EQUALS || fn == END_WITH
  const end = looksAtEnd && byteAt(to - 1) == DOT ? to - 1 : to
  if (end == from || end - from > DOMAIN_TEXT_LIMIT) return 0
  // After a cut dot another one would leave an empty label.
  if (end < to && byteAt(end - 1) == DOT) return 0
  const isPlain = fn == EQUALS ? isPlainName(from, end) : isPlainFragment(from, end)
  return isPlain ? writeText(from, end - from, out) : 0
}

/** A host name by the label rules, none of whose labels looks like `xn--`. */
function isPlainName(from: usize, to: usize): bool {
  let label = from
  let isNumber = true
  for (let i = from; i < to; i++) {
    const byte = byteAt(i)
    if (byte == DOT) {
      if (!isPlainLabel(label, i)) return false
      label = i + 1
      isNumber = true
    } else {
      if (!isNameCharacter(byte)) return false
      if (!isDigit(byte)) isNumber = false
    }
  }
  return !isNumber && isPlainLabel(label, to)
}

function isPlainLabel(from: usize, to: usize): bool {
  const length = to - from
  if (length - 1 > DOMAIN_LABEL_LIMIT - 1) return false
  if (byteAt(from) == HYPHEN || byteAt(to - 1) == HYPHEN) return false
  return length < 4 || byteAt(from + 2) != HYPHEN || byteAt(from + 3) != HYPHEN
}

function isPlainFragment(from: usize, to: usize): bool {
  let previous: u32 = 0
  for (let i = from; i < to; i++) {
    const byte = byteAt(i)
    if (!isNameCharacter(byte) || (byte == DOT && previous == DOT)) return false
    previous = byte
  }
  return true
}
