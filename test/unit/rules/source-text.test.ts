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
