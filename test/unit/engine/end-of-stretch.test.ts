import { expect, test } from 'vitest'
import { endOfStretch } from '../../../src/engine/end-of-stretch.ts'

test('a stretch ends where its numbers end, wherever it begins and however long it is', () => {
  const found: number[] = []
  const expected: number[] = []

  for (let start = 0; start < 4; start += 1)
    for (let end = start; end < 40; end += 1)
      for (let stop = start; stop <= end; stop += 1) {
        found.push(endOfStretch(start, end, (index) => index < stop))
        expected.push(stop)
      }

  expect(found).toEqual(expected)
})

test('a stretch asks for no number outside its bounds, and for few inside', () => {
  const asked: number[] = []

  const end = endOfStretch(10, 1_000_000, (index) => {
    asked.push(index)
    return true
  })

  expect(end).toBe(1_000_000)
  expect(asked.every((index) => index >= 10 && index < 1_000_000)).toBe(true)
  expect(asked.length).toBeLessThan(50)
})
