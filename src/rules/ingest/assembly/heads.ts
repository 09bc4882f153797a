/**
 * What stands before the digests of a list: few heads, of which each begins many rows. A row with a known head is of a known
 * type, its digest begins and ends at known places, and nothing has to be searched for.
 *
 *   head: v128 its bytes, more than it has | u32 its length, 0 for none | u32 type | u32 digits
 *
 * The digits follow from the type, but not without a branch, which costs a twelfth of reading.
 * There is room for eight, by the first eight bytes of the row; a new one takes the place of another.
 */
import { CARRIAGE_RETURN, LINE_FEED, QUOTE, byteAt } from './bytes.ts'
import { HEADS } from './layout.ts'
import { digitsOf } from './values.ts'

const HEAD_BYTES: usize = 32
const LONGEST: usize = 16
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15

@inline
function headFor(row: usize): usize {
  return HEADS + <usize>((load<u64>(row) * GOLDEN) >> 61) * HEAD_BYTES
}

/**
 * Keeps the head of a row whose value, a digest of this type, begins at `value` and ends the line. Within quotes a line feed
 * would be a part of the value.
 */
export function keepHead(row: usize, value: usize, type: i32): void {
  if (value - row > LONGEST || byteAt(value - 1) == QUOTE) return
  const head = headFor(row)
  v128.store(head, v128.load(row))
  store<u32>(head, <u32>(value - row), 16)
  store<u32>(head, type, 20)
  store<u32>(head, <u32>digitsOf(type), 24)
}

/** The head with which a row begins, or 0 where it is not known. */
export function knownHead(row: usize): usize {
  const head = headFor(row)
  const mask = (1 << load<u32>(head, 16)) - 1
  const same = <u32>i8x16.bitmask(i8x16.eq(v128.load(row), v128.load(head))) & mask
  return mask != 0 && same == mask ? head : 0
}

@inline
export function headLength(head: usize): usize {
  return <usize>load<u32>(head, 16)
}

@inline
export function headType(head: usize): i32 {
  return load<i32>(head, 20)
}

@inline
export function headDigits(head: usize): usize {
  return <usize>load<u32>(head, 24)
}

/** The line feed behind the digest at `value`; 0 where something else stands there, or nothing before `end`. */
@inline
export function lineFeedBehind(head: usize, value: usize, end: usize): usize {
  let at = value + headDigits(head)
  if (at < end && byteAt(at) == CARRIAGE_RETURN) at++
  return at < end && byteAt(at) == LINE_FEED ? at : 0
}
