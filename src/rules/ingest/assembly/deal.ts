/**
 * Deals values into buckets, as a counting sort does: where each bucket's next value goes is known. A piece of the columns
 * is brought near by JavaScript; what is far apart is only written to.
 */

/** Five types, four functions. */
const GROUPS_PER_DEFINITION: usize = 20

/** By bucket: position and word of the next value. */
let nextRow: usize = 0
let nextWord: usize = 0
/** Where the values go, as in `sort.ts`. */
let words: usize = 0
let starts: usize = 0
let rows: usize = 0

/** Says where buckets and values stand. */
export function useBuckets(nextRowAt: usize, nextWordAt: usize, wordsAt: usize, startsAt: usize, rowsAt: usize): void {
  nextRow = nextRowAt
  nextWord = nextWordAt
  words = wordsAt
  starts = startsAt
  rows = rowsAt
}

/**
 * Deals `count` values from row `row` on. Their definitions, types and functions stand in columns of their own, `ends` has the
 * word of the column at which each value begins, and one more, and `piece` the words themselves. The bucket of a value is
 * what `../../sort-indicators.ts` counted it in.
 */
export function dealValues(
  count: usize,
  row: u32,
  definitions: usize,
  types: usize,
  functions: usize,
  ends: usize,
  piece: usize,
): void {
  const first = load<u32>(ends)
  for (let i: usize = 0; i < count; i++) {
    const from = load<u32>(ends + (i << 2))
    const size = <usize>(load<u32>(ends + (i << 2), 4) - from)
    const value = piece + (<usize>(from - first) << 2)
    const kind = (<usize>load<u8>(types + i) << 2) + <usize>load<u8>(functions + i)
    const group = <usize>load<u32>(definitions + (i << 2)) * GROUPS_PER_DEFINITION + kind
    const bucket = ((group << 8) | <usize>load<u8>(value, 3)) << 2
    const position = <usize>load<u32>(nextRow + bucket) << 2
    const to = <usize>load<u32>(nextWord + bucket)
    store<u32>(nextRow + bucket, load<u32>(nextRow + bucket) + 1)
    store<u32>(nextWord + bucket, <u32>(to + size))
    store<u32>(rows + position, row + <u32>i)
    store<u32>(starts + position, <u32>to)
    copyWords(value, words + (to << 2), size << 2)
  }
}

/**
 * Copies so many bytes of whole words. Digests, whatever their length, and most names take two vectors, which overlap: no
 * processor foresees which kind comes next.
 */
@inline
export function copyWords(from: usize, to: usize, size: usize): void {
  if (size - 16 <= 16) {
    const first = v128.load(from)
    const last = v128.load(from + size - 16)
    v128.store(to, first)
    v128.store(to + size - 16, last)
    return
  }
  let i: usize = 0
  for (; i + 16 <= size; i += 16) v128.store(to + i, v128.load(from + i))
  for (; i < size; i += 4) store<u32>(to + i, load<u32>(from + i))
}
