import { expect, test } from 'vitest'
import { damaged } from '../../../src/engine/image-format-error.ts'
import { buildKeySet, KeySet, verifyDirectory } from '../../../src/engine/key-set.ts'

function randomKeys(count: number, words: number): Uint32Array {
  let state = 88_172_645
  return Uint32Array.from({ length: count * words }, () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  })
}

test.each([1, 4, 5, 8])('a key set of keys of %i words finds each one and no other', (words) => {
  const raw = randomKeys(3000, words)
  const data = buildKeySet(raw, words)
  const set = KeySet.open(data.directory, data.keys, words)

  const found = Array.from({ length: 3000 }, (_, row) => set.find(raw.slice(row * words, (row + 1) * words)))
  const other = randomKeys(6000, words).subarray(3000 * words)
  const strange = Array.from({ length: 3000 }, (_, row) =>
    set.find(other.slice(row * words, (row + 1) * words)),
  )

  expect(found.map((pattern) => data.groups.rows[pattern])).toEqual(
    Array.from({ length: 3000 }, (_, row) => row),
  )
  expect(new Set(strange)).toEqual(new Set([-1]))
  expect(() => set.verify(0)).not.toThrow()
})

test('a key set keeps equal keys once and lists their rows in order', () => {
  const raw = Uint32Array.of(7, 8, 7, 9, 8, 7)

  const { keys, groups } = buildKeySet(raw, 1)

  const rowsOf = (key: number): number[] => {
    const pattern = keys.indexOf(key)
    return Array.from(groups.rows.subarray(groups.start[pattern], groups.start[pattern + 1]))
  }
  expect(groups.patternCount).toBe(3)
  expect([7, 8, 9].map(rowsOf)).toEqual([[0, 2, 5], [1, 4], [3]])
})

test('a key set of a thousand equal keys holds one', () => {
  const data = buildKeySet(new Uint32Array(1000).fill(5), 1)

  expect(Array.from(data.keys)).toEqual([5])
  expect(Array.from(data.groups.rows)).toEqual(Array.from({ length: 1000 }, (_, row) => row))
})

test('an empty key set finds nothing', () => {
  const { directory, keys } = buildKeySet(new Uint32Array(0), 4)
  const set = KeySet.open(directory, keys, 4)

  expect(set.find(new Uint32Array(4))).toBe(-1)
  expect(() => set.verify(0)).not.toThrow()
})

test('a key set whose rows ascend keeps them where they are', () => {
  const raw = Uint32Array.from({ length: 3000 }, (_, row) => row * 1_000_003)

  const { keys, groups } = buildKeySet(raw, 1)

  expect(keys).toBe(raw)
  expect(Array.from(groups.rows)).toEqual(Array.from({ length: 3000 }, (_, row) => row))
})

test('a key set whose rows ascend and are equal in part keeps each key once and leaves the rows alone', () => {
  const raw = Uint32Array.of(1, 5, 1, 5, 1, 7, 2, 0, 2, 0, 2, 0, 3, 0)
  const before = raw.slice()

  const { keys, groups } = buildKeySet(raw, 2)

  expect(Array.from(keys)).toEqual([1, 5, 1, 7, 2, 0, 3, 0])
  expect(Array.from(groups.start)).toEqual([0, 2, 3, 6, 7])
  expect(Array.from(groups.rows)).toEqual([0, 1, 2, 3, 4, 5, 6])
  expect(raw).toEqual(before)
  expect(Array.from(buildKeySet(Uint32Array.of(4, 4, 3), 1).keys)).toEqual([3, 4])
})

test('keys of a key set ascend by their words as numbers', () => {
  const raw = Uint32Array.of(0xffffffff, 0, 1, 0xffffffff, 0, 7, 1, 2)

  const { keys } = buildKeySet(raw, 2)

  expect(Array.from(keys)).toEqual([0, 7, 1, 2, 1, 0xffffffff, 0xffffffff, 0])
})

