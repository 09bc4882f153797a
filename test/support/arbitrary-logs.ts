import * as fc from 'fast-check'
import type { SharedValues } from './arbitraries.ts'
import { addressValue, hashValue, nameValue } from './arbitrary-records.ts'

/** A whole log of lines: BOM, CR and LF, blank lines, garbage, a last line without end. */
export function linesFor(record: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const garbage = fc
    .constantFrom(
      '',
      ' ',
      '\t\r',
      'garbage',
      '[1]',
      '{',
      '}',
      '{}',
      '{"a":"x"',
      '\r',
      '# comment',
      '\u00a0{}',
      '{} x',
      ' {} \t',
    )
    .map((line): Uint8Array => Buffer.from(line, 'utf8'))
  const line = fc.tuple(
    fc.oneof({ arbitrary: record, weight: 4 }, { arbitrary: garbage, weight: 1 }),
    fc.constantFrom('\n', '\n', '\n', '\r\n', '\n\n', '\r\r\n', ' \n'),
  )
  return fc
    .record({
      bom: fc.constantFrom('', '', '', '\ufeff'),
      lines: fc.array(line, { maxLength: 8 }),
      isCut: fc.boolean(),
    })
    .map(({ bom, lines, isCut }) => {
      const parts = lines.flatMap(([bytes, end], i) =>
        isCut && i === lines.length - 1 ? [bytes] : [bytes, Buffer.from(end)],
      )
      return Buffer.concat([Buffer.from(bom, 'utf8'), ...parts])
    })
}

/** The same records in one of the containers: wrapper objects, an array, documents one after the other. */
export function containerFor(record: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const stray = fc
    .constantFrom('1', '"x"', '[]', 'null', '[{"a":"b"}]')
    .map((json): Uint8Array => Buffer.from(json))
  return fc
    .record({
      elements: fc.array(fc.oneof({ arbitrary: record, weight: 6 }, { arbitrary: stray, weight: 1 }), {
        maxLength: 6,
      }),
      open: fc.constantFrom(
        '[',
        '[\n',
        '{"records":[',
        '{ "Results" : [',
        '{"results":[',
        '{"value":[\r\n',
        '{"Schema":[{"Name":"a"}],"Results":[',
        '{"schema":[],"results":[',
      ),
      separator: fc.constantFrom(',', ',\n', ' , ', '\n,\r\n'),
      end: fc.constantFrom('', '\n', ' \r\n', '{"records":[{"a":"b"}]}'),
      bom: fc.constantFrom('', '', '\ufeff'),
      isCut: fc.integer({ min: 0, max: 7 }).map((n) => n === 0),
    })
    .map(({ elements, open, separator, end, bom, isCut }) => {
      const close = isCut ? '' : open.startsWith('[') ? ']' : ']}'
      const body = elements.flatMap((element, i) => (i === 0 ? [element] : [Buffer.from(separator), element]))
      return Buffer.concat([
        Buffer.from(bom + open, 'utf8'),
        ...body,
        Buffer.from(close + (isCut ? '' : end)),
      ])
    })
}

/** A delimited log: quoted cells with separators, newlines and quotes in them, rows of a wrong length. */
export function delimitedFor(values: SharedValues): fc.Arbitrary<Uint8Array> {
  const columns = ['Timestamp', 'DeviceName', 'RemoteIP', 'RemoteUrl', 'SHA1', 'ReportId']
  const cell = fc
    .tuple(
      fc.oneof(
        nameValue(values),
        addressValue(values),
        hashValue(values),
        fc.constantFrom('a,b', 'x\ny', 'say "hi"', ' '),
      ),
      fc.boolean(),
    )
    .map(([value, isQuoted]) =>
      isQuoted || /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value,
    )
  const row = fc
    .tuple(
      fc.constantFrom(0, 0, 0, 0, 0, 0, -1, 1),
      fc.array(cell, { minLength: columns.length + 1, maxLength: columns.length + 1 }),
    )
    .map(([more, cells]) => cells.slice(0, columns.length + more).join(','))
  const line = fc.oneof(
    { arbitrary: row, weight: 10 },
    { arbitrary: fc.constantFrom('', ' ', '"', 'a"b', '\r'), weight: 1 },
  )
  return fc
    .tuple(
      fc.array(line, { maxLength: 8 }),
      fc.constantFrom('\n', '\r\n'),
      fc.constantFrom('', '\ufeff'),
      fc.boolean(),
    )
    .map(([lines, end, bom, isCut]) =>
      Buffer.from(bom + [columns.join(','), ...lines].join(end) + (isCut ? '' : end), 'utf8'),
    )
}
