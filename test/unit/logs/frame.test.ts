import { expect, test } from 'vitest'
import { CONTAINER, LINES, bytesOf, csv, everyNth, frame } from './collect-records.ts'

const MARKED = bytesOf('\uFEFF{"a":1}\n{"b":2}\n')

test('a framer skips a byte order mark and counts its bytes when the stream begins with one', () => {
  for (const size of [1, 2, 100]) {
    const framed = frame({ ...LINES, bomBytes: 3 }, MARKED, {}, everyNth(MARKED.length, size))

    expect(framed.records).toEqual([
      { text: '{"a":1}', line: 0, byteOffset: 3 },
      { text: '{"b":2}', line: 1, byteOffset: 11 },
    ])
    expect(framed.counts).toMatchObject({ examinedBytes: 16, skippedBytes: 3 })
  }
})

test('a framer gives the first line to the chunk with its mark when the chunk ends inside the mark', () => {
  const framed = frame({ ...LINES, bomBytes: 3 }, MARKED, { ownedEnd: 1 })

  expect(framed.records.map(({ text }) => text)).toEqual(['{"a":1}'])
})

test('containers and rows begin behind the mark as well', () => {
  const array = frame({ ...CONTAINER, bomBytes: 3 }, bytesOf('\uFEFF[{"a":1}]'))
  const rows = frame({ ...csv('a', 'b'), bomBytes: 3 }, bytesOf('\uFEFFa,b\n1,2\n'))

  expect(array.records).toEqual([{ text: '{"a":1}', line: 0, byteOffset: 4 }])
  expect(rows.records).toEqual([{ text: '1,2', line: 1, byteOffset: 7 }])
})
