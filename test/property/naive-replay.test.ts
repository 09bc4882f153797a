import { expect, test } from 'vitest'
import type { FieldEntry, FieldMap } from '../../src/model/field-map.ts'
import type { Semantics } from '../../src/model/semantics.ts'
import { DEFAULT_SEMANTICS } from '../../src/model/semantics.ts'
import { parseTime } from '../../src/model/time.ts'
import type { NaiveReplay, NaiveSource } from '../support/naive-replay.ts'
import { naiveReplay } from '../support/naive-replay.ts'
import type { NaiveRule, NaiveRules } from '../support/naive-rules.ts'

// The oracle is itself held to results worked out by hand from the law.

const field = (key: string, kind: FieldEntry['kind']): FieldEntry => ({
  path: [key],
  kind,
  role: 'remote',
  scope: null,
  tables: null,
  nested: [],
})

const MAP: FieldMap = {
  name: 'test',
  entries: [field('RemoteIP', 'ip'), field('RemoteUrl', 'url'), field('SHA1', 'sha1')],
  envelope: {
    time: [['Timestamp']],
    table: [['Table']],
    deviceId: [['DeviceId']],
    deviceName: [['DeviceName']],
    computer: [['Computer']],
    localEnd: [['LocalIP']],
    reportId: [['ReportId']],
    actionType: [],
    receivedTime: [],
    represents: [],
    context: [],
  },
  unmatchedTables: ['AlertEvidence'],
  tableAliases: {},
  tablePrefix: '',
  any: false,
}

const definition = (Name: string): NaiveRules['definitions'][number] => ({
  Id: null,
  Name,
  Title: Name,
  Severity: 'High',
  Category: 'Malware',
  UxDescription: Name,
  RecommendedAction: null,
  InternalDescription: null,
  Enabled: true,
})

const ioc = (definitionName: string, Value: string, more: Partial<NaiveRule> = {}): NaiveRule => ({
  definitionName,
  Id: null,
  Type: 'DomainName',
  DetectionFunction: 'EndWith',
  Value,
  ExpiresAt: null,
  CreatedAt: null,
  Enabled: true,
  ...more,
})

const log = (...lines: readonly string[]): NaiveSource => ({
  source: 'a.ndjson',
  bytes: Buffer.from(lines.join('\n')),
  framing: 'lines',
  fieldMap: MAP,
})

const replay = (
  sources: readonly NaiveSource[],
  indicators: readonly NaiveRule[],
  more: Partial<Semantics> = {},
): NaiveReplay => {
  const names = [...new Set(indicators.map((one) => one.definitionName))]
  return naiveReplay(
    sources,
    { definitions: names.map(definition), indicators },
    { ...DEFAULT_SEMANTICS, ...more },
  )
}

const evil = (time: string, more = ''): string =>
  `{"Timestamp":"${time}","DeviceId":"d1","RemoteUrl":"https://x.evil.example/a"${more}}`

