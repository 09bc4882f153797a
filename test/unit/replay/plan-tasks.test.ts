import { expect, test } from 'vitest'
import type { ClassifiedInput } from '../../../src/replay/classify-input.ts'
import { planTasks } from '../../../src/replay/plan-tasks.ts'

const INPUT: ClassifiedInput = {
  name: 'a.ndjson',
  path: '/logs/a.ndjson',
  size: 10,
  compression: 'none',
  chunks: null,
  classification: {
    format: 'ndjson',
    framing: 'lines',
    fieldMap: null,
    bomBytes: 0,
    delimited: null,
    evidence: [],
    refused: null,
  },
}

const ranges = (input: ClassifiedInput, chunkBytes: number | 'whole'): readonly unknown[] =>
  planTasks([input], chunkBytes).map((task) => task.range)

test.each(['lines', 'delimited'] as const)(
  'planTasks cuts a file of %s into ranges that cover it without overlap',
  (framing) => {
    const classification = { ...INPUT.classification, framing }

    expect(ranges({ ...INPUT, classification }, 4)).toEqual([
      { from: 0, to: 4 },
      { from: 4, to: 8 },
      { from: 8, to: 10 },
    ])
  },
)

test('planTasks leaves containers, compressed files and streams whole', () => {
  const { classification } = INPUT

  expect(ranges({ ...INPUT, classification: { ...classification, framing: 'container' } }, 4)).toEqual([null])
  expect(ranges({ ...INPUT, compression: 'gzip' }, 4)).toEqual([null])
  expect(ranges({ ...INPUT, size: null }, 4)).toEqual([null])
})

test('planTasks gives an empty file one empty range, and a whole one a single range', () => {
  expect(ranges({ ...INPUT, size: 0 }, 4)).toEqual([{ from: 0, to: 0 }])
  expect(ranges(INPUT, 'whole')).toEqual([{ from: 0, to: 10 }])
})
