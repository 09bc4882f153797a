import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { DEFAULT_SEMANTICS } from '../../../src/model/semantics.ts'
import { mappedColumns } from '../../../src/engine/sieve/mapped-columns.ts'
import { RowCounter } from '../../../src/engine/sieve/row-counter.ts'
import { buildKeyTable } from '../../../src/logs/key-table.ts'
import { cellsOf } from '../../../src/logs/scan-csv.ts'
import { bytesOf } from './collect-records.ts'
import { entry, mapWith } from './read-one.ts'

const SEED = 20_261_123
const RUNS = 500
const COMMA = 0x2c

const cells = (row: string): string[] => {
  const bytes = bytesOf(row)
  return cellsOf(bytes, 0, bytes.length, COMMA)
}

test.each([
  ['', ['']],
  ['a,,b', ['a', '', 'b']],
  ['"a,b",c', ['a,b', 'c']],
  ['"a ""b"" c"', ['a "b" c']],
  ['""', ['']],
  ['""""', ['"']],
  ['a"b,c"d', ['a"b,c"d']],
  ['"a"b"c"', ['abc']],
  ['"open, end', ['open, end']],
  [' "a"', [' "a"']],
  ['"é",\u{1f600}', ['é', '\u{1f600}']],
])('the row %j has the cells %j', (row, expected) => {
  expect(cells(row)).toEqual(expected)
})

test('for all texts, cells that are written with quotes are read back, and counted when not empty', () => {
  let quotedCount = 0
  const texts = fc.array(fc.oneof(fc.string(), fc.constantFrom('', 'a,b', 'a"b', '"', '\n', 'plain')), {
    minLength: 1,
    maxLength: 6,
  })
  fc.assert(
    fc.property(texts, fc.boolean(), (written, always) => {
      const row = written
        .map((text) => (always || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text))
        .join(',')
      quotedCount += row.includes('"') ? 1 : 0
      const columns = written.map((_, i) => `c${i}`)
      const table = buildKeyTable(
        mapWith(...columns.map((column) => entry([column], 'ip'))),
        DEFAULT_SEMANTICS,
      )
      const layout = { separator: COMMA, columns }
      const counter = new RowCounter(
        new Float64Array(table.keys.length),
        mappedColumns(table, layout),
        layout,
      )
      const bytes = bytesOf(row)

      counter.count(bytes, 0, bytes.length)

      expect(cells(row)).toEqual(written)
      expect([...counter.observed]).toEqual(written.map((text) => (text === '' ? 0 : 1)))
    }),
    { seed: SEED, numRuns: RUNS },
  )
  expect(quotedCount).toBeGreaterThan(RUNS / 4)
})
