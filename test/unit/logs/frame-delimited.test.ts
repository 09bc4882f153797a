import { expect, test } from 'vitest'
import { csv, everyNth, frame } from './collect-records.ts'

test('a delimited framer skips the header and gives the rows below it', () => {
  const framed = frame(csv('a', 'b'), 'a,b\r\n1,2\r\n3,4')

  expect(framed.records).toEqual([
    { text: '1,2', line: 1, byteOffset: 5 },
    { text: '3,4', line: 2, byteOffset: 10 },
  ])
  expect(framed.counts).toEqual({
    records: 2,
    quarantined: 0,
    examinedBytes: 8,
    quarantinedBytes: 0,
    skippedBytes: 5,
    newlines: 2,
  })
})

test('a delimited framer keeps a row together when a quoted cell holds newlines and separators', () => {
  const framed = frame(csv('a', 'b'), 'a,b\n"x\n,""y""",2\n3,4\n')

  expect(framed.records).toEqual([
    { text: '"x\n,""y""",2', line: 1, byteOffset: 4 },
    { text: '3,4', line: 3, byteOffset: 17 },
  ])
})

test('a delimited framer quarantines a row when its count of cells is not the header’s', () => {
  const framed = frame(csv('a', 'b'), 'a,b\n1\n1,2,3\n1,2\n')

  expect(framed.records.map(({ text }) => text)).toEqual(['1,2'])
  expect(framed.quarantined).toEqual([
    { reason: 'the row has 1 cells, the header has 2', line: 1, byteOffset: 4, length: 1 },
    { reason: 'the row has 3 cells, the header has 2', line: 2, byteOffset: 6, length: 5 },
  ])
})

test('a delimited framer starts parity again at the next newline when a row is over the cap', () => {
  const row = `"${'x'.repeat(40)}`
  const input = `a,b\n${row}\n1,2\n`

  for (const size of [1, 5, 1000]) {
    const framed = frame(csv('a', 'b'), input, { maxRecordBytes: 32 }, everyNth(input.length, size))

    expect(framed.records.map(({ text }) => text)).toEqual(['1,2'])
    expect(framed.quarantined.map(({ byteOffset, length }) => [byteOffset, length])).toEqual([[4, 41]])
    expect(framed.counts.newlines).toBe(3)
  }
})

test('a delimited framer skips blank rows, also before the header', () => {
  const framed = frame(csv('a', 'b'), '\n \na,b\n\n1,2\n')

  expect(framed.records).toEqual([{ text: '1,2', line: 4, byteOffset: 8 }])
  expect(framed.counts.skippedBytes).toBe(8)
})
