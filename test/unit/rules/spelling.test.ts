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
  ['abcd', 'abdc', 1],
  ['bacd', 'abcd', 1],
  ['abcd', 'badc', 2],
  ['ca', 'abc', 3],
  ['abc', 'bca', 2],
  ['aab', 'aba', 1],
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
  ['t', null],
  ['V-A-L_U E!', 'Value'],
  ['Vau', null],
  ['Vlue', 'Value'],
  ['Vaxxe', null],
  ['DetectionFunctxxxxx', 'DetectionFunction'],
  ['DetectionFunxxxxxx', null],
  ['tpye', 'Type'],
  ['\u0422\u0443pe', null],
  ['type'.padEnd(40, '-'), 'Type'],
  ['type'.padEnd(41, '-'), null],
  ['x'.repeat(10_000), null],
])('the word %j is taken for %j', (word, expected) => {
  const nearest = nearestSpelling(word, ['Type', 'DetectionFunction', 'Value'])

  expect(nearest).toBe(expected)
})

test('the nearest of several words is meant, and the first of two that are as near', () => {
  expect(nearestSpelling('abcd', ['abcx', 'abcde', 'abce'])).toBe('abcde')
  expect(nearestSpelling('abcx', ['abcd', 'abce'])).toBe('abcd')
  expect(nearestSpelling('abxcd', ['abyde', 'abcd'])).toBe('abcd')
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

test('a letter is one letter whatever its capital is', () => {
  expect(nearestSpelling('Typeß', ['Type'])).toBe('Type')
})
