import { expect, test } from 'vitest'
import { classify } from '../../../src/logs/classify.ts'
import { createFramer } from '../../../src/logs/frame.ts'
import { openRecordReader } from '../../../src/logs/record-reader.ts'
import type { EventRecord } from '../../../src/model/event-record.ts'
import { bytesOf } from './collect-records.ts'
import { EVERY_SCOPE, mapOf, shown } from './read-one.ts'

const OPTIONS = { logFormat: null, userMap: null, fields: 'mapped', table: null } as const
const DNS = [
  '#separator \\x09',
  '#set_separator\t,',
  '#empty_field\t(empty)',
  '#unset_field\t-',
  '#path\tdns',
  '#open\t2026-11-01-10-00-00',
  '#fields\tts\tuid\tid.orig_h\tid.resp_h\tquery\tanswers',
  '#types\ttime\tstring\taddr\taddr\tstring\tvector[string]',
]
const ROW = '1793527200.123456\tC1\t10.0.0.1\t10.0.0.53\ta.example\tb.example,-,203.0.113.9'

const logOf = (...lines: readonly string[]): Uint8Array => bytesOf(`${lines.join('\n')}\n`)

/** What is framed and read, one entry per record: an event, or why there is none. */
function recordsOf(bytes: Uint8Array, maxRecordBytes = 65_536): readonly (EventRecord | string)[] {
  const classification = classify(bytes, true, OPTIONS)
  const { delimited } = classification
  const reader = openRecordReader({ fieldMap: mapOf('zeek-tsv'), delimited }, EVERY_SCOPE, null)
  const records: (EventRecord | string)[] = []
  const framer = createFramer(
    classification,
    { maxRecordBytes, firstByteOffset: 0, skipFirstLine: false, ownedEnd: null },
    {
      record: (block, start, end) => records.push(reader.read(block, start, end)),
      quarantine: (reason, line) => records.push(`${line + 1}: ${reason}`),
      layout: (layout) => reader.enterLayout(layout),
    },
  )
  framer.push(bytes, 0, bytes.length)
  framer.finish()
  return records
}

function eventsOf(bytes: Uint8Array): readonly EventRecord[] {
  return recordsOf(bytes).filter((record) => typeof record !== 'string')
}

test('a Zeek log is recognised by its header, also behind comments and a byte order mark', () => {
  const found = classify(logOf('\uFEFF### a comment', '', ...DNS, ROW), true, OPTIONS)

  expect(found).toMatchObject({ format: 'zeek-tsv', framing: 'delimited', bomBytes: 3, refused: null })
  expect(found.evidence).toEqual(['a Zeek header names 6 columns of the log dns'])
  expect(found.delimited?.columns).toEqual(['ts', 'uid', 'id.orig_h', 'id.resp_h', 'query', 'answers'])
})

test('a table whose first column begins with a hash sign is no Zeek log', () => {
  expect(classify(logOf('#Timestamp,DeviceId,RemoteIP', '1,2,3'), true, OPTIONS).format).toBe('csv')
  expect(classify(logOf('#separator \\x09', 'a,b', '1,2'), true, OPTIONS).format).not.toBe('zeek-tsv')
})

test('lines of a header behind blanks are none, as for the reader of rows', () => {
  const indented = DNS.map((line) => ` ${line}`)

  expect(classify(logOf(...indented, ROW), true, OPTIONS).format).not.toBe('zeek-tsv')
  expect(classify(logOf(DNS[0] ?? '', ...indented.slice(1), ROW), true, OPTIONS).format).not.toBe('zeek-tsv')
})

test('--log-format zeek-tsv refuses a log without a header', () => {
  const { refused } = classify(logOf('a\tb', '1\t2'), true, { ...OPTIONS, logFormat: 'zeek-tsv' })

  expect(refused).toEqual({
    reason: 'the log has no line of #fields, which the format zeek-tsv needs',
    fix: 'Give another --log-format.',
  })
})

test.each([
  ['two separators', '#separator \\x09\\x09', "the header's #separator has 2 bytes, and one is known"],
  ['a line feed as separator', '#separator \\x0a', "the header's #separator separates nothing"],
  [
    'two separators of sets',
    '#set_separator\tab',
    "the header's #set_separator has 2 bytes, and one is known",
  ],
  [
    'a long word for none',
    '#unset_field\tnothing at all, it seems',
    "the header's #unset_field is longer than 16 bytes",
  ],
  ['too few types', '#types\ttime', "the header's #types names 1 types for 6 columns"],
  ['too many columns', `#fields\t${'x\t'.repeat(1024)}`, "the header's #fields names more than 1024 columns"],
])(
  'a log whose header names %s is refused, or its rows quarantined where it is not the first',
  (_, line, reason) => {
    const first = classify(logOf(...DNS, line, ROW), true, OPTIONS)
    const later = recordsOf(logOf(...DNS, ROW, ...DNS, line, ROW, ...DNS, ROW))

    expect(first.refused).toEqual({ reason, fix: 'Write the log as Zeek does unless told otherwise.' })
    expect(later.map((record) => (typeof record === 'string' ? record : 'read'))).toEqual([
      'read',
      `19: ${reason}`,
      'read',
    ])
  },
)

test('a row has the path of its header as table, its time as a date, and both ends and all answers as values', () => {
  const [event] = eventsOf(logOf(...DNS, ROW))

  expect(event).toMatchObject({
    table: 'dns',
    time: '2026-11-01T10:00:00.123456Z',
    localEnd: '10.0.0.1',
    context: { uid: 'C1' },
  })
  expect(event === undefined ? [] : shown(event)).toEqual([
    'id.orig_h IpAddress 10.0.0.1',
    'id.resp_h IpAddress 10.0.0.53',
    'query DomainName a.example',
    'answers[0] DomainName b.example',
    'answers[2] IpAddress 203.0.113.9',
  ])
})

