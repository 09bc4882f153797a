import * as fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import type { EntityType } from '../../src/emulator/query/entity-types.ts'
import { ALERT_DEFINITION, INDICATOR } from '../../src/emulator/query/entity-types.ts'
import type { FilterNode } from '../../src/emulator/query/filter-node.ts'
import { ARITHMETICS, COMPARISONS, FUNCTIONS } from '../../src/emulator/query/filter-node.ts'
import { assertNever } from '../../src/model/assert-never.ts'
import { filterToSql, orderToSql } from '../../src/emulator/query/filter-sql.ts'
import { parseQueryOptions } from '../../src/emulator/query/query-options.ts'
import { QueryError } from '../../src/emulator/query/query-error.ts'
import { FilterTable } from '../support/filter-table.ts'
import { filterTexts, TEXTS, TIMES, WHOLES } from '../support/filter-texts.ts'
import type { PlainRow, PlainValue } from '../support/naive-filter.ts'
import { naiveKeeps, naiveOrder } from '../support/naive-filter.ts'
import { parameters, runs, SEED } from '../support/runs.ts'

/** 20,000 of 200,000 cases; the others of this file need few. */
const FILTERS = 0.1
const HOSTILE = 0.05
const ORDERS = 0.01
const ROW_COUNT = 30
/** Per filter on a machine that does much else; one alone takes a third of a millisecond. */
const MS_PER_FILTER = 6
const NOW = 17_953_000_000_000_000n

const ENTITIES = [INDICATOR, ALERT_DEFINITION] as const
const ROWS: ReadonlyMap<EntityType, readonly PlainRow[]> = new Map(
  ENTITIES.map((each) => [each, rowsOf(each)]),
)
const TABLES = new Map(ENTITIES.map((each) => [each, new FilterTable(ROWS.get(each) ?? [], each, () => NOW)]))
const KEEPS_ALL: FilterNode = { kind: 'literal', type: { kind: 'Boolean' }, value: true, offset: 0, depth: 0 }

afterAll(() => {
  for (const table of TABLES.values()) table.close()
})

test(
  'for all well-typed filters, SQLite keeps exactly the rows that the naive evaluation keeps',
  () => {
    let choosyCount = 0
    const parts = new Map<string, number>()

    fc.assert(
      fc.property(questions(), ({ set, query }) => {
        const entity = entityOf(set)
        const filter = parseQueryOptions(entity, query).filter ?? KEEPS_ALL

        const kept = TABLES.get(entity)?.ids(filterToSql(filter), orderToSql([]))

        const rows = ROWS.get(entity) ?? []
        const expected = naiveOrder([], rows, NOW).filter((row) => naiveKeeps(filter, row, NOW))
        // As one text: comparing lists element by element takes most of the time.
        expect(kept?.join()).toBe(expected.map((row) => row.self['Id']).join())
        if (expected.length > 0 && expected.length < rows.length) choosyCount++
        for (const part of partsOf(filter)) parts.set(part, (parts.get(part) ?? 0) + 1)
      }),
      parameters(FILTERS),
    )
    expect(choosyCount).toBeGreaterThan(runs(FILTERS) * 0.3)
    const rare = PARTS.filter((part) => (parts.get(part) ?? 0) < runs(FILTERS) / 500)
    expect(rare).toEqual([])
  },
  runs(FILTERS) * MS_PER_FILTER,
)

test('for all orders, SQLite gives the rows in the order of the naive comparison', () => {
  let movedCount = 0

  fc.assert(
    fc.property(orders(), ({ set, query }) => {
      const entity = entityOf(set)
      const { orderby } = parseQueryOptions(entity, query)

      const ids = TABLES.get(entity)?.ids(filterToSql(KEEPS_ALL), orderToSql(orderby))

      const rows = ROWS.get(entity) ?? []
      expect(ids).toEqual(naiveOrder(orderby, rows, NOW).map((row) => row.self['Id']))
      if (ids?.[0] !== naiveOrder([], rows, NOW)[0]?.self['Id']) movedCount++
    }),
    parameters(ORDERS),
  )
  expect(movedCount).toBeGreaterThan(runs(ORDERS) / 2)
})

