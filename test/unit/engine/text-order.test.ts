import { expect, test } from 'vitest'
import { compareTexts, pickTexts } from '../../../src/engine/text-list.ts'
import { orderTexts } from '../../../src/engine/text-order.ts'
import { textListOf } from '../../support/text-lists.ts'

/** Words that share long prefixes, words that are prefixes of each other, and equal ones. */
const WORDS = Array.from({ length: 3000 }, (_, i) => {
  const number = Math.imul(i, 0x9e3779b1) >>> 0
  return `${'shared-'.repeat(number % 5)}${(number % 700).toString(36)}`
})

test('texts are ordered by their bytes, prefixes first', () => {
  const texts = textListOf(WORDS)

  const ordered = Array.from(orderTexts(texts), (row) => WORDS[row])

  expect(ordered).toEqual(WORDS.toSorted())
})

test('texts that are all equal are ordered without end', () => {
  const texts = textListOf(Array.from({ length: 1000 }, () => 'same'))

  expect(orderTexts(texts).toSorted()).toEqual(Uint32Array.from({ length: 1000 }, (_, row) => row))
})

test('a prefix stands before what it begins', () => {
  const texts = textListOf(['ab', 'a', 'b', 'ab'])

  expect(compareTexts(texts, 1, 0)).toBeLessThan(0)
  expect(compareTexts(texts, 0, 3)).toBe(0)
  expect(compareTexts(texts, 2, 0)).toBeGreaterThan(0)
})

test('picked texts can be written back to front', () => {
  const picked = pickTexts(textListOf(['abc', 'x', 'de']), Uint32Array.of(2, 0), 'reverse')

  expect(Array.from(picked.offset)).toEqual([0, 2, 5])
  expect(String.fromCharCode(...picked.bytes.subarray(0, 5))).toBe('edcba')
})
