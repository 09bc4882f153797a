import type { PatternGroups } from './pattern-groups.ts'

/**
 * Rows by bucket: a counting sort, then a sort by content inside each bucket.
 *
 * A hash set here is a directory of `bucketCount + 1` offsets into keys that stand bucket by bucket. Against open
 * addressing it needs no empty slots, is verified by one walk, and its worst case is a binary search, not a chain:
 * a bucket's keys are sorted.
 */
export interface BucketOrder {
  /** Rows, bucket by bucket. */
  readonly order: Uint32Array
  /** Where each bucket ends in `order`. */
  readonly end: Uint32Array
}

// Small buckets (two keys on average) are sorted in place; only crafted or very frequent values fill larger ones.
export const INSERTION_SORT_LIMIT = 12

/** Rows `0 .. bucketOfRow.length - 1` by (bucket, row); every bucket is below the count. */
export function orderByBucket(bucketOfRow: Uint32Array, bucketCount: number): BucketOrder {
  const count = bucketOfRow.length
  const end = new Uint32Array(bucketCount + 1)
  for (let row = 0; row < count; row += 1) end[bucketOfRow[row]! + 1]! += 1 // row < count, bucket < bucketCount
  for (let bucket = 0; bucket < bucketCount; bucket += 1) end[bucket + 1]! += end[bucket]!
  // Here `end[b]` is where bucket b starts; it counts up to where the bucket ends.
  const order = new Uint32Array(count)
  for (let row = 0; row < count; row += 1) {
    const bucket = bucketOfRow[row]!
    order[end[bucket]!] = row
    end[bucket]! += 1
  }
  return { order, end: end.subarray(0, bucketCount) }
}

/** Sorts the rows of every bucket by (`compare`, row). */
export function sortBuckets(
  { order, end }: BucketOrder,
  compare: (left: number, right: number) => number,
): void {
  let start = 0
  for (let bucket = 0; bucket < end.length; bucket += 1) {
    const stop = end[bucket]!
    if (stop - start > 1) sortRows(order, start, stop, compare)
    start = stop
  }
}

/** Offsets of the patterns of each bucket, from where buckets and patterns lie in the same order of rows. */
export function buildDirectory(end: Uint32Array, { patternCount, start }: PatternGroups): Uint32Array {
  const directory = new Uint32Array(end.length + 1)
  let pattern = 0
  for (let bucket = 0; bucket < end.length; bucket += 1) {
    while (pattern < patternCount && start[pattern]! < end[bucket]!) pattern += 1
    directory[bucket + 1] = pattern
  }
  return directory
}

function sortRows(
  order: Uint32Array,
  start: number,
  end: number,
  compare: (left: number, right: number) => number,
): void {
  if (end - start > INSERTION_SORT_LIMIT) {
    order.subarray(start, end).sort((left, right) => compare(left, right) || left - right)
    return
  }
  for (let i = start + 1; i < end; i += 1) {
    const row = order[i]! // i < end
    let hole = i
    for (; hole > start && compare(order[hole - 1]!, row) > 0; hole -= 1) order[hole] = order[hole - 1]!
    order[hole] = row
  }
}

/** The power of two that leaves one to two keys per bucket: 2 to 4 bytes of directory each. */
export function bucketCountFor(keyCount: number): number {
  let bucketCount = 1
  while (bucketCount * 2 < keyCount) bucketCount *= 2
  return bucketCount
}
