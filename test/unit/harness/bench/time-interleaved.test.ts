import { expect, test } from 'vitest'
import { spreadOf, timeInterleaved } from '../../../../src/harness/bench/time-interleaved.ts'

test('rows take turns, after one round of warming up that does not count', async () => {
  const order: string[] = []
  const announced: string[] = []

  const rows = await timeInterleaved(
    [
      ['a', () => void order.push('a')],
      ['b', async () => void order.push('b')],
    ],
    { rounds: 3, onRun: (name, round, rounds) => announced.push(`${name} ${round}/${rounds}`) },
  )

  expect(order.join('')).toBe('abababab')
  expect(announced.slice(0, 3)).toEqual(['a 0/3', 'b 0/3', 'a 1/3'])
  expect(rows.map(({ name, samples }) => [name, samples.length])).toEqual([
    ['a', 3],
    ['b', 3],
  ])
})

test('a run that gives a number counts with it, and the spread is the median between the extremes', async () => {
  const given = [999, 30, 10, 20, 50, 40]

  const [row] = await timeInterleaved([['a', () => given.shift()]], { rounds: 5 })

  expect(row).toEqual({ name: 'a', samples: [10, 20, 30, 40, 50], median: 30 })
  expect(spreadOf(row ?? { samples: [], median: 0 })).toEqual({ median: 30, low: 10, high: 50, samples: 5 })
})

test('the number of rounds can follow from the time of the first', async () => {
  const asked: number[] = []

  const [row] = await timeInterleaved([['a', () => new Promise<void>((done) => void setTimeout(done, 20))]], {
    rounds: (warmUpMs) => {
      asked.push(warmUpMs)
      return 2
    },
  })

  expect(row?.samples).toHaveLength(2)
  expect(asked).toHaveLength(1)
  expect(asked[0]).toBeGreaterThan(10)
})

test('a signal drops the round that it breaks and keeps the ones before it', async () => {
  const controller = new AbortController()
  let runs = 0

  const rows = await timeInterleaved(
    [
      ['a', () => 1],
      [
        'b',
        () => {
          runs += 1
          if (runs === 3) controller.abort()
          return 1
        },
      ],
    ],
    { rounds: 10, signal: controller.signal },
  )

  expect(rows.map(({ samples }) => samples.length)).toEqual([1, 1])
  expect(runs).toBe(3)
})

test('what a row throws is thrown as it is', async () => {
  const error = new RangeError('wrong answer')

  const run = timeInterleaved(
    [
      [
        'a',
        () => {
          throw error
        },
      ],
    ],
    { rounds: 1 },
  )

  await expect(run).rejects.toBe(error)
})
