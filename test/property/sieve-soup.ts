import * as fc from 'fast-check'
import type { ObservableKind } from '../../src/model/field-map.ts'
import type { KeyTable } from '../../src/model/key-table.ts'
import { keyTable } from '../support/defender-key-table.ts'

/** Every kind under short keys, keys that end alike, one key with several kinds, keys in and out of documents. */
export const SOUP_TABLE: KeyTable = keyTable(
  [
    ['SHA1', 'sha1'],
    ['ProcessSHA1', 'sha1'],
    ['h', 'sha256'],
    ['MD5', 'md5'],
    ['Hashes', 'hash-list'],
    ['ip', 'ip'],
    ['id.orig_h', 'ip', 'domain'],
    ['RemoteUrl', 'url'],
    ['QueryResults', 'dns-results'],
    ['UrlChain', 'url', 'json'],
    ['AdditionalFields', 'json'],
  ],
  [
    ['query', 'domain'],
    ['host', 'url'],
    ['q', 'sha1'],
    ['answers', 'dns-results', 'json'],
  ],
)

const HEX = 'aB3'.repeat(30)
const VALUES: Readonly<Record<Exclude<ObservableKind, 'json'>, readonly string[]>> = {
  sha1: [HEX.slice(0, 40), HEX.slice(0, 39), HEX.slice(0, 41)],
  sha256: [HEX.slice(1, 65), `${HEX.slice(1, 64)}g`],
  md5: [HEX.slice(2, 34)],
  'hash-list': [
    `SHA1=${HEX.slice(0, 40)},MD5=${HEX.slice(2, 34)},IMPHASH=${HEX.slice(0, 32)}`,
    `sha256= ${HEX.slice(1, 65)} ,`,
  ],
  ip: [
    '10.1.2.3',
    '10.1.2.3:80',
    '[fe80::A%eth0]:443',
    'FE80:0:0:0:0:0:0:1',
    '::ffff:1.2.3.4',
    '1.2.3.4%x]',
    '::',
    '010.8.8.8',
    '1:0:0:2:0:0:0:3',
    '64:ff9b::192.0.2.1',
  ],
  domain: [
    'evil.example',
    'EVIL.Example..',
    'b\u00fccher.example',
    '10.9.8.7.',
    '::1',
    'a b',
    'x[1].example',
    'a%41',
  ],
  url: [
    'https://evil.example/a?b#c',
    'http://u:p@Evil.example.:8080\\x',
    '//evil.example',
    'evil.example:443/x',
    'http://[2001:DB8::1]:80/',
    'http://10.0.0.1',
    'http://a%2eexample/',
    'mailto:a@evil.example',
    'x/ ["evil.example"]',
    'http://b\u00fccher.example',
    '["evil.example","https://a.example/b"]',
    ' [ "evil.example" , "b.example" ] ',
    '[["evil.example"],{"host":"b.example"}]',
    '"evil.example"',
  ],
  'dns-results': ['type:  5 a.example;::ffff:1.2.3.4;', 'a.example', '1.2.3.4', 'b.example;', 'TXT 41 words'],
}
const ALL_VALUES = Object.values(VALUES).flat()

/** How a string is spelled: as JSON.stringify does, or with one, some or all characters escaped. */
const spelling = fc.constantFrom('plain', 'plain', 'plain', 'slashes', 'one', 'all')

function spelled(text: string, how: string, at: number): string {
  const plain = JSON.stringify(text).slice(1, -1)
  if (how === 'slashes') return plain.replaceAll('/', '\\/')
  if (how === 'plain') return plain
  const units = text.split('')
  const target = at % Math.max(1, units.length)
  return units
    .map((unit, i) => {
      if (how === 'one' && i !== target) return JSON.stringify(unit).slice(1, -1)
      const hex = unit.charCodeAt(0).toString(16).padStart(4, '0')
      return `\\u${at % 2 === 0 ? hex : hex.toUpperCase()}`
    })
    .join('')
}

const blank = fc.constantFrom('', '', '', '', ' ', '\t', '\r\n', '  ')
const quoted = (texts: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...texts), spelling, fc.nat(99))
    .map(([text, how, at]) => `"${spelled(text, how, at)}"`)
const keyText = quoted([...SOUP_TABLE.keys.map((key) => key.key), 'other', 'xSHA1', 'HA1'])
const valueText = quoted(ALL_VALUES)
const scalar = fc.constantFrom('null', 'true', '12', '-1.5e3', 'nul', '', '-', '{}', '[]', '{"x":"y"}')

const value: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: valueText, weight: 6 },
  { arbitrary: scalar, weight: 1 },
  {
    arbitrary: fc
      .tuple(fc.array(fc.oneof(valueText, scalar), { maxLength: 4 }), blank)
      .map(([items, gap]) => `[${gap}${items.join(`${gap},`)}${gap}]`),
    weight: 2,
  },
  { arbitrary: fc.tuple(valueText, valueText).map(([a, b]) => `[[${a}],${b}]`), weight: 1 },
)
const member = fc.tuple(keyText, blank, blank, value).map(([key, a, b, text]) => `${key}${a}:${b}${text}`)
const object = fc.array(member, { minLength: 1, maxLength: 4 }).map((members) => `{${members.join(',')}}`)

