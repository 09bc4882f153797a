import { expect, test } from 'vitest'
import { DEFAULT_SEMANTICS } from '../../../src/model/semantics.ts'
import { openRecordReader } from '../../../src/logs/record-reader.ts'
import { bytesOf } from './collect-records.ts'
import { EVERY_SCOPE, entry, mapOf, mapWith, read, shown } from './read-one.ts'

const SHA1 = '8311e8b377736fb93b18b15372355f3f26c4cd29'
const rows = mapOf('defender-rows')

test('a reader gives envelope, companions and observables when a streamed record is read', () => {
  const record = read(
    mapOf('defender-storage'),
    JSON.stringify({
      time: '2026-11-01T10:01:00Z',
      category: 'AdvancedHunting-DeviceNetworkEvents',
      properties: {
        Timestamp: '2026-11-01T10:00:00.1234567Z',
        DeviceId: 'd1',
        DeviceName: 'ws-1',
        ReportId: 77,
        ActionType: 'ConnectionSuccess',
        RemoteUrl: 'https://x.C2.example/a',
        RemotePort: 443,
        InitiatingProcessFileName: 'a.exe',
        InitiatingProcessSHA1: SHA1.toUpperCase(),
      },
    }),
  )

  expect(record).toEqual({
    time: '2026-11-01T10:00:00.1234567Z',
    isTimeOfReceipt: false,
    table: 'DeviceNetworkEvents',
    deviceId: 'd1',
    deviceName: 'ws-1',
    computer: null,
    localEnd: null,
    reportId: '77',
    actionType: 'ConnectionSuccess',
    represents: null,
    context: { InitiatingProcessFileName: 'a.exe', RemotePort: '443' },
    observables: [
      {
        type: 'DomainName',
        value: 'x.c2.example',
        field: 'properties.RemoteUrl',
        text: 'https://x.C2.example/a',
        role: 'remote',
        scope: null,
      },
      {
        type: 'Sha1',
        value: SHA1,
        field: 'properties.InitiatingProcessSHA1',
        text: SHA1.toUpperCase(),
        role: 'actor',
        scope: 'actor-hash',
      },
    ],
    wrongTypeCount: 0,
    notANameCount: 0,
    repaired: false,
  })
})

test('a reader takes the time of arrival when the row has no time of its own', () => {
  const storage = mapOf('defender-storage')

  expect(read(storage, '{"time":"T1","properties":{"EventTime":"T0"}}').time).toBe('T0')
  expect(read(storage, '{"time":"T1","properties":{"Timestamp":null}}').time).toBe('T1')
  expect(read(storage, '{"time":"T1","properties":{"Timestamp":""}}').time).toBe('T1')
})

test('a reader takes the last occurrence of an envelope field and every one of a mapped field', () => {
  const record = read(rows, '{"DeviceId":"a","DeviceId":"b","RemoteIP":"1.1.1.1","RemoteIP":"2.2.2.2"}')

  expect(record.deviceId).toBe('b')
  expect(shown(record)).toEqual(['RemoteIP IpAddress 1.1.1.1', 'RemoteIP IpAddress 2.2.2.2'])
})

test('a reader lists an observable once when field and text are repeated', () => {
  const record = read(rows, '{"RemoteIP":"1.1.1.1","RemoteIP":"1.1.1.1","FileOriginIP":"1.1.1.1"}')

  expect(shown(record)).toEqual(['RemoteIP IpAddress 1.1.1.1', 'FileOriginIP IpAddress 1.1.1.1'])
})

test('a reader understands table and column names from before 2020', () => {
  const record = read(
    rows,
    '{"TableName":"NetworkCommunicationEvents","EventTime":"T","MachineId":"m","ComputerName":"c","RemoteComputerName":"r.example"}',
    EVERY_SCOPE,
  )

  expect([record.table, record.time, record.deviceId, record.deviceName]).toEqual([
    'DeviceNetworkEvents',
    'T',
    'm',
    'c',
  ])
  expect(shown(record)).toEqual(['ComputerName DomainName c', 'RemoteComputerName DomainName r.example'])
})

