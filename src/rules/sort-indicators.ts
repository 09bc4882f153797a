import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../model/indicator.ts'
import type { IndicatorColumnsBuilder } from './indicator-columns-builder.ts'

/**
 * The rows of the columns in canonical order (semantics 8): definition, Type, DetectionFunction, Value, ExpiresAt, Id;
 * then CreatedAt, Enabled and the place, so that the order is total. `definition` must hold final ranks.
 *
 * Rows are first dealt into groups of (definition, Type, DetectionFunction). In a group, a 64-bit key packs the next
 * six characters of the value, six bits each, above the row number, and the typed array sorts natively, without a
 * comparator. Runs of equal characters are sorted by the six after them, and so on to the values' ends.
 */
export function sortIndicators(columns: IndicatorColumnsBuilder, definitionCount: number): Uint32Array {
  const order = new Uint32Array(columns.count)
  const groupEnds = dealIntoGroups(columns, definitionCount, order)
  const sorter = new ValueSorter(columns, order)
  let start = 0
  for (const end of groupEnds) {
    if (end - start > 1) sorter.sort(start, end, 0)
    start = end
  }
  return order
}

const GROUPS_PER_DEFINITION = INDICATOR_TYPES.length * DETECTION_FUNCTIONS.length

/** Counting sort by group; returns where each group ends in `order`. */
function dealIntoGroups(
  columns: IndicatorColumnsBuilder,
  definitionCount: number,
  order: Uint32Array,
): Uint32Array {
  const { count, definition, type, detectionFunction } = columns
  const groupOf = new Uint32Array(count)
  const next = new Uint32Array(definitionCount * GROUPS_PER_DEFINITION + 1)
  for (let i = 0; i < count; i++) {
    // i < count: all three columns have the row; definition < definitionCount by the caller's word.
    const group =
      definition[i]! * GROUPS_PER_DEFINITION + type[i]! * DETECTION_FUNCTIONS.length + detectionFunction[i]!
    groupOf[i] = group
    next[group + 1] = next[group + 1]! + 1
  }
  for (let group = 1; group < next.length; group++) next[group] = next[group]! + next[group - 1]!
  for (let i = 0; i < count; i++) {
    const group = groupOf[i]!
    order[next[group]!] = i
    next[group] = next[group]! + 1
  }
  return next.subarray(0, -1) // each start has moved to its group's end
}

/** Characters per key: 6 × 6 bits = 36, which leaves 28 bits of a 64-bit key for the position: 268 million rows. */
const KEY_CHARACTERS = 6
const POSITION_BITS = 28
const POSITION_MASK = 2 ** POSITION_BITS - 1
/** Shorter runs are sorted by insertion: packing keys costs more. */
const SHORT_RUN = 24

/** Order-preserving 6-bit codes of the characters of canonical values; 0 is the end of a value. */
const CODES: Uint8Array = codesOf('-.0123456789:_abcdefghijklmnopqrstuvwxyz')

function codesOf(alphabet: string): Uint8Array {
  const codes = new Uint8Array(256)
  for (let i = 0; i < alphabet.length; i++) codes[alphabet.charCodeAt(i)] = i + 1
  return codes
}

class ValueSorter {
  readonly #columns: IndicatorColumnsBuilder
  readonly #order: Uint32Array

  constructor(columns: IndicatorColumnsBuilder, order: Uint32Array) {
    this.#columns = columns
    this.#order = order
  }

  /** Sorts `order[start, end)`, whose values agree in their first `depth` characters. */
  sort(start: number, end: number, depth: number): void {
    if (end - start <= SHORT_RUN) {
      this.#sortShort(start, end, depth)
      return
    }
    const keys = this.#packKeys(start, end, depth)
    keys.whole.sort()
    this.#applyKeys(start, keys.halves)
    this.#sortRuns(start, end, depth, keys.halves)
  }

