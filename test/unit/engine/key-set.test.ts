import { expect, test } from 'vitest'
import { ImageFormatError } from '../../../src/engine/image-format-error.ts'
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

test('keys of a key set ascend by their words as numbers', () => {
  const raw = Uint32Array.of(0xffffffff, 0, 1, 0xffffffff, 0, 7, 1, 2)

  const { keys } = buildKeySet(raw, 2)

  expect(Array.from(keys)).toEqual([0, 7, 1, 2, 1, 0xffffffff, 0xffffffff, 0])
})

test('a key set whose keys are out of order is refused', () => {
  const { directory, keys } = buildKeySet(randomKeys(2, 1), 1)
  const exchanged = keys.toReversed()

  expect(() => KeySet.open(directory, keys, 1).verify(0)).not.toThrow()
  expect(() => KeySet.open(directory, exchanged, 1).verify(0)).toThrow('ascending keys')
})

test('a key set with a key in the bucket beside its own is refused', () => {
  const { directory, keys } = buildKeySet(randomKeys(100, 4), 4)
  const moved = directory.slice()
  moved[1] = moved[1]! - 1

  expect(() => KeySet.open(moved, keys, 4).verify(64)).toThrow('every key in its own bucket')
})

test.each([
  ['too many buckets', [0, 1, 2, 2]],
  ['a first offset that is not 0', [1, 2]],
  ['an offset that falls', [3, 2]],
  ['an end before the last key', [0, 1]],
  ['an end behind the last key', [0, 3]],
  ['no bucket for keys', []],
])('a directory with %s is refused', (_, offsets) => {
  expect(() => verifyDirectory(Uint32Array.from(offsets), 1, 2, 0)).toThrow(ImageFormatError)
})
