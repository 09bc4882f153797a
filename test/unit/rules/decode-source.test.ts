import { expect, test } from 'vitest'
import { byteSpot, decodeSource, hexByte, invalidUtf8Offset } from '../../../src/rules/decode-source.ts'
import { DiagnosticList } from '../../../src/rules/diagnostic-list.ts'

test.each([
  [[0xff, 0xfe, 0x7b, 0x00], 'UTF-16LE'],
  [[0xff, 0xfe, 0x00, 0x01], 'UTF-16LE'],
  [[0xff, 0xfe, 0x00, 0x00], 'UTF-32LE'],
  [[0xfe, 0xff, 0x00, 0x7b], 'UTF-16BE'],
  [[0x00, 0x00, 0xfe, 0xff], 'UTF-32BE'],
  [[0x00, 0x7b, 0x00, 0x22], 'UTF-16BE'],
  [[0x7b, 0x00, 0x22, 0x00], 'UTF-16LE'],
  [[0x7b, 0x00, 0x00, 0x00], 'UTF-32LE'],
  [[0x00, 0x7b, 0xfe, 0xff], 'UTF-16BE'],
  [[0x7b, 0x00, 0xfe, 0xff], 'UTF-16LE'],
])('the bytes %j are refused as %s', (bytes, encoding) => {
  const diagnostics = new DiagnosticList()

  const source = decodeSource('a', Uint8Array.from(bytes), diagnostics)

  expect(source).toBeNull()
  expect(diagnostics.sorted()).toMatchObject([
    {
      code: 'RULE002',
      message: `expected UTF-8, found ${encoding}`,
      span: { file: 'a', line: 1, column: 1, length: 1 },
    },
  ])
})

test.each([
  [[]],
  [[0x00]],
  [[0x00, 0x00]],
  [[0x7b]],
  [[0x00, 0x00, 0xfe]],
  [[0x00, 0x00, 0x7b, 0x00]],
  [[0x61, 0xfe]],
  [[0x61, 0x62, 0x63, 0xff]],
  [[0x61, 0x62, 0xfe, 0xff]],
  [[0, 0, 0x63, 0xff]],
])('the bytes %j may be UTF-8', (bytes) => {
  const diagnostics = new DiagnosticList()

  decodeSource('a', Uint8Array.from(bytes), diagnostics)

  expect(diagnostics.sorted().map(({ code }) => code)).not.toContain('RULE002')
})

test.each([
  [[0xff, 0x61], 'FF', 1],
  [[0xfe, 0x61], 'FE', 1],
  [[0x61, 0xff], 'FF', 2],
  [[0x61, 0x0a, 0x62, 0x80, 0x63], '80', 2],
  // A first character that shares bytes with the mark, and the mark's own character at the start of a later line.
  [[0xef, 0xbc, 0xbf, 0x80], '80', 2],
  [[0xef, 0xbb, 0x80, 0x80], '80', 2],
  [[0xef, 0xbb, 0xbf, 0x80], '80', 1],
  [[0x61, 0x0a, 0xef, 0xbb, 0xbf, 0x80], '80', 2],
])('the first byte of %j that is not UTF-8 is shown as %s in column %i', (bytes, shown, column) => {
  const diagnostics = new DiagnosticList()

  decodeSource('a', Uint8Array.from(bytes), diagnostics)

  expect(diagnostics.sorted()).toMatchObject([
    {
      code: 'RULE003',
      message: `expected UTF-8, found the byte ${shown}, which is not`,
      span: { column, length: 1 },
    },
  ])
})

test('the bytes that are refused are those that a decoder refuses, for every border of every byte', () => {
  const borders = [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0]
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let refusedCount = 0

  for (let first = 0; first < 256; first += 1) {
    for (const second of borders) {
      for (const tail of [[], [0x80], [0x80, 0x80], [0xbf, 0xc0], [0x7f, 0x80], [0x80, 0x7f], [0xc0, 0x80]]) {
        const bytes = Uint8Array.of(first, second, ...tail)
        const offset = invalidUtf8Offset(bytes)
        const isRefused = throws(() => decoder.decode(bytes))
        refusedCount += isRefused ? 1 : 0
        expect(offset >= 0, String(bytes)).toBe(isRefused)
        if (isRefused) expect(throws(() => decoder.decode(bytes.subarray(0, offset)))).toBe(false)
      }
    }
  }

  expect(refusedCount).toBeGreaterThan(1000)
})

test('places are right at the borders of lines and of the mark', () => {
  const spanOf = (text: string, start: number, end: number): unknown =>
    byteSpot('a', new TextEncoder().encode(text), start, end).span()

  expect(spanOf('\na', 0, 1)).toEqual({ file: 'a', line: 1, column: 1, length: 1, lineText: '' })
  expect(spanOf('\na', 1, 2)).toEqual({ file: 'a', line: 2, column: 1, length: 1, lineText: 'a' })
  expect(spanOf('a\nb\nc', 4, 5)).toEqual({ file: 'a', line: 3, column: 1, length: 1, lineText: 'c' })
  expect(spanOf('a\r\nb', 1, 3)).toEqual({ file: 'a', line: 1, column: 2, length: 1, lineText: 'a' })
  expect(spanOf('ë»b', 4, 5)).toEqual({ file: 'a', line: 1, column: 3, length: 1, lineText: 'ë»b' })
  expect(spanOf(`a${'b'.repeat(19_999)}`, 0, 1)).toMatchObject({ lineText: `a${'b'.repeat(19_999)}` })
  expect(spanOf(`a${'b'.repeat(20_000)}`, 0, 1)).toMatchObject({ lineText: '' })
  expect(spanOf(`${'a'.repeat(19_000)}\n${'b'.repeat(19_000)}`, 19_001, 19_002)).toMatchObject({
    lineText: 'b'.repeat(19_000),
  })
})

test('a byte is shown with two digits', () => {
  expect([hexByte(0x0a), hexByte(0xff), hexByte(undefined)]).toEqual(['0A', 'FF', '00'])
})

function throws(work: () => unknown): boolean {
  try {
    work()
    return false
  } catch {
    return true
  }
}
