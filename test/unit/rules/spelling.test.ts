import { expect, test } from 'vitest'
import { editDistance, listed, nearestSpelling } from '../../../src/rules/spelling.ts'

test.each([
  ['', '', 0],
  ['abc', 'abc', 0],
  ['abc', 'acb', 1],
  ['abc', 'ab', 1],
  ['abc', 'abcd', 1],
  ['abc', 'abd', 1],
  ['kitten', 'sitting', 3],
  ['', 'abc', 3],
])('the distance between %j and %j is %i', (a, b, expected) => {
  const distance = editDistance(a, b)

  expect(distance).toBe(expected)
  expect(editDistance(b, a)).toBe(expected)
})

test.each([
  ['Valeu', 'Value'],
  ['value', 'Value'],
  ['ty', 'Type'],
  ['Typ', 'Type'],
  ['detection_function', 'DetectionFunction'],
  ['Comment', null],
  ['', null],
  ['x'.repeat(10_000), null],
])('the word %j is taken for %j', (word, expected) => {
  const nearest = nearestSpelling(word, ['Type', 'DetectionFunction', 'Value'])

  expect(nearest).toBe(expected)
})

test.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a or b'],
  [['a', 'b', 'c'], 'a, b or c'],
])('the list %j reads as %j', (words, expected) => {
  const text = listed(words, 'or')

  expect(text).toBe(expected)
})
