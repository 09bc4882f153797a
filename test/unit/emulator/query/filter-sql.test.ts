import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, test } from 'vitest'
import { INDICATOR } from '../../../../src/emulator/query/entity-types.ts'
import { filterToSql, orderToSql } from '../../../../src/emulator/query/filter-sql.ts'
import type { SqlText } from '../../../../src/emulator/query/filter-sql.ts'
import { parseQueryOptions } from '../../../../src/emulator/query/query-options.ts'
import { parseTime } from '../../../../src/model/time.ts'
import { FilterTable } from '../../../support/filter-table.ts'
import type { PlainRow, PlainValue } from '../../../support/naive-filter.ts'

const NOW = parseTime('2026-11-23T12:00:00Z') ?? 0n

const TABLE = new FilterTable(
  [
    row({ Id: 1n, Value: 'evil.example', Type: 'DomainName', ExpiresAt: null, LastModifiedBy: null }, 'Low'),
    row({ Id: 2n, Value: 'EVIL.example', Type: 'DomainName', LastModifiedBy: 'a\u{1f600}' }, 'High'),
    row({ Id: 3n, Value: '', Type: 'Md5', Enabled: false, LastModifiedBy: '\uffee' }, 'Informational'),
    row(
      { Id: 2n ** 53n + 1n, Value: 'a\0b', Type: 'Sha1', CreatedAt: '1969-12-31T23:59:59.9999999Z' },
      'Medium',
    ),
  ],
  INDICATOR,
  () => NOW,
)
const [ONE, TWO, THREE, BIG] = [1n, 2n, 3n, 2n ** 53n + 1n]
const ALL = [ONE, TWO, THREE, BIG]

afterAll(() => TABLE.close())

describe('null', () => {
  test.for<[filter: string, kept: readonly bigint[]]>([
    ['ExpiresAt eq null', [ONE]],
    ['ExpiresAt ne null', [TWO, THREE, BIG]],
    ['null eq ExpiresAt', [ONE]],
    ['null eq null', ALL],
    ['ExpiresAt eq 2030-01-01T00:00:00Z', [TWO, THREE, BIG]],
    ['ExpiresAt ne 2030-01-01T00:00:00Z', [ONE]],
    ['not (ExpiresAt eq 2030-01-01T00:00:00Z)', [ONE]],
    ['ExpiresAt gt 2020-01-01T00:00:00Z', [TWO, THREE, BIG]],
    ['not (ExpiresAt gt 2020-01-01T00:00:00Z)', [ONE]],
    ['ExpiresAt le null', []],
    ['not (null ge null)', ALL],
    ['(ExpiresAt gt now()) eq false', [ONE]],
    ["contains(LastModifiedBy,'a')", [TWO, BIG]],
    ["not contains(LastModifiedBy,'a')", [THREE]],
    ["contains(LastModifiedBy,'a') eq null", [ONE]],
    ["contains(LastModifiedBy,'a') or Id eq 1", [ONE, TWO, BIG]],
    ['null', []],
    ['not null', []],
    ['null or Enabled', [ONE, TWO, BIG]],
    ['not (null and Enabled)', [THREE]],
    ['LastModifiedBy in (null)', [ONE]],
    ["LastModifiedBy in ('x')", []],
    ["not (LastModifiedBy in ('x'))", ALL],
    ["LastModifiedBy in ('a\u{1f600}',null)", [ONE, TWO]],
    ['length(LastModifiedBy) eq null', [ONE]],
    ['concat(LastModifiedBy,null) eq null', ALL],
  ])('%s keeps %o', ([filter, kept]) => {
    expect(idsOf(`$filter=${filter}`)).toEqual(kept)
  })
})