test('a detection names its event by line, record and byte, after blank and refused lines', () => {
  const { detections, quarantined, accounting } = replay(
    [log('', 'garbage', ' {"RemoteUrl":"x.Evil.example"}', '')],
    [ioc('a', '.evil.example')],
  )

  expect(detections).toHaveLength(1)
  expect(detections[0]?.event).toMatchObject({
    line: 3,
    record: 2,
    byteOffset: 10,
    time: null,
    source: 'a.ndjson',
  })
  expect(detections[0]?.matches).toEqual([
    {
      ioc: { Id: null, Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.evil.example' },
      role: 'remote',
      field: 'RemoteUrl',
      text: 'x.Evil.example',
      observable: 'x.evil.example',
    },
  ])
  expect(quarantined.map(({ record }) => [record.record, record.line, record.quarantine])).toEqual([
    [1, 2, 'no-object'],
  ])
  expect(accounting.bytes).toEqual({ total: 41, examined: 32, quarantined: 8, skipped: 1 })
  expect(accounting.records).toEqual({ total: 2, examined: 1, quarantined: 1 })
})

test('definitions come in UTF-8 byte order of their Names and indicators in theirs', () => {
  const { detections } = replay(
    [log('{"RemoteUrl":"evil.example","RemoteIP":"10.0.0.1"}')],
    [
      ioc('\u{1F600}', 'evil.example', { DetectionFunction: 'Equals' }),
      ioc('\uff5e', 'example'),
      ioc('\uff5e', 'evil.example', { DetectionFunction: 'Equals' }),
      ioc('\uff5e', '10.', { Type: 'IpAddress', DetectionFunction: 'StartWith' }),
    ],
  )

  expect(detections.map((one) => one.definition.Name)).toEqual(['\uff5e', '\u{1F600}'])
  expect(detections[0]?.matches.map((match) => match.ioc.Value)).toEqual(['10.', 'evil.example', 'example'])
})

test('an alert takes what lies within a window of its first member, untimed ones stand alone', () => {
  const { alerts } = replay(
    [
      log(
        evil('2026-11-02T10:00:00Z'),
        evil('2026-11-01T10:00:00Z'),
        evil('2026-11-02T09:59:59.9999999Z'),
        evil('yesterday'),
        '{"Timestamp":"2026-11-01T10:00:00Z","DeviceName":"WS","RemoteUrl":"evil.example"}',
        '{"RemoteUrl":"evil.example"}',
      ),
    ],
    [ioc('a', 'evil.example')],
  )

  expect(
    alerts.map(({ device, firstTime, detections, first }) => [device, firstTime, detections, first.record]),
  ).toEqual([
    ['a.ndjson', null, 1, 6],
    ['d1', '2026-11-01T10:00:00Z', 2, 2],
    ['d1', '2026-11-02T10:00:00Z', 1, 1],
    ['d1', null, 1, 4],
    ['ws', '2026-11-01T10:00:00Z', 1, 5],
  ])
})

test('a copy is dropped only when key and matches are the same and no part of the key is missing', () => {
  const whole = evil('2026-11-01T10:00:00Z', ',"Table":"T","ReportId":7')
  const asText = evil('2026-11-01T10:00:00Z', ',"Table":"T","ReportId":"7"')
  const otherText = whole.replace('x.evil', 'y.evil')
  const partial = evil('2026-11-01T10:00:00Z', ',"Table":"T"')
  const lines = [whole, asText, otherText, partial, partial]

  const deduped = replay([log(...lines)], [ioc('a', 'evil.example')])
  const kept = replay([log(...lines)], [ioc('a', 'evil.example')], { dedupe: 'off' })

  expect(deduped.detections.map((one) => one.event.record)).toEqual([1, 3, 4, 5])
  expect(deduped.suppressed).toBe(1)
  expect(kept.detections).toHaveLength(5)
})

test('an indicator is active before its end only, on the clock that the semantics name', () => {
  const ExpiresAt = parseTime('2026-11-01T10:00:00Z')
  const rules = [ioc('a', 'evil.example', { ExpiresAt })]
  const lines = log(evil('2026-11-01T09:59:59Z'), evil('2026-11-01T10:00:00Z'), evil('never'))

  const byEvent = replay([lines], rules)
  const later = replay([lines], rules, { asOf: parseTime('2026-11-05T00:00:00Z') ?? 0n })

  expect(byEvent.detections.map((one) => one.event.record)).toEqual([1, 3])
  expect(byEvent.untimed).toBe(1)
  expect(later.detections).toEqual([])
  expect(later.accounting.iocs).toMatchObject({ read: 1, compiled: 0, expired: 1 })
})

test('activation waits for CreatedAt, and for twenty minutes more on request', () => {
  const CreatedAt = parseTime('2026-11-01T10:00:00Z')
  const rules = [ioc('a', 'evil.example', { CreatedAt })]
  const lines = log(evil('2026-11-01T09:59:59Z'), evil('2026-11-01T10:00:00Z'), evil('2026-11-01T10:20:00Z'))
  const records = (activation: Semantics['activation']) =>
    replay([lines], rules, { activation }).detections.map((one) => one.event.record)

  expect(records('always')).toEqual([1, 2, 3])
  expect(records('created')).toEqual([2, 3])
  expect(records('created+20m')).toEqual([3])
})

test('indicators that did not fire are silent where their type was seen and blind where it was not', () => {
  const { verdicts, observed } = replay(
    [log('{"RemoteUrl":"other.example","RemoteIP":""}', '{"RemoteUrl" : ["evil.example"]}')],
    [
      ioc('a', 'evil.example'),
      ioc('a', 'never.example'),
      ioc('a', '10.', { Type: 'IpAddress', DetectionFunction: 'StartWith' }),
      ioc('a', 'a'.repeat(40), { Type: 'Sha1', DetectionFunction: 'Equals' }),
    ],
  )

  expect(observed.map(({ key, values }) => [key, values])).toEqual([
    ['RemoteIP', 0],
    ['RemoteUrl', 2],
    ['SHA1', 0],
  ])
  expect(
    verdicts.map(({ ioc: { Type, Value }, verdict, valuesSeen }) => [
      Type,
      Value.slice(0, 13),
      verdict,
      valuesSeen,
    ]),
  ).toEqual([
    ['Sha1', 'aaaaaaaaaaaaa', 'blind', 0],
    ['IpAddress', '10.', 'silent', 2],
    ['DomainName', 'evil.example', 'fired', 2],
    ['DomainName', 'never.example', 'silent', 2],
  ])
})

test('copies of an indicator merge, copies that differ in a time stay apart, disabled ones are left out', () => {
  const ExpiresAt = parseTime('2027-01-01T00:00:00Z')
  const { detections, accounting } = replay(
    [log(evil('2026-11-01T10:00:00Z'))],
    [
      ioc('a', 'evil.example', { Id: 9 }),
      ioc('a', 'evil.example', { Id: 3 }),
      ioc('a', 'evil.example', { ExpiresAt }),
      ioc('a', 'example', { Enabled: false }),
    ],
  )

  expect(detections[0]?.matches.map((match) => match.ioc.Id)).toEqual([null, 3])
  expect(detections[0]?.matchCount).toBe(2)
  expect(accounting.iocs).toMatchObject({ read: 4, compiled: 2, duplicate: 1, disabled: 1 })
})

test('a hundred matches are listed, all are counted, and long texts are cut', () => {
  const urls = Array.from({ length: 120 }, (_, i) => `"h${i}.evil.example/${'p'.repeat(1100)}"`)

  const { detections } = replay([log(`{"RemoteUrl":[${urls.join(',')}]}`)], [ioc('a', 'evil.example')])

  expect(detections[0]?.matchCount).toBe(120)
  expect(detections[0]?.matches).toHaveLength(100)
  expect(detections[0]?.matches[99]).toMatchObject({ field: 'RemoteUrl[99]', textTruncated: true })
  expect(detections[0]?.matches[99]?.text).toHaveLength(1024)
})

test('records of inventory and output tables are counted but not matched', () => {
  const { detections, observed } = replay(
    [log('{"Table":"AlertEvidence","RemoteUrl":"evil.example"}')],
    [ioc('a', 'evil.example')],
  )

  expect(detections).toEqual([])
  expect(observed.find(({ key }) => key === 'RemoteUrl')?.values).toBe(1)
})

test('strict validation refuses what is no JSON and a cap refuses what is too long', () => {
  const lines = log(
    '{"RemoteUrl":"evil.example",}',
    '{"RemoteUrl":"evil.example"}',
    `{"a":"${'x'.repeat(1100)}"}`,
  )

  const { quarantined, detections } = replay([lines], [ioc('a', 'evil.example')], {
    validate: 'strict',
    maxRecordBytes: 1024,
  })

  expect(quarantined.map(({ record }) => [record.record, record.quarantine])).toEqual([
    [1, 'strict'],
    [3, 'too-long'],
  ])
  expect(detections.map((one) => one.event.record)).toEqual([2])
})
