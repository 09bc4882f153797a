import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { ALERT_DEFINITION, INDICATOR, type EntityType } from '../../src/emulator/query/entity-types.ts'
import { parseQueryOptions } from '../../src/emulator/query/query-options.ts'
import { parseTime } from '../../src/model/time.ts'
import { ApiSession, START, definitionBody } from '../support/api-session.ts'
import { filterTexts } from '../support/filter-texts.ts'
import { naiveKeeps, naiveOrder, type PlainRow, type PlainValue } from '../support/naive-filter.ts'
import { SEED, parameters, runs } from '../support/runs.ts'

/**
 * All query options together, over requests, against a naive evaluation of the same options on what the service
 * itself says it holds (ti-api 10 item 8).
 */

const MANY = 100_000
const MANY_QUERIES = 12
const FEW = 0.005
const PAGED = 0.002
const DEFINITION_COUNT = 40
const FEW_PER_DEFINITION = 8

const QUOTAS = { definitions: 1_000, indicators: MANY, nonEqualsIndicators: MANY }

/** The long run, on a machine that does much else. */
vi.setConfig({ testTimeout: 60_000 + runs(FEW) * 20 })

interface Query {
  readonly filter: string | null
  readonly orderby: string | null
  readonly top: number | null
  readonly skip: number | null
  readonly select: readonly string[] | null
  readonly expands: boolean
}

interface Held {
  readonly api: ApiSession
  readonly rows: readonly PlainRow[]
}

let few: Held
let many: Held

beforeAll(async () => {
  few = await held(FEW_PER_DEFINITION)
  many = await held(MANY / DEFINITION_COUNT)
})

afterAll(() => {
  few.api.emulator.close()
  many.api.emulator.close()
})

test('for all combinations of options, the service gives the entities that a naive evaluation gives', async () => {
  let choosyCount = 0

  await fc.assert(
    fc.asyncProperty(queries(INDICATOR), async (query) => {
      if (await agrees(few, query)) choosyCount++
    }),
    parameters(FEW),
  )

  expect(choosyCount).toBeGreaterThan(runs(FEW) / 5)
})

test('for all combinations of options over 100,000 indicators, the service agrees with the naive evaluation', async () => {
  let choosyCount = 0

  await fc.assert(
    fc.asyncProperty(queries(INDICATOR), async (query) => {
      if (await agrees(many, query)) choosyCount++
    }),
    { numRuns: MANY_QUERIES, seed: SEED },
  )

  expect(many.rows).toHaveLength(MANY)
  expect(choosyCount).toBeGreaterThan(0)
})

test('for all queries and page sizes, following the links gives the one page that comes without paging', async () => {
  let linkCount = 0

  await fc.assert(
    fc.asyncProperty(queries(INDICATOR), fc.integer({ min: 1, max: 90 }), async (query, size) => {
      const whole = await few.api.get(`IndicatorsOfCompromise?${textOf(query)}`)
      const paged: unknown[] = []
      let path: string | null = `IndicatorsOfCompromise?${textOf(query)}`
      while (path !== null) {
        const page = await few.api.get(path, { prefer: `odata.maxpagesize=${size}` })
        expect(page.status).toBe(200)
        expect(page.json.value?.length).toBeLessThanOrEqual(size)
        paged.push(...(page.json.value ?? []))
        const link = page.json['@odata.nextLink']
        path = typeof link === 'string' ? link.slice(link.indexOf('/v1.0/') + 6) : null
        if (path !== null) linkCount++
      }

      expect(paged).toEqual(whole.json.value)
    }),
    parameters(PAGED),
  )

  expect(linkCount).toBeGreaterThan(runs(PAGED) / 4)
})

/** Compares a reply with the naive one; tells whether the options left some entities out and some in. */
async function agrees({ api, rows }: Held, query: Query): Promise<boolean> {
  const { filter, orderby } = parseQueryOptions(INDICATOR, textOf(query))
  const kept = filter === null ? rows : rows.filter((row) => naiveKeeps(filter, row, START))
  const from = query.skip ?? 0
  const expected = naiveOrder(orderby, kept, START).slice(
    from,
    query.top === null ? undefined : from + query.top,
  )

  const { status, json, text } = await api.get(`IndicatorsOfCompromise?${textOf(query)}&$count=true`)

  expect(status, text.slice(0, 300)).toBe(200)
  expect(json['@odata.count']).toBe(kept.length)
  const shown = query.select ?? INDICATOR.properties.map(({ name }) => name)
  const given = (json.value ?? []).map((entity) => [
    plainOf(entity, INDICATOR, shown),
    Object.hasOwn(entity, 'AlertDefinition') ? Number(parentOf(entity)['Id']) : null,
  ])
  expect(given).toEqual(
    expected.map(({ self, parent }) => [pick(self, shown), query.expands ? Number(parent?.['Id']) : null]),
  )
  return kept.length > 0 && kept.length < rows.length
}

