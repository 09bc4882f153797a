import { expect, test } from 'vitest'
import { ImageFormatError } from '../../../src/engine/image-format-error.ts'
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

test('a text set knows its longest text', () => {
  expect(setOf(['a', 'abc', 'ab']).set.longest).toBe(3)
  expect(setOf([]).set.longest).toBe(0)
})

test('a text set whose texts stand in wrong buckets or out of order is refused', () => {
  const { directory, groups } = buildTextSet(textListOf(NAMES.slice(0, 40)), SEED)
  const reversed = pickTexts(textListOf(NAMES), groups.rows.toReversed())

  expect(() => TextSet.open(directory, reversed, SEED).verify(0)).toThrow(ImageFormatError)
})
