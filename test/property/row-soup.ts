import * as fc from 'fast-check'
import type { RowLayout } from '../../src/model/row-layout.ts'
import type { KeyTable } from '../../src/model/key-table.ts'
import { keyTable } from '../support/defender-key-table.ts'

/** Every kind as a column, columns of several kinds, names that no search for keys could find, and keys in documents. */
export const ROW_TABLE: KeyTable = keyTable(
  [
    ['SHA1', 'sha1'],
    ['Größe "x"', 'sha256'],
    ['MD5', 'md5'],
    ['Hashes', 'hash-list'],
    ['Src/IP', 'ip'],
    ['id.orig_h', 'ip', 'domain'],
    ['RemoteUrl', 'url'],
    ['Name', 'domain'],
    ['QueryResults', 'dns-results'],
    ['UrlChain', 'url', 'json'],
    ['Prints', 'sha1', 'json'],
    ['AdditionalFields', 'json'],
  ],
  [
    ['query', 'domain'],
    ['host', 'url'],
    ['q', 'sha1'],
    ['answers', 'dns-results', 'json'],
  ],
)

const NAMES = ROW_TABLE.keys.filter(({ isNested }) => !isNested).map(({ key }) => key)
/** All of them, one twice, columns without a name and without a meaning, and one that is mapped in documents only. */
const HEADERS: readonly (readonly string[])[] = [
  ['time', ...NAMES, 'other', 'SHA1', '', 'query'],
  ['', 'RemoteUrl', 'AdditionalFields', 'x', 'Src/IP'],
  ['UrlChain', 'Prints', 'Name'],
  ['RemoteUrl'],
]

const SEPARATORS: readonly number[] = [0x2c, 0x3b, 0x09]

export const layout: fc.Arbitrary<RowLayout> = fc.record({
  separator: fc.constantFrom(...SEPARATORS),
  columns: fc.constantFrom(...HEADERS),
})

const HEX = 'aB3'.repeat(30)
/** Values of every kind, well and badly spelled. */
export const TEXTS: readonly string[] = [
  HEX.slice(0, 40),
  HEX.slice(0, 39),
  HEX.slice(1, 65),
  HEX.slice(2, 34),
  `SHA1=${HEX.slice(0, 40)},MD5=${HEX.slice(2, 34)},IMPHASH=${HEX.slice(0, 32)}`,
  `sha256= ${HEX.slice(1, 65)} ,`,
  '10.1.2.3',
  '10.1.2.3:80',
  '[fe80::A%eth0]:443',
  'FE80:0:0:0:0:0:0:1',
  '::ffff:1.2.3.4',
  '1.2.3.4%x]',
  '1.2.3.4%"',
  '010.8.8.8',
  'evil.example',
  'EVIL.Example..',
  'b\u00fccher.example',
  'a"b.example',
  'a b',
  'a%41',
  'https://evil.example/a?b#c',
  'https://evil.example/a,b"c',
  'http://u:p@Evil.example.:8080\\x',
  'http:\\/\\/evil.example',
  'x\\evil.example',
  '//evil.example',
  'http://[2001:DB8::1]:80/',
  'http://a%2eexample/',
  'type:  5 a.example;::ffff:1.2.3.4;',
  'a.example;b.example',
  '-',
  '(empty)',
  '\\x2d',
]
const DOCUMENTS: readonly string[] = [
  '{"query":"evil.example","n":1}',
  '{"a":{"host" : "https://evil.example/x"},"q":"' + HEX.slice(0, 40) + '"}',
  '{"answers":["evil.example","1.2.3.4"]}',
  '{"answers":"[\\"evil.example\\"]"}',
  '{"query":"a\\u002eexample","qu\\u0065ry":"evil.example"}',
  '{"x":"{\\"query\\":\\"evil.example\\"}"}',
  '"{\\"query\\":\\"evil.example\\"}"',
  '["{\\"query\\":\\"evil.example\\"}"]',
  '["https:\\/\\/evil.example\\/a","b.example"]',
  ' [ "evil.example" , "b.example" ] ',
  `["${HEX.slice(0, 40)}"]`,
  `["[\\"${HEX.slice(0, 40)}\\"]"]`,
  '[["evil.example"],{"host":"b.example"}] "c.example"',
  '["evil.example"',
  '{"query":"evil.exam',
  'plain "evil.example"',
  '[1,2]',
]

/** As writers of CSV do it; `late` keeps quotes even. */
const tidySpelling = fc.constantFrom('needed', 'needed', 'always', 'always', 'late')
const oddSpelling = fc.constantFrom('needed', 'always', 'bare', 'open', 'late', 'single')
const gap = fc.constantFrom('', '', '', '', '', 'x', ',', ';', '\t', '\n', '\r\n', '\u0000', '\u00e9')