function textOf({ filter, orderby, top, skip, select, expands }: Query): string {
  const parts = [
    filter === null ? null : `$filter=${encodeURIComponent(filter)}`,
    orderby === null ? null : `$orderby=${encodeURIComponent(orderby)}`,
    top === null ? null : `$top=${top}`,
    skip === null ? null : `$skip=${skip}`,
    select === null ? null : `$select=${select.join(',')}`,
    expands ? '$expand=AlertDefinition($select=Id)' : null,
  ]
  return parts.filter((part) => part !== null).join('&')
}

function queries(entity: EntityType): fc.Arbitrary<Query> {
  const names = entity.properties.map(({ name }) => name)
  const keys = [
    ...names,
    'AlertDefinition/Severity',
    'AlertDefinition/RecommendedAction',
    'length(Value)',
    'Id mod 7',
  ]
  const term = fc.tuple(fc.constantFrom(...keys), fc.constantFrom('', ' asc', ' desc'))
  const order = fc
    .array(term, { minLength: 1, maxLength: 3 })
    .map((terms) => terms.map((parts) => parts.join('')).join(','))
  const plausible = fc.constantFrom(
    "Type eq 'IpAddress' and Enabled eq true",
    "startswith(Value,'10.')",
    "contains(Value,'lab') and DetectionFunction ne 'Equals'",
    'ExpiresAt ne null and ExpiresAt lt 2027-01-01T00:00:00Z',
    "AlertDefinition/Severity eq 'High'",
    "Id gt 17 and not endswith(Value,'0')",
  )
  const random = filterTexts(entity).map((text) => text.replaceAll('\u0001', ' '))
  return fc.record({
    filter: fc.option(fc.oneof({ weight: 2, arbitrary: plausible }, { weight: 3, arbitrary: random })),
    orderby: fc.option(order),
    top: fc.option(fc.oneof(fc.nat({ max: 400 }), fc.constant(0))),
    skip: fc.option(fc.nat({ max: 400 })),
    select: fc.option(fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 })),
    expands: fc.boolean(),
  })
}

/** An emulator with seeded entities, and what it says that it holds. */
async function held(perDefinition: number): Promise<Held> {
  const api = await ApiSession.open({ quotas: QUOTAS })
  const definitions = Array.from({ length: DEFINITION_COUNT }, (_, i) => ({
    body: definitionBody({
      Name: `d${i}`,
      Severity: ['Low', 'Medium', 'High'][i % 3],
      RecommendedAction: i % 4 === 0 ? null : `do ${i % 5}`,
      Enabled: i % 5 !== 0,
    }),
    iocs: Array.from({ length: perDefinition }, (_, j) => seedIndicator(i * perDefinition + j)),
  }))
  api.emulator.seed(definitions)
  await api.patch('IndicatorsOfCompromise(5)', { Enabled: true })
  const [parents, children] = await Promise.all([
    api.get('AlertDefinitions'),
    api.get('IndicatorsOfCompromise?$expand=AlertDefinition($select=Id)'),
  ])
  const names = ALERT_DEFINITION.properties.map(({ name }) => name)
  const byId = new Map(
    parents.json.value?.map((each) => [each['Id'], plainOf(each, ALERT_DEFINITION, names)]),
  )
  const own = INDICATOR.properties.map(({ name }) => name)
  const rows = (children.json.value ?? []).map((child) => ({
    self: plainOf(child, INDICATOR, own),
    parent: byId.get(parentOf(child)['Id']) ?? null,
  }))
  return { api, rows }
}

function seedIndicator(i: number): Record<string, unknown> {
  const common = {
    Enabled: i % 3 === 0,
    ExpiresAt: i % 5 === 0 ? new Date(1_790_000_000_000 + (i % 1000) * 86_400_000).toISOString() : null,
  }
  if (i % 3 === 0) return { ...common, Type: 'Sha1', Value: (i * 7919).toString(16).padStart(40, '0') }
  if (i % 3 === 1) {
    const DetectionFunction = ['Equals', 'StartWith', 'EndWith', 'Contains'][i % 4]
    return { ...common, Type: 'DomainName', DetectionFunction, Value: `h${i % 97}.lab.example` }
  }
  return { ...common, Type: 'IpAddress', Value: `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}` }
}

function plainOf(
  entity: Record<string, unknown>,
  type: EntityType,
  names: readonly string[],
): Record<string, PlainValue> {
  const chosen = type.properties.filter(({ name }) => names.includes(name))
  return Object.fromEntries(chosen.map(({ name, type: { kind } }) => [name, plainValue(kind, entity[name])]))
}

function plainValue(kind: string, json: unknown): PlainValue {
  if (kind === 'Int64') return BigInt(Number(json))
  if (typeof json === 'boolean') return json
  if (typeof json !== 'string') return null
  return kind === 'DateTimeOffset' ? parseTime(json) : json
}

function pick(row: PlainRow['self'], names: readonly string[]): Record<string, PlainValue> {
  return Object.fromEntries(Object.entries(row).filter(([name]) => names.includes(name)))
}

function parentOf(entity: Record<string, unknown>): Record<string, unknown> {
  const parent = entity['AlertDefinition']
  return typeof parent === 'object' && parent !== null ? { ...parent } : {}
}