test('another header in the same file holds for the rows below it', () => {
  const second = ['#separator |', '#path|files', '#fields|sha1|tx_hosts', '#types|string|set[addr]']

  const events = eventsOf(
    logOf(...DNS, ROW, '#close\t2026', ...second, `${'a'.repeat(40)}|10.0.0.9,::1`, ...DNS, ROW),
  )

  expect(events.map(({ table }) => table)).toEqual(['dns', 'files', 'dns'])
  expect(events.map(shown)[1]).toEqual([
    `sha1 Sha1 ${'a'.repeat(40)}`,
    'tx_hosts[0] IpAddress 10.0.0.9',
    'tx_hosts[1] IpAddress ::1',
  ])
})

test('the lines of a header are told once, before a row that can be read, however many they are', () => {
  const told: (string | null)[] = []
  const lines = [...DNS, ROW, '#path\ta', '#path\tb', 'no row', '#path\tc', ROW, ROW, '#path\td']
  const bytes = logOf(...lines)
  const framer = createFramer(
    classify(bytes, true, OPTIONS),
    { maxRecordBytes: 65_536, firstByteOffset: 0, skipFirstLine: false, ownedEnd: null },
    {
      record: () => told.push('row'),
      quarantine: () => {},
      layout: (layout) => told.push(layout.zeek?.path ?? null),
    },
  )

  framer.push(bytes, 0, bytes.length)

  expect(told).toEqual(['dns', 'row', 'c', 'row', 'row'])
})

test('escapes are undone in values, and what looks like no value is one when it is escaped', () => {
  const header = [
    '#separator \\x09',
    '#fields\tquery\tfilename\tserver_name\tsan.dns',
    '#types\tstring\tstring\tstring\tset[string]',
  ]
  const row = ['a\\x2eexample', 'x\\\\x2e.example', '\\x2d', 'b\\x2c.example,c.example,(empty)'].join('\t')

  const [event] = eventsOf(logOf(...header, row, '-\t(empty)\t-\t(empty)'))

  expect(event?.observables.map(({ field, text }) => `${field} ${text}`)).toEqual([
    'query a.example',
    'server_name -',
    'san.dns[0] b,.example',
    'san.dns[1] c.example',
  ])
  expect(event?.context).toEqual({ filename: 'x\\x2e.example' })
  expect(event?.repaired).toBe(false)
})

test('an escaped byte that is no UTF-8 repairs its record as a plain one does', () => {
  const header = ['#separator \\x09', '#fields\tquery\thost']
  const escaped = eventsOf(logOf(...header, 'a.example\tb\\xfc.example'))

  expect(escaped.map(({ repaired }) => repaired)).toEqual([true])
  expect(escaped[0]?.observables.at(-1)?.text).toBe('b\uFFFD.example')
})

test('rows without a header, of another width or over the cap are quarantined, and quotes mean nothing', () => {
  const reasons = recordsOf(
    logOf(
      ...DNS,
      'x',
      ROW.replace('C1', '"C1'),
      ROW,
      '#separator \\x09',
      ROW,
      ...DNS,
      `${ROW}${'x'.repeat(300)}`,
      ROW,
    ),
    256,
  ).map((record) => (typeof record === 'string' ? record : 'read'))

  expect(reasons).toEqual([
    '9: the row has 1 cells, the header has 6',
    'read',
    'read',
    '13: no #fields line of a Zeek header stands before the row',
    '22: the record is longer than 256 bytes (--max-record)',
    'read',
  ])
})

test('rows below a header that the cap cuts are quarantined, not read by the header before', () => {
  const long = `#fields\t${'long\t'.repeat(100)}x`
  const found = recordsOf(logOf(...DNS, ROW, long, ROW), 256)

  expect(found.slice(1)).toEqual([
    '10: the record is longer than 256 bytes (--max-record)',
    '11: a line of the header is longer than 256 bytes (--max-record)',
  ])
})

test('Zeek’s records as JSON are recognised by their keys, with dots in them or without', () => {
  const dotted =
    '{"_path":"conn","ts":1793527200.5,"uid":"C1","id.orig_h":"10.0.0.1","id.resp_h":"203.0.113.9"}'
  const joined = '{"ts":"2026-11-01T10:00:00.5Z","uid":"C1","id_orig_h":"10.0.0.1","id_resp_h":"203.0.113.9"}'
  const found = classify(logOf(dotted, joined), true, OPTIONS)
  const reader = openRecordReader({ fieldMap: mapOf('zeek-json'), delimited: null }, EVERY_SCOPE, null)

  const events = [dotted, joined].map((line) => reader.read(bytesOf(line), 0, bytesOf(line).length))

  expect(found).toMatchObject({ format: 'zeek-json', framing: 'lines' })
  expect(found.evidence).toContain('the first log is conn')
  expect(events.map(({ table }) => table)).toEqual(['conn', null])
  expect(events.map(({ time }) => time)).toEqual(['2026-11-01T10:00:00.5Z', '2026-11-01T10:00:00.5Z'])
  expect(events.map(({ observables }) => observables.map(({ value }) => value))).toEqual([
    ['10.0.0.1', '203.0.113.9'],
    ['10.0.0.1', '203.0.113.9'],
  ])
})