/** Texts that say something under a column; under the others any do. */
const FITTING: Readonly<Record<string, readonly string[]>> = {
  SHA1: TEXTS.slice(0, 2),
  MD5: TEXTS.slice(3, 4),
  Hashes: TEXTS.slice(4, 6),
  'Src/IP': TEXTS.slice(6, 14),
  Name: TEXTS.slice(14, 20),
  RemoteUrl: TEXTS.slice(20, 28),
  QueryResults: TEXTS.slice(28, 30),
  UrlChain: DOCUMENTS,
  Prints: DOCUMENTS,
  AdditionalFields: DOCUMENTS,
}

function cellOf(
  column: string,
  spelling: fc.Arbitrary<string>,
  others: readonly string[],
): fc.Arbitrary<string> {
  return fc.oneof(
    { arbitrary: fc.constantFrom(...others), weight: 1 },
    {
      arbitrary: fc
        .tuple(fc.constantFrom(...(FITTING[column] ?? TEXTS)), spelling, gap)
        .map(([text, how, more]) => spelled(more === '' ? text : `${text}${more}`, how)),
      weight: 5,
    },
    {
      arbitrary: fc.tuple(fc.constantFrom(...TEXTS, ...DOCUMENTS), spelling).map((one) => spelled(...one)),
      weight: 1,
    },
  )
}

function spelled(text: string, how: string): string {
  const quoted = `"${text.replaceAll('"', '""')}"`
  switch (how) {
    case 'needed':
      return /[",;\t\r\n]/.test(text) ? quoted : text
    case 'bare':
      return text
    case 'open':
      return quoted.slice(0, -1)
    case 'late':
      return `"${text.slice(0, 2).replaceAll('"', '')}"${text.slice(2).replaceAll(/[",;\t\r\n]/g, '')}`
    case 'single':
      return `"${text}"`
    default:
      return quoted
  }
}

/** A row of the layout's width, more or less; in one of four any quotes stand in it. */
export function row({ separator, columns }: RowLayout): fc.Arbitrary<string> {
  const tidy = ['', ...columns].map((column) => cellOf(column, tidySpelling, ['', '""', ' ']))
  const odd = columns.map((column) => cellOf(column, oddSpelling, ['', '""', ' ', '"', '""""', '"x', 'x"']))
  const [first, ...cells] = tidy
  return fc
    .oneof(
      { arbitrary: fc.tuple(...cells), weight: 6 },
      { arbitrary: fc.tuple(...odd), weight: 2 },
      { arbitrary: fc.tuple(first!, ...cells), weight: 1 },
      { arbitrary: fc.tuple(...cells.slice(1)), weight: 1 },
    )
    .map((texts) => texts.join(String.fromCharCode(separator)))
}

/** A row that leaves nothing to the exact path. */
export function plainRow({ separator, columns }: RowLayout): fc.Arbitrary<string> {
  const texts = [...TEXTS, ...DOCUMENTS].filter((text) => /^[\w.:/?=,[\] {}"-]*$/.test(text))
  const kinds: Readonly<Record<string, readonly string[]>> = {
    AdditionalFields: texts.filter((text) => !text.startsWith('"')),
    Prints: ['', ` ["${HEX.slice(0, 40)}" , "x"]`, HEX.slice(0, 40)],
    UrlChain: ['', '["https://evil.example/a","b.example"]', 'evil.example/x'],
    RemoteUrl: ['', 'https://evil.example/a,b', '//x:8080'],
  }
  const other = [
    '',
    'evil.example',
    '10.1.2.3',
    HEX.slice(0, 40),
    'FE80:0:0:0:0:0:0:1',
    `MD5=${HEX.slice(2, 34)}`,
  ]
  const cells = columns.map((column) =>
    fc
      .tuple(fc.constantFrom(...(kinds[column] ?? other)), fc.boolean())
      .map(([text, always]) => spelled(text, always ? 'always' : 'needed')),
  )
  return fc.tuple(...cells).map((texts) => texts.join(String.fromCharCode(separator)))
}

/** Few different bytes, so that quotes, separators and line feeds meet by chance. */
export const rowScraps: fc.Arbitrary<string> = fc
  .array(fc.constantFrom('"', '"', ',', ';', '\t', '\n', '\r', 'a', ' ', '\u0000', '\\', 'x'.repeat(61)), {
    maxLength: 60,
  })
  .map((pieces) => pieces.join(''))
