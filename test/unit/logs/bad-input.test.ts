import { expect, test } from 'vitest'
import { createFramer } from '../../../src/logs/frame.ts'
import { classify } from '../../../src/logs/classify.ts'
import { CONTAINER, LINES, bytesOf, everyNth, frame } from './collect-records.ts'
import { EVERY_SCOPE, entry, mapOf, mapWith, read, shown } from './read-one.ts'

/** Processor time, because the machine may be busy with other things. */
const TWO_SECONDS_US = 2_000_000
const rows = mapOf('defender-rows')

test.each([
  ['0 bytes', ''],
  ['only newlines', '\n\n\r\n'],
  ['only blanks', '  \t '],
])('C04 an input of %s holds no record and nothing is quarantined', (_, text) => {
  const bytes = bytesOf(text)
  const classification = classify(bytes, true, {
    logFormat: null,
    userMap: null,
    fields: 'mapped',
    table: null,
  })

  for (const layout of [classification, CONTAINER]) {
    expect(frame(layout, bytes).counts).toMatchObject({
      records: 0,
      quarantined: 0,
      skippedBytes: bytes.length,
    })
  }
  expect(classification.refused).toBeNull()
})

test('C05 a last line without a newline is a record like any other', () => {
  expect(frame(LINES, '{"a":1}\n{"b":2}').records.map(({ text }) => text)).toEqual(['{"a":1}', '{"b":2}'])
})

test('C06 CRLF is cut, a lone CR ends no line', () => {
  const framed = frame(LINES, '{"a":1}\r\n{"b":\r2}\n{"c":3}\r{"d":4}\r\n')

  expect(framed.records.map(({ text }) => text)).toEqual(['{"a":1}', '{"b":\r2}', '{"c":3}\r{"d":4}'])
  expect(framed.counts.newlines).toBe(3)
})

test('C07 a line of 1 GB is counted in bounded memory and its neighbours are records', () => {
  const blockBytes = 1_048_576
  const block = new Uint8Array(blockBytes).fill(0x78)
  const records: string[] = []
  const quarantined: number[] = []
  const framer = createFramer(
    LINES,
    { maxRecordBytes: 65_536, firstByteOffset: 0, skipFirstLine: false, ownedEnd: null },
    {
      record: (bytes, start, end) => records.push(Buffer.from(bytes.subarray(start, end)).toString('latin1')),
      quarantine: (_reason, _line, _byteOffset, length) => quarantined.push(length),
    },
  )
  const before = process.memoryUsage().arrayBuffers

  framer.push(bytesOf('{"a":1}\n'), 0, 8)
  for (let i = 0; i < 1024; i += 1) framer.push(block, 0, blockBytes)
  framer.push(bytesOf('\n{"b":2}\n'), 0, 9)
  framer.finish()

  expect(records).toEqual(['{"a":1}', '{"b":2}'])
  expect(quarantined).toEqual([1024 * blockBytes])
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * blockBytes)
})

test('C08 a line at the cap is a record and one byte more is quarantined, however it is split', () => {
  const atCap = `{"a":"${'x'.repeat(1024 - 8)}"}`
  const input = `${atCap}\n${atCap} \n${atCap}`

  for (const size of [1, 7, 1024, 1025, 1026, 5000]) {
    const framed = frame(LINES, input, { maxRecordBytes: 1024 }, everyNth(input.length, size))

    expect(atCap).toHaveLength(1024)
    expect(framed.records.map(({ byteOffset }) => byteOffset)).toEqual([0, 2051])
    expect(framed.quarantined.map(({ byteOffset, length }) => [byteOffset, length])).toEqual([[1025, 1025]])
  }
})

test.each([1_000, 100_000, 10_000_000])('C09 mapped fields are found below %d brackets', (depth) => {
  const nested = `{"x":${'['.repeat(depth)}${']'.repeat(depth)},"RemoteIP":"192.0.2.7"}`
  const mapped = `{"RemoteIP":${'['.repeat(depth)}"192.0.2.7"${']'.repeat(depth)}}`

  expect(shown(read(rows, nested))).toEqual(['RemoteIP IpAddress 192.0.2.7'])
  expect(read(rows, mapped).observables.map(({ value }) => value)).toEqual(['192.0.2.7'])
})

test('C09 printed paths stay short when strings lie below many brackets', () => {
  const depth = 10_000
  const record = `{"RemoteIP":${'['.repeat(depth)}${'"192.0.2.7",'.repeat(1000)}`

  const fields = read(rows, record).observables.map(({ field }) => field.length)

  expect(Math.max(...fields)).toBeLessThan(1000)
})

