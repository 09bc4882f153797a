import { textKey } from './hash.ts'
import { enqueue } from './probe.ts'
import { line } from './record.ts'
import { filters } from './slot.ts'

/**
 * StartWith, EndWith and Contains, in two levels. One filter per type and function, 16 bytes each:
 *
 *   u32 offset of a bitset | u32 shift | u32 gram | u32 classes
 *
 * A pattern has a class, the longest of ten lengths that is not longer than itself. Its first bytes of that length (for
 * EndWith its last) are a gram, which becomes a key among those of Equals: level two. Level one is a bitset over the first
 * `gram` bytes of all grams, at most eight; a miss there, one load in a small table, is the usual end.
 * Nothing is too short: a pattern of one byte is a gram of one byte.
 */
const AFFIXES: usize = 64
const AFFIX_BYTES: usize = 16
const FUNCTIONS: u32 = 3

export const START_WITH: u32 = 0
export const END_WITH: u32 = 1
export const CONTAINS: u32 = 2

const CLASS_COUNT: u32 = 10
const MIX: u64 = 0x9e3779b97f4a7c15

/** Length of the grams of a class: 1, 2, 3, 4, 6, 8, 12, 16, 24, 32. */
@inline
function classLength(index: u32): usize {
  if (index < 3) return <usize>(index + 1)
  const power = <usize>4 << ((index - 3) >> 1)
  return (index - 3) & 1 ? power + (power >> 1) : power
}

function classOf(length: usize): u32 {
  let index: u32 = CLASS_COUNT - 1
  while (index > 0 && classLength(index) > length) index--
  return index
}

@inline
function filterOf(type: u32, fn: u32): usize {
  return filters + AFFIXES + <usize>(type * FUNCTIONS + fn) * AFFIX_BYTES
}

@inline
function whatOf(type: u32, fn: u32, index: u32): u32 {
  return 1 + (type * FUNCTIONS + fn) * CLASS_COUNT + index
}

/** The bytes of a gram of level one. */
@inline
function gramMask(gram: u32): u64 {
  return ~(<u64>0) >> (64 - (gram << 3))
}

@inline
function isSet(bits: usize, shift: u64, gram: u64): bool {
  const bit = <usize>((gram * MIX) >> shift)
  return ((<u32>load<u8>(bits + (bit >> 3)) >> (<u32>bit & 7)) & 1) != 0
}

/** True where any pattern of the type is no Equals. */
@inline
export function hasAffixes(type: u32): bool {
  const first = filterOf(type, START_WITH)
  return (load<u32>(first, 12) | load<u32>(first, 28) | load<u32>(first, 44)) != 0
}

/** Asks about the canonical text of a value. At least 8 bytes behind it must be readable. */
export function askAffixes(type: u32, text: usize, length: usize): void {
  const startWith = filterOf(type, START_WITH)
  const endWith = filterOf(type, END_WITH)
  const contains = filterOf(type, CONTAINS)
  if (load<u32>(startWith, 12) != 0) askStart(startWith, type, START_WITH, text, text + length)
  if (load<u32>(endWith, 12) != 0) askEnd(endWith, type, text, length)
  if (load<u32>(contains, 12) != 0) {
    const behind = text + length
    const gram = load<u32>(contains, 8)
    const mask = gramMask(gram)
    const bits = filters + <usize>load<u32>(contains)
    const shift = <u64>load<u32>(contains, 4)
    for (let at = text; at + <usize>gram <= behind; at++) {
      if (isSet(bits, shift, load<u64>(at) & mask)) askGrams(contains, type, CONTAINS, at, behind)
    }
  }
}

function askStart(filter: usize, type: u32, fn: u32, text: usize, behind: usize): void {
  const gram = load<u32>(filter, 8)
  if (behind - text < <usize>gram) return
  const bits = filters + <usize>load<u32>(filter)
  if (isSet(bits, <u64>load<u32>(filter, 4), load<u64>(text) & gramMask(gram))) {
    askGrams(filter, type, fn, text, behind)
  }
}

/** Level two for the grams that begin at `text`. */
function askGrams(filter: usize, type: u32, fn: u32, text: usize, behind: usize): void {
  let classes = load<u32>(filter, 12)
  while (classes != 0) {
    const index = <u32>ctz(classes)
    const length = classLength(index)
    if (length > behind - text) return
    enqueue(textKey(text, length, whatOf(type, fn, index)), line)
    classes &= classes - 1
  }
}

function askEnd(filter: usize, type: u32, text: usize, length: usize): void {
  const gram = load<u32>(filter, 8)
  if (length < <usize>gram) return
  const behind = text + length
  const bits = filters + <usize>load<u32>(filter)
  if (!isSet(bits, <u64>load<u32>(filter, 4), load<u64>(behind - gram) & gramMask(gram))) return
  let classes = load<u32>(filter, 12)
  while (classes != 0) {
    const index = <u32>ctz(classes)
    const size = classLength(index)
    if (size > length) return
    enqueue(textKey(behind - size, size, whatOf(type, END_WITH, index)), line)
    classes &= classes - 1
  }
}

/**
 * Enters patterns into level one and writes their keys. `offsets` are `count + 1` u32 that begin anywhere; the bytes
 * at `bytes` begin with the first pattern's. The filter's gram and classes must fit all patterns.
 */
export function enterAffixes(
  type: u32,
  fn: u32,
  bytes: usize,
  offsets: usize,
  count: u32,
  out: usize,
): void {
  const filter = filterOf(type, fn)
  const gram = <usize>load<u32>(filter, 8)
  const mask = gramMask(<u32>gram)
  const shift = <u64>load<u32>(filter, 4)
  const bits = filters + <usize>load<u32>(filter)
  const base = load<u32>(offsets)
  for (let i: usize = 0; i < <usize>count; i++) {
    const from = bytes + <usize>(load<u32>(offsets + (i << 2)) - base)
    const to = bytes + <usize>(load<u32>(offsets + (i << 2), 4) - base)
    const index = classOf(to - from)
    const key = fn == END_WITH ? to - classLength(index) : from
    const short = load<u64>(fn == END_WITH ? to - gram : from) & mask
    const bit = <usize>((short * MIX) >> shift)
    store<u8>(bits + (bit >> 3), <u8>(<u32>load<u8>(bits + (bit >> 3)) | (1 << (<u32>bit & 7))))
    store<u64>(out + (i << 3), textKey(key, classLength(index), whatOf(type, fn, index)))
  }
}
