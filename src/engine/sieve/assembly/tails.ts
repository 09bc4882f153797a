import { BACKSLASH, byteAt } from './bytes.ts'
import { TAILS, slot } from './slot.ts'

/**
 * Which four bytes may stand before the quote that ends a mapped key: a table of 0 and 1 by a hash of them. Most keys of a
 * record end otherwise, and then neither the quote before them nor their length is looked for. A byte for each hash, not
 * a bit: 8 KiB of the first-level cache for four instructions less at every key.
 */
const TAIL_BITS: u32 = 13
export const TAIL_BYTES: usize = 8192

/** The hash of four bytes, low byte first as they stand in memory. */
@inline
export function tailHash(tail: u32): usize {
  return <usize>((tail * 0x9e3779b1) >> (32 - TAIL_BITS))
}

function allow(tail: u32): void {
  store<u8>(slot + TAILS + tailHash(tail), 1)
}

/** Allows all tails that end in the last `known` bytes of `tail`. */
function allowEndings(tail: u32, known: u32): void {
  if (known >= 4) {
    allow(tail)
    return
  }
  const free = (4 - known) << 3
  const fixed = known == 0 ? 0 : (tail >> free) << free
  const count = (<u32>1) << free
  for (let before: u32 = 0; before < count; before++) allow(fixed | before)
}

/** Allows the tails of a key with escaped characters: the last escape, `\u0041`, may reach into the tail. */
function allowEscaped(behind: usize, length: u32): void {
  const tail = load<u32>(behind - 4)
  allowEscape(0, 0, byteAt(behind - 1))
  for (let plain: u32 = 1; plain < min<u32>(length, 4); plain++) {
    const free = (4 - plain) << 3
    allowEscape((tail >> free) << free, plain << 3, byteAt(behind - 1 - <usize>plain))
  }
}

/** Allows `fixed` with the escape of `character` before its plain bytes, with a small and with a large last digit. */
function allowEscape(fixed: u32, plainBits: u32, character: u32): void {
  const zeros: u32 = 0x3030
  const high = 0x30 + (character >> 4)
  const low = character & 15
  const small = low < 10 ? 0x30 + low : 0x57 + low
  const large = low < 10 ? small : 0x37 + low
  allow(fixed | ((zeros | (high << 16) | (small << 24)) >> plainBits))
  allow(fixed | ((zeros | (high << 16) | (large << 24)) >> plainBits))
}

/**
 * Allows the tails of a key that ends before `behind`, where a quote stands before it. In a document that is held in a
 * string, one or more backslashes stand between the key and the quote behind it; escapes are watched for by themselves.
 */
export function enterTails(behind: usize, length: u32, isNested: bool): void {
  let tail = load<u32>(behind - 4)
  let known = length + 1
  allowEndings(tail, known)
  allowEscaped(behind, length)
  if (!isNested) return
  for (let backslashes: u32 = 1; backslashes <= 4; backslashes++) {
    tail = (tail >> 8) | (BACKSLASH << 24)
    known++
    allowEndings(tail, known)
  }
}
