import type { PackedValues } from '../model/packed-values.ts'
import { HIGH_HALF, LOW_HALF } from '../model/word-halves.ts'
import type { IndicatorColumnsBuilder } from './indicator-columns-builder.ts'

/** Shorter runs are sorted by insertion: packing keys costs more. */
const SHORT_RUN = 24

/**
 * Sorts positions of values by the values, then by the other columns of their rows.
 *
 * A 64-bit key packs the next word of a value above its position, and the typed array sorts natively, without a
 * comparator. Runs of equal words are sorted by the word after it, and so on to the values' ends.
 */
export class ValueSorter {
  readonly #columns: IndicatorColumnsBuilder
  readonly #values: PackedValues
  /** Row of each position. */
  readonly #rows: Uint32Array
  /** What is sorted. */
  readonly #positions: Uint32Array
  #keys = new BigUint64Array(1024)

  constructor(
    columns: IndicatorColumnsBuilder,
    values: PackedValues,
    rows: Uint32Array,
    positions: Uint32Array,
  ) {
    this.#columns = columns
    this.#values = values
    this.#rows = rows
    this.#positions = positions
  }

  /** Sorts `positions[start, end)`, whose values agree in their first `depth` words. */
  sort(start: number, end: number, depth: number): void {
    if (end - start <= SHORT_RUN) {
      this.#sortShort(start, end, depth)
      return
    }
    // The outermost call may use the shared keys: it has read all of them before it goes deeper.
    const count = end - start
    if (this.#keys.length < count) this.#keys = new BigUint64Array(count * 2)
    const keys = depth === 0 ? this.#keys.subarray(0, count) : new BigUint64Array(count)
    const halves = new Uint32Array(keys.buffer, 0, count * 2)
    this.#packKeys(start, end, depth, halves)
    keys.sort()
    for (let i = 0; i < count; i++) this.#positions[start + i] = halves[i * 2 + LOW_HALF]!
    this.#sortRuns(start, end, depth, halves)
  }

  #sortShort(start: number, end: number, depth: number): void {
    const positions = this.#positions
    for (let i = start + 1; i < end; i++) {
      const position = positions[i]! // start < i < end <= positions.length
      let j = i
      while (j > start && this.#compare(positions[j - 1]!, position, depth) > 0) {
        positions[j] = positions[j - 1]!
        j--
      }
      positions[j] = position
    }
  }

  /** One key per position: its high half is the next word of the value, 0 behind its end, and its low half the position. */
  #packKeys(from: number, to: number, depth: number, halves: Uint32Array): void {
    const { start, words } = this.#values
    const positions = this.#positions
    for (let i = from, slot = 0; i < to; i++, slot += 2) {
      const position = positions[i]! // from <= i < to <= positions.length; positions lie inside the values
      const word = start[position]! + depth
      halves[slot + HIGH_HALF] = word < start[position + 1]! ? words[word]! : 0
      halves[slot + LOW_HALF] = position
    }
  }

  /** Sorts each run of equal words by what follows them, or by the other columns where the values end. */
  #sortRuns(start: number, end: number, depth: number, halves: Uint32Array): void {
    let runStart = start
    for (let i = start + 1; i <= end; i++) {
      const slot = (i - start) * 2
      if (i < end && halves[slot + HIGH_HALF] === halves[slot - 2 + HIGH_HALF]) continue
      if (i - runStart > 1) this.#sortRun(runStart, i, depth + 1)
      runStart = i
    }
  }

  #sortRun(from: number, to: number, depth: number): void {
    const { start } = this.#values
    const position = this.#positions[from]!
    // Behind a value that ends here another one may go on.
    const hasMore = start[position]! + depth <= start[position + 1]!
    if (hasMore) this.sort(from, to, depth)
    else this.#positions.subarray(from, to).sort((a, b) => this.#compareRest(a, b))
  }

  /** Compares the words from `depth` on: a value that is the beginning of another stands before it. */
  #compare(a: number, b: number, depth: number): number {
    const { start, words } = this.#values
    const aEnd = start[a + 1]!
    const bEnd = start[b + 1]!
    let i = start[a]! + depth
    let j = start[b]! + depth
    for (; i < aEnd && j < bEnd; i++, j++) {
      if (words[i] !== words[j]) return words[i]! - words[j]!
    }
    return aEnd - i - (bEnd - j) || this.#compareRest(a, b)
  }

  #compareRest(left: number, right: number): number {
    return compareEqualValues(this.#columns, this.#rows[left]!, this.#rows[right]!)
  }
}

/** Orders two rows of equal values: ExpiresAt, Id, CreatedAt, Enabled, place. */
export function compareEqualValues(columns: IndicatorColumnsBuilder, a: number, b: number): number {
  const { expiresAt, createdAt, id, enabled, places } = columns
  return (
    (expiresAt === null ? 0 : compareNumbers(expiresAt[a]!, expiresAt[b]!)) ||
    (id === null ? 0 : compareNumbers(id[a]!, id[b]!)) ||
    (createdAt === null ? 0 : compareNumbers(createdAt[a]!, createdAt[b]!)) ||
    enabled[b]! - enabled[a]! ||
    places.fileOf(a) - places.fileOf(b) ||
    places.lineOf(a) - places.lineOf(b) ||
    places.columnOf(a) - places.columnOf(b)
  )
}

function compareNumbers<Value extends number | bigint>(a: Value, b: Value): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
