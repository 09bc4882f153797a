import { expect, test } from 'vitest'
import { RowPlaces } from '../../../src/rules/row-places.ts'

test('places are those that were given, whether lines follow each other or jump', () => {
  const given = [
    [2, 5],
    [3, 5],
    [4, 70_000],
    [9, 0xffff],
    [10, 1],
    [10, 40],
  ] as const
  const places = new RowPlaces()

  for (const [row, [line, column]] of given.entries()) places.add(row, line, column)

  expect(given.map((_, row) => [places.lineOf(row), places.columnOf(row)])).toEqual(given)
})

test('places keep what they hold when they grow', () => {
  const places = new RowPlaces()
  places.add(0, 7, 3)

  places.grow(200)
  places.add(1, 8, 4)

  expect([places.lineOf(0), places.columnOf(0)]).toEqual([7, 3])
  expect([places.lineOf(1), places.columnOf(1)]).toEqual([8, 4])
})

test('a file holds from its row on, and what is said last of a row counts', () => {
  const places = new RowPlaces()

  places.setFile(0, 4)
  places.setFile(2, 1)
  places.setFile(3, 2)
  places.setFile(2, 5)
  places.setFile(6, 5)
  places.setFile(8, 0)

  expect(Array.from({ length: 10 }, (_, row) => places.fileOf(row))).toEqual([4, 4, 5, 5, 5, 5, 5, 5, 0, 0])
})
