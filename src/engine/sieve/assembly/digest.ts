import { askAffixes, hasAffixes } from './affix.ts'
import { BACKSLASH, QUOTE, byteAt, holds, lower } from './bytes.ts'
import { digestKey } from './hash.ts'
import { MD5, SHA1, SHA256 } from './kinds.ts'
import { enqueue } from './probe.ts'
import { doubt, end, isStringEnd, line } from './record.ts'
import { HEX_VALUE, TEXT, slot } from './slot.ts'

/** One bit per byte of the sixteen at `at` that is no hex digit. */
@inline
function bitsNotHex(at: usize): u32 {
  const bytes = v128.load(at)
  const isDigit = i8x16.le_u(i8x16.sub(bytes, i8x16.splat(0x30)), i8x16.splat(9))
  const letter = i8x16.sub(v128.or(bytes, i8x16.splat(0x20)), i8x16.splat(0x61))
  return <u32>i8x16.bitmask(v128.or(isDigit, i8x16.le_u(letter, i8x16.splat(5)))) ^ 0xffff
}

/** The bytes that sixteen hex digits spell, low byte first. */
@inline
function firstBytes(at: usize): u64 {
  const bytes = v128.load(at)
  // A digit's low nibble is its value; a letter's is nine less.
  const isLetter = i8x16.gt_u(bytes, i8x16.splat(0x40))
  const nibbles = i8x16.add(v128.and(bytes, i8x16.splat(15)), v128.and(isLetter, i8x16.splat(9)))
  const pairs = v128.or(i16x8.shl(nibbles, 4), i16x8.shr_u(nibbles, 8))
  return i64x2.extract_lane(i8x16.shuffle(pairs, pairs, 0, 2, 4, 6, 8, 10, 12, 14, 0, 2, 4, 6, 8, 10, 12, 14), 0)
}

/**
 * Asks about the string that begins at `at` as a digest of so many hex digits. Only the first sixteen bytes are looked at
 * where the string has the right length, and not whether they are digits: the exact path compares, and what is none is
 * as good as a random key.
 */
@inline
export function askDigest(type: u32, digits: usize, at: usize, isNested: bool): void {
  const quote = at + digits
  if (quote < end && isStringEnd(quote, isNested)) askDigits(type, digits, at)
  else if (mayBeEscaped(digits, at, isNested)) doubt()
}

/** Asks about a cell's text as a digest. Quotes in it would be taken off; a text of the right length has none then. */
export function askDigestText(type: u32, digits: usize, from: usize, to: usize): void {
  if (to - from != digits) {
    if (holds(from, to, QUOTE)) doubt()
  } else if (bitsNotHex(from) == 0) askDigits(type, digits, from)
}

/** Precondition: sixteen hex digits stand at `at`. */
@inline
function askDigits(type: u32, digits: usize, at: usize): void {
  enqueue(digestKey(<u64>firstBytes(at), type), line)
  if (!hasAffixes(type)) return
  const text = slot + TEXT
  for (let i: usize = 0; i < digits; i += 16) v128.store(text + i, lower(v128.load(at + i)))
  askAffixes(type, text, digits)
}

/** Says whether the digits of the string run into an escape, or into the record's end just where a digest would end. */
function mayBeEscaped(digits: usize, at: usize, isNested: bool): bool {
  let i = at
  while (i < end && load<u8>(slot + HEX_VALUE + <usize>byteAt(i)) < 16) {
    if (i - at == digits) return false
    i++
  }
  if (i >= end) return i - at == digits
  return !isStringEnd(i, isNested) && byteAt(i) == BACKSLASH
}

/** Asks about every run of hex digits that is as long as a digest, in a list such as `SHA1=…,MD5=…`. */
export function askDigestList(at: usize, isNested: bool): void {
  let run = at
  let from = at
  while (from < end) {
    let others = bitsNotHex(from)
    while (others != 0) {
      const i = from + <usize>ctz(others)
      others &= others - 1
      if (i >= end) break
      askRun(run, i)
      const byte = byteAt(i)
      if (byte == QUOTE || byte == BACKSLASH) {
        if (!isStringEnd(i, isNested)) doubt()
        return
      }
      run = i + 1
    }
    from += 16
  }
  if (run < end) askRun(run, end)
}

function askRun(from: usize, to: usize): void {
  const digits = to - from
  if (digits == 40) askDigits(SHA1, 40, from)
  else if (digits == 64) askDigits(SHA256, 64, from)
  else if (digits == 32) askDigits(MD5, 32, from)
}
