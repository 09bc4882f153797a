import { DatabaseSync } from 'node:sqlite'
import { afterAll, expect, test } from 'vitest'
import { registerSqlFunctions } from '../../../../src/emulator/query/sql-functions.ts'

let clock = 0n
const DB = new DatabaseSync(':memory:')
registerSqlFunctions(DB, () => ++clock)

afterAll(() => DB.close())

test.for<[expression: string, value: unknown]>([
  ["dryfire_length('a\u{1f600}')", 3n],
  ["dryfire_indexof('a\u{1f600}b', 'b')", 3n],
  ["dryfire_substring('a\u{1f600}b', 3)", 'b'],
  ["dryfire_substring('a\u{1f600}b', 2)", '\ufffdb'],
  ["dryfire_substring('abc', -1, 2)", 'ab'],
  ["dryfire_substring('abc', 9223372036854775807, 9223372036854775807)", ''],
  ["dryfire_substring('abc', 1, 9223372036854775807)", 'bc'],
  ["dryfire_substring('abc', 1, NULL)", null],
  ["dryfire_toupper('straße')", 'STRASSE'],
  ["dryfire_trim(char(9) || ' a ')", 'a'],
  ['dryfire_year(-1)', 1969n],
  ['dryfire_second(-1)', 59n],
  ['dryfire_date(-1)', -864_000_000_000n],
  ['dryfire_date(0)', 0n],
  ['dryfire_year(-621355968000000000)', 1n],
  ['typeof(dryfire_add(1, 2))', 'integer'],
  ['typeof(dryfire_add(1, 2.0))', 'real'],
  ['dryfire_mul(9223372036854775807, 2)', null],
  ['dryfire_negate(NULL)', null],
  ['dryfire_tolower(NULL)', null],
  ['dryfire_hour(NULL)', null],
])('%s is %s', ([expression, value]) => {
  const statement = DB.prepare(`SELECT ${expression} AS value`)
  statement.setReadBigInts(true)

  expect(statement.get()?.['value']).toBe(value)
})

test('the clock is asked once per run of a statement and not once per row', () => {
  DB.exec("CREATE TABLE t AS SELECT value FROM json_each('[1,2,3]')")
  const statement = DB.prepare('SELECT DISTINCT dryfire_now() AS now FROM t')

  const first = statement.all()
  const second = statement.all()

  expect(first).toHaveLength(1)
  expect(second).toHaveLength(1)
  expect(second).not.toEqual(first)
})
