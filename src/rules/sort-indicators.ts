import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../model/indicator.ts'
import type { PackedValues } from '../model/packed-values.ts'
import type { IndicatorColumnsBuilder, SortedRows } from './indicator-columns-builder.ts'
import { ValueSorter } from './value-sorter.ts'

/**
 * Sorts the rows of the columns into canonical order (semantics 8): definition, Type, DetectionFunction, Value,
 * ExpiresAt, Id; then CreatedAt, Enabled and the place, so that the order is total. `definition` must hold final ranks.
 *
 * Rows are dealt into buckets with their values: by (definition, Type, DetectionFunction), in a large set also by the
 * value's first byte. A bucket's values are then neighbours, and are sorted and put in their places where they stand.
 * To sort rows first and to fetch their values afterwards takes three times as long: each value is a wait for memory.
 */
export function sortIndicators(columns: IndicatorColumnsBuilder, definitionCount: number): SortedRows {
  const groupCount = definitionCount * GROUPS_PER_DEFINITION
  const isLarge = groupCount * 256 <= columns.count
  const bucketOf = bucketsOf(columns, isLarge)
  const { order, values, ends } = deal(columns, bucketOf, isLarge ? groupCount * 256 : groupCount)
  const positions = new Uint32Array(order.length)
  for (let position = 0; position < positions.length; position++) positions[position] = position
  const sorter = new ValueSorter(columns, values, order, positions)
  let start = 0
  for (const end of ends) {
    if (end - start > 1) {
      sorter.sort(start, end, 0)
      arrange(values, order, positions, start, end)
    }
    start = end
  }
  return { order, values }
}

const GROUPS_PER_DEFINITION = INDICATOR_TYPES.length * DETECTION_FUNCTIONS.length

function bucketsOf(columns: IndicatorColumnsBuilder, isLarge: boolean): Uint32Array {
  const { count, definition, type, detectionFunction, words, valueStart } = columns
  const bucketOf = new Uint32Array(count)
  for (let row = 0; row < count; row++) {
    // row < count: all columns have it
    const group =
      definition[row]! * GROUPS_PER_DEFINITION +
      type[row]! * DETECTION_FUNCTIONS.length +
      detectionFunction[row]!
    bucketOf[row] = isLarge ? group * 256 + (words[valueStart[row]!]! >>> 24) : group
  }
  return bucketOf
}

/** Rows and their values, bucket by bucket, and where each bucket ends. */
interface DealtRows extends SortedRows {
  readonly ends: Uint32Array
}

/** A counting sort by bucket that carries the values along: they are read and written in the order of memory. */
function deal(columns: IndicatorColumnsBuilder, bucketOf: Uint32Array, bucketCount: number): DealtRows {
  const { count, words: from, wordEnd, valueStart } = columns
  const nextRow = new Uint32Array(bucketCount + 1)
  const nextWord = new Uint32Array(bucketCount + 1)
  for (let row = 0; row < count; row++) {
    const bucket = bucketOf[row]! + 1 // definition < definitionCount by the caller's word
    nextRow[bucket] = nextRow[bucket]! + 1
    nextWord[bucket] = nextWord[bucket]! + valueStart[row + 1]! - valueStart[row]!
  }
  for (let bucket = 1; bucket <= bucketCount; bucket++) {
    nextRow[bucket] = nextRow[bucket]! + nextRow[bucket - 1]!
    nextWord[bucket] = nextWord[bucket]! + nextWord[bucket - 1]!
  }
  const order = new Uint32Array(count)
  const words = new Uint32Array(wordEnd)
  const start = new Uint32Array(count + 1)
  for (let row = 0; row < count; row++) {
    const bucket = bucketOf[row]!
    const position = nextRow[bucket]!
    let to = nextWord[bucket]!
    nextRow[bucket] = position + 1
    order[position] = row
    start[position] = to
    const end = valueStart[row + 1]!
    for (let word = valueStart[row]!; word < end; word++) words[to++] = from[word]!
    nextWord[bucket] = to
  }
  start[count] = wordEnd
  return { order, values: { words, start }, ends: nextRow.subarray(0, -1) } // each start has moved to its bucket's end
}

/** Puts rows and values of a bucket into the order of `positions[from, to)`. */
function arrange(
  { words, start }: PackedValues,
  order: Uint32Array,
  positions: Uint32Array,
  from: number,
  to: number,
): void {
  const rows = order.slice(from, to)
  const starts = start.slice(from, to + 1)
  const first = starts[0]!
  const values = words.slice(first, starts[to - from])
  let next = first
  for (let i = from; i < to; i++) {
    const position = positions[i]! - from
    order[i] = rows[position]! // positions of a bucket lie in it
    start[i] = next
    const end = starts[position + 1]! - first
    for (let word = starts[position]! - first; word < end; word++) words[next++] = values[word]!
  }
}