test('for all damaged and hostile queries, parsing gives options that SQLite takes or throws a QueryError with a place in the text', () => {
  let refusedCount = 0
  let acceptedCount = 0

  fc.assert(
    fc.property(hostileQueries(), (query) => {
      const outcome = outcomeOf(query)

      if (outcome instanceof QueryError) {
        refusedCount++
        expect(outcome.offset).toBeGreaterThanOrEqual(0)
        expect(outcome.offset).toBeLessThanOrEqual(query.length)
        expect(outcome.message.length).toBeGreaterThan(0)
        expect(outcome.message.length).toBeLessThan(400)
        expect(outcome.fix.length).toBeGreaterThan(0)
      } else {
        acceptedCount++
        expect(outcome).toBe('taken')
      }
    }),
    parameters(HOSTILE),
  )
  expect(refusedCount).toBeGreaterThan(runs(HOSTILE) / 4)
  expect(acceptedCount).toBeGreaterThan(runs(HOSTILE) / 20)
})

/** Every operator, function and type of a property, each of which must stand in one filter of 500 at least. */
const PARTS: readonly string[] = [
  ...COMPARISONS,
  ...ARITHMETICS,
  ...FUNCTIONS,
  'in',
  'and',
  'or',
  'not',
  'negate',
  'self',
  'parent',
  'null',
  'Boolean',
  'Int64',
  'String',
  'DateTimeOffset',
  'Enum',
  'Double',
  'Date',
]

function partsOf(node: FilterNode): Set<string> {
  const parts = new Set<string>()
  const pending = [node]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    parts.add(next.type.kind)
    switch (next.kind) {
      case 'literal':
        if (next.value === null) parts.add('null')
        break
      case 'property':
        parts.add(next.owner)
        break
      case 'call':
        parts.add(next.name)
        pending.push(...next.args)
        break
      case 'and':
      case 'or':
        parts.add(next.kind)
        pending.push(...next.terms)
        break
      case 'in':
        parts.add('in')
        pending.push(next.operand, ...next.items)
        break
      case 'not':
      case 'negate':
        parts.add(next.kind)
        pending.push(next.operand)
        break
      case 'arithmetic':
      case 'comparison':
        parts.add(next.operator)
        pending.push(next.left, next.right)
        break
      default:
        assertNever(next)
    }
  }
  return parts
}

interface Question {
  readonly set: EntityType['set']
  readonly query: string
}

function entityOf(set: EntityType['set']): EntityType {
  return set === 'AlertDefinitions' ? ALERT_DEFINITION : INDICATOR
}

function outcomeOf(query: string): unknown {
  try {
    const { filter, orderby } = parseQueryOptions(INDICATOR, query)
    TABLES.get(INDICATOR)?.ids(filterToSql(filter ?? KEEPS_ALL), orderToSql(orderby))
    return 'taken'
  } catch (error) {
    return error
  }
}

/** Filters as they come in a URL: any blanks, and any characters escaped. */
function questions(): fc.Arbitrary<Question> {
  return fc.oneof(
    ...ENTITIES.map((entity) =>
      fc
        .tuple(filterTexts(entity), fc.constantFrom(' ', '  ', '\t', ' \t '), fc.constantFrom(...ENCODINGS))
        .map(([text, blank, encode]) => ({
          set: entity.set,
          query: `$filter=${encode(text.replaceAll('\u0001', blank))}`,
        })),
    ),
  )
}

const ENCODINGS: readonly ((text: string) => string)[] = [
  encodeURIComponent,
  (text) => encodeURIComponent(text).replaceAll('%20', '+'),
  (text) => encodeURIComponent(text).replaceAll(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()),
  (text) => text.replaceAll(/[%+&]/g, encodeURIComponent),
  (text) => Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
]

