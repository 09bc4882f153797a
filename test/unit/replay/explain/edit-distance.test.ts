import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PatternPlace } from '../../../../src/replay/explain/edit-distance.ts'
import { editDistance, nearEdits } from '../../../../src/replay/explain/edit-distance.ts'
import { SEED } from '../../../support/runs.ts'

const PLACES: readonly PatternPlace[] = ['whole', 'start', 'end', 'anywhere']

function distance(pattern: string, text: string, place: PatternPlace, limit: number): number {
  return editDistance(rangeOf(pattern), rangeOf(text), place, limit, { edits: 0, end: 0 })
}

function rangeOf(text: string): { bytes: Uint8Array; start: number; end: number } {
  const bytes = new TextEncoder().encode(`<${text}>`)
  return { bytes, start: 1, end: bytes.length - 1 }
}

/** The whole table, without band, limit or shared rows; parts of the text are tried one by one. */
function plainDistance(pattern: string, text: string, place: PatternPlace): number {
  const starts = place === 'end' || place === 'anywhere' ? text.length : 0
  let best = Number.POSITIVE_INFINITY
  for (let start = 0; start <= starts; start += 1)
    for (let end = start; end <= text.length; end += 1) {
      const isAllowed = place === 'start' || place === 'anywhere' || end === text.length
      if (isAllowed) best = Math.min(best, wholeDistance(pattern, text.slice(start, end)))
    }
  return best
}

function wholeDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, j) => j)
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= right.length; j += 1)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (left[i - 1] === right[j - 1] ? 0 : 1)))
    row = next
  }
  return row[right.length]!
}

test.each([
  ['evil.example', 'evil.example', 'whole', 0],
  ['evil.example', 'evi1.example', 'whole', 1],
  ['evil.example', 'evl.example', 'whole', 1],
  ['evil.example', 'devil.example', 'whole', 1],
  ['evil', 'evil.example', 'start', 0],
  ['evil', 'ev1l.example', 'start', 1],
  ['.example', 'evil.exmple', 'end', 1],
  ['vil.ex', 'evil.example', 'anywhere', 0],
  ['vil.ax', 'evil.example', 'anywhere', 1],
  ['abc', 'xyz', 'whole', 3],
] as const)('the distance of %s to %s (%s) is %i', (pattern, text, place, expected) => {
  const edits = distance(pattern, text, place, 3)

  expect(edits).toBe(expected)
})

test('the distance is the limit and one more when there are more edits', () => {
  expect(distance('abcdef', 'uvwxyz', 'whole', 2)).toBe(3)
  expect(distance('abcdef', '', 'whole', 2)).toBe(3)
  expect(distance('a', 'b'.repeat(10_000), 'anywhere', 2)).toBe(3)
})

test('short values are near to nothing but themselves, long ones within three edits', () => {
  expect([3, 4, 8, 12, 64].map(nearEdits)).toEqual([0, 1, 2, 3, 3])
})

test('for all texts and places, the bounded distance is the plain one up to the limit', () => {
  let near = 0
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 9 })

  fc.assert(
    fc.property(
      letters,
      letters,
      fc.constantFrom(...PLACES),
      fc.integer({ min: 1, max: 3 }),
      (a, b, place, limit) => {
        const expected = Math.min(plainDistance(a, b, place), limit + 1)
        if (expected > 0 && expected <= limit) near += 1
        expect(distance(a, b, place, limit)).toBe(expected)
      },
    ),
    { numRuns: 3000, seed: SEED },
  )

  expect(near).toBeGreaterThan(500)
})
