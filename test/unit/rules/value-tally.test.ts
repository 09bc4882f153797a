import { expect, test } from 'vitest'
import { bucketOfValue, TALLY_BUCKETS, ValueTally } from '../../../src/rules/value-tally.ts'

test('a tally counts rows and words by bucket, its own and those of another one', () => {
  const tally = new ValueTally()
  const others = new Uint32Array(TALLY_BUCKETS * 2)
  const bucket = bucketOfValue(4, 2, 0x61626364)
  others.set([2, 9], bucket * 2)

  tally.add(bucket, 3)
  tally.add(0, 1)
  tally.addAll(others)

  expect(bucket).toBe((4 * 4 + 2) * 256 + 0x61)
  expect(tally.countsOf(4)?.subarray(bucket * 2, bucket * 2 + 2)).toEqual(Uint32Array.of(3, 12))
  expect(tally.countsOf(4)?.subarray(0, 2)).toEqual(Uint32Array.of(1, 1))
})

test('a tally says nothing where other rows were counted than there are', () => {
  const tally = new ValueTally()

  tally.add(0, 1)

  expect(tally.countsOf(2)).toBeNull()
})
