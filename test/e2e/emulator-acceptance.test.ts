import { createRequire } from 'node:module'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Emulator } from '../../src/emulator/emulator.ts'
import { ApiSession, ORIGIN, definitionBody, indicatorBody } from '../support/api-session.ts'

/** The acceptance list of the API (ti-api 10), items 2 to 9 without 8, which is a property; and the metadata. */

/** It has no types, so it cannot be imported. */
const require = createRequire(import.meta.url)
const BULK = 'IndicatorsOfCompromise/Actions.BulkUpload'

test('item 2: SHA1, Sha1 and sha1 give the same indicator', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(1)

  const answers = await Promise.all(
    ['SHA1', 'Sha1', 'sha1'].map((Type) => api.post('IndicatorsOfCompromise', indicatorBody({ Type }))),
  )

  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201])
  expect(answers.map(({ json }) => json['Type'])).toEqual(['Sha1', 'Sha1', 'Sha1'])
})

test('item 3: Enabled as the text "true" is stored as a boolean, and refused by the strict profile', async () => {
  using api = await ApiSession.open()
  using strict = await ApiSession.open({ profile: 'strict' })

  const stored = await api.post('AlertDefinitions', definitionBody({ Enabled: 'true' }))
  const refused = await strict.post('AlertDefinitions', definitionBody({ Enabled: 'true' }))

  expect(stored.json['Enabled']).toBe(true)
  expect(refused.status).toBe(400)
  expect(refused.json.error?.target).toBe('Enabled')
})

test('item 4: a bulk of 5000 passes, 5001 fails, and one bad item among 5000 leaves nothing behind', async () => {
  using api = await ApiSession.open({ quotas: { indicators: 100_000 } })
  await api.addDefinitions(1)
  const iocs = Array.from({ length: 5001 }, () => indicatorBody())
  const withBad = iocs.slice(1).with(4321, indicatorBody({ Value: 'bad' }))

  const tooMany = await api.post(BULK, { iocs })
  const bad = await api.post(BULK, { iocs: withBad })
  const countBefore = await api.get('IndicatorsOfCompromise/$count')
  const good = await api.post(BULK, { iocs: iocs.slice(1) })

  expect(tooMany.status).toBe(400)
  expect(tooMany.json.error?.code).toBe('MaximumBatchSizeExceeded')
  expect(bad.status).toBe(400)
  expect(bad.json.error).toMatchObject({ code: 'InvalidHashValue', target: 'iocs[4321].Value' })
  expect(countBefore.text).toBe('0')
  expect(good.status).toBe(201)
  expect(good.json.value).toHaveLength(5000)
})

test('item 4: the ids of a bulk upload follow the order in which its entities were sent', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(1)
  const values = Array.from({ length: 50 }, (_, i) => i.toString(16).padStart(40, '0'))

  const { json } = await api.post(BULK, { iocs: values.map((Value) => indicatorBody({ Value })) })

  expect(json.value?.map((ioc) => ioc['Value'])).toEqual(values)
  expect(json.value?.map((ioc) => ioc['Id'])).toEqual(values.map((_, i) => i + 1))
})

test('item 4: a refused bulk upload names at most twenty bad items, the first of them as its target', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(1)
  const iocs = Array.from({ length: 60 }, (_, i) =>
    indicatorBody({ Value: i % 2 === 1 ? 'bad' : '0'.repeat(40) }),
  )

  const { json } = await api.post(BULK, { iocs })

  expect(json.error?.target).toBe('iocs[1].Value')
  expect(json.error?.details?.map(({ target }) => target)).toEqual(
    Array.from({ length: 20 }, (_, i) => `iocs[${2 * i + 1}].Value`),
  )
})

test('item 5: a bulk that would pass a quota by one gives 507 and stores nothing; one that fills it passes', async () => {
  using api = await ApiSession.open({ quotas: { indicators: 10, nonEqualsIndicators: 3 } })
  await api.addDefinitions(1)
  const equals = indicatorBody()
  const starts = indicatorBody({ DetectionFunction: 'StartWith' })

  const overAll = await api.post(BULK, { iocs: Array.from({ length: 11 }, () => equals) })
  const overThird = await api.post(BULK, { iocs: Array.from({ length: 4 }, () => starts) })
  const before = await api.get('IndicatorsOfCompromise/$count')
  const full = await api.post(BULK, { iocs: Array.from({ length: 10 }, (_, i) => (i < 3 ? starts : equals)) })

  expect([overAll.status, overThird.status]).toEqual([507, 507])
  expect(overAll.json.error?.code).toBe('QuotaExceeded')
  expect(before.text).toBe('0')
  expect(full.status).toBe(201)
})