test.each([
  ['DeviceInfo', []],
  ['MachineNetworkInfo', []],
  ['AdvancedHunting-AlertEvidence', []],
  ['DeviceEvents', ['RemoteIP IpAddress 1.1.1.1']],
])('a reader matches nothing when the table %s is inventory or output', (table, expected) => {
  expect(shown(read(rows, `{"TableName":"${table}","RemoteIP":"1.1.1.1"}`))).toEqual(expected)
})

test.each([
  ['"TableName":"CloudAppEvents"', 'all', ['actor']],
  ['"TableName":"UrlClickEvents"', 'remote', []],
  ['"TableName":"UrlClickEvents"', 'all', ['local']],
  ['"TableName":"SomethingNew"', 'all', ['actor']],
  ['"x":1', 'remote', ['actor']],
] as const)(
  'a reader gives IPAddress its role by the table when it is {%s} with --ip-scope %s',
  (table, ipScope, roles) => {
    const record = read(rows, `{"IPAddress":"1.1.1.1",${table}}`, { ...DEFAULT_SEMANTICS, ipScope })

    expect(record.observables.map(({ role }) => role)).toEqual(roles)
  },
)

test('a reader takes the table of the option when the record names none', () => {
  expect(read(rows, '{"RemoteIP":"1.1.1.1"}', DEFAULT_SEMANTICS, 'DeviceInfo').observables).toEqual([])
  expect(read(rows, '{"Type":"DeviceEvents"}', DEFAULT_SEMANTICS, 'DeviceInfo').table).toBe('DeviceEvents')
})

test.each([
  ['an object', '{"AdditionalFields":{"query":"a.example"}}'],
  ['a string', JSON.stringify({ AdditionalFields: '{"query":"a.example"}' })],
])('a reader finds names inside AdditionalFields when it is %s', (_, record) => {
  expect(shown(read(rows, record))).toEqual(['AdditionalFields.query DomainName a.example'])
})

test('a reader finds the members of UrlChain whether it is an array or a string that holds one', () => {
  const urls = ['https://a.example/x', 'b.example']
  const expected = ['UrlChain[0] DomainName a.example', 'UrlChain[1] DomainName b.example']

  expect(shown(read(rows, JSON.stringify({ UrlChain: urls })))).toEqual(expected)
  expect(shown(read(rows, JSON.stringify({ UrlChain: JSON.stringify(urls) })))).toEqual(expected)
  expect(shown(read(rows, '{"UrlChain":"https://a.example/"}'))).toEqual(['UrlChain DomainName a.example'])
})

test('a reader gives DNS answers only when they are asked for, and marks them', () => {
  const fields = { query: 'q.example', answers: ['1.1.1.1', 'a.example'] }
  const record = JSON.stringify({ AdditionalFields: JSON.stringify(fields) })

  expect(shown(read(rows, record))).toEqual(['AdditionalFields.query DomainName q.example'])
  expect(
    read(rows, record, EVERY_SCOPE).observables.map(({ field, value, scope }) => [field, value, scope]),
  ).toEqual([
    ['AdditionalFields.query', 'q.example', null],
    ['AdditionalFields.answers[0]', '1.1.1.1', 'dns-answer'],
    ['AdditionalFields.answers[1]', 'a.example', 'dns-answer'],
  ])
})

test('a reader says how many events an aggregated row stands for', () => {
  const record = JSON.stringify({ AdditionalFields: '{"uniqueEventsAggregated":12}' })

  expect(read(rows, record).represents).toBe(12)
})

