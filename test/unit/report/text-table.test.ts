import { expect, test } from 'vitest'
import { painterFor } from '../../../src/report/paint.ts'
import { cell, tableLines } from '../../../src/report/text-table.ts'
import type { TableColumn } from '../../../src/report/text-table.ts'

const COLUMNS: readonly TableColumn[] = [
  { title: 'name', align: 'left', least: 4, dropOrder: null },
  { title: 'count', align: 'right', least: null, dropOrder: null },
  { title: 'remark', align: 'left', least: 6, dropOrder: 1 },
]
const ROWS = [
  [cell('short'), cell('7'), cell('first')],
  [cell('a much longer name'), cell('12,345'), cell('second remark')],
] as const
const paint = painterFor({ color: false })

test('tableLines aligns columns and leaves no blanks at line ends', () => {
  expect(tableLines(COLUMNS, ROWS, { width: 80, paint })).toEqual([
    '  name                 count  remark',
    '  short                    7  first',
    '  a much longer name  12,345  second remark',
  ])
})

test('tableLines cuts the widest columns first where space is short', () => {
  expect(tableLines(COLUMNS, ROWS, { width: 32, paint })).toEqual([
    '  name         count  remark',
    '  short            7  first',
    '  a much lo…  12,345  second re…',
  ])
})

test('tableLines drops a column that may go when the narrowest table does not fit', () => {
  expect(tableLines(COLUMNS, ROWS, { width: 18, paint })).toEqual([
    '  name       count',
    '  short          7',
    '  a much …  12,345',
  ])
})