describe('texts', () => {
  test.for<[filter: string, kept: readonly bigint[]]>([
    ["Value eq 'evil.example'", [ONE]],
    ["tolower(Value) eq 'evil.example'", [ONE, TWO]],
    ["contains(Value,'')", ALL],
    ["startswith(Value,'')", ALL],
    ["endswith(Value,'')", ALL],
    ["startswith(Value,'evil')", [ONE]],
    ["endswith(Value,'.example')", [ONE, TWO]],
    ["endswith(Value,'xevil.example')", []],
    ["contains(Value,'%25')", []],
    ["endswith(Value,'b')", [BIG]],
    ["contains(Value,'%00b')", [BIG]],
    ["substring(Value,1) eq '%00b'", [BIG]],
    ['length(Value) eq 3', [BIG]],
    ["indexof(Value,'.') eq 4", [ONE, TWO]],
    ["indexof(Value,'none') eq -1", ALL],
    // An emoji is two units long; either half alone reads as U+FFFD.
    ['length(LastModifiedBy) eq 3', [TWO]],
    ["substring(LastModifiedBy,0,2) eq 'a\ufffd'", [TWO]],
    ["substring(Value,-5,4) eq 'evil'", [ONE]],
    ["substring(Value,99) eq ''", ALL],
    ["substring(Value,1,-1) eq ''", ALL],
    // By code points U+1F600 comes after U+FFEE, by UTF-16 units before it.
    ["LastModifiedBy lt '\u{1f600}'", [TWO, THREE, BIG]],
    ["LastModifiedBy gt '\uffed'", [THREE]],
    ["Value eq ''' OR 1=1 --'", []],
  ])('%s keeps %o', ([filter, kept]) => {
    expect(idsOf(`$filter=${filter}`)).toEqual(kept)
  })
})

describe('numbers', () => {
  test.for<[filter: string, kept: readonly bigint[]]>([
    ['Id eq 9007199254740993', [BIG]],
    ['Id eq 9007199254740992.0', []],
    ['Id gt 9007199254740992.0', [BIG]],
    ['Id div 2 eq 1', [TWO, THREE]],
    ['Id div 2.0 eq 1.5', [THREE]],
    ['-7 div 2 eq -3 and -7 mod 2 eq -1', ALL],
    ['Id in (1.0,3)', [ONE, THREE]],
    ['Id div 0 eq null', ALL],
    ['Id mod 0 eq null', ALL],
    ['Id div 0.0 eq null', ALL],
    ['1e308 mul 10 eq null', ALL],
    ['9223372036854775807 add Id eq null', ALL],
    ['-(-9223372036854775808) eq null', ALL],
    ['-9223372036854775808 div -1 eq null', ALL],
    ['9223372036854775807 add 1.0 gt 9e18', ALL],
  ])('%s keeps %o', ([filter, kept]) => {
    expect(idsOf(`$filter=${filter}`)).toEqual(kept)
  })
})

describe('times and enums', () => {
  test.for<[filter: string, kept: readonly bigint[]]>([
    ['CreatedAt lt 1970-01-01T00:00:00Z', [BIG]],
    ['CreatedAt eq 1969-12-31T23:59:59.9999999Z', [BIG]],
    ['CreatedAt eq 1969-12-31T23:59:59.999Z', []],
    ['date(CreatedAt) eq 1969-12-31', [BIG]],
    ['year(CreatedAt) eq 1969 and month(CreatedAt) eq 12 and day(CreatedAt) eq 31', [BIG]],
    ['hour(CreatedAt) eq 23 and minute(CreatedAt) eq 59 and second(CreatedAt) eq 59', [BIG]],
    ['now() eq 2026-11-23T12:00:00Z', ALL],
    ['ExpiresAt gt now()', [TWO, THREE, BIG]],
    ["Type eq 'domainname'", [ONE, TWO]],
    ["AlertDefinition/Severity ge 'Medium'", [TWO, BIG]],
    ["AlertDefinition/Severity in ('low','HIGH')", [ONE, TWO]],
    ['Enabled eq false', [THREE]],
  ])('%s keeps %o', ([filter, kept]) => {
    expect(idsOf(`$filter=${filter}`)).toEqual(kept)
  })
})

describe('order', () => {
  test.for<[order: string, ids: readonly bigint[]]>([
    ['LastModifiedBy', [ONE, BIG, TWO, THREE]],
    ['LastModifiedBy desc', [THREE, TWO, BIG, ONE]],
    ['Enabled', [THREE, ONE, TWO, BIG]],
    ['AlertDefinition/Severity desc', [TWO, BIG, ONE, THREE]],
    ['Type', [BIG, THREE, ONE, TWO]],
    ['Id desc', [BIG, THREE, TWO, ONE]],
    ['2 desc', ALL],
    ['length(Value) desc,Value', [TWO, ONE, BIG, THREE]],
  ])('%s gives %o', ([order, ids]) => {
    expect(idsOf(`$orderby=${order}`)).toEqual(ids)
  })

  test('nothing follows the Id, which leaves no two rows equal', () => {
    expect(orderToSql(parseQueryOptions(INDICATOR, '$orderby=Id desc,Value').orderby).sql).toBe('e."Id" DESC')
    expect(orderToSql(parseQueryOptions(INDICATOR, '$orderby=Value').orderby).sql).toBe(
      'e."Value" ASC, e."Id"',
    )
  })
})

