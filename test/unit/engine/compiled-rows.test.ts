import { expect, test } from 'vitest'
import { rankDefinitions, selectRows } from '../../../src/engine/compiled-rows.ts'
import { rowValuesOf } from '../../../src/engine/row-values.ts'
import type { CompiledRows } from '../../../src/engine/compiled-rows.ts'
import { buildRuleSet, definitionNamed } from '../../support/rule-set-builder.ts'
import type { RuleRow } from '../../support/rule-set-builder.ts'

const HOST = { Type: 'DomainName', Value: 'b.example' } as const

/** Rows stand as given, so that the numbers in the result are positions in the list. */
function select(rows: readonly RuleRow[]): CompiledRows {
  const rules = buildRuleSet(rows, { order: 'given' })
  const definitionRank = rankDefinitions(rules.definitions)
  const values = rowValuesOf(rules.indicators)
  return selectRows({ rules, values, definitionRank, rejectNonEqualsHash: false })
}

test('rows are sorted by definition, Type, DetectionFunction, Value, ExpiresAt, Id and CreatedAt', () => {
  const sorted: RuleRow[] = [
    { ...HOST, definition: 'a', Type: 'Md5', Value: '00'.repeat(16) },
    { ...HOST, definition: 'a', Value: 'a.example', ExpiresAt: 9n },
    { ...HOST, definition: 'a', ExpiresAt: 1n, Id: 8 },
    { ...HOST, definition: 'a', ExpiresAt: 2n, Id: 3 },
    { ...HOST, definition: 'a', ExpiresAt: 2n, Id: 4, CreatedAt: 7n },
    { ...HOST, definition: 'a', ExpiresAt: 2n, CreatedAt: 5n },
    { ...HOST, definition: 'a', ExpiresAt: 2n, CreatedAt: 6n },
    { ...HOST, definition: 'a' },
    { ...HOST, definition: 'a', DetectionFunction: 'EndWith', Value: 'a.example' },
    { ...HOST, definition: 'b', Type: 'Sha1', Value: '00'.repeat(20) },
  ]

  expect(Array.from(select(sorted).rows)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(Array.from(select(sorted.toReversed()).rows)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
})

test('equal rows that do not stand together are merged into the one with the lowest Id', () => {
  const { rows, duplicates } = select([
    { ...HOST, Id: 5 },
    { ...HOST, Value: 'a.example' },
    { ...HOST, Id: 2 },
  ])

  expect(Array.from(rows)).toEqual([1, 2])
  expect([Array.from(duplicates.rows), Array.from(duplicates.keptRows)]).toEqual([[0], [2]])
})

test('rows that are equal in all but one property stay apart, and each is told from its copy', () => {
  const rows: RuleRow[] = [
    { ...HOST, definition: 'a', DetectionFunction: 'Contains', Value: 'ab', ExpiresAt: 1n },
    { ...HOST, definition: 'b', DetectionFunction: 'Contains', Value: 'ab', ExpiresAt: 1n },
    { definition: 'a', Type: 'Md5', DetectionFunction: 'Contains', Value: 'ab', ExpiresAt: 1n },
    { ...HOST, definition: 'a', DetectionFunction: 'StartWith', Value: 'ab', ExpiresAt: 1n },
    { ...HOST, definition: 'a', DetectionFunction: 'Contains', Value: 'abc', ExpiresAt: 1n },
    { ...HOST, definition: 'a', DetectionFunction: 'Contains', Value: 'ab', ExpiresAt: 2n },
  ]

  for (const other of rows.slice(1)) {
    const [first] = rows
    const { rows: kept, duplicates } = select([other, first!, other, first!])

    expect(kept.toSorted()).toEqual(Uint32Array.of(0, 1))
    expect(duplicates.rows.toSorted()).toEqual(Uint32Array.of(2, 3))
    expect(duplicates.keptRows.map((row, i) => duplicates.rows[i]! - row)).toEqual(Uint32Array.of(2, 2))
  }
})

test('rows whose keys ascend are still sorted where their times or Ids do not', () => {
  const early = { ...HOST, ExpiresAt: 1n, Id: 5 }
  const late = { ...HOST, ExpiresAt: 2n, Id: 5 }
  const first = { ...HOST, Value: 'a.example' }

  expect(Array.from(select([late, early]).rows)).toEqual([1, 0])
  expect(Array.from(select([first, late, early]).rows)).toEqual([0, 2, 1])
  expect(Array.from(select([first, { ...early, Id: 6 }, early]).duplicates.keptRows)).toEqual([2])
})

test('what is known of equal neighbours spares comparing them and changes nothing, whatever is disabled', () => {
  const rows = Array.from({ length: 400 }, (_, i) => ({
    ...HOST,
    definition: i % 3 === 0 ? 'a' : 'b',
    Value: `h${(i * 7) % 23}.example`,
    Enabled: (i * 31) % 5 !== 0,
    ...(i % 2 === 0 ? { CreatedAt: BigInt(i % 4) } : {}),
    ...(i % 11 === 0 ? { ExpiresAt: 5n } : {}),
  }))
  const rules = buildRuleSet(rows)
  const definitionRank = rankDefinitions(rules.definitions)
  const values = rowValuesOf(rules.indicators)
  const { count, definition } = rules.indicators
  const same = Uint8Array.from({ length: count }, (_, row) =>
    row > 0 && definition[row] === definition[row - 1] && values.compare(row - 1, row) === 0 ? 1 : 0,
  )
  const selection = { rules, definitionRank, rejectNonEqualsHash: false }

  const found = selectRows({ ...selection, values: { ...values, same } })
  const nothing = selectRows({ ...selection, values: { ...values, same: new Uint8Array(count) } })

  const expected = selectRows({ ...selection, values })
  expect(expected.duplicates.rows.length).toBeGreaterThan(50)
  expect(found).toEqual(expected)
  expect(nothing.duplicates.rows.length).toBe(0)
})

test('of rows that are equal in everything the first is kept', () => {
  const { rows, duplicates } = select([HOST, { ...HOST, Value: 'a.example' }, HOST, HOST])

  expect(Array.from(rows)).toEqual([1, 0])
  expect([Array.from(duplicates.rows), Array.from(duplicates.keptRows)]).toEqual([
    [2, 3],
    [0, 0],
  ])
})

test('twenty thousand copies with different times are told apart in no time', () => {
  const copies = Array.from({ length: 20_000 }, (_, i) => ({ ...HOST, CreatedAt: BigInt(i >> 1) }))

  const { rows, duplicates } = select(copies)

  expect([rows.length, duplicates.rows.length]).toEqual([10_000, 10_000])
})

test('definitions are ranked by name, then by Id with a missing one last', () => {
  const definitions = [
    { ...definitionNamed('b'), Id: 1 },
    definitionNamed('a'),
    { ...definitionNamed('a'), Id: 9 },
    definitionNamed('B'),
  ]

  expect(Array.from(rankDefinitions(definitions))).toEqual([3, 2, 1, 0])
  expect(Array.from(rankDefinitions(['abc', 'ab', 'aa', 'b'].map((name) => definitionNamed(name))))).toEqual([
    2, 1, 0, 3,
  ])
})

test('rows are said to ascend only where they stood in order', () => {
  const inOrder = [{ ...HOST, Value: 'a.example' }, HOST]

  expect(select(inOrder).doAscend).toBe(true)
  expect(select([...inOrder, HOST]).doAscend).toBe(true)
  expect(select(inOrder.toReversed()).doAscend).toBe(false)
})

test('what is known of equal neighbours does not keep rows of definitions out of order in their places', () => {
  const rows = ['c', 'b', 'a'].map((definition) => ({ ...HOST, definition }))
  const rules = buildRuleSet(rows, { order: 'given' })
  const values = { ...rowValuesOf(rules.indicators), same: new Uint8Array(3) }

  const definitionRank = rankDefinitions(rules.definitions)
  const { rows: selected, doAscend } = selectRows({
    rules,
    values,
    definitionRank,
    rejectNonEqualsHash: false,
  })

  expect([Array.from(selected), doAscend]).toEqual([[2, 1, 0], false])
})
