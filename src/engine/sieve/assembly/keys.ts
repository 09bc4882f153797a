import { QUOTE, bitsEqual } from './bytes.ts'
import { start } from './record.ts'
import { KEYS, KEY_HEADS, KEY_TEXT, MASKS, slot } from './slot.ts'
import { enterTails } from './tails.ts'

/**
 * A mapped key, 16 bytes:
 *
 *   u32 offset of its text in KEY_TEXT | u16 length | u16 kinds | u16 next key of its hash, plus 1 | u8 is nested | pad
 *
 * Its text stands behind a quote, so that the last two bytes of the shortest key are two bytes as well.
 */
const KEY_BYTES: usize = 16

/** Found no key. */
export const NO_KEY: usize = 0

@inline
function hashOf(behind: usize, length: usize): usize {
  const tail = <u32>load<u16>(behind - 2) | (<u32>length << 16)
  return <usize>((tail * 0x9e3779b1) >> 22) // 1,024 hashes
}

/**
 * The key that ends before `behind` and that a quote of this record opens, or NO_KEY. A key holds no quote, so the
 * nearest one before it tells its length. What stands before that quote is not asked.
 */
@inline
export function findKey(behind: usize): usize {
  const quotes = bitsEqual(behind - 16, QUOTE)
  const length = quotes != 0 ? <usize>clz(quotes << 16) : longLength(behind)
  if (behind - start <= length || length == 0) return NO_KEY
  let next = <usize>load<u16>(slot + KEY_HEADS + (hashOf(behind, length) << 1))
  while (next != 0) {
    const key = slot + KEYS + (next - 1) * KEY_BYTES
    if (<usize>load<u16>(key, 4) == length && isText(slot + KEY_TEXT + <usize>load<u32>(key), behind - length, length)) {
      return key
    }
    next = <usize>load<u16>(key, 8)
  }
  return NO_KEY
}

/** Bytes between `behind` and the quote before it where that is further away than 16 bytes; 0 when it is too far. */
function longLength(behind: usize): usize {
  let length: usize = 16
  while (length < 256) {
    if (behind - start < length) return 0
    const quotes = bitsEqual(behind - length - 16, QUOTE)
    if (quotes != 0) return length + <usize>clz(quotes << 16)
    length += 16
  }
  return 0
}

function isText(text: usize, at: usize, length: usize): bool {
  let i: usize = 0
  while (length - i >= 16) {
    if (i8x16.bitmask(i8x16.eq(v128.load(text + i), v128.load(at + i))) != 0xffff) return false
    i += 16
  }
  if (i == length) return true
  const kept = v128.load(slot + MASKS + 16 - (length - i))
  return !v128.any_true(v128.and(v128.xor(v128.load(text + i), v128.load(at + i)), kept))
}

@inline
export function kindsOf(key: usize): u32 {
  return <u32>load<u16>(key, 6)
}

@inline
export function lengthOf(key: usize): usize {
  return <usize>load<u16>(key, 4)
}

@inline
export function isNestedKey(key: usize): bool {
  return load<u8>(key, 10) != 0
}

@inline
export function indexOf(key: usize): usize {
  return (key - slot - KEYS) / KEY_BYTES
}

/** Enters key `index`, whose text of `length` bytes stands at `text` in KEY_TEXT behind a quote. */
export function enterKey(index: u32, text: u32, length: u32, kinds: u32, isNested: bool): void {
  const key = slot + KEYS + (<usize>index) * KEY_BYTES
  const behind = slot + KEY_TEXT + <usize>(text + length)
  const head = slot + KEY_HEADS + (hashOf(behind, <usize>length) << 1)
  store<u32>(key, text)
  store<u16>(key, <u16>length, 4)
  store<u16>(key, <u16>kinds, 6)
  store<u16>(key, load<u16>(head), 8)
  store<u8>(key, isNested ? 1 : 0, 10)
  store<u16>(head, <u16>(index + 1))
  enterTails(behind, length, isNested)
}
