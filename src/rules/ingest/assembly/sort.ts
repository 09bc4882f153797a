/**
 * Sorts values where they stand. JavaScript deals them into buckets by kind and first byte; a bucket lies in the second-level
 * cache, so that its values are fetched from afar once.
 *
 *   words    the values, one after the other     starts   word at which each begins, and one more
 *   rows     a number that goes with each        same     1 where a value equals the one before it
 */
import { copyWords } from './deal.ts'
import { sortWords } from './radix.ts'

let words: usize = 0
let starts: usize = 0
let rows: usize = 0
let same: usize = 0
/** Of the bucket at hand: what is sorted and room for as much, and its columns as they were. */
let numbers: usize = 0
let spare: usize = 0
let oldWords: usize = 0
let oldStarts: usize = 0
let oldRows: usize = 0
/** The bucket's first position. */
let base: usize = 0

/** Says where the values stand, and where a bucket of at most `most` values can be copied to. */
export function useValues(wordsAt: usize, startsAt: usize, rowsAt: usize, sameAt: usize, room: usize, most: usize): void {
  words = wordsAt
  starts = startsAt
  rows = rowsAt
  same = sameAt
  numbers = room
  spare = numbers + (most << 3)
  oldRows = spare + (most << 3)
  oldStarts = oldRows + (most << 2)
  oldWords = oldStarts + ((most + 2) << 2)
}

/** Sorts the values `[from, to)`. Equal ones stay in their order. */
export function sortValues(from: usize, to: usize): void {
  if (to - from < 2) return
  base = from
  const count = to - from
  for (let i: usize = 0; i < count; i++) store<u64>(numbers + (i << 3), (<u64>wordOf(i, 0) << 32) | i)
  sortRange(0, count, 0)
  arrange(count)
}

/** Sorts numbers `[from, to)`, whose values agree in their first `depth` words, and whose upper halves are the next one. */
function sortRange(from: usize, to: usize, depth: usize): void {
  sortWords(numbers, from, to, spare, 0)
  let first = from
  for (let i = from + 1; i <= to; i++) {
    if (i < to && load<u32>(numbers + (i << 3), 4) == load<u32>(numbers + (first << 3), 4)) continue
    // Behind a value's end stands 0, which is a word of digests as well.
    if (i - first > 1 && lengthOf(<usize>load<u32>(numbers + (first << 3))) > depth) sortDeeper(first, i, depth + 1)
    first = i
  }
}

/** Sorts them by the word behind that one: `depth` words agree, and the upper halves are still those before. */
function sortDeeper(from: usize, to: usize, depth: usize): void {
  for (let i = from; i < to; i++) {
    const at = numbers + (i << 3)
    store<u32>(at, wordOf(<usize>load<u32>(at), depth), 4)
  }
  sortRange(from, to, depth)
}

@inline
function startOf(value: usize): usize {
  return <usize>load<u32>(starts + ((base + value) << 2))
}

@inline
function lengthOf(value: usize): usize {
  return startOf(value + 1) - startOf(value)
}

/** A word of a value; 0 behind its end. */
@inline
function wordOf(value: usize, depth: usize): u32 {
  const at = startOf(value) + depth
  return at < startOf(value + 1) ? load<u32>(words + (at << 2)) : 0
}

/** Puts the bucket into the order of the numbers. */
function arrange(count: usize): void {
  const first = startOf(0)
  memory.copy(oldStarts, starts + (base << 2), (count + 1) << 2)
  memory.copy(oldRows, rows + (base << 2), count << 2)
  memory.copy(oldWords, words + (first << 2), (startOf(count) - first) << 2)
  let to = words + (first << 2)
  let before: usize = 0
  // Values that are the same were sorted by the same words up to the last.
  let wordBefore: u32 = 0
  for (let i: usize = 0; i < count; i++) {
    const value = <usize>load<u32>(numbers + (i << 3))
    const word = load<u32>(numbers + (i << 3), 4)
    const from = oldWords + ((<usize>load<u32>(oldStarts + (value << 2)) - first) << 2)
    const size = oldWords + ((<usize>load<u32>(oldStarts + (value << 2), 4) - first) << 2) - from
    store<u32>(rows + ((base + i) << 2), load<u32>(oldRows + (value << 2)))
    store<u32>(starts + ((base + i) << 2), <u32>((to - words) >> 2))
    copyWords(from, to, size)
    if (i > 0 && word == wordBefore) store<u8>(same + base + i, areSame(before, to, size))
    wordBefore = word
    before = to
    to += size
  }
}

/** Whether the value at `before`, which ends where the one at `at` begins, is as long as that one and has its words. */
@inline
function areSame(before: usize, at: usize, size: usize): bool {
  if (at - before != size) return false
  for (let i: usize = 0; i < size; i += 4) if (load<u32>(before + i) != load<u32>(at + i)) return false
  return true
}