/** A member whose value is a document in a string, perhaps with blanks that are escaped, perhaps two strings deep. */
const document = fc
  .tuple(
    fc.constantFrom('"AdditionalFields"', '"UrlChain"', '"answers"', '"other"'),
    fc.oneof(
      object,
      value,
      object.map((text) => `[${text}]`),
    ),
    spelling,
    fc.nat(99),
    fc.constantFrom(1, 1, 1, 2),
    fc.constantFrom(' ', '\n', '\r\n\t'),
  )
  .map(([key, inner, how, at, depth, gap]) => {
    const spread = at % 3 === 0 ? inner.replaceAll(/([:,])/g, `$1${gap}`) : inner
    let text = spread
    for (let i = 1; i < depth; i += 1)
      text = `{"query":${JSON.stringify(text)},"answers":${JSON.stringify(text)}}`
    return `${key}:"${spelled(text, how, at)}"`
  })

/** Objects as they should be. */
export const tidyRecord: fc.Arbitrary<string> = fc
  .array(fc.oneof({ arbitrary: member, weight: 3 }, { arbitrary: document, weight: 2 }), {
    minLength: 1,
    maxLength: 5,
  })
  .map((members) => `{${members.join(',')}}`)

/** Values of which nothing is left to the exact path. */
const PLAIN_MEMBERS: readonly (readonly [keys: readonly string[], values: readonly string[]])[] = [
  [
    ['SHA1', 'ProcessSHA1', 'h', 'q', 'MD5', 'Hashes'],
    [...VALUES.sha1, ...VALUES.sha256, ...VALUES['hash-list'], ''],
  ],
  [
    ['ip', 'id.orig_h'],
    ['10.1.2.3', 'FE80:0:0:0:0:0:0:1', '::', '', 'none'],
  ],
  [
    ['RemoteUrl', 'host', 'UrlChain'],
    ['https://evil.example/a?b#%5b', 'http://u@Evil.example.:80/', '//x', 'a.b:1'],
  ],
  [
    ['query', 'QueryResults', 'answers'],
    ['EVIL.example..', 'type:  5 a.example;::ffff:1.2.3.4;', '10.9.8.7.', ''],
  ],
]
const plainMember = fc.constantFrom(...PLAIN_MEMBERS).chain(([keys, values]) => {
  const text = fc.constantFrom(...values).map((one) => JSON.stringify(one))
  const list = fc.array(text, { maxLength: 3 }).map((items) => `[${items.join(' ,')}]`)
  const inDocument = list.map((items) => JSON.stringify(items))
  const any = fc.oneof(text, list, fc.constantFrom('null', '{}', '12', '-1.5e3', 'true'))
  return fc
    .tuple(fc.constantFrom(...keys), blank, blank, any, inDocument)
    .map(([key, a, b, one, document]) => `"${key}"${a}:${b}${key === 'UrlChain' ? document : one}`)
})
const plainObject = fc.array(plainMember, { maxLength: 4 }).map((members) => `{${members.join(', ')}}`)

/** Records without anything that the sieve leaves to the exact path, documents in strings among them. */
export const plainRecord: fc.Arbitrary<string> = fc
  .tuple(plainObject, fc.array(fc.constantFrom('query', 'host', 'q', 'answers', 'SHA1'), { maxLength: 3 }))
  .map(([object, keys]) => {
    const document = `{${keys.map((key) => `"${key}": "${key}.example"`).join(', ')}}`
    return `{"AdditionalFields":${JSON.stringify(document)},"x":${object}}`
  })

const SIGNS = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '\\"',
  '\\\\',
  ' ',
  '\\u',
  '\\u0022',
  '\\u005c',
  '\\n',
  'u0053',
  '\u0000',
]

/** Pieces of records in any order, with loose signs between them: what no parser accepts. */
export const soup: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { arbitrary: member, weight: 3 },
      { arbitrary: document, weight: 2 },
      { arbitrary: keyText, weight: 2 },
      { arbitrary: value, weight: 2 },
      { arbitrary: fc.constantFrom(...SIGNS), weight: 6 },
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''))

/** Few different bytes, so that keys, quotes and colons meet by chance. */
export const scraps: fc.Arbitrary<string> = fc
  .array(
    fc.constantFrom(
      '"',
      '\\',
      ':',
      'h',
      'q',
      '"h"',
      '\\"q\\"',
      '"q":"',
      '[',
      ' ',
      '\t',
      ',',
      '\\"',
      'x',
      'ip',
      '\u00ff',
    ),
    {
      maxLength: 40,
    },
  )
  .map((pieces) => pieces.join(''))
