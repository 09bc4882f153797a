import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../model/indicator.ts'
import type { PackedValues } from '../model/packed-values.ts'
import type { IndicatorColumnsBuilder, SortedRows } from './indicator-columns-builder.ts'
import { SortWorkshop, type SortSize } from './ingest/sort-workshop.ts'
import { compareEqualValues, ValueSorter } from './value-sorter.ts'

/**
 * Sorts the rows of the columns into canonical order (semantics 8): definition, Type, DetectionFunction, Value,
 * ExpiresAt, Id; then CreatedAt, Enabled and the place, so that the order is total. `definition` must hold final ranks.
 *
 * Rows are dealt into buckets with their values: by (definition, Type, DetectionFunction), in a large set also by the
 * value's first byte. A bucket's values are then neighbours, and are sorted and put in their places where they stand.
 * To sort rows first and to fetch their values afterwards takes three times as long: each value is a wait for memory.
 */
export function sortIndicators(
  columns: IndicatorColumnsBuilder,
  definitionCount: number,
  ingestKernel: 'on' | 'off' = 'on',
): SortedRows {
  const groupCount = definitionCount * GROUPS_PER_DEFINITION
  const isLarge = groupCount * 256 <= columns.count
  const bucketOf = bucketsOf(columns, isLarge)
  const buckets = measureBuckets(columns, bucketOf, isLarge ? groupCount * 256 : groupCount)
  const workshop = isLarge && ingestKernel === 'on' ? SortWorkshop.open(sizeOf(columns, buckets)) : null
  const dealt = workshop ?? {
    values: {
      words: new Uint32Array(columns.wordEnd),
      start: new Uint32Array(columns.count + 1),
      same: null,
    },
    order: new Uint32Array(columns.count),
  }
  deal(columns, bucketOf, buckets, dealt)
  if (workshop === null) return sortBuckets(columns, dealt, buckets)
  let start = 0
  for (const end of buckets.nextRow) {
    workshop.sort(start, end)
    start = end
  }
  sortEqualValues(columns, workshop)
  return workshop
}

/** Sorts what was dealt without the kernel. */
function sortBuckets(
  columns: IndicatorColumnsBuilder,
  { values, order }: DealtRows,
  { nextRow }: Buckets,
): SortedRows {
  const positions = new Uint32Array(order.length)
  for (let position = 0; position < positions.length; position++) positions[position] = position
  const sorter = new ValueSorter(columns, values, order, positions)
  let start = 0
  for (const end of nextRow) {
    if (end - start > 1) {
      sorter.sort(start, end, 0)
      arrange(values, order, positions, start, end)
    }
    start = end
  }
  return { order, values }
}

/** Sorts the rows of equal values, which the kernel leaves in the order of reading. */
function sortEqualValues(columns: IndicatorColumnsBuilder, { order, values: { same } }: SortWorkshop): void {
  let next = same.indexOf(1)
  while (next >= 0) {
    let end = next + 1
    while (same[end] === 1) end++
    order.subarray(next - 1, end).sort((a, b) => compareEqualValues(columns, a, b))
    next = same.indexOf(1, end)
  }
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

/** Where rows and their values go, bucket by bucket. */
interface DealtRows {
  readonly order: Uint32Array
  readonly values: PackedValues
}

/** By bucket: where its next row and word go. When all are dealt, each has moved to the bucket's end. */
interface Buckets {
  readonly nextRow: Uint32Array
  readonly nextWord: Uint32Array
}

function measureBuckets(
  { count, valueStart }: IndicatorColumnsBuilder,
  bucketOf: Uint32Array,
  bucketCount: number,
): Buckets {
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
  return { nextRow: nextRow.subarray(0, -1), nextWord: nextWord.subarray(0, -1) }
}

function sizeOf({ count, wordEnd }: IndicatorColumnsBuilder, { nextRow, nextWord }: Buckets): SortSize {
  let mostRows = count - (nextRow.at(-1) ?? 0)
  let mostWords = wordEnd - (nextWord.at(-1) ?? 0)
  for (let bucket = 1; bucket < nextRow.length; bucket++) {
    mostRows = Math.max(mostRows, nextRow[bucket]! - nextRow[bucket - 1]!)
    mostWords = Math.max(mostWords, nextWord[bucket]! - nextWord[bucket - 1]!)
  }
  return { rows: count, words: wordEnd, mostRows, mostWords }
}

/** A counting sort by bucket that carries the values along: they are read and written in the order of memory. */
function deal(
  { count, words: from, wordEnd, valueStart }: IndicatorColumnsBuilder,
  bucketOf: Uint32Array,
  { nextRow, nextWord }: Buckets,
  { order, values: { words, start } }: DealtRows,
): void {
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
