import { expect, test } from 'vitest'
import { Choices } from '../../../../src/harness/kit/choices.ts'
import { shrinkChoices } from '../../../../src/harness/kit/shrink-choices.ts'

test('a seed gives the same choices each time, and replaying them gives them again', () => {
  const draw = (choices: Choices): readonly unknown[] => [
    choices.below(100),
    choices.turn(7),
    choices.oneIn(3),
    choices.pick(['a', 'b', 'c']),
  ]
  const first = Choices.seeded(12)

  const drawn = draw(first)

  expect(draw(Choices.seeded(12))).toEqual(drawn)
  expect(draw(Choices.replayed(first.made))).toEqual(drawn)
  expect(first.made).toHaveLength(4)
})

test('past the end of what is replayed every choice is the plainest', () => {
  const choices = Choices.replayed([5])

  expect([choices.below(10), choices.below(10), choices.oneIn(2), choices.pick(['plain', 'odd'])]).toEqual([
    5,
    0,
    false,
    'plain',
  ])
})

test('numbers that are too large stand for a choice all the same', () => {
  expect(Choices.replayed([1_000_003]).below(10)).toBe(3)
})

test('neighbouring seeds take turns, so that each element has its own', () => {
  const seen = Array.from({ length: 12 }, (_, i) => Choices.seeded(40 + i).turn(12))

  expect(new Set(seen).size).toBe(12)
})

test('seeds give choices that are spread over all numbers', () => {
  const counts = new Map<number, number>()
  for (let seed = 0; seed < 4000; seed += 1) {
    const number = Choices.seeded(seed).below(8)
    counts.set(number, (counts.get(number) ?? 0) + 1)
  }

  expect(Math.min(...counts.values())).toBeGreaterThan(400)
  expect(counts.size).toBe(8)
})

test('the smallest numbers are found that still break something', () => {
  const isBad = (numbers: readonly number[]): readonly number[] | null =>
    numbers.some((number) => number >= 17) ? numbers : null

  expect(shrinkChoices([3, 900, 4, 20, 55], isBad)).toEqual([17])
  expect(shrinkChoices([17], isBad)).toEqual([17])
})

test('shrinking keeps what a case took, not what it was given, and ends', () => {
  let tries = 0
  const isBad = (): readonly number[] => {
    tries += 1
    return [1, 2, 3]
  }

  expect(shrinkChoices([9, 9, 9, 9], isBad)).toEqual([1, 2, 3])
  expect(tries).toBeLessThan(100)
})