test('item 4: a refused bulk upload names every bad item before it names one twice', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(1)
  const bad = { Type: 'Url', Value: 7, DetectionFunction: 'Is', Enabled: 3 }

  const { status, json } = await api.post(BULK, { iocs: Array.from({ length: 15 }, () => bad) })

  const named = new Set(json.error?.details?.map(({ target }) => target.slice(0, target.indexOf('.'))))
  expect(status).toBe(400)
  expect(named.size).toBe(15)
  expect(json.error?.details).toHaveLength(20)
})

test('item 5: a PATCH from Equals to another function counts against the third quota', async () => {
  using api = await ApiSession.open({ quotas: { nonEqualsIndicators: 1 } })
  await api.addDefinitions(1)
  await api.post(BULK, { iocs: [indicatorBody(), indicatorBody()] })

  const first = await api.patch('IndicatorsOfCompromise(1)', { DetectionFunction: 'Contains' })
  const again = await api.patch('IndicatorsOfCompromise(1)', { DetectionFunction: 'EndWith' })
  const second = await api.patch('IndicatorsOfCompromise(2)', { DetectionFunction: 'Contains' })
  const unchanged = await api.get('IndicatorsOfCompromise(2)')

  expect([first.status, again.status, second.status]).toEqual([200, 200, 507])
  expect(unchanged.json['DetectionFunction']).toBe('Equals')
})

test('item 6: deleting a definition removes its indicators, DeleteIOCs keeps the definition', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(2)
  const bound = (id: number): Record<string, unknown> =>
    indicatorBody({ 'AlertDefinition@odata.bind': `AlertDefinitions(${id})` })
  await api.post(BULK, { iocs: [bound(1), bound(2), bound(1), bound(2)] })

  await api.send('DELETE', 'AlertDefinitions(1)')
  const afterDelete = await api.get('IndicatorsOfCompromise')
  await api.send('POST', 'AlertDefinitions(2)/Actions.DeleteIOCs')
  const afterAction = await api.get('IndicatorsOfCompromise')
  const definitions = await api.get('AlertDefinitions')

  expect(afterDelete.json.value?.map((ioc) => ioc['Id'])).toEqual([2, 4])
  expect(afterAction.json.value).toEqual([])
  expect(definitions.json.value?.map((definition) => definition['Id'])).toEqual([2])
})

test('item 7: PUT of a reference moves an indicator; an unknown target fails and changes nothing', async () => {
  using api = await ApiSession.open()
  await api.addDefinitions(2)
  await api.post('IndicatorsOfCompromise', indicatorBody())
  const path = 'IndicatorsOfCompromise(1)/AlertDefinition/$ref'

  const moved = await api.send('PUT', path, { body: { '@odata.id': 'AlertDefinitions(2)' } })
  const before = await api.dump()
  const unknown = await api.send('PUT', path, { body: { '@odata.id': 'AlertDefinitions(99)' } })
  const reference = await api.get(path)

  expect(moved.status).toBe(204)
  expect(unknown.status).toBe(400)
  expect(unknown.json.error?.target).toBe('@odata.id')
  expect(await api.dump()).toBe(before)
  expect(reference.json['@odata.id']).toBe(`${ORIGIN}/v1.0/AlertDefinitions(2)`)
})

test('item 9: without metadata there is no context, with minimal there is, and nothing is an empty list', async () => {
  using api = await ApiSession.open()

  const none = await api.get('AlertDefinitions', { accept: 'application/json;odata.metadata=none' })
  const minimal = await api.get('AlertDefinitions', { accept: 'application/json;odata.metadata=minimal' })
  const unnamed = await api.get('AlertDefinitions')

  expect(none.text).toBe('{"value":[]}')
  expect(minimal.text).toBe(`{"@odata.context":"${ORIGIN}/v1.0/$metadata#AlertDefinitions","value":[]}`)
  expect(unnamed.text).toBe(minimal.text)
})

