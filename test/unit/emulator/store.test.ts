import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { ALERT_DEFINITION, INDICATOR } from '../../../src/emulator/query/entity-types.ts'
import { Store } from '../../../src/emulator/store.ts'
import { ApiSession, definitionBody, indicatorBody } from '../../support/api-session.ts'
import { temporaryFolder } from '../../support/run-cli.ts'

const COLUMNS = [
  'Name',
  'Severity',
  'Title',
  'UxDescription',
  'Category',
  'CreatedAt',
  'CreatedBy',
  'Enabled',
]

test('a transaction that fails leaves nothing behind, and the next one works', () => {
  const store = openStore()

  const failing = (): void =>
    store.write(() => {
      insert(store, 'lost')
      throw new Error('stop')
    })
  expect(failing).toThrow('stop')
  store.write(() => insert(store, 'kept'))

  const rows = store.all({ sql: 'SELECT "Name" FROM "AlertDefinitions"', params: [] })
  expect(rows.map(({ Name }) => Name)).toEqual(['kept'])
  store.close()
})

test('ticks past 2^53 come back exactly', () => {
  const store = openStore()
  const ticks = 2_534_023_007_999_999_999n

  const id = store.write(() => insert(store, 'late', ticks))

  expect(store.find(ALERT_DEFINITION, id)?.['CreatedAt']).toBe(ticks)
  store.close()
})

test('removing tells whether there was anything, and takes the children of a definition along', () => {
  const store = openStore()
  const parent = insert(store, 'parent')
  const columns = [
    'AlertDefinitionId',
    'Type',
    'Value',
    'DetectionFunction',
    'CreatedAt',
    'CreatedBy',
    'Enabled',
  ]
  const child = store.insert(INDICATOR, columns, [parent, 0, 'a', 0, 1n, 'me', 1])

  const first = store.remove(ALERT_DEFINITION, parent)
  const second = store.remove(ALERT_DEFINITION, parent)

  expect([first, second]).toEqual([true, false])
  expect(store.find(INDICATOR, child)).toBeNull()
  store.close()
})

test('an indicator without its definition cannot be stored', () => {
  const store = openStore()
  const columns = [
    'AlertDefinitionId',
    'Type',
    'Value',
    'DetectionFunction',
    'CreatedAt',
    'CreatedBy',
    'Enabled',
  ]

  expect(() => store.insert(INDICATOR, columns, [7, 0, 'a', 0, 1n, 'me', 1])).toThrow(/FOREIGN KEY/)

  store.close()
})

test('thousands of different statements do not wear a store out', () => {
  const store = openStore()

  const sums = Array.from({ length: 2000 }, (_, i) => store.count({ sql: `SELECT ${i} + ?`, params: [1] }))

  expect(sums).toEqual(Array.from({ length: 2000 }, (_, i) => i + 1))
  store.close()
})

test('a file is kept in WAL mode and synchronised in full at each commit', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dryfire-store-'))
  try {
    const store = Store.open(join(folder, 'state.db'), () => {})

    const mode = store.all({ sql: 'PRAGMA journal_mode', params: [] })
    const synchronous = store.all({ sql: 'PRAGMA synchronous', params: [] })

    expect(mode).toMatchObject([{ journal_mode: 'wal' }])
    expect(synchronous).toMatchObject([{ synchronous: 2n }])
    store.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('what large reads are filtered and ordered by is found through an index', () => {
  const store = openStore()
  const planOf = (sql: string): string =>
    store
      .all({
        sql: `EXPLAIN QUERY PLAN SELECT * FROM "IndicatorsOfCompromise" e ${sql} LIMIT 100`,
        params: [],
      })
      .map(({ detail }) => String(detail))
      .join('; ')

  expect(planOf('WHERE e."AlertDefinitionId" = 1 ORDER BY e."Id"')).toContain('IndicatorDefinition')
  expect(planOf(`WHERE e."Value" = 'a'`)).toContain('IndicatorValue')
  expect(planOf('ORDER BY e."Value", e."Id"')).toContain('IndicatorValue')
  expect(planOf('ORDER BY e."ExpiresAt", e."Id"')).toContain('IndicatorExpiry')
  expect(planOf('WHERE e."Id" > 17 ORDER BY e."Id"')).toContain('INTEGER PRIMARY KEY')
  expect(planOf('WHERE e."DetectionFunction" <> 0')).toContain('IndicatorNotEquals')
  store.close()
})

function openStore(): Store {
  return Store.open(null, () => {})
}

function insert(store: Store, name: string, createdAt = 1n): bigint {
  return store.insert(ALERT_DEFINITION, COLUMNS, [name, 0, 't', 'u', 0, createdAt, 'me', 1])
}

test('a request that another program keeps from the database is told to try again, and reads go on', async () => {
  const path = join(temporaryFolder('store'), 'held.db')
  using api = await ApiSession.open({ database: path })
  await api.addDefinitions(1)
  const other = new DatabaseSync(path)
  other.exec('BEGIN IMMEDIATE')

  const write = await api.post('AlertDefinitions', definitionBody())
  const read = await api.get('AlertDefinitions/$count')
  other.exec('ROLLBACK')
  other.close()
  const again = await api.post('AlertDefinitions', definitionBody())

  expect(write.status).toBe(503)
  expect(write.headers.get('retry-after')).toBe('1')
  expect(write.json.error?.message).toContain('another program holds the database; nothing was changed')
  expect(read.text).toBe('1')
  expect(again.status).toBe(201)
})

test('a database that is damaged while it is served is named as the fault, not the emulator', async () => {
  const path = join(temporaryFolder('store'), 'damaged.db')
  const before = await ApiSession.open({ database: path })
  await before.addDefinitions(1)
  const iocs = Array.from({ length: 2000 }, () => indicatorBody())
  await before.post('IndicatorsOfCompromise/Actions.BulkUpload', { iocs })
  before.emulator.close()
  writeFileSync(path, readFileSync(path).fill(0x5a, 60_000, 300_000))
  using api = await ApiSession.open({ database: path })

  const { status, json } = await api.get('IndicatorsOfCompromise?$orderby=Value')

  expect(status).toBe(500)
  expect(json.error?.message).toContain('the database is damaged; nothing was changed')
})
