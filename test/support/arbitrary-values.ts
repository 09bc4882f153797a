import * as fc from 'fast-check'
import type { DetectionFunction, HashType, IndicatorType } from '../../src/model/indicator.ts'
import { DETECTION_FUNCTIONS, HASH_DIGITS, INDICATOR_TYPES } from '../../src/model/indicator.ts'

/** Small alphabets make collisions: overlapping needles, shared beginnings, repeated labels. */
const FEW_HEX = ['0', '1', 'a', 'f']
const HEX = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f']
const LABELS = ['a', 'b', 'evil', 'c2', 'x-1', '_dmarc', 'mail', 'aa', 'aaa', '0', 'xn--bcher-kva', 'com']
const LAST_LABELS = ['com', 'example', 'org', 'net', 'test', 'io']
const ODD_SIGNS = ['a', 'B', '1', '.', '-', '_', '/', '\\', '?', '#', '@', ':', '%', ' ', 'ü']
const WORDS = [
  'evil',
  'c2',
  'x',
  'a-b',
  'bücher',
  'ÄÖ',
  'ｅｖｉｌ',
  'münchen',
  'пример',
  'ß',
  '😀',
  '例え',
  'a\u0308',
  'İ',
]

const hexText = (length: fc.Arbitrary<number>): fc.Arbitrary<string> =>
  length.chain((n) =>
    fc.oneof(
      fc.string({ unit: fc.constantFrom(...FEW_HEX), minLength: n, maxLength: n }),
      fc.string({ unit: fc.constantFrom(...HEX), minLength: n, maxLength: n }),
    ),
  )

const octet = fc.oneof(fc.constantFrom(0, 1, 10, 100, 127, 192, 255), fc.nat(255))

/** Four-part decimal addresses, many of them near each other. */
export const ipv4Text: fc.Arbitrary<string> = fc
  .tuple(octet, octet, octet, octet)
  .map((parts) => parts.join('.'))

const group = fc.oneof(
  { arbitrary: fc.constantFrom(0, 0, 0, 1, 0xffff, 0xdb8, 0x2001, 0xfe80), weight: 3 },
  { arbitrary: fc.nat(0xffff), weight: 1 },
)
const eightGroups = fc.array(group, { minLength: 8, maxLength: 8 })

/** IPv6 in spellings that are allowed: upper case, leading zeros, `::` or not, a dotted end. */
const ipv6Text: fc.Arbitrary<string> = fc
  .record({
    groups: eightGroups,
    pad: fc.boolean(),
    upper: fc.boolean(),
    dotted: fc.boolean(),
    cut: fc.nat(9),
  })
  .map(({ groups, pad, upper, dotted, cut }) => {
    const [high = 0, low = 0] = groups.slice(6)
    const tail = [high >> 8, high & 255, low >> 8, low & 255].join('.')
    const hex = groups.map((n) => (pad ? n.toString(16).padStart(4, '0') : n.toString(16)))
    const pieces = dotted ? [...hex.slice(0, 6), tail] : hex
    const last = dotted ? 6 : 8
    let end = cut
    while (end < last && groups[end] === 0) end += 1
    const text =
      end > cut ? `${pieces.slice(0, cut).join(':')}::${pieces.slice(end).join(':')}` : pieces.join(':')
    return upper ? text.toUpperCase() : text
  })

const mappedText = fc
  .tuple(fc.constantFrom('::ffff:', '::FFFF:', '0:0:0:0:0:ffff:', '::', '64:ff9b::'), ipv4Text)
  .map((parts) => parts.join(''))

/** Texts that look like addresses; about half are none. */
export const addressLikeText: fc.Arbitrary<string> = fc.oneof(
  ipv4Text,
  ipv6Text,
  mappedText,
  fc.constantFrom(
    '010.8.8.8',
    '256.1.1.1',
    '1.2.3',
    '0x7f.1',
    '1.2.3.0/24',
    '::',
    '::1',
    ':',
    '1::2::3',
    '1:::2',
  ),
  fc.string({
    unit: fc.constantFrom('0', '1', '2', '25', 'a', 'F', '.', ':', '::', '%', '[', ']'),
    maxLength: 12,
  }),
)

/** Texts of IP fields: addresses in brackets, with zones and ports. */
export const addressFieldText: fc.Arbitrary<string> = fc
  .tuple(
    addressLikeText,
    fc.constantFrom('', '', '%eth0', '%', '%1'),
    fc.boolean(),
    fc.constantFrom('', '', ':80', ':65536', ':', ':x', ' '),
  )
  .map(([address, zone, isBracketed, port]) =>
    isBracketed ? `[${address}${zone}]${port}` : `${address}${zone}${port}`,
  )

/** Host names of the plain kind, in mixed case, some with dots at the end. */
export const nameText: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(fc.constantFrom(...LABELS), { maxLength: 4 }),
    fc.constantFrom(...LAST_LABELS),
    fc.constantFrom('', '', '', '.', '..'),
    fc.boolean(),
  )
  .map(([labels, last, end, upper]) => {
    const name = [...labels, last].join('.') + end
    return upper ? name.toUpperCase() : name
  })

