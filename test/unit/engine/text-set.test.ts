import { expect, test } from 'vitest'
import { damaged } from '../../../src/engine/image-format-error.ts'
import { hashText } from '../../../src/engine/key-hash.ts'
import { pickTexts } from '../../../src/engine/text-list.ts'
import { buildTextSet, TextSet } from '../../../src/engine/text-set.ts'
import { textListOf } from '../../support/text-lists.ts'

const SEED = { low: 5, high: 6 }
const NAMES = Array.from({ length: 2000 }, (_, i) => `host-${i % 1900}.example`)

/** The set, and the texts in the order that the image holds them. */
function setOf(names: readonly string[]): { readonly set: TextSet; readonly inOrder: readonly string[] } {
  const { directory, groups } = buildTextSet(textListOf(names), SEED)
  const rows = Uint32Array.from(
    { length: groups.patternCount },
    (_, p) => groups.rows[groups.start[p] ?? 0] ?? 0,
  )
  return {
    set: TextSet.open(directory, pickTexts(textListOf(names), rows), SEED),
    inOrder: Array.from(rows, (row) => names[row] ?? ''),
  }
}

function find(set: TextSet, text: string): number {
  const bytes = new TextEncoder().encode(`<${text}>`)
  return set.find(bytes, 1, bytes.length - 1)
}

test('a text set finds every text once and no other', () => {
  const { set, inOrder } = setOf(NAMES)

  expect(inOrder.length).toBe(1900)
  expect(NAMES.map((name) => inOrder[find(set, name)])).toEqual(NAMES)
  expect(find(set, 'host-1900.example')).toBe(-1)
  expect(find(set, 'host-1.exampl')).toBe(-1)
  expect(find(set, '')).toBe(-1)
  expect(() => set.verify(0)).not.toThrow()
})

const BINARY = Array.from({ length: 4094 }, (_, i) => (i + 2).toString(2).slice(1))
/** Texts whose hashes end in the same five bits, so that all of them share one of 32 buckets; many begin others. */
const CROWD = BINARY.filter((text) => (hashOf(text) & 31) === 0).slice(0, 64)

function hashOf(text: string): number {
  return hashText(new TextEncoder().encode(text), 0, text.length, SEED)
}

test('a text set finds each of many texts that share a bucket, and no other', () => {
  const { set, inOrder } = setOf(CROWD)

  expect(CROWD).toHaveLength(64)
  expect(CROWD.some((text) => CROWD.some((other) => other !== text && other.startsWith(text)))).toBe(true)
  expect(inOrder).toEqual(CROWD.toSorted())
  expect(BINARY.filter((text) => find(set, text) >= 0)).toEqual(CROWD)
  expect(CROWD.map((text) => inOrder[find(set, text)])).toEqual(CROWD)
})

test('a text set finds each of many texts that begin each other', () => {
  const texts = Array.from({ length: 20 }, (_, zeros) => `1${'0'.repeat(zeros)}`)
  const set = TextSet.open(Uint32Array.of(0, 20), textListOf(texts), SEED)

  expect(texts.map((text) => find(set, text))).toEqual([...texts.keys()])
})

test('a text set without texts finds nothing, and a longer text than all is not in it', () => {
  expect(find(setOf([]).set, 'a')).toBe(-1)
  expect(find(setOf(['a']).set, 'aa')).toBe(-1)
  expect(() => setOf([]).set.verify(64)).not.toThrow()
})

test('a text set whose directory does not fit its texts is refused', () => {
  const verify = (directory: readonly number[]) => () =>
    TextSet.open(Uint32Array.from(directory), textListOf(['a', 'b']), SEED).verify(64)

  expect(verify([0, 0, 1, 2])).toThrow(damaged(64, 'a power of two of buckets', '3'))
  expect(verify([0, 1])).toThrow(damaged(64, 'buckets that end at 2 keys', 'end at 1'))
  expect(verify([])).toThrow(damaged(64, '0 buckets for 2 keys', '0 offsets'))
})

test('a text set whose texts stand in wrong buckets is refused by the text', () => {
  const even = BINARY.find((text) => hashOf(text) % 2 === 0) ?? ''
  const odd = BINARY.find((text) => hashOf(text) % 2 === 1) ?? ''
  const verify = (texts: readonly string[]) => () =>
    TextSet.open(Uint32Array.of(0, 1, 2), textListOf(texts), SEED).verify(64)

  expect(verify([even, odd])).not.toThrow()
  expect(verify([odd, even])).toThrow(damaged(64, 'every text in its own bucket', 'text 0'))
  expect(verify([even, even])).toThrow(damaged(64, 'every text in its own bucket', 'text 1'))
})

test('a text set whose texts are out of order or repeated in a bucket is refused by the text', () => {
  const verify = (texts: readonly string[]) => () =>
    TextSet.open(Uint32Array.of(0, texts.length), textListOf(texts), SEED).verify(64)

  expect(verify(['a', 'ab', 'b'])).not.toThrow()
  expect(verify(['a', 'b', 'ab'])).toThrow(damaged(64, 'ascending texts in a bucket', 'text 2 out of order'))
  expect(verify(['a', 'a'])).toThrow(damaged(64, 'ascending texts in a bucket', 'text 1 out of order'))
})