describe('the SQL', () => {
  test('texts and numbers of a filter are parameters and no part of the SQL', () => {
    const { sql, params } = conditionOf(
      "Value eq '\"; DROP TABLE' or Id in (77,78) or contains(Value,'zz') or Id gt 7.5",
    )

    expect(sql).not.toMatch(/DROP|77|78|zz|7\.5/)
    expect(params).toEqual(['"; DROP TABLE', 77n, 78n, 'zz', 7.5])
  })

  test.for([
    ['Id gt 5', /SEARCH e USING INTEGER PRIMARY KEY/],
    ['Id gt 5 and Enabled', /SEARCH e USING INTEGER PRIMARY KEY/],
    ['Id in (1,2)', /SEARCH e USING INTEGER PRIMARY KEY/],
    ["Value eq 'a'", /SEARCH e USING INDEX by_value/],
    ["LastModifiedBy eq 'a'", /SEARCH e USING INDEX by_who/],
    ['LastModifiedBy eq null', /SEARCH e USING INDEX by_who/],
    ["LastModifiedBy gt 'a'", /SEARCH e USING INDEX by_who/],
  ] as const)('%s is answered by an index', ([filter, plan]) => {
    const db = new DatabaseSync(':memory:')
    db.exec(
      'CREATE TABLE i ("Id" INTEGER PRIMARY KEY, "Value" TEXT NOT NULL, "LastModifiedBy" TEXT, "Enabled" INTEGER);' +
        'CREATE INDEX by_value ON i ("Value"); CREATE INDEX by_who ON i ("LastModifiedBy")',
    )
    const { sql, params } = conditionOf(filter)

    const [step] = db.prepare(`EXPLAIN QUERY PLAN SELECT * FROM i AS e WHERE ${sql}`).all(...params)

    db.close()
    expect(step?.['detail']).toMatch(plan)
  })

  test.for<[what: string, filter: string]>([
    [
      'a chain of or',
      Array.from({ length: 900 }, () => 'Enabled')
        .join(' or ')
        .slice(0, 8180)
        .replace(/ or [^ ]*$| o?r?$/, ''),
    ],
    ['a list of 2,000 numbers', `Id in (${Array.from({ length: 1600 }, (_, i) => i).join(',')})`],
    ['a list of 900 properties', `Id in (${Array.from({ length: 900 }, () => 'Id').join(',')})`],
    ['50 nots', `${'not '.repeat(49)}Enabled`],
    ['50 sums', `Id${' add 1'.repeat(48)} eq 1`],
    ['50 calls', `${'trim('.repeat(48)}Value${')'.repeat(48)} eq ''`],
    ['50 comparisons', `Enabled${' eq Enabled'.repeat(49)}`],
    ['50 pairs of parentheses', `${'('.repeat(50)}Enabled${')'.repeat(50)}`],
    ['40 lists within lists', `${'('.repeat(40)}Enabled${' in (Enabled,true,null))'.repeat(40)}`],
  ])('SQLite takes %s', ([, filter]) => {
    const { sql } = conditionOf(filter)

    const ids = idsOf(`$filter=${filter}`)

    expect(ids.length).toBeLessThanOrEqual(ALL.length)
    expect(sql.length).toBeLessThan(100_000)
  })
})

function conditionOf(filter: string): SqlText {
  const { filter: node } = parseQueryOptions(INDICATOR, `$filter=${filter}`)
  if (node === null) throw new Error('no filter was read')
  return filterToSql(node)
}

function idsOf(query: string): bigint[] {
  const { filter, orderby } = parseQueryOptions(INDICATOR, query)
  const condition = filter === null ? { sql: 'true', params: [] } : filterToSql(filter)
  return TABLE.ids(condition, orderToSql(orderby))
}

function row(given: Record<string, PlainValue>, severity: string): PlainRow {
  const times = { CreatedAt: '2026-01-01T00:00:00Z', ExpiresAt: '2030-01-01T00:00:00Z', ...given }
  const self = {
    LastModifiedBy: 'a',
    Enabled: true,
    ...times,
    CreatedAt: ticksOf(times.CreatedAt),
    ExpiresAt: ticksOf(times.ExpiresAt),
  }
  return { self, parent: { Id: 1n, Severity: severity } }
}

function ticksOf(value: PlainValue): PlainValue {
  return typeof value === 'string' ? parseTime(value) : value
}