const unicodeName = fc
  .tuple(
    fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 3 }),
    fc.constantFrom('.', '。', '-', '..'),
    fc.constantFrom('', '.de', '.example', '.1', '%'),
  )
  .map(([words, separator, end]) => words.join(separator) + end)

/** Texts of domain fields: names, addresses, names beyond ASCII, and garbage. */
export const domainFieldText: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: nameText, weight: 4 },
  { arbitrary: addressLikeText, weight: 2 },
  { arbitrary: unicodeName, weight: 2 },
  {
    arbitrary: fc.constantFrom('', '.', '...', '-', '(empty)', 'HR001', 'a b', 'a\tb', 'nougat [28:d2]._tcp'),
    weight: 1,
  },
  { arbitrary: fc.string({ unit: 'binary', maxLength: 12 }), weight: 1 },
  { arbitrary: fc.string({ unit: fc.constantFrom(...ODD_SIGNS), maxLength: 12 }), weight: 1 },
)

const percentEscaped = (text: string): string =>
  [...Buffer.from(text, 'utf8')]
    .map((byte, i) => (i % 2 === 0 ? `%${byte.toString(16).padStart(2, '0')}` : String.fromCharCode(byte)))
    .join('')

/** Texts of URL fields, from plain URLs to what only looks like one. */
export const urlFieldText: fc.Arbitrary<string> = fc
  .record({
    scheme: fc.constantFrom(
      'http://',
      'https://',
      'HTTPS://',
      '//',
      'ftp://',
      '',
      '',
      'x+y.z-1://',
      'file://',
      'http:/',
      'http:',
      'mailto:',
      'data:',
      'about:',
      'urn:',
      'javascript:',
      'blob:',
      'C:\\',
      '\\\\',
      '1http://',
    ),
    user: fc.constantFrom('', '', '', 'u@', 'u:p@', 'a@b@', '@'),
    host: fc.oneof(
      domainFieldText,
      addressFieldText,
      nameText,
      nameText.map(percentEscaped),
      unicodeName.map(percentEscaped),
    ),
    port: fc.constantFrom('', '', '', ':80', ':', ':x', ':80:90'),
    path: fc.constantFrom(
      '',
      '',
      '/',
      '/a.example/b',
      '?q=x.example',
      '#f',
      '\\a',
      '/%zz',
      '?a@b.example/',
      '%',
    ),
  })
  .map(({ scheme, user, host, port, path }) => scheme + user + host + port + path)

/** Texts of hash fields: right and wrong lengths, upper case, other letters. */
export const hashFieldText: fc.Arbitrary<string> = fc
  .tuple(
    hexText(fc.constantFrom(0, 1, 31, 32, 33, 39, 40, 41, 63, 64, 65)),
    fc.boolean(),
    fc.constantFrom('', '', '', 'g', ' ', 'ſ'),
  )
  .map(([hex, upper, end]) => (upper ? hex.toUpperCase() : hex) + end)

export const indicatorType: fc.Arbitrary<IndicatorType> = fc.constantFrom(...INDICATOR_TYPES)
export const detectionFunction: fc.Arbitrary<DetectionFunction> = fc.constantFrom(...DETECTION_FUNCTIONS)

/** A canonical observable of a type. */
export function canonicalObservable(type: IndicatorType): fc.Arbitrary<string> {
  switch (type) {
    case 'Sha1':
    case 'Sha256':
    case 'Md5':
      return wholeHash(type)
    case 'IpAddress':
      return fc.oneof(
        ipv4Text,
        fc.constantFrom('::1', 'fe80::1', '2001:db8::ff', '64:ff9b::c000:201', '::a00:1'),
      )
    case 'DomainName':
      return fc.oneof(
        { arbitrary: nameText.map((name) => name.toLowerCase().replace(/\.+$/, '')), weight: 8 },
        {
          arbitrary: fc.constantFrom(
            'bücher%.de',
            '(empty)',
            'a..b',
            '-',
            'x'.repeat(300),
            'a.'.repeat(2000) + 'com',
          ),
          weight: 1,
        },
      )
    default:
      throw new Error('unreachable')
  }
}

/** Raw values of rules: what a person may write, right and wrong. */
export const rawRuleValue: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('', '', '', '', ' ', '\t', '\u00a0'),
    fc.oneof(
      hashFieldText,
      addressLikeText,
      domainFieldText,
      fragmentText(),
      fc.constantFrom(
        '.',
        '..',
        '-',
        '.c2.example',
        'a'.repeat(254),
        `${'a'.repeat(63)}.b`,
        `${'a'.repeat(64)}.b`,
        `${'ab.'.repeat(84)}c`,
        `${'ab.'.repeat(84)}cd`,
      ),
    ),
    fc.constantFrom('', '', '', '', ' ', '\t '),
  )
  .map((parts) => parts.join(''))

function fragmentText(): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom('a', 'b', '1', '.', '-', '_', 'Evil', ':', 'com'), maxLength: 6 })
}

function wholeHash(type: HashType): fc.Arbitrary<string> {
  return hexText(fc.constant(HASH_DIGITS[type]))
}
