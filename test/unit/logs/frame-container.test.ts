import { expect, test } from 'vitest'
import { CONTAINER, bytesOf, everyNth, frame } from './collect-records.ts'

const texts = (input: string, maxRecordBytes = 1024): string[] =>
  frame(CONTAINER, input, { maxRecordBytes }).records.map(({ text }) => text)

test('a container framer gives the elements when the document is an array', () => {
  const framed = frame(CONTAINER, '[{"a":1},\n {"b":[{"c":2}]} ]')

  expect(framed.records).toEqual([
    { text: '{"a":1}', line: 0, byteOffset: 1 },
    { text: '{"b":[{"c":2}]}', line: 1, byteOffset: 11 },
  ])
  expect(framed.counts).toEqual({
    records: 2,
    quarantined: 0,
    examinedBytes: 22,
    quarantinedBytes: 0,
    skippedBytes: 6,
    newlines: 1,
  })
})

test.each(['records', 'Results', 'results', 'value'])(
  'a container framer gives the elements of `%s` when an object wraps them',
  (key) => {
    expect(texts(`{"${key}":[{"a":1},{"b":2}],"next":"x"}`)).toEqual(['{"a":1}', '{"b":2}'])
  },
)

test('a container framer passes over a schema when it stands before the results', () => {
  const input = '{"Schema":[{"Name":"A","Type":"String"}],"Results":[{"A":"x"}]}'

  expect(texts(input)).toEqual(['{"A":"x"}'])
})

test('a container framer passes over OData annotations when they stand before the rows', () => {
  expect(texts('{"@odata.context":"https://x/$metadata","value":[{"a":1}]}')).toEqual(['{"a":1}'])
})

test('a container framer gives the documents themselves when they follow each other or span lines', () => {
  expect(texts('{\n "a": 1\n}\n{"b":2}{"c":"}"} , {"d":4}')).toEqual([
    '{\n "a": 1\n}',
    '{"b":2}',
    '{"c":"}"}',
    '{"d":4}',
  ])
})

test('a container framer reads every wrapper when one message follows another', () => {
  expect(texts('{"records":[{"a":1}]}\n{"records":[{"b":2},{"c":3}]}\n')).toEqual([
    '{"a":1}',
    '{"b":2}',
    '{"c":3}',
  ])
})

test('a container framer keeps a row when its first column is named like a wrapper key but holds no array', () => {
  expect(texts('{"value":5,"a":1}{"records":{"x":[1]}}{"results":"[","b":2}')).toEqual([
    '{"value":5,"a":1}',
    '{"records":{"x":[1]}}',
    '{"results":"[","b":2}',
  ])
})

test('a container framer quarantines an element when it is no object', () => {
  const framed = frame(CONTAINER, '[1, "a,]" ,{"b":2},[{"c":3}],null]')

  expect(framed.records.map(({ text }) => text)).toEqual(['{"b":2}'])
  expect(framed.quarantined.map(({ byteOffset, length }) => [byteOffset, length])).toEqual([
    [1, 1],
    [4, 5],
    [19, 9],
    [29, 4],
  ])
})

test('a container framer yields nothing for commas without an element', () => {
  expect(frame(CONTAINER, '[]').counts.records).toBe(0)
  expect(frame(CONTAINER, '[ , {"a":1}, ]').counts).toMatchObject({ records: 1, quarantined: 0 })
})

test('a container framer quarantines text between documents up to the end of its line', () => {
  const framed = frame(CONTAINER, 'hello "world\n{"a":1} tail {"b":2}\nmore')

  expect(framed.records.map(({ text }) => text)).toEqual(['{"a":1}', '{"b":2}'])
  expect(framed.quarantined.map(({ line, byteOffset, length }) => [line, byteOffset, length])).toEqual([
    [0, 0, 12],
    [1, 21, 4],
    [2, 34, 4],
  ])
})

test('a container framer closes whatever is open when a closer has the wrong kind', () => {
  expect(texts('{"records":[{"a":[1}},{"b":2}]}')).toEqual(['{"a":[1}}', '{"b":2}'])
})

test('a container framer quarantines the last element when the input ends inside it', () => {
  const framed = frame(CONTAINER, '{"records":[{"a":1},{"b":"cut')

  expect(framed.records.map(({ text }) => text)).toEqual(['{"a":1}'])
  expect(framed.quarantined.map(({ byteOffset, length }) => [byteOffset, length])).toEqual([[20, 9]])
})

test('a container framer quarantines an element over the cap and gives its neighbours', () => {
  const big = `{"x":"${'y'.repeat(60)}"}`
  const input = `[{"a":1},${big} ,{"b":2}]`

  for (const size of [1, 7, 1000]) {
    const framed = frame(CONTAINER, input, { maxRecordBytes: 32 }, everyNth(bytesOf(input).length, size))

    expect(framed.records.map(({ text }) => text)).toEqual(['{"a":1}', '{"b":2}'])
    expect(framed.quarantined.map(({ byteOffset, length }) => [byteOffset, length])).toEqual([[9, 69]])
  }
})
