import { expect, test } from 'vitest'
import type { ObstacleKind } from '../../../../src/model/explanation.ts'
import type { Semantics } from '../../../../src/model/semantics.ts'
import { parseTime } from '../../../../src/model/time.ts'
import type { RuleRow } from '../../../support/rule-set-builder.ts'
import { contextOf, explainLogText, streamed } from './explain-rules.ts'

const SHA1 = '7e8b043c504831d1df098a85c16bd12ec4192b65'
const MD5 = '06a3f4711745cbe66a78fbceb1f95478'

interface HinderedCase {
  readonly title: string
  readonly table: string
  readonly properties: Readonly<Record<string, unknown>>
  readonly row: RuleRow
  readonly semantics?: Partial<Semantics>
  readonly kind: ObstacleKind
  readonly reason: string
  readonly fix: string | null
}

const HINDERED: readonly HinderedCase[] = [
  {
    title: 'a local address',
    table: 'DeviceNetworkEvents',
    properties: { LocalIP: '10.20.1.20' },
    row: { Type: 'IpAddress', Value: '10.20.1.20' },
    kind: 'scope-off',
    reason: 'properties.LocalIP holds a local address, which this run does not look at',
    fix: 'use --ip-scope all',
  },
  {
    title: 'a hash of the initiating process',
    table: 'DeviceProcessEvents',
    properties: { InitiatingProcessSHA1: SHA1 },
    row: { Type: 'Sha1', Value: SHA1 },
    semantics: { hashScope: 'object' },
    kind: 'scope-off',
    reason:
      'properties.InitiatingProcessSHA1 holds a hash of the initiating process, which this run does not look at',
    fix: 'use --hash-scope both',
  },
  {
    title: 'a DNS answer',
    table: 'DeviceEvents',
    properties: {
      AdditionalFields: JSON.stringify({
        DnsQueryString: 'good.example',
        DnsQueryResult: [{ Result: '203.0.113.7' }],
      }),
    },
    row: { Type: 'IpAddress', Value: '203.0.113.7' },
    kind: 'scope-off',
    reason:
      'properties.AdditionalFields.DnsQueryResult[0].Result holds a DNS answer, which this run does not look at',
    fix: 'use --dns-answers on',
  },
  {
    title: 'the name of the device',
    table: 'DeviceLogonEvents',
    properties: {},
    row: { Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.harbour.example' },
    kind: 'scope-off',
    reason: 'properties.DeviceName holds the name of a device, which this run does not look at',
    fix: 'use --domain-scope all',
  },
  {
    title: 'an inventory table',
    table: 'DeviceInfo',
    properties: { SHA1 },
    row: { Type: 'Sha1', Value: SHA1 },
    kind: 'unmatched-table',
    reason: 'DeviceInfo holds inventory or results, and no alert comes from it',
    fix: null,
  },
  {
    title: 'a table that was left out',
    table: 'DeviceFileEvents',
    properties: { SHA1 },
    row: { Type: 'Sha1', Value: SHA1 },
    semantics: { tables: ['DeviceNetworkEvents', 'DeviceEvents'] },
    kind: 'table-filtered',
    reason: 'the table DeviceFileEvents is not among --tables DeviceNetworkEvents DeviceEvents',
    fix: 'use --tables DeviceFileEvents',
  },
  {
    title: 'an ActionType that was left out',
    table: 'DeviceFileEvents',
    properties: { SHA1, ActionType: 'FileRenamed' },
    row: { Type: 'Sha1', Value: SHA1 },
    semantics: { actionTypes: ['FileCreated'] },
    kind: 'action-type-filtered',
    reason: 'the ActionType FileRenamed is not among --action-types FileCreated',
    fix: 'use --action-types FileRenamed',
  },
  {
    title: 'a field that is not mapped',
    table: 'DeviceNetworkEvents',
    properties: { ProxyHost: 'x.c2.example' },
    row: { Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.c2.example' },
    kind: 'field-not-mapped',
    reason: 'the field properties.ProxyHost is not mapped for this log format',
    fix: 'name it in a --field-map, or use --fields any',
  },
  {
    title: 'a digest in the field of another hash type',
    table: 'DeviceFileEvents',
    properties: { SHA1: MD5 },
    row: { Type: 'Md5', Value: MD5 },
    kind: 'other-type',
    reason: 'the field properties.SHA1 is read as sha1, and this text is of type Md5',
    fix: null,
  },
  {
    title: 'an indicator that expired before the event',
    table: 'DeviceFileEvents',
    properties: { SHA1 },
    row: { Type: 'Sha1', Value: SHA1, ExpiresAt: parseTime('2026-11-02T09:20:34.2720450Z')! },
    kind: 'expired',
    reason:
      'it expired at 2026-11-02T09:20:34.272045Z, and the time that counts is 2026-11-02T09:20:34.272045Z',
    fix: 'move ExpiresAt; events before it fire all the same',
  },
]

test.each(HINDERED)(
  'explainEvent names $kind for $title',
  async ({ table, properties, row, semantics, kind, reason, fix }) => {
    const [event] = await explainLogText(streamed(table, properties), contextOf([row], semantics))

    expect(event?.verdict).toBe('would-match')
    expect(event?.matches).toEqual([])
    expect(event?.wouldMatch.map((indicator) => indicator.obstacles)).toEqual([[{ kind, reason, fix }]])
  },
)

test('explainEvent names every obstacle when several stand in the way', async () => {
  const context = contextOf([{ Type: 'IpAddress', Value: '10.20.1.20', ExpiresAt: 0n }], {
    actionTypes: ['ConnectionFailed'],
  })

  const [event] = await explainLogText(
    streamed('DeviceNetworkEvents', { LocalIP: '10.20.1.20', ActionType: 'ConnectionSuccess' }),
    context,
  )

  const kinds = event?.wouldMatch[0]?.obstacles.map((obstacle) => obstacle.kind)
  expect(kinds).toEqual(['expired', 'scope-off', 'action-type-filtered'])
})

test.each<[string, Partial<Semantics>, Readonly<Record<string, unknown>>, RuleRow]>([
  [
    '--ip-scope all',
    { ipScope: 'all' },
    { LocalIP: '10.20.1.20' },
    { Type: 'IpAddress', Value: '10.20.1.20' },
  ],
  [
    '--hash-scope both',
    { hashScope: 'both' },
    { InitiatingProcessSHA1: SHA1 },
    { Type: 'Sha1', Value: SHA1 },
  ],
  ['--domain-scope all', { domainScope: 'all' }, {}, { Type: 'DomainName', Value: 'ws-1.harbour.example' }],
  [
    '--fields any',
    { fields: 'any' },
    { ProxyHost: 'x.c2.example' },
    { Type: 'DomainName', Value: 'x.c2.example' },
  ],
])('explainEvent shows a match once %s is given', async (_, semantics, properties, row) => {
  const line = streamed('DeviceNetworkEvents', properties)

  const [event] = await explainLogText(line, contextOf([row], semantics))

  expect(event?.verdict).toBe('match')
  expect(event?.wouldMatch).toEqual([])
})

test('explainEvent shows field, role, text and observable of a match, and where the event stands', async () => {
  const context = contextOf([{ Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.c2.example' }])
  const lines = [
    streamed('DeviceInfo', {}),
    streamed('DeviceNetworkEvents', { RemoteUrl: 'https://X.C2.example/a', ReportId: 7 }),
  ]

  const events = await explainLogText(lines.join('\n'), context)

  expect(events).toHaveLength(2)
  expect(events[1]?.event).toMatchObject({
    source: 'day.ndjson',
    line: 2,
    record: 2,
    byteOffset: lines[0]!.length + 1,
    table: 'DeviceNetworkEvents',
    reportId: '7',
  })
  expect(events[1]?.matches).toEqual([
    {
      definition: { Id: null, Name: 'test', Title: 'Title of test', Severity: 'Medium', Category: 'Malware' },
      ioc: { Id: null, Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.c2.example' },
      observable: {
        type: 'DomainName',
        value: 'x.c2.example',
        field: 'properties.RemoteUrl',
        role: 'remote',
        scope: null,
        text: 'https://X.C2.example/a',
      },
      because: 'ends with .c2.example',
      obstacles: [],
    },
  ])
})

test('explainEvent seeks the nearest indicators once for a value that stands in two fields', async () => {
  const context = contextOf([{ Type: 'DomainName', Value: 'evil.example' }])
  const properties = { RemoteUrl: 'http://evi1.example/', FileOriginUrl: 'https://evi1.example/' }

  const [event] = await explainLogText(streamed('DeviceFileEvents', properties), context)

  expect(event?.verdict).toBe('near')
  expect(event?.nearest.map((near) => near.observable.field)).toEqual(['properties.RemoteUrl'])
  expect(event?.search).toEqual({ indicators: 1, valuesSearched: 1, values: 1, note: null })
})

test('explainEvent finds every indicator active when the event has no time', async () => {
  const context = contextOf([{ Type: 'Sha1', Value: SHA1, ExpiresAt: 0n }])
  const line = streamed('DeviceFileEvents', { SHA1, Timestamp: 'yesterday' })

  const [event] = await explainLogText(line, context)

  expect(event?.verdict).toBe('match')
  expect(event?.hints).toEqual(['the time yesterday cannot be read, so IOCs count whenever they expire'])
})

test.each<[string, string, string]>([
  [
    'an event without values',
    'DeviceInfo',
    'DeviceInfo holds inventory or results, and no alert comes from it',
  ],
  [
    'an event of a matched table without values',
    'DeviceEvents',
    'no value of the event stands in a field that is looked at',
  ],
])('explainEvent says why nothing was looked at in %s', async (_, table, hint) => {
  const [event] = await explainLogText(streamed(table, {}), contextOf([{ Type: 'Sha1', Value: SHA1 }]))

  expect(event?.verdict).toBe('none')
  expect(event?.observables).toEqual([])
  expect(event?.hints).toEqual([hint])
})

test('explainEvent stays within its limits when an event holds very many values', async () => {
  const chain = Array.from({ length: 3000 }, (_, i) => `http://h${i}.evil.example/`)
  const context = contextOf([{ Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.evil.example' }])

  const lines = [streamed('UrlClickEvents', {}), streamed('UrlClickEvents', { UrlChain: chain })]

  const [, event] = await explainLogText(lines.join('\n'), context)

  expect(event?.observableCount).toBe(3000)
  expect(event?.observables).toHaveLength(100)
  expect(event?.matches).toHaveLength(100)
  expect(event?.hints).toContain('only the first 100 of 3000 matches are listed')
})

test('explainEvent says for how many values it sought when the search would take too long', async () => {
  const rows: readonly RuleRow[] = Array.from({ length: 5000 }, (_, i) => ({
    Type: 'Sha1',
    Value: i.toString(16).padStart(40, '0'),
  }))
  const names: readonly RuleRow[] = Array.from({ length: 4000 }, (_, i) => ({
    Type: 'DomainName',
    Value: `n${i}.invalid`,
  }))
  const chain = Array.from({ length: 2500 }, (_, i) => `http://other${i}.example/`)

  const large = streamed('UrlClickEvents', { UrlChain: chain, SHA1: 'f'.repeat(40) })
  const lines = [streamed('UrlClickEvents', {}), large]

  const [, event] = await explainLogText(lines.join('\n'), contextOf([...rows, ...names]))

  expect(event?.search).toMatchObject({ indicators: 9000, values: 2501 })
  expect(event?.search.valuesSearched).toBeLessThan(2501)
  expect(event?.search.note).toMatch(/^the nearest IOCs were sought for \d+ of 2501 values only/)
})
