import { expect, test } from 'vitest'
import {
  bucketCountFor,
  buildDirectory,
  orderByBucket,
  sortBuckets,
} from '../../../src/engine/bucket-order.ts'

test('rows are listed bucket by bucket, and in their own order inside a bucket', () => {
  const { order, end } = orderByBucket(Uint32Array.of(2, 0, 2, 1, 0), 4)

  expect(Array.from(order)).toEqual([1, 4, 3, 0, 2])
  expect(Array.from(end)).toEqual([2, 3, 5, 5])
})

test.each([4, 40])(
  'buckets of %i rows are sorted by content, each for itself, and rows of equal content stay in order',
  (size) => {
    const rows = Array.from({ length: 2 * size }, (_, row) => row)
    const bucketOf = (row: number): number => row % 2
    // All contents of the first bucket lie above those of the second.
    const contentOf = (row: number): number => (1 - bucketOf(row)) * 100 + (((row * 7) % 5) >> 1)
    const buckets = orderByBucket(Uint32Array.from(rows, bucketOf), 2)

    sortBuckets(buckets, (left, right) => contentOf(left) - contentOf(right))

    expect(Array.from(buckets.order)).toEqual(
      rows.toSorted((a, b) => bucketOf(a) - bucketOf(b) || contentOf(a) - contentOf(b) || a - b),
    )
  },
)

test('a directory counts the patterns before the end of each bucket', () => {
  const { order, end } = orderByBucket(Uint32Array.of(2, 0, 2, 1, 0), 4)

  const directory = buildDirectory(end, {
    patternCount: 4,
    start: Uint32Array.of(0, 1, 2, 3, 5),
    rows: order,
  })

  expect(Array.from(directory)).toEqual([0, 2, 3, 4, 4])
})

test('the number of buckets is the power of two that leaves one to two keys each', () => {
  expect([0, 1, 2, 3, 4, 5, 8, 9].map(bucketCountFor)).toEqual([1, 1, 1, 2, 2, 4, 4, 8])
})
