import { expect, test } from 'vitest'
import { LINES, frame } from './collect-records.ts'

test('a line framer gives each trimmed line with its number and offset when lines are records', () => {
  const framed = frame(LINES, '{"a":1}\n \t{"b":2} \r\n{"c":3}')

  expect(framed.records).toEqual([
    { text: '{"a":1}', line: 0, byteOffset: 0 },
    { text: '{"b":2}', line: 1, byteOffset: 10 },
    { text: '{"c":3}', line: 2, byteOffset: 20 },
  ])
  expect(framed.counts).toEqual({
    records: 3,
    quarantined: 0,
    examinedBytes: 27,
    quarantinedBytes: 0,
    skippedBytes: 0,
    newlines: 2,
  })
})

test('a line framer skips blank lines and counts their bytes when they hold only blanks', () => {
  const framed = frame(LINES, '\n \r\n{"a":1}\n\t')

  expect(framed.records).toEqual([{ text: '{"a":1}', line: 2, byteOffset: 4 }])
  expect(framed.counts).toMatchObject({ records: 1, examinedBytes: 8, skippedBytes: 5, newlines: 3 })
})

test('a line framer quarantines a line when it is not wrapped in braces', () => {
  const framed = frame(LINES, '[1]\n{\n{"a":1\nplain\n{"b":2}\n')

  expect(framed.records.map(({ text }) => text)).toEqual(['{"b":2}'])
  expect(framed.quarantined.map(({ line, byteOffset, length }) => [line, byteOffset, length])).toEqual([
    [0, 0, 3],
    [1, 4, 1],
    [2, 6, 6],
    [3, 13, 5],
  ])
  expect(framed.counts).toMatchObject({ records: 5, quarantined: 4, quarantinedBytes: 19, examinedBytes: 8 })
})

test('a line framer stops before the first line that it does not own when an end is given', () => {
  const input = '{"a":1}\n{"b":2}\n{"c":3}\n'

  const owned = (ownedEnd: number): string[] =>
    frame(LINES, input, { ownedEnd }).records.map(({ text }) => text)

  expect(owned(0)).toEqual([])
  expect(owned(1)).toEqual(['{"a":1}'])
  expect(owned(8)).toEqual(['{"a":1}'])
  expect(owned(9)).toEqual(['{"a":1}', '{"b":2}'])
})

test('a line framer skips and does not count through the first newline when it begins inside a line', () => {
  const framed = frame(LINES, 'x"}\n{"b":2}\n', { skipFirstLine: true, firstByteOffset: 100 })

  expect(framed.records).toEqual([{ text: '{"b":2}', line: 0, byteOffset: 104 }])
  expect(framed.counts).toMatchObject({ records: 1, examinedBytes: 8, skippedBytes: 0, newlines: 1 })
})

test('a line framer wants no more blocks when the next line belongs to another chunk', () => {
  const framed = frame(LINES, '{"a":1}\n{"b":2}\n', { ownedEnd: 8 }, [8])

  expect(framed.records).toHaveLength(1)
  expect(framed.counts.newlines).toBe(1)
})
