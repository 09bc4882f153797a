import { expect, test } from 'vitest'
import { NO_ID, NO_TIME } from '../../../src/model/rule-set.ts'
import { IndicatorColumnsBuilder } from '../../../src/rules/indicator-columns-builder.ts'
import type { IndicatorRow } from '../../../src/rules/indicator-columns-builder.ts'
import { columnsAsRead } from '../../support/columns-as-read.ts'

const DOMAIN = 4
const SHA1 = 0
const ROW: IndicatorRow = {
  definition: 0,
  type: DOMAIN,
  detectionFunction: 0,
  enabled: true,
  expiresAt: null,
  createdAt: null,
  id: null,
  sourceFile: 0,
  sourceLine: 1,
  sourceColumn: 1,
}

function add(columns: IndicatorColumnsBuilder, value: string, row: Partial<IndicatorRow> = {}): void {
  columns.beginValue()
  columns.valueBytes.set(new TextEncoder().encode(value), columns.valueEnd)
  columns.commit({ ...ROW, ...row }, value.length)
}

test('columns keep every property of hundreds of rows, whenever a column begins', () => {
  const columns = new IndicatorColumnsBuilder()
  const rows = Array.from({ length: 300 }, (_, i) => ({
    definition: i % 3,
    type: i % 2 === 0 ? DOMAIN : 3,
    detectionFunction: i % 4,
    enabled: i % 5 !== 0,
    expiresAt: i < 100 || i % 2 === 0 ? null : BigInt(i),
    createdAt: i < 150 || i % 3 === 0 ? null : BigInt(-i),
    id: i < 200 || i % 7 === 0 ? null : i,
    sourceFile: i % 11,
    sourceLine: i + 1,
    sourceColumn: i % 13,
  }))

  rows.forEach((row, i) => add(columns, `${'x'.repeat(i % 9)}${i}`, row))

  const result = columnsAsRead(columns)
  const found = rows.map((_, i) => ({
    definition: result.definition[i],
    type: result.type[i],
    detectionFunction: result.detectionFunction[i],
    enabled: result.enabled[i] === 1,
    expiresAt: result.expiresAt?.[i] === NO_TIME ? null : result.expiresAt?.[i],
    createdAt: result.createdAt?.[i] === NO_TIME ? null : result.createdAt?.[i],
    id: result.id?.[i] === NO_ID ? null : result.id?.[i],
    sourceFile: result.sourceFile[i],
    sourceLine: result.sourceLine[i],
    sourceColumn: result.sourceColumn[i],
  }))
  expect(found).toEqual(rows)
  expect(new TextDecoder().decode(result.valueBytes)).toBe(
    rows.map((_, i) => `${'x'.repeat(i % 9)}${i}`).join(''),
  )
})

test('columns that nobody fills are absent', () => {
  const columns = new IndicatorColumnsBuilder()
  add(columns, 'a')

  const { expiresAt, createdAt, id } = columnsAsRead(columns)

  expect([expiresAt, createdAt, id]).toEqual([null, null, null])
})

test('values are packed: texts in whole words filled up with zero, whole digests as bytes', () => {
  const columns = new IndicatorColumnsBuilder()
  add(columns, 'abc')
  add(columns, '0123456789abcdef'.repeat(3).slice(0, 40), { type: SHA1 })
  add(columns, 'abcde', { type: SHA1, detectionFunction: 1 })

  expect(Array.from(columns.words.subarray(0, columns.wordEnd))).toEqual([
    0x61626300, 0x01234567, 0x89abcdef, 0x01234567, 0x89abcdef, 0x01234567, 0x61626364, 0x65000000,
  ])
  expect(Array.from(columns.valueStart.subarray(0, 4))).toEqual([0, 1, 6, 8])
})

test('a value that was begun and not committed never was', () => {
  const columns = new IndicatorColumnsBuilder()
  add(columns, 'a')
  columns.beginValue()
  columns.valueBytes.set(new TextEncoder().encode('zzzzzzzz'), columns.valueEnd)
  add(columns, 'b')

  expect(columns.count).toBe(2)
  expect(new TextDecoder().decode(columnsAsRead(columns).valueBytes)).toBe('ab')
})

test('rows and room that were reserved hold what was there and take what comes', () => {
  const columns = new IndicatorColumnsBuilder()
  add(columns, 'a', { id: 5, expiresAt: 7n, createdAt: 9n })

  columns.reserve(1000, 100_000)

  expect(columns.type.length).toBeGreaterThanOrEqual(1001)
  expect(columns.valueBytes.length).toBeGreaterThanOrEqual(100_000)
  const [rows, room] = [columns.type, columns.words]
  for (let i = 0; i < 1000; i += 1) add(columns, 'bcd')
  expect([columns.type, columns.words]).toEqual([rows, room])
  const { id, expiresAt, createdAt } = columnsAsRead(columns)
  expect([id?.[0], id?.[1000], expiresAt?.[0], expiresAt?.[1000], createdAt?.[0], createdAt?.[1000]]).toEqual(
    [5, NO_ID, 7n, NO_TIME, 9n, NO_TIME],
  )
})

test('a rule set is full when its values reach 4 GiB, packed or as texts', () => {
  const texts = new IndicatorColumnsBuilder()
  texts.take(0, 0, 2 ** 32 - 1 - 1024)

  expect(texts.beginValue()).toBe(true)
  expect(texts.makeRoom(1, 1, 1025)).toBe(false)
  expect(new IndicatorColumnsBuilder().makeRoom(1, 2 ** 30, 0)).toBe(false)
})

test('rows of a list get its definition and file, and those before them keep theirs', () => {
  const columns = new IndicatorColumnsBuilder()
  add(columns, 'a', { definition: 2, sourceFile: 3 })
  for (const value of ['b', 'c']) {
    columns.beginValue()
    columns.valueBytes.set(new TextEncoder().encode(value), columns.valueEnd)
    columns.commitListRow(DOMAIN, 0, 1, 5, 6)
  }

  columns.fillList(1, 7, 8)

  const { definition, sourceFile, sourceLine, sourceColumn } = columnsAsRead(columns)
  expect(Array.from(definition)).toEqual([2, 7, 7])
  expect(Array.from(sourceFile)).toEqual([3, 8, 8])
  expect([sourceLine[2], sourceColumn[2]]).toEqual([5, 6])
})

test('times of expiry are given to the last row, or to rows from a first one on', () => {
  const columns = new IndicatorColumnsBuilder()
  for (const value of ['a', 'b', 'c', 'd']) add(columns, value)

  columns.expireLastRow(9n)
  columns.expireRows(1, BigInt64Array.of(4n, 5n))

  expect(Array.from(columnsAsRead(columns).expiresAt ?? [])).toEqual([NO_TIME, 4n, 5n, 9n])
})
