import { expect, test } from 'vitest'
import { buildHashSet, HashSet, verifyDirectory } from '../../../src/engine/hash-set.ts'
import { ImageFormatError } from '../../../src/engine/image-format-error.ts'

const SEED = { low: 11, high: 22 }

function randomKeys(count: number, words: number): Uint32Array {
  let state = 88_172_645
  return Uint32Array.from({ length: count * words }, () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  })
}

test.each([1, 4, 5, 8])('a hash set of keys of %i words finds each one and no other', (words) => {
  const raw = randomKeys(3000, words)
  const data = buildHashSet(raw, words, SEED)
  const set = HashSet.open(data.directory, data.keys, words, SEED)

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

test('a hash set keeps equal keys once and lists their rows in order', () => {
  const raw = Uint32Array.of(7, 8, 7, 9, 8, 7)

  const { keys, groups } = buildHashSet(raw, 1, SEED)

  const rowsOf = (key: number): number[] => {
    const pattern = keys.indexOf(key)
    return Array.from(groups.rows.subarray(groups.start[pattern], groups.start[pattern + 1]))
  }
  expect(groups.patternCount).toBe(3)
  expect([7, 8, 9].map(rowsOf)).toEqual([[0, 2, 5], [1, 4], [3]])
})

test('a hash set of a thousand equal keys holds one', () => {
  const data = buildHashSet(new Uint32Array(1000).fill(5), 1, SEED)

  expect(Array.from(data.keys)).toEqual([5])
  expect(Array.from(data.groups.rows)).toEqual(Array.from({ length: 1000 }, (_, row) => row))
})

test('an empty hash set finds nothing', () => {
  const { directory, keys } = buildHashSet(new Uint32Array(0), 4, SEED)
  const set = HashSet.open(directory, keys, 4, SEED)

  expect(set.find(new Uint32Array(4))).toBe(-1)
  expect(() => set.verify(0)).not.toThrow()
})

test('a hash set under another seed is refused, because its keys stand in wrong buckets', () => {
  const { directory, keys } = buildHashSet(randomKeys(100, 4), 4, SEED)

  expect(() => HashSet.open(directory, keys, 4, { low: 12, high: 22 }).verify(64)).toThrow(ImageFormatError)
})

test('a hash set whose keys are out of order is refused', () => {
  const { directory, keys } = buildHashSet(randomKeys(2, 1), 1, SEED)
  const exchanged = keys.toReversed()

  expect(() => HashSet.open(directory, keys, 1, SEED).verify(0)).not.toThrow()
  expect(() => HashSet.open(directory, exchanged, 1, SEED).verify(0)).toThrow('ascending keys in a bucket')
})

test.each([
  ['three buckets', [0, 1, 2, 2]],
  ['a first offset that is not 0', [1, 2]],
  ['an offset that falls', [0, 2, 1, 2, 2]],
  ['an end before the last key', [0, 1]],
  ['an end behind the last key', [0, 3]],
  ['no bucket for keys', []],
])('a directory with %s is refused', (_, offsets) => {
  expect(() => verifyDirectory(Uint32Array.from(offsets), 2, 0)).toThrow(ImageFormatError)
})