function orders(): fc.Arbitrary<Question> {
  return fc.oneof(
    ...ENTITIES.map((entity) => {
      const prefix = entity === INDICATOR ? 'AlertDefinition/' : ''
      const keys = [
        ...entity.properties.map(({ name }) => name),
        ...['Severity', 'LastModifiedAt', 'RecommendedAction', 'Enabled'].map((name) => prefix + name),
        'length(CreatedBy)',
        'Id mod 7',
        '3',
        'Enabled eq true',
      ]
      const term = fc.tuple(fc.constantFrom(...keys), fc.constantFrom('', ' asc', ' desc'))
      return fc.array(term, { minLength: 1, maxLength: 3 }).map((terms) => ({
        set: entity.set,
        query: `$orderby=${terms.map((parts) => parts.join('')).join(', ')}`,
      }))
    }),
  )
}

/** Filters with characters lost, doubled or replaced; lists of words of the language; and anything at all. */
function hostileQueries(): fc.Arbitrary<string> {
  const words = fc.constantFrom(
    '(',
    ')',
    ',',
    '/',
    "'",
    "''",
    '-',
    '$',
    '@',
    '%',
    '%00',
    '%ff',
    '+',
    '&',
    '=',
    ';',
    ':',
    '"',
    '\0',
    'Id',
    'Type',
    'Value',
    'Enabled',
    'ExpiresAt',
    'AlertDefinition',
    'IndicatorsOfCompromise',
    'any',
    'x:x',
    'eq',
    'ne',
    'and',
    'or',
    'not',
    'in',
    'has',
    'add',
    'div',
    'null',
    'true',
    'contains(',
    'now()',
    '1',
    '0.5',
    '$filter=',
    '$orderby=',
    '$select=',
    '$expand=',
    '$top=',
    '$skip=',
    '$count=',
    '$search=',
    '__proto__',
    '2017-02-01',
    '2017-02-01T10:46:22Z',
    '99999999999999999999',
    "Model.Severity'Low'",
    '\u{1f600}',
    '\ud800',
  )
  const soup = fc.array(words, { maxLength: 12 }).map((parts) => parts.join(' '))
  const damaged = fc
    .tuple(questions(), fc.nat(), fc.nat({ max: 3 }), fc.oneof(words, fc.constant('')))
    .map(([{ query }, place, count, word]) => {
      const at = 8 + (place % Math.max(1, query.length - 8))
      return query.slice(0, at) + word + query.slice(at + count)
    })
  return fc.oneof(
    { weight: 3, arbitrary: damaged },
    { weight: 2, arbitrary: soup.map((text) => `$filter=${text}`) },
    soup.map((text) => `$expand=AlertDefinition(${text})`),
    soup,
    fc.string({ unit: 'binary' }).map((text) => `$filter=${text}`),
    fc.string({ unit: 'binary' }),
  )
}

function rowsOf(entity: EntityType): PlainRow[] {
  const row = fc.record({ self: entityRow(entity), parent: entityRow(entity.navigation.target) })
  const rows = fc.sample(row, { numRuns: ROW_COUNT, seed: SEED })
  return rows.map(({ self, parent }, i) => ({
    self: { ...self, Id: idOf(i) },
    parent: entity.navigation.isCollection ? null : { ...parent, Id: idOf(i % 4) },
  }))
}

/** Small keys, and the largest. */
function idOf(i: number): bigint {
  return i === ROW_COUNT - 1 ? 2n ** 63n - 1n : BigInt(i + 1)
}

function entityRow(entity: EntityType): fc.Arbitrary<Record<string, PlainValue>> {
  const values: Record<string, fc.Arbitrary<PlainValue>> = {}
  for (const { name, type, isNullable } of entity.properties) {
    const value: fc.Arbitrary<PlainValue> =
      type.kind === 'Int64'
        ? fc.constantFrom(...WHOLES)
        : type.kind === 'String'
          ? fc.constantFrom(...TEXTS)
          : type.kind === 'Boolean'
            ? fc.boolean()
            : type.kind === 'DateTimeOffset'
              ? fc.constantFrom(...TIMES)
              : fc.constantFrom(...type.members.slice(0, 6))
    values[name] = isNullable ? fc.option(value, { freq: 3 }) : value
  }
  return fc.record(values)
}
