import { expect, test } from 'vitest'
import { type ClassifyOptions, LOG_FORMATS, classify } from '../../../src/logs/classify.ts'
import type { Classification } from '../../../src/logs/frame.ts'
import { bytesOf } from './collect-records.ts'
import { entry, mapWith } from './read-one.ts'

const OPTIONS: ClassifyOptions = { logFormat: null, userMap: null, fields: 'mapped', table: null }

const STREAMED = '{"time":"T","category":"AdvancedHunting-DeviceEvents","properties":{"RemoteIP":"1.1.1.1"}}'
const ROW = '{"Timestamp":"T","DeviceId":"d","RemoteIP":"1.1.1.1"}'

function classified(input: string | Uint8Array, options: Partial<ClassifyOptions> = {}): Classification {
  const bytes = typeof input === 'string' ? bytesOf(input) : input
  return classify(bytes, true, { ...OPTIONS, ...options })
}

test.each([
  ['one streamed record per line', `${STREAMED}\r\n${STREAMED}\r\n`, 'defender-storage', 'lines'],
  ['an array of streamed records', `[${STREAMED}]`, 'defender-storage', 'container'],
  ['an Event Hub message', `{"records":[${STREAMED}]}`, 'defender-event-hub', 'container'],
  [
    'one Event Hub message per line',
    `{"records":[${STREAMED}]}\n{"records":[]}\n`,
    'defender-event-hub',
    'container',
  ],
  [
    'a reply of the hunting API',
    `{"Schema":[{"Name":"a"}],"Results":[${ROW}]}`,
    'defender-hunting-api',
    'container',
  ],
  [
    'a reply of Graph',
    `{"@odata.context":"x","schema":[],"results":[${ROW}]}`,
    'defender-hunting-api',
    'container',
  ],
  ['bare rows', `${ROW}\n`, 'defender-rows', 'lines'],
  ['an array of bare rows', `[${ROW}]`, 'defender-rows', 'container'],
  ['bare rows that name a table', '{"TableName":"DeviceEvents","SHA1":"x"}\n', 'defender-rows', 'lines'],
  ['a CSV export', 'Timestamp,DeviceName,RemoteUrl\nT,d,u\n', 'defender-csv', 'delimited'],
  ['unknown lines', '{"a":1}\n', 'json', 'lines'],
  ['pretty-printed JSON', '{\n "a": 1\n}\n', 'json', 'container'],
  ['unknown rows', 'a;b\n1;2\n', 'csv', 'delimited'],
  ['lines below a comment', '# a, b\n{"x":1,"y":2}\n', 'json', 'lines'],
  ['prose', 'no log at all\n', 'unknown', 'container'],
  ['rows whose first column is `value`', '{"value":1,"b":2}\n', 'json', 'container'],
])('a log is recognised when it is %s', (_, input, format, framing) => {
  const classification = classified(input)

  expect([classification.format, classification.framing]).toEqual([format, framing])
  expect(classification.refused).toBeNull()
  expect(classification.evidence.length).toBeGreaterThan(0)
})

test('a reply is a container however long the annotations before its first key are', () => {
  const lengths = [...Array.from({ length: 60 }, (_, i) => 4040 + i), 20_000]
  const found = lengths.map((length) =>
    classified(`{"@odata.context":"${'x'.repeat(length)}","schema":[],"results":[${ROW}]}`),
  )

  expect(new Set(found.map(({ format, framing }) => `${format} ${framing}`))).toEqual(
    new Set(['defender-hunting-api container']),
  )
})

test('a log is a container when no line of a partial head ends', () => {
  const head = bytesOf(`{"a":"${'x'.repeat(100)}`)

  expect(classify(head, false, OPTIONS).framing).toBe('container')
  expect(classify(bytesOf('{"a":1}\n{"b'), false, OPTIONS).framing).toBe('lines')
})

test('a bare row needs fewer columns when the option names a table of Defender', () => {
  const row = '{"SHA1":"x"}\n'

  expect(classified(row).format).toBe('json')
  expect(classified(row, { table: 'DeviceFileEvents' }).format).toBe('defender-rows')
})

test('a byte order mark is measured and does not hide the first header', () => {
  const classification = classified('\uFEFFTimestamp,DeviceId,RemoteIP\n')

  expect(classification.bomBytes).toBe(3)
  expect(classification.delimited).toEqual({
    separator: 0x2c,
    columns: ['Timestamp', 'DeviceId', 'RemoteIP'],
  })
})

test.each([
  ['UTF-16LE', Buffer.from('\uFEFF{"a":1}', 'utf16le')],
  ['UTF-16BE', Buffer.from('\uFEFF{"a":1}', 'utf16le').swap16()],
  ['UTF-16LE', Buffer.from('{"a":1}\n', 'utf16le')],
  ['UTF-16BE', Buffer.from('{"a":1}\n', 'utf16le').swap16()],
  ['UTF-32LE', Buffer.from([0xff, 0xfe, 0, 0, 0x7b, 0, 0, 0])],
  ['zip', Buffer.from('PK\x03\x04rest')],
  ['EVTX', Buffer.from('ElfFile\0rest')],
  ['binary', Buffer.from([1, 2, 0, 3, 4, 5])],
])('a log is refused with a fix when it is %s', (name, bytes) => {
  const { refused } = classified(bytes)

  expect(refused?.reason).toContain(name)
  expect(refused?.fix).toMatch(/\.$/)
})

test('a NUL in the first value of a JSON log refuses nothing', () => {
  expect(classified('{"a":"\u0000"}\n').refused).toBeNull()
})

test('--log-format wins over what the log looks like, and an unknown name is refused', () => {
  expect(classified('{"x":1}\n', { logFormat: 'defender-storage' }).fieldMap?.name).toBe('defender-storage')
  expect(classified('{"x":1}\n', { logFormat: 'nope' }).refused?.fix).toContain(LOG_FORMATS.join(', '))
  expect(classified('one\ntwo\n', { logFormat: 'csv' }).delimited?.columns).toEqual(['one'])
  expect(classified('\n', { logFormat: 'csv' }).refused?.reason).toContain('header')
})

test('a user’s field map takes the place of the format’s own', () => {
  const userMap = mapWith(entry(['x'], 'ip'))

  expect(classified(STREAMED, { userMap }).fieldMap).toBe(userMap)
  expect(classified('{"x":1}', { userMap }).fieldMap).toBe(userMap)
})

test('--fields any keeps the envelope and drops the entries', () => {
  const map = classified(STREAMED, { fields: 'any' }).fieldMap

  expect(map?.any).toBe(true)
  expect(map?.entries).toEqual([])
  expect(map?.envelope.table).toEqual([['category']])
  expect(classified('{"x":1}', { fields: 'any' }).fieldMap?.any).toBe(true)
})

test('a generic log has no field map unless one is given', () => {
  expect(classified('{"x":1}\n').fieldMap).toBeNull()
  expect(classified('a,b\n1,2\n').fieldMap).toBeNull()
})
