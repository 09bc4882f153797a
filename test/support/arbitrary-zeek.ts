import * as fc from 'fast-check'
import type { SharedValues } from './arbitraries.ts'
import { addressValue, hashValue, nameValue } from './arbitrary-records.ts'

/** How a header says that rows are written. */
interface Dialect {
  readonly separator: string
  readonly setSeparator: string
  readonly empty: string
  readonly unset: string
}

const USUAL: Dialect = { separator: '\t', setSeparator: ',', empty: '(empty)', unset: '-' }
const dialect: fc.Arbitrary<Dialect> = fc.oneof(
  { arbitrary: fc.constant(USUAL), weight: 3 },
  {
    arbitrary: fc.record({
      separator: fc.constantFrom('\t', '|', ',', '"', ' '),
      setSeparator: fc.constantFrom(',', ';', '|'),
      empty: fc.constantFrom('(empty)', 'EMPTY', 'empty of 16 bits', ''),
      unset: fc.constantFrom('-', '~', '\u00e9', ''),
    }),
    weight: 1,
  },
)

const COLUMNS: readonly (readonly [name: string, type: string])[] = [
  ['ts', 'time'],
  ['uid', 'string'],
  ['id.orig_h', 'addr'],
  ['id.resp_h', 'addr'],
  ['query', 'string'],
  ['answers', 'vector[string]'],
  ['host', 'string'],
  ['uri', 'string'],
  ['server_name', 'string'],
  ['md5', 'string'],
  ['sha1', 'string'],
  ['tx_hosts', 'set[addr]'],
  ['cert_chain_fps', 'vector[string]'],
  ['san.dns', 'vector[string]'],
  ['method', 'string'],
]

/** Every byte that a writer has to escape, and now and then one that it has not. */
function escaped(text: string, { separator, setSeparator }: Dialect, dice: number): string {
  return Array.from(Buffer.from(text, 'utf8').toString('latin1'))
    .map((sign, i) => {
      const isPlain = sign > ' ' && sign < '\x7f' && !['\\', separator, setSeparator].includes(sign)
      if (isPlain && (i + dice) % 23 !== 0) return sign
      return sign === '\\' && dice % 2 === 0
        ? '\\\\'
        : `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`
    })
    .join('')
}

/** A text as it stands in a cell, or one that breaks something. */
function cellFor(values: SharedValues, [name, type]: readonly [string, string], how: Dialect) {
  const value =
    name === 'ts'
      ? fc.constantFrom(
          '1793527200.123456',
          '1793527201.1',
          '1793527200',
          'XXXXXXXXXX.XXXXXX',
          '2026-11-01T10:00:00Z',
        )
      : fc.oneof(
          nameValue(values),
          addressValue(values),
          hashValue(values),
          fc.constantFrom(
            '-',
            '(empty)',
            'a b',
            '"',
            '#',
            '\\x2d',
            'b\u00fccher.example',
            'http://u@x.example/',
          ),
        )
  const text = fc
    .tuple(value, fc.nat(200))
    .map(([plain, dice]) => (dice < 20 ? plain.replaceAll('\n', '') : escaped(plain, how, dice)))
  const member = fc.oneof(
    { arbitrary: text, weight: 5 },
    { arbitrary: fc.constantFrom(how.unset, how.empty), weight: 1 },
  )
  return /^(set|vector)/.test(type)
    ? fc.array(member, { minLength: 1, maxLength: 4 }).map((members) => members.join(how.setSeparator))
    : member
}

function headerOf(how: Dialect, path: string, columns: readonly (readonly [string, string])[]): string[] {
  const { separator } = how
  return [
    `#separator \\x${separator.charCodeAt(0).toString(16).padStart(2, '0')}`,
    `#set_separator${separator}${how.setSeparator}`,
    `#empty_field${separator}${how.empty}`,
    `#unset_field${separator}${how.unset}`,
    `#path${separator}${path}`,
    `#open${separator}2026-11-01-10-00-00`,
    `#fields${separator}${columns.map(([name]) => name).join(separator)}`,
    `#types${separator}${columns.map(([, type]) => type).join(separator)}`,
  ]
}

/** A header with rows below it; one in some has lost a line, or says what cannot be. */
function sectionFor(values: SharedValues): fc.Arbitrary<string> {
  const chosen = fc.tuple(dialect, fc.shuffledSubarray([...COLUMNS], { minLength: 1, maxLength: 8 }))
  return chosen.chain(([how, columns]) => {
    const row = fc
      .tuple(
        fc.constantFrom(0, 0, 0, 0, 0, 0, -1, 1),
        ...[...columns, ['uid', 'string'] as const].map((column) => cellFor(values, column, how)),
      )
      .map(([more, ...cells]) => cells.slice(0, columns.length + more).join(how.separator))
    const line = fc.oneof(
      { arbitrary: row, weight: 10 },
      { arbitrary: fc.constantFrom('', ' ', '# comment', '#close\t2026', '\t\t', 'x'), weight: 1 },
    )
    const lost = fc.oneof({ arbitrary: fc.constant(-1), weight: 6 }, { arbitrary: fc.nat(7), weight: 1 })
    const stray = fc.constantFrom('', '', '', '', '', '#set_separator\tab', '#types\tstring', '#separator  x')
    return fc
      .tuple(fc.constantFrom('dns', 'conn', '-', 'a\\x20b'), lost, stray, fc.array(line, { maxLength: 6 }))
      .map(([path, without, more, lines]) => {
        const header = headerOf(how, path, columns).filter((_, i) => i !== without)
        return [...header, ...(more === '' ? [] : [more]), ...lines].join('\n')
      })
  })
}

/** A Zeek log, mostly with one header, of bytes that may be no UTF-8. */
export function zeekFor(values: SharedValues): fc.Arbitrary<Uint8Array> {
  return fc
    .record({
      sections: fc.array(sectionFor(values), { minLength: 1, maxLength: 3 }),
      bom: fc.constantFrom('', '', '\xef\xbb\xbf'),
      end: fc.constantFrom('\n', '\n', '\r\n'),
      isCut: fc.boolean(),
    })
    .map(({ sections, bom, end, isCut }) => {
      const text = sections.join('\n').replaceAll('\n', end)
      return Buffer.from(`${bom}${text}${isCut ? '' : end}`, 'latin1')
    })
}
