import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../model/indicator.ts'
import type { PackedValues } from '../model/packed-values.ts'
import type { IndicatorColumnsBuilder, SortedGroup, SortedRows } from './indicator-columns-builder.ts'
import { SortWorkshop, type DealtValues } from './ingest/sort-workshop.ts'
import { compareEqualValues, ValueSorter } from './value-sorter.ts'
import { bucketOfValue, TALLY_BUCKETS } from './value-tally.ts'

/**
 * Sorts the rows of the columns into canonical order (semantics 8): definition, Type, DetectionFunction, Value,
 * ExpiresAt, Id; then CreatedAt, Enabled and the place, so that the order is total. `definition` must hold final ranks.
 *
 * Rows are dealt into buckets with their values: by (definition, Type, DetectionFunction), in a large set also by the
 * value's first byte. A bucket's values are then neighbours, and are sorted and put in their places where they stand.
 * To sort rows first and to fetch their values afterwards takes three times as long: each value is a wait for memory.
 *
 * In a large set the ingest kernel does it, where there is one.
 */
export function sortIndicators(
  columns: IndicatorColumnsBuilder,
  definitionCount: number,
  ingestKernel: 'on' | 'off' = 'on',
): SortedRows {
  const groupCount = definitionCount * GROUPS_PER_DEFINITION
  const isLarge = groupCount * 256 <= columns.count
  const buckets = measureBuckets(columns, definitionCount, isLarge ? 256 : 1)
  const groups = groupsOf(buckets.firstRow, isLarge ? 256 : 1)
  const workshop = isLarge && ingestKernel === 'on' ? SortWorkshop.sort(buckets) : null
  if (workshop === null) return { ...sortBuckets(columns, buckets), groups }
  const { order, values } = workshop
  sortEqualValues(columns, order, values.same)
  return { order, values, groups }
}

const GROUPS_PER_DEFINITION = INDICATOR_TYPES.length * DETECTION_FUNCTIONS.length

/** Where buckets begin. */
function measureBuckets(
  columns: IndicatorColumnsBuilder,
  definitionCount: number,
  bucketsPerGroup: 1 | 256,
): DealtValues {
  const { count, definition, type, detectionFunction, words, wordEnd, valueStart } = columns
  const bucketCount = definitionCount * GROUPS_PER_DEFINITION * bucketsPerGroup
  const firstRow = new Uint32Array(bucketCount + 1)
  const firstWord = new Uint32Array(bucketCount + 1)
  const values = { count, type, detectionFunction, words, wordEnd, valueStart, bucketsPerGroup }
  const dealt = {
    ...values,
    // Pages that nobody has written cost nothing until they are read.
    definition: definitionCount > 1 ? definition : null,
    firstRow,
    firstWord,
  }
  const counts = definitionCount === 1 && bucketsPerGroup === 256 ? columns.tally.countsOf(count) : null
  if (counts === null) {
    for (let row = 0; row < count; row++) {
      const bucket = bucketOfRow(dealt, row)
      firstRow[bucket + 1]!++
      firstWord[bucket + 1]! += valueStart[row + 1]! - valueStart[row]!
    }
  }
  for (let bucket = 0; bucket < bucketCount; bucket++) {
    firstRow[bucket + 1]! += firstRow[bucket]! + (counts?.[bucket * 2] ?? 0)
    firstWord[bucket + 1]! += firstWord[bucket]! + (counts?.[bucket * 2 + 1] ?? 0)
  }
  return dealt
}

/** The bucket that a row is dealt into; the kernel computes the same. */
function bucketOfRow(dealt: DealtValues, row: number): number {
  const { definition, type, detectionFunction, words, valueStart } = dealt
  // row < count: all columns have it; definition < definitionCount by the caller's word
  const ofFirst = bucketOfValue(type[row]!, detectionFunction[row]!, words[valueStart[row]!]!)
  const bucket = (definition?.[row] ?? 0) * TALLY_BUCKETS + ofFirst
  return dealt.bucketsPerGroup === 256 ? bucket : bucket >>> 8
}

function groupsOf(firstRow: Uint32Array, bucketsPerGroup: number): readonly SortedGroup[] {
  const groups: SortedGroup[] = []
  for (let bucket = 0; bucket + bucketsPerGroup < firstRow.length; bucket += bucketsPerGroup) {
    const from = firstRow[bucket]!
    const to = firstRow[bucket + bucketsPerGroup]!
    if (from === to) continue
    const group = bucket / bucketsPerGroup
    const kind = group % GROUPS_PER_DEFINITION
    groups.push({
      from,
      to,
      definition: Math.floor(group / GROUPS_PER_DEFINITION),
      type: Math.floor(kind / DETECTION_FUNCTIONS.length),
      detectionFunction: kind % DETECTION_FUNCTIONS.length,
    })
  }
  return groups
}

/** Rows and their values as they are dealt, and then sorted. */
type DealtRows = Pick<SortedRows, 'order' | 'values'>

/** Sorts without the kernel. */
function sortBuckets(columns: IndicatorColumnsBuilder, dealt: DealtValues): DealtRows {
  const { order, values } = deal(dealt)
  const positions = new Uint32Array(order.length)
  for (let position = 0; position < positions.length; position++) positions[position] = position
  const sorter = new ValueSorter(columns, values, order, positions)
  let start = 0
  for (const end of dealt.firstRow) {
    if (end - start > 1) {
      sorter.sort(start, end, 0)
      arrange(values, order, positions, start, end)
    }
    start = end
  }
  return { order, values }
}

/** Sorts the rows of equal values, which the kernel leaves in the order of reading. */
function sortEqualValues(columns: IndicatorColumnsBuilder, order: Uint32Array, same: Uint8Array): void {
  let next = same.indexOf(1)
  while (next >= 0) {
    let end = next + 1
    while (same[end] === 1) end++
    order.subarray(next - 1, end).sort((a, b) => compareEqualValues(columns, a, b))
    next = same.indexOf(1, end)
  }
}

/** A counting sort by bucket that carries the values along: they are read and written in the order of memory. */
function deal(dealt: DealtValues): DealtRows {
  const { count, words: from, wordEnd, valueStart } = dealt
  const nextRow = dealt.firstRow.slice()
  const nextWord = dealt.firstWord.slice()
  const order = new Uint32Array(count)
  const words = new Uint32Array(wordEnd)
  const start = new Uint32Array(count + 1)
  for (let row = 0; row < count; row++) {
    const bucket = bucketOfRow(dealt, row)
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
  return { order, values: { words, start, same: null } }
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