test('an independent reader of CSDL accepts the metadata and finds the model in it', async () => {
  using api = await ApiSession.open()
  const { text } = await api.get('$metadata')
  const messages: unknown[] = []

  const csdl: unknown = require('odata-csdl').xml2json(text, {
    strict: true,
    messages,
  })

  expect(messages).toEqual([])
  expect(csdl).toMatchObject({
    $Version: '4.0',
    $EntityContainer: 'Model.Container',
    Model: {
      Severity: { $Kind: 'EnumType', Informational: 0, Low: 1, Medium: 2, High: 3 },
      IndicatorType: { $Kind: 'EnumType', Sha1: 0, DomainName: 4 },
      DetectionFunction: { $Kind: 'EnumType', Equals: 0, Contains: 3 },
      Category: { $Kind: 'EnumType', None: 0, UnwantedSoftware: 31 },
      AlertDefinition: {
        $Kind: 'EntityType',
        $Key: ['Id'],
        Id: { $Type: 'Edm.Int64' },
        Name: { $MaxLength: 100 },
        RecommendedAction: { $Nullable: true, $MaxLength: 2000 },
        LastModifiedAt: { $Type: 'Edm.DateTimeOffset', $Nullable: true },
        IndicatorsOfCompromise: {
          $Collection: true,
          $Type: 'Model.IndicatorOfCompromise',
          $OnDelete: 'Cascade',
        },
      },
      IndicatorOfCompromise: {
        $Kind: 'EntityType',
        $Key: ['Id'],
        Type: { $Type: 'Model.IndicatorType' },
        ExpiresAt: { $Type: 'Edm.DateTimeOffset', $Nullable: true },
        AlertDefinition: { $Kind: 'NavigationProperty', $Type: 'Model.AlertDefinition' },
      },
      Container: {
        AlertDefinitions: { $Collection: true, $Type: 'Model.AlertDefinition' },
        IndicatorsOfCompromise: { $Collection: true, $Type: 'Model.IndicatorOfCompromise' },
      },
    },
    Actions: {
      BulkUpload: [
        { $Parameter: [{ $Type: 'Model.AlertDefinition' }, { $Name: 'alertDefinitions' }] },
        { $Parameter: [{ $Type: 'Model.IndicatorOfCompromise' }, { $Name: 'iocs' }] },
      ],
      DeleteIOCs: [{ $Kind: 'Action', $IsBound: true, $Parameter: [{ $Type: 'Model.AlertDefinition' }] }],
    },
  })
})

test('an emulator on a file continues where the one before it stopped, its counters included', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dryfire-emulator-'))
  const database = join(folder, 'state.db')
  try {
    const before = await fillAndClose(database)
    using api = await ApiSession.open({ database })

    const after = await api.dump()
    const next = await api.post('AlertDefinitions', definitionBody())

    expect(after).toBe(before)
    expect(next.json['Id']).toBe(4)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('an emulator refuses a file that is no database, another program’s, or a newer one, and leaves it as it was', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dryfire-emulator-'))
  const { DatabaseSync } = await import('node:sqlite')
  const text = join(folder, 'text.db')
  const foreign = join(folder, 'foreign.db')
  const newer = join(folder, 'newer.db')
  writeFileSync(
    text,
    'no database at all, only a text that is long enough to be read as a header of one'.repeat(20),
  )
  const other = new DatabaseSync(foreign)
  other.exec('CREATE TABLE notes (text TEXT)')
  other.close()
  Emulator.open({ database: newer }).close()
  const later = new DatabaseSync(newer)
  later.exec('PRAGMA user_version = 2')
  later.close()

  try {
    expect(() => Emulator.open({ database: text })).toThrow(/text\.db: cannot be opened/)
    expect(() => Emulator.open({ database: foreign })).toThrow(/foreign\.db: expected an emulator database/)
    expect(() => Emulator.open({ database: newer })).toThrow(/newer\.db: .*newer version 2/)
    const again = new DatabaseSync(foreign)
    expect(again.prepare('SELECT name FROM sqlite_schema').all()).toEqual([{ name: 'notes' }])
    expect(again.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'delete' })
    again.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

async function fillAndClose(database: string): Promise<string> {
  using api = await ApiSession.open({ database })
  await api.addDefinitions(3)
  await api.post(BULK, { iocs: [indicatorBody(), indicatorBody()] })
  await api.send('DELETE', 'AlertDefinitions(3)')
  return await api.dump()
}