test('C10 an object with a million keys is read within two seconds', () => {
  const members = Array.from({ length: 1_000_000 }, (_, i) => `"k${i}":1`)
  const record = bytesOf(`{${members.join(',')},"RemoteIP":"192.0.2.7"}`)
  const start = process.cpuUsage()

  const found = shown(read(rows, record))

  expect(found).toEqual(['RemoteIP IpAddress 192.0.2.7'])
  expect(process.cpuUsage(start).user).toBeLessThan(TWO_SECONDS_US)
})

test('C11 keys named like members of Object.prototype are plain data', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
  const map = {
    ...mapWith(...names.map((name) => entry([name, 'ip'], 'ip'))),
    envelope: { ...rows.envelope, context: names.map((name) => [name, 'note']) },
  }
  const before = Object.getOwnPropertyNames(Object.prototype)
  const record = names.map((name) => `"${name}":{"ip":"192.0.2.7","note":"n"}`).join(',')

  const mapped = read(map, `{${record}}`)
  const unmapped = read(rows, `{${record},"RemoteIP":"192.0.2.7","Type":"__proto__"}`)

  expect(shown(mapped)).toEqual(names.map((name) => `${name}.ip IpAddress 192.0.2.7`))
  expect(mapped.context).toEqual(Object.fromEntries(names.map((name) => [`${name}.note`, 'n'])))
  expect([shown(unmapped), unmapped.table]).toEqual([['RemoteIP IpAddress 192.0.2.7'], '__proto__'])
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before)
})

test('C12 both values are tested when a key stands twice', () => {
  expect(shown(read(rows, '{"RemoteIP":"192.0.2.7","RemoteIP":"10.0.0.1"}'))).toEqual([
    'RemoteIP IpAddress 192.0.2.7',
    'RemoteIP IpAddress 10.0.0.1',
  ])
})

test.each([
  ['a lone FF', [0xff], '\uFFFD'],
  ['an overlong slash', [0xc0, 0xaf], '\uFFFD\uFFFD'],
  ['a cut character', [0xe2, 0x82], '\uFFFD'],
])('C13 a record with bytes that are not UTF-8 is still read and marked: %s', (_, bad, replaced) => {
  const bytes = Buffer.concat([
    Buffer.from('{"Note":"'),
    Buffer.from(bad),
    Buffer.from('","InitiatingProcessFileName":"'),
    Buffer.from(bad),
    Buffer.from('.exe","RemoteIP":"192.0.2.7"}'),
  ])

  const record = read(rows, bytes)

  expect(shown(record)).toEqual(['RemoteIP IpAddress 192.0.2.7'])
  expect(record.repaired).toBe(true)
  expect(record.context['InitiatingProcessFileName']).toBe(`${replaced}.exe`)
})

test('C13 a character that a block cuts in two is not repaired', () => {
  const bytes = bytesOf('{"RemoteUrl":"€.example"}\n')
  const repaired: boolean[] = []
  for (let cut = 1; cut < bytes.length; cut += 1) {
    const [record] = frame(LINES, bytes, {}, [cut]).records
    repaired.push(read(rows, Buffer.from(record?.text ?? '', 'latin1')).repaired)
  }

  expect(repaired).toHaveLength(bytes.length - 1)
  expect(repaired).not.toContain(true)
})

test.each([
  ['42', 1],
  ['null', 1],
  ['[]', 0],
  ['{}', 1],
  ['true', 1],
])('C16 a mapped field that holds %s gives no observable', (value, wrongTypeCount) => {
  const record = read(rows, `{"RemoteIP":${value},"RemoteUrl":"x.example"}`)

  expect(shown(record)).toEqual(['RemoteUrl DomainName x.example'])
  expect(record.wrongTypeCount).toBe(wrongTypeCount)
})

test.each([
  ['{"RemoteUrl":"ev\\u0069l.com"}'],
  ['{"RemoteUrl":"evil\\u002ecom"}'],
  ['{"RemoteUrl":"https:\\/\\/evil.com\\/a"}'],
  ['{"Remote\\u0055rl":"evil.com"}'],
  ['{"AdditionalFields":"{\\"quer\\\\u0079\\":\\"evil.com\\"}"}'],
])('C17 an escaped spelling is read like the plain one: %s', (record) => {
  expect(read(rows, record, EVERY_SCOPE).observables.map(({ value }) => value)).toEqual(['evil.com'])
})
