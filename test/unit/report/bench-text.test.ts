import { expect, test } from 'vitest'
import { BENCH_SCHEMA } from '../../../src/report/bench-schema.ts'
import { benchText } from '../../../src/report/bench-text.ts'
import { textWidth } from '../../../src/report/text-width.ts'
import { schemaFaults } from '../../support/schema-faults.ts'
import { COMPARED_BENCH, EXAMPLE_BENCH } from './example-bench.ts'
import { expectGolden } from './golden.ts'

test('a bench report is printed exactly as written down', () => {
  expectGolden('bench/plain-100.txt', benchText(EXAMPLE_BENCH, { color: false, width: 100 }))
  expectGolden('bench/compared-100.txt', benchText(COMPARED_BENCH, { color: false, width: 100 }))
  expectGolden('bench/color-60.txt', benchText(COMPARED_BENCH, { color: true, width: 60 }))
})

test('no line of a bench report is wider than the terminal, and no escape of a rule reaches it', () => {
  for (const report of [EXAMPLE_BENCH, COMPARED_BENCH]) {
    for (const width of [60, 80, 120]) {
      const lines = benchText(report, { color: false, width }).split('\n')

      expect(lines.filter((line) => textWidth(line) > width)).toEqual([])
      expect(lines.length).toBeGreaterThan(30)
      expect(lines.join('')).not.toContain('\u001b')
    }
  }
})

test('the examples follow the schema, which finds what is missing', () => {
  for (const report of [EXAMPLE_BENCH, COMPARED_BENCH])
    expect(schemaFaults(JSON.parse(JSON.stringify(report)), BENCH_SCHEMA)).toEqual([])
  const { kernel: _, ...broken } = EXAMPLE_BENCH
  expect(schemaFaults(JSON.parse(JSON.stringify(broken)), BENCH_SCHEMA)).toEqual(['$.kernel is missing'])
})