  #sortShort(start: number, end: number, depth: number): void {
    const order = this.#order
    for (let i = start + 1; i < end; i++) {
      const row = order[i]! // start < i < end <= order.length
      let j = i
      while (j > start && this.#compare(order[j - 1]!, row, depth) > 0) {
        order[j] = order[j - 1]!
        j--
      }
      order[j] = row
    }
  }

  /** One key per row: the high half has the first 32 bits of the characters, the low half the last 4 and the position. */
  #packKeys(start: number, end: number, depth: number): { whole: BigUint64Array; halves: Uint32Array } {
    const { valueOffset, valueBytes } = this.#columns
    const order = this.#order
    const whole = new BigUint64Array(end - start)
    const halves = new Uint32Array(whole.buffer)
    for (let i = start; i < end; i++) {
      const row = order[i]! // start <= i < end <= order.length; rows lie inside the columns
      let at = valueOffset[row]! + depth
      const to = valueOffset[row + 1]!
      let high = 0
      for (let k = 0; k < 5; k++, at++) high = (high << 6) | (at < to ? CODES[valueBytes[at]!]! : 0)
      const sixth = at < to ? CODES[valueBytes[at]!]! : 0
      const position = i - start
      const slot = position * 2
      halves[slot + HIGH_HALF] = (high << 2) | (sixth >>> 4)
      halves[slot + LOW_HALF] = ((sixth & 15) << POSITION_BITS) | position
    }
    return { whole, halves }
  }

  #applyKeys(start: number, halves: Uint32Array): void {
    const order = this.#order
    const count = halves.length / 2
    const rows = order.slice(start, start + count)
    for (let i = 0; i < count; i++) order[start + i] = rows[halves[i * 2 + LOW_HALF]! & POSITION_MASK]!
  }

  /** Sorts each run of equal characters by what follows them, or by the other columns where the values end. */
  #sortRuns(start: number, end: number, depth: number, halves: Uint32Array): void {
    let runStart = start
    for (let i = start + 1; i <= end; i++) {
      const slot = (i - start) * 2
      const isSame =
        i < end &&
        halves[slot + HIGH_HALF] === halves[slot - 2 + HIGH_HALF] &&
        halves[slot + LOW_HALF]! >>> POSITION_BITS === halves[slot - 2 + LOW_HALF]! >>> POSITION_BITS
      if (isSame) continue
      if (i - runStart > 1) this.#sortRun(runStart, i, depth + KEY_CHARACTERS)
      runStart = i
    }
  }

  #sortRun(start: number, end: number, depth: number): void {
    const { valueOffset } = this.#columns
    const row = this.#order[start]!
    const hasMore = valueOffset[row]! + depth <= valueOffset[row + 1]!
    if (hasMore) this.sort(start, end, depth)
    else this.#order.subarray(start, end).sort((a, b) => this.#compareRest(a, b))
  }

  #compare(a: number, b: number, depth: number): number {
    const { valueOffset, valueBytes } = this.#columns
    const aEnd = valueOffset[a + 1]!
    const bEnd = valueOffset[b + 1]!
    let i = valueOffset[a]! + depth
    let j = valueOffset[b]! + depth
    for (; i < aEnd && j < bEnd; i++, j++) {
      const difference = valueBytes[i]! - valueBytes[j]!
      if (difference !== 0) return difference
    }
    return aEnd - i - (bEnd - j) || this.#compareRest(a, b)
  }

  /** Orders rows of equal values: ExpiresAt, Id, CreatedAt, Enabled, place. */
  #compareRest(a: number, b: number): number {
    const { expiresAt, createdAt, id, enabled, sourceFile, sourceLine, sourceColumn } = this.#columns
    return (
      (expiresAt === null ? 0 : compareValues(expiresAt[a]!, expiresAt[b]!)) ||
      (id === null ? 0 : compareValues(id[a]!, id[b]!)) ||
      (createdAt === null ? 0 : compareValues(createdAt[a]!, createdAt[b]!)) ||
      enabled[b]! - enabled[a]! ||
      sourceFile[a]! - sourceFile[b]! ||
      sourceLine[a]! - sourceLine[b]! ||
      sourceColumn[a]! - sourceColumn[b]!
    )
  }
}

const IS_LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1
const LOW_HALF = IS_LITTLE_ENDIAN ? 0 : 1
const HIGH_HALF = 1 - LOW_HALF

function compareValues<Value extends number | bigint>(a: Value, b: Value): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
