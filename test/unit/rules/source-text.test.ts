import { expect, test } from 'vitest'
import { byteSpot, invalidUtf8Offset } from '../../../src/rules/decode-source.ts'
import { SourceText } from '../../../src/rules/source-text.ts'

test.each([
  [0, 1, 1],
  [1, 1, 2],
  [3, 2, 1],
  [6, 2, 3],
  [7, 3, 1],
  [8, 3, 2],
  [99, 3, 2],
])('the offset %i of text with emoji and CRLF is line %i, column %i', (offset, line, column) => {
  const source = new SourceText('a', 'a\r\n🦊\u00e4\nz')

  const place = source.placeOf(offset)

  expect(place).toEqual({ line, column })
})

test('columns are right whether places are asked for onwards or backwards', () => {
  const text = '🦊a'.repeat(50)
  const source = new SourceText('a', text)
  const offsets = Array.from({ length: 51 }, (_, i) => i * 3)

  const onwards = offsets.map((offset) => source.placeOf(offset).column)
  const backwards = offsets.toReversed().map((offset) => source.placeOf(offset).column)

  expect(onwards).toEqual(offsets.map((_, i) => i * 2 + 1))
  expect(backwards).toEqual(onwards.toReversed())
})

test('offsets outside a text are its ends, and a part of a file counts lines from its own first', () => {
  const whole = new SourceText('a', 'ab\ncd')
  const part = new SourceText('a', 'ab\ncd', 7)

  expect([-5, 0, 2, 3, 5, 6].map((offset) => whole.placeOf(offset))).toEqual([
    { line: 1, column: 1 },
    { line: 1, column: 1 },
    { line: 1, column: 3 },
    { line: 2, column: 1 },
    { line: 2, column: 3 },
    { line: 2, column: 3 },
  ])
  expect(part.placeOf(4)).toEqual({ line: 8, column: 2 })
  expect(part.spanOf(3, 5)).toEqual({ file: 'a', line: 8, column: 1, length: 2, lineText: 'cd' })
  expect(part.spotOf(0, 1)).toMatchObject({ file: 'a' })
  expect(part.spotOf(0, 1).span()).toEqual({ file: 'a', line: 7, column: 1, length: 1, lineText: 'ab' })
})

test('a span that is empty or begins at the end of its line marks one place', () => {
  const source = new SourceText('a', 'ab\r\n\r\n')

  expect(source.spanOf(1, 1)).toEqual({ file: 'a', line: 1, column: 2, length: 1, lineText: 'ab' })
  expect(source.spanOf(2, 4)).toEqual({ file: 'a', line: 1, column: 3, length: 1, lineText: 'ab' })
  expect(source.spanOf(4, 6)).toEqual({ file: 'a', line: 2, column: 1, length: 1, lineText: '' })
  expect(source.spanOf(99, 100)).toMatchObject({ line: 3, column: 1, length: 1, lineText: '' })
})

test('a half of a surrogate pair counts as a code point unless both stand together', () => {
  const text = '\ud83e\udd8a\udd8a\ud83e\ud83ex'
  const source = new SourceText('a', text)

  expect([0, 2, 3, 4, 5, 6].map((offset) => source.placeOf(offset).column)).toEqual([1, 2, 3, 4, 5, 6])
  expect(source.spanOf(0, 6).length).toBe(5)
  expect(new SourceText('a', '\ud7ff\udc00\ue000').spanOf(0, 3).length).toBe(3)
  expect(new SourceText('a', '\ud800\udc00\udbff\udfff').spanOf(0, 4).length).toBe(2)
  expect(new SourceText('a', '\udc00\udc00\ud800\ue000').spanOf(0, 4).length).toBe(4)
})

test('columns are right where places change between lines with emoji', () => {
  const source = new SourceText('a', '🦊🦊a\n🦊b\n')

  expect([5, 4, 8, 2, 9].map((offset) => source.placeOf(offset))).toEqual([
    { line: 1, column: 4 },
    { line: 1, column: 3 },
    { line: 2, column: 2 },
    { line: 1, column: 2 },
    { line: 2, column: 3 },
  ])
})

test('a line of twenty thousand characters is still kept, one more is not', () => {
  const spanOf = (length: number): number =>
    new SourceText('a', 'x'.repeat(length)).spanOf(0, 1).lineText.length

  expect([spanOf(20_000), spanOf(20_001)]).toEqual([20_000, 0])
})

test('a span ends with its line and keeps no line of a hostile length', () => {
  const short = new SourceText('a', 'abc\r\ndef').spanOf(1, 8)
  const long = new SourceText('a', 'x'.repeat(100_000)).spanOf(5, 7)

  expect(short).toEqual({ file: 'a', line: 1, column: 2, length: 2, lineText: 'abc' })
  expect(long).toEqual({ file: 'a', line: 1, column: 6, length: 2, lineText: '' })
})

test('the place of bytes is counted in code points behind a byte order mark', () => {
  const bytes = new TextEncoder().encode('\ufeff🦊,a\r\n\u00e4,b')

  const first = byteSpot('a', bytes, 8, 9).span()
  const second = byteSpot('a', bytes, 14, 15).span()

  expect(first).toEqual({ file: 'a', line: 1, column: 3, length: 1, lineText: '🦊,a' })
  expect(second).toEqual({ file: 'a', line: 2, column: 3, length: 1, lineText: '\u00e4,b' })
})

test.each([
  [[0x61, 0x80], 1],
  [[0xc0, 0xaf], 0],
  [[0xe0, 0x80, 0xaf], 0],
  [[0xed, 0xa0, 0x80], 0],
  [[0xf4, 0x90, 0x80, 0x80], 0],
  [[0xf0, 0x9f, 0xa6], 0],
  [[0xf0, 0x9f, 0xa6, 0x8a, 0xff], 4],
  [[0xc3, 0xa4, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0xa6, 0x8a], -1],
])('the first byte of %j that is not UTF-8 stands at %i', (bytes, expected) => {
  const offset = invalidUtf8Offset(Uint8Array.from(bytes))

  expect(offset).toBe(expected)
})

test('columns are right in a text of nothing but emoji', () => {
  expect(new SourceText('a', '🦊🦊').placeOf(2)).toEqual({ line: 1, column: 2 })
})

test('a short line behind a long one is shown', () => {
  const text = `${'x'.repeat(15_000)}\nshort`

  expect(new SourceText('a', text).spanOf(15_001, 15_002).lineText).toBe('short')
})

test('a text that begins with a line end has an empty first line', () => {
  const source = new SourceText('a', '\nab\nc')

  expect([0, 1, 4].map((offset) => source.placeOf(offset))).toEqual([
    { line: 1, column: 1 },
    { line: 2, column: 1 },
    { line: 3, column: 1 },
  ])
  expect(source.spanOf(0, 1).lineText).toBe('')
})
