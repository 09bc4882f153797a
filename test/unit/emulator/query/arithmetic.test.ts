import { expect, test } from 'vitest'
import { add, divide, modulo, multiply, negate, subtract } from '../../../../src/emulator/query/arithmetic.ts'

const MOST = 2n ** 63n - 1n
const LEAST = -(2n ** 63n)

test('whole numbers give whole numbers, and division cuts towards zero', () => {
  expect([add(2n, 3n), subtract(2n, 3n), multiply(2n, 3n)]).toEqual([5n, -1n, 6n])
  expect([divide(7n, -2n), modulo(7n, -2n), modulo(-7n, 2n)]).toEqual([-3n, 1n, -1n])
  expect(negate(MOST)).toBe(-MOST)
})

test('a whole number outside 64 bits is null', () => {
  expect([add(MOST, 1n), subtract(LEAST, 1n), multiply(MOST, 2n), divide(LEAST, -1n), negate(LEAST)]).toEqual(
    [null, null, null, null, null],
  )
  expect([add(MOST, 0n), add(MOST, LEAST)]).toEqual([MOST, -1n])
})

test('a double beside a whole number makes a double', () => {
  expect([add(1n, 0.5), subtract(0.5, 1n), multiply(3n, 0.5), divide(1n, 4), modulo(7.5, 2n)]).toEqual([
    1.5, -0.5, 1.5, 0.25, 1.5,
  ])
  expect(negate(0.5)).toBe(-0.5)
})

test('division by zero and doubles that are not finite are null', () => {
  expect([divide(1n, 0n), modulo(1n, 0n), divide(1, 0n), divide(0, 0), modulo(1, 0)]).toEqual([
    null,
    null,
    null,
    null,
    null,
  ])
  expect([multiply(1e308, 10n), add(1e308, 1e308)]).toEqual([null, null])
})
