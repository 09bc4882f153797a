import { expect, test } from 'vitest'
import { CsvRows } from '../../../src/rules/csv-rows.ts'

const encoder = new TextEncoder()

/** The texts of all cells, row by row. */
function cellsOf(text: string): readonly (readonly (string | null)[])[] {
  const rows = new CsvRows(encoder.encode(text), 0)
  const found: (readonly (string | null)[])[] = []
  while (rows.next()) found.push(Array.from({ length: rows.cellCount }, (_, cell) => rows.cellText(cell)))
  return found
}

test.each<[string, string, readonly (readonly string[])[]]>([
  ['no bytes', '', []],
  ['one cell', 'a', [['a']]],
  [
    'line ends of both kinds',
    'a,b\nc,d\r\ne,f\n',
    [
      ['a', 'b'],
      ['c', 'd'],
      ['e', 'f'],
    ],
  ],
  ['CRLF at the end of the file', 'a,b\r\n', [['a', 'b']]],
  ['a carriage return that ends the file', 'a,b\r', [['a', 'b']]],
  ['a carriage return inside a row', 'a\rb,\rc\n', [['a\rb', '\rc']]],
  ['a carriage return before a comma', 'a\r,b\n', [['a\r', 'b']]],
  ['lines without anything', '\n\r\n \t \n,\n\t\n', [['', '']]],
  ['a line of one blank cell and a quote', ' "\n', [[' "']]],
  ['empty cells', ',a,\n', [['', 'a', '']]],
  ['quoted cells', '"a,b","c\nd","e ""f"""\r\n"g"\n', [['a,b', 'c\nd', 'e "f"'], ['g']]],
  ['a quoted cell that ends the file', '"a","b"', [['a', 'b']]],
  ['an empty quoted cell alone on its line', '""\n"",""\n', [[''], ['', '']]],
  ['a quote inside a plain cell', 'a"b""c,d\n', [['a"b""c', 'd']]],
  ['doubled quotes in the first and the third cell', '"a""",b"",","""\n', [['a"', 'b""', ',"']]],
])('rows of %s are cut into their cells', (_, text, expected) => {
  expect(cellsOf(text)).toEqual(expected)
})

test('each row knows its bytes, its line and whether it stands on one', () => {
  const rows = new CsvRows(encoder.encode('a,b\r\n\n"c\n\nd",e\nf'), 0)
  const found: unknown[] = []

  while (rows.next()) found.push([rows.rowStart, rows.rowEnd, rows.line, rows.isOneLine, rows.problem])

  expect(found).toEqual([
    [0, 3, 1, true, null],
    [6, 14, 3, false, null],
    [15, 16, 6, true, null],
  ])
})

test.each([
  ['a,"b\nc', { kind: 'open-quote', offset: 2 }, 6],
  ['"', { kind: 'open-quote', offset: 0 }, 1],
  ['"a""', { kind: 'open-quote', offset: 0 }, 4],
  ['"a"b,c\n', { kind: 'text-after-quote', offset: 3 }, 6],
  ['"a"\r,c\n', { kind: 'text-after-quote', offset: 3 }, 6],
  ['"a" \r\n', { kind: 'text-after-quote', offset: 3 }, 4],
  ['"a"b,"c"d\n', { kind: 'text-after-quote', offset: 3 }, 9],
  ['"a"b,"c', { kind: 'text-after-quote', offset: 3 }, 7],
])('the first problem of the row %j is told with its place', (text, problem, rowEnd) => {
  const rows = new CsvRows(encoder.encode(text), 0)

  expect(rows.next()).toBe(true)

  expect([rows.problem, rows.rowEnd]).toEqual([problem, rowEnd])
})

test('a row after one with a problem has none', () => {
  const rows = new CsvRows(encoder.encode('"a"b\nc\n'), 0)

  rows.next()
  rows.next()

  expect([rows.problem, rows.cellText(0)]).toEqual([null, 'c'])
})

test('rows begin where they are told to, and go on where another reader stopped', () => {
  const rows = new CsvRows(encoder.encode('xxa\nb\nc\nd\n'), 2)

  rows.next()
  const first = [rows.cellText(0), rows.line, rows.nextOffset, rows.nextLine]
  rows.moveTo({ offset: 8, line: 4 })
  rows.next()

  expect(first).toEqual(['a', 1, 4, 2])
  expect([rows.cellText(0), rows.line, rows.nextOffset, rows.nextLine]).toEqual(['d', 4, 10, 5])
  expect(rows.next()).toBe(false)
})

test('cells behind the sixty-fourth are counted only', () => {
  const rows = new CsvRows(encoder.encode(`${'a,'.repeat(63)}b,c,d\n`), 0)

  rows.next()

  expect([rows.cellCount, rows.cellStart.length, rows.cellText(63)]).toEqual([66, 64, 'b'])
})

test('a cell that is not UTF-8 has no text, and a byte order mark inside stays', () => {
  const rows = new CsvRows(Uint8Array.of(0x61, 0xff, 0x2c, 0xef, 0xbb, 0xbf, 0x61), 0)

  rows.next()

  expect([rows.cellText(0), rows.cellText(1)]).toEqual([null, '\ufeffa'])
})