test('a reader opens JSON in strings at most two levels deep', () => {
  const ip = entry(['ip'], 'ip')
  const map = mapWith(entry(['j'], 'json', { nested: [ip, entry(['j'], 'json', { nested: [ip] })] }))
  const two = JSON.stringify({ ip: '2.2.2.2', j: '{"ip":"3.3.3.3"}' })
  const one = JSON.stringify({ ip: '1.1.1.1', j: two })

  expect(shown(read(map, JSON.stringify({ j: one })))).toEqual([
    'j.ip IpAddress 1.1.1.1',
    'j.j.ip IpAddress 2.2.2.2',
  ])
})

test('a reader keeps a flat key with dots apart from a path when both are mapped', () => {
  const map = mapWith(entry(['id.orig_h'], 'ip'), entry(['id', 'resp_h'], 'ip'))
  const record = '{"id.orig_h":"1.1.1.1","id":{"orig_h":"2.2.2.2","resp_h":"3.3.3.3"},"id.resp_h":"4.4.4.4"}'

  expect(shown(read(map, record))).toEqual(['id.orig_h IpAddress 1.1.1.1', 'id.resp_h IpAddress 3.3.3.3'])
})

test('a reader prints array elements in paths when objects lie between', () => {
  const map = mapWith(entry(['dns', 'rdata'], 'ip'), entry(['answers'], 'ip'))
  const record = '{"dns":[{"x":1},{"rdata":["1.1.1.1"]}],"answers":["a",["2.2.2.2"]]}'

  expect(shown(read(map, record))).toEqual([
    'dns[1].rdata[0] IpAddress 1.1.1.1',
    'answers[1][0] IpAddress 2.2.2.2',
  ])
})

test('a reader counts texts that are no names and values that are no texts', () => {
  const record = read(rows, '{"RemoteUrl":"a b","UrlDomain":7,"RemoteIP":null,"SHA1":{"x":1},"MD5":[true]}')

  expect(record.observables).toEqual([])
  expect([record.notANameCount, record.wrongTypeCount]).toEqual([1, 4])
})

test('a reader classifies every string by its shape with --fields any', () => {
  const map = { ...mapOf('defender-storage'), any: true }
  const record = read(
    map,
    JSON.stringify({
      category: 'AdvancedHunting-DeviceEvents',
      deep: [{ hash: SHA1, url: 'https://a.example:8443/x', version: '10.0', when: '2026-11-01T10:00:00Z' }],
      text: 'no name at all',
      list: `SHA1=${SHA1},IMPHASH=${'a'.repeat(32)}`,
      ip: '[::1]:80',
    }),
  )

  expect(record.table).toBe('DeviceEvents')
  expect(shown(record)).toEqual([
    `deep[0].hash Sha1 ${SHA1}`,
    'deep[0].url DomainName a.example',
    `list Sha1 ${SHA1}`,
    'ip IpAddress ::1',
  ])
})

test('a reader of rows takes cells by their column when cells are quoted, empty or hold JSON', () => {
  const columns = ['Timestamp', 'RemoteUrl', 'Note', 'AdditionalFields', 'RemoteIP']
  const reader = openRecordReader(
    { fieldMap: mapOf('defender-csv'), delimited: { separator: 0x2c, columns } },
    DEFAULT_SEMANTICS,
    'DeviceEvents',
  )
  const bytes = bytesOf('2026-11-01,"https://a.example/?q=1,2",x,"{""query"":""b.example""}",')

  const record = reader.read(bytes, 0, bytes.length)

  expect([record.time, record.table]).toEqual(['2026-11-01', 'DeviceEvents'])
  expect(shown(record)).toEqual([
    'RemoteUrl DomainName a.example',
    'AdditionalFields.query DomainName b.example',
  ])
})

test('the time of receipt stands in, and says so, where an event has no time of its own', () => {
  const record = JSON.stringify({
    time: '2026-11-01T10:01:00Z',
    category: 'AdvancedHunting-DeviceEvents',
    properties: {},
  })

  expect(read(mapOf('defender-storage'), record)).toMatchObject({
    time: '2026-11-01T10:01:00Z',
    isTimeOfReceipt: true,
  })
})
