import { expect, test } from 'vitest'
import { groupPatterns, oneToOne } from '../../../src/engine/pattern-groups.ts'

test('rows that each have a pattern of their own are numbered like their patterns', () => {
  const { patternCount, start, rows, isOneToOne } = oneToOne(3)

  expect([patternCount, isOneToOne]).toEqual([3, true])
  expect(Array.from(start)).toEqual([0, 1, 2, 3])
  expect(Array.from(rows)).toEqual([0, 1, 2])
})

test('equal neighbours become one pattern, and its rows ascend', () => {
  const texts = ['b', 'a', 'a', 'c', 'a']

  const { patternCount, start, rows, isOneToOne } = groupPatterns(
    Uint32Array.of(4, 1, 2, 0, 3),
    (left, right) => texts[left] === texts[right],
  )

  expect([patternCount, isOneToOne === true]).toEqual([3, false])
  expect(Array.from(start)).toEqual([0, 3, 4, 5])
  expect(Array.from(rows)).toEqual([1, 2, 4, 0, 3])
})
