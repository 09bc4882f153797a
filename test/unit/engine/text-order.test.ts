import { expect, test } from 'vitest'
import {
  compareTexts,
  doTextsAscend,
  isPrintable,
  joinTexts,
  pickTexts,
} from '../../../src/engine/text-list.ts'
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

test('texts of any bytes are ordered, also of NUL', () => {
  const words = Array.from({ length: 40 }, (_, i) => '\0'.repeat(i % 7) + String.fromCharCode(i % 3))

  const ordered = Array.from(orderTexts(textListOf(words)), (row) => words[row])

  expect(ordered).toEqual(words.toSorted())
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

test('texts are compared by their own bytes, not by those of the next one', () => {
  const texts = textListOf(['a', 'zz', 'ab', 'a', 'aa'])

  expect(compareTexts(texts, 0, 2)).toBeLessThan(0)
  expect(compareTexts(texts, 2, 0)).toBeGreaterThan(0)
  expect(compareTexts(texts, 0, 3)).toBe(0)
})

test('texts ascend where each stands behind the one before it', () => {
  const lists = [[], ['b'], ['a', 'ab', 'b'], ['a', 'a'], ['a', 'c', 'b'], ['b', 'a', 'c']]

  expect(lists.map((texts) => doTextsAscend(textListOf(texts)))).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ])
})

test('picked texts are whole words of bytes, and the rest of the last is zero', () => {
  const picked = pickTexts(textListOf(['abc', 'x', 'de']), Uint32Array.of(2, 0))

  expect([picked.count, ...picked.offset]).toEqual([2, 0, 2, 5])
  expect(String.fromCharCode(...picked.bytes)).toBe('deabc\0\0\0')
})

test('bytes of canonical values are printable: ASCII without blanks and control characters', () => {
  expect([0, 0x20, 0x21, 0x7e, 0x7f, 0xff].map(isPrintable)).toEqual([false, false, true, true, false, false])
})

test('picked texts can be written back to front', () => {
  const picked = pickTexts(textListOf(['abc', 'x', 'de']), Uint32Array.of(2, 0), 'reverse')

  expect(Array.from(picked.offset)).toEqual([0, 2, 5])
  expect(String.fromCharCode(...picked.bytes.subarray(0, 5))).toBe('edcba')
})

test('joined texts are those that were picked, in order, those of a reversed pick back to front', () => {
  const left = textListOf(['one', 'three', 'a', 'seventeen'])
  const right = textListOf(['abc', 'x', 'four'])

  const { count, offset, bytes } = joinTexts([
    { source: left, rows: Uint32Array.of(3, 0, 2, 1, 3), direction: 'forward' },
    { source: right, rows: Uint32Array.of(2, 0, 1), direction: 'reverse' },
    { source: right, rows: Uint32Array.of(1, 1), direction: 'forward' },
  ])

  const texts = Array.from({ length: count }, (_, i) =>
    Buffer.from(bytes.subarray(offset[i], offset[i + 1])).toString(),
  )
  expect(texts).toEqual(['seventeen', 'one', 'a', 'three', 'seventeen', 'ruof', 'cba', 'x', 'x', 'x'])
  expect(Array.from(bytes.subarray(offset[count]))).toEqual([0, 0, 0])
})
