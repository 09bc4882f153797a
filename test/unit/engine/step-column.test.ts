import { expect, test } from 'vitest'
import { damaged } from '../../../src/engine/image-format-error.ts'
import { buildNumberSteps, buildTimeSteps, stepAt, verifySteps } from '../../../src/engine/step-column.ts'

const NONE = 99n

test('a column is stored where its value changes', () => {
  const rows = Uint32Array.of(0, 1, 2, 3, 4, 5)

  const { start, value } = buildTimeSteps(BigInt64Array.of(NONE, NONE, 5n, 5n, 7n, NONE), rows, NONE)

  expect(Array.from(start)).toEqual([2, 4, 5])
  expect(Array.from(value)).toEqual([5n, 7n, NONE])
})

test('a column is read in the order of ids, not of rows', () => {
  const { start, value } = buildNumberSteps(Float64Array.of(1, 2, 3), Uint32Array.of(2, 0, 0), Infinity)

  expect([Array.from(start), Array.from(value)]).toEqual([
    [0, 1],
    [3, 1],
  ])
})

test('a column that is absent or holds only absent values takes no space', () => {
  const rows = Uint32Array.of(0, 1)

  const columns = [
    buildTimeSteps(null, rows, NONE),
    buildTimeSteps(BigInt64Array.of(NONE, NONE), rows, NONE),
    buildNumberSteps(null, rows, Infinity),
    buildNumberSteps(Float64Array.of(Infinity, Infinity), rows, Infinity),
  ]

  expect(columns.map(({ start, value }) => [start.length, value.length])).toEqual(columns.map(() => [0, 0]))
})

test('an id falls into the last step that starts at or before it', () => {
  const start = Uint32Array.of(2, 4, 5)

  expect([0, 1, 2, 3, 4, 5, 6].map((id) => stepAt(start, id))).toEqual([-1, -1, 0, 0, 1, 2, 2])
  expect(stepAt(new Uint32Array(0), 3)).toBe(-1)
})

test.each<[string, readonly number[], number, string, string]>([
  ['repeat', [2, 2], 2, 'ascending ids below 9', '2 at step 1'],
  ['fall', [3, 2], 2, 'ascending ids below 9', '2 at step 1'],
  ['lie past the last id', [2, 9], 2, 'ascending ids below 9', '9 at step 1'],
  ['have too few values', [2, 3], 1, '2 step values', '1'],
])('steps that %s are refused', (_, start, valueCount, expected, found) => {
  expect(() => verifySteps(Uint32Array.from(start), valueCount, 9, 64)).toThrow(damaged(64, expected, found))
})

test('steps from the first id to the last one pass', () => {
  expect(() => verifySteps(Uint32Array.of(0, 3, 8), 3, 9, 64)).not.toThrow()
  expect(() => verifySteps(new Uint32Array(0), 0, 0, 64)).not.toThrow()
})