test.each([6, 40])('a key set sorts %i keys of one first word, and their rows with them', (crowd) => {
  // In falling order, each twice, behind two others, so that the crowd does not begin at the first key.
  const rows = [
    [5, 0],
    [3, 9],
    ...Array.from({ length: crowd }, (_, i) => [0x80000000, crowd - (i >> 1)]),
    [0x80000000, 0],
  ]
  const raw = Uint32Array.from(rows.flat())

  const { directory, keys, groups } = buildKeySet(raw, 2)

  const distinct = [
    [3, 9],
    [5, 0],
    [0x80000000, 0],
  ].concat(Array.from({ length: crowd / 2 }, (_, i) => [0x80000000, crowd / 2 + 1 + i]))
  expect(Array.from(keys)).toEqual(distinct.flat())
  expect(
    distinct.map((_, p) => Array.from(groups.rows.subarray(groups.start[p], groups.start[p + 1]))),
  ).toEqual(
    distinct.map(([first, second]) =>
      rows.flatMap(([a, b], row) => (a === first && b === second ? [row] : [])),
    ),
  )
  const set = KeySet.open(directory, keys, 2)
  expect(distinct.map((key) => set.find(Uint32Array.from(key)))).toEqual([...distinct.keys()])
  expect(set.find(Uint32Array.of(0x80000000, crowd + 1))).toBe(-1)
})

test('a directory of keys has a bucket for every thirty-two of them, by their first words', () => {
  const quarter = 2 ** 30
  const raw = Uint32Array.from({ length: 128 }, (_, i) => (i % 4) * quarter + i)

  const { directory } = buildKeySet(raw, 1)

  expect(Array.from(directory)).toEqual([0, 32, 64, 96, 128])
  expect(Array.from(buildKeySet(raw.subarray(0, 97), 1).directory)).toEqual([0, 25, 49, 73, 97])
  expect(Array.from(buildKeySet(raw.subarray(0, 96), 1).directory)).toHaveLength(4)
})

test('a key set whose keys are out of order, repeated or cut is refused', () => {
  const verify = (directory: readonly number[], keys: readonly number[], words: number) => () =>
    KeySet.open(Uint32Array.from(directory), Uint32Array.from(keys), words).verify(64)

  expect(verify([0, 2], [1, 2], 1)).not.toThrow()
  expect(verify([0, 2], [2, 1], 1)).toThrow(damaged(64, 'ascending keys', 'others'))
  expect(verify([0, 2], [2, 2], 1)).toThrow(damaged(64, 'ascending keys', 'others'))
  expect(verify([0, 2], [1, 2, 1, 1], 2)).toThrow(damaged(64, 'ascending keys', 'others'))
  expect(verify([0, 2], [1, 2, 3], 2)).toThrow(damaged(64, 'a whole number of keys', '3 words'))
  expect(verify([0, 1], [1, 2], 1)).toThrow(damaged(64, 'buckets that end at 2 keys', 'end at 1'))
})

test('a key set with a key in the bucket beside its own is refused', () => {
  const { directory, keys } = buildKeySet(randomKeys(100, 4), 4)
  const verify = (change: number) => () => {
    const moved = directory.slice()
    moved[1] = moved[1]! + change
    KeySet.open(moved, keys, 4).verify(64)
  }

  expect(verify(0)).not.toThrow()
  expect(verify(-1)).toThrow(damaged(64, 'every key in its own bucket', 'others in bucket 1'))
  expect(verify(1)).toThrow(damaged(64, 'every key in its own bucket', 'others in bucket 0'))
})

test.each<[string, readonly number[], string, string]>([
  ['too many buckets', [0, 1, 1, 2], '2 buckets for 2 keys', '4 offsets'],
  ['no bucket for keys', [], '2 buckets for 2 keys', '0 offsets'],
  ['a first offset that is not 0', [1, 1, 2], 'ascending bucket offsets from 0', '1 after 0'],
  ['an offset that falls', [0, 3, 2], 'ascending bucket offsets from 0', '2 after 3'],
  ['an end before the last key', [0, 1, 1], 'buckets that end at 2 keys', 'end at 1'],
  ['an end behind the last key', [0, 1, 3], 'buckets that end at 2 keys', 'end at 3'],
])('a directory with %s is refused', (_, offsets, expected, found) => {
  expect(() => verifyDirectory(Uint32Array.from(offsets), 2, 2, 64)).toThrow(damaged(64, expected, found))
})

test('a directory of no keys has no offsets at all', () => {
  expect(() => verifyDirectory(new Uint32Array(0), 0, 0, 64)).not.toThrow()
  expect(() => verifyDirectory(new Uint32Array(1), 0, 0, 64)).toThrow(
    damaged(64, '0 buckets for 0 keys', '1 offsets'),
  )
})

test('keys that all lie in the last buckets are found', () => {
  const raw = Uint32Array.from({ length: 100 }, (_, i) => 0xf0000000 + i * 1_000_003)
  const { directory, keys } = buildKeySet(raw, 1)
  const set = KeySet.open(directory, keys, 1)

  expect(Array.from(raw, (key) => set.find(Uint32Array.of(key)))).toEqual([...raw.keys()])
  expect(directory[1]).toBe(0)
})
