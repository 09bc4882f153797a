import { expect, test } from 'vitest'
import { canonicalIndicatorValue, type CanonicalValue } from '../../../src/canonical/value.ts'
import type { DetectionFunction, IndicatorType } from '../../../src/model/indicator.ts'

type Row = readonly [IndicatorType, DetectionFunction, raw: string, message: string, fix: string | null]

const REFUSED: readonly Row[] = [
  [
    'Md5',
    'Contains',
    'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    'expected 1 to 32 hex digits for Md5 Contains, found 40: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"',
    'Set Type to Sha1.',
  ],
  ['Md5', 'Equals', '!!', 'expected only hex digits for Md5, found "!" as character 1 of "!!"', null],
  ['Md5', 'Equals', '01z', 'expected only hex digits for Md5, found "z" as character 3 of "01z"', null],
  [
    'Sha1',
    'Equals',
    '01:23:45:67:89:ab:cd:ef:01:23:45:67:89:ab:cd:ef:01:23:45:67',
    'expected only hex digits for Sha1, found ":" as character 3 of "01:23:45:67:89:ab:cd:ef:01:23:45:67:89:ab:cd:ef:01:23:45:67"',
    'Write "0123456789abcdef0123456789abcdef01234567" with Type Sha1.',
  ],
  [
    'Sha1',
    'Equals',
    'evil[.]example',
    'expected a plain value of Type Sha1, found the defanged text "evil[.]example"',
    'Write "evil.example" with Type DomainName.',
  ],
  [
    'IpAddress',
    'Contains',
    '1[.]2',
    'expected a plain value of Type IpAddress, found the defanged text "1[.]2"',
    'Write "1.2".',
  ],
  [
    'IpAddress',
    'Equals',
    'mailto[:]x',
    'expected a plain value of Type IpAddress, found the defanged text "mailto[:]x"',
    'Write the plain form of "mailto:x".',
  ],
  [
    'DomainName',
    'Equals',
    'user[at]evil.example',
    'expected a plain value of Type DomainName, found the defanged text "user[at]evil.example"',
    'Write "evil.example", the host of "user@evil.example".',
  ],
  [
    'DomainName',
    'Equals',
    'fxp://evil.example/',
    'expected a plain value of Type DomainName, found the defanged text "fxp://evil.example/"',
    'Write "evil.example", the host of "ftp://evil.example/".',
  ],
  [
    'IpAddress',
    'Equals',
    '10.0.0.0/8',
    'expected one address, found the network "10.0.0.0/8"',
    'Use DetectionFunction StartWith with Value "10.".',
  ],
  [
    'IpAddress',
    'Equals',
    '10.1.0.0/16',
    'expected one address, found the network "10.1.0.0/16"',
    'Use DetectionFunction StartWith with Value "10.1.".',
  ],
  [
    'IpAddress',
    'Equals',
    '10.1.2.0/24',
    'expected one address, found the network "10.1.2.0/24"',
    'Use DetectionFunction StartWith with Value "10.1.2.".',
  ],
  [
    'IpAddress',
    'Equals',
    '10.1.2.0/20',
    'expected one address, found the network "10.1.2.0/20"',
    'List the addresses one by one.',
  ],
  [
    'IpAddress',
    'Equals',
    'fe80::/16',
    'expected one address, found the network "fe80::/16"',
    'List the addresses one by one.',
  ],
  [
    'IpAddress',
    'Equals',
    '1.2.3.4/32',
    'expected one address, found the network "1.2.3.4/32"',
    'Write "1.2.3.4".',
  ],
  [
    'IpAddress',
    'Equals',
    '10.*',
    'expected one address, found the pattern "10.*"',
    'Use DetectionFunction StartWith with Value "10.".',
  ],
  [
    'IpAddress',
    'Equals',
    '1.2.3.4 - 1.2.3.9',
    'expected one address, found the range "1.2.3.4 - 1.2.3.9"',
    'List the addresses one by one.',
  ],
  [
    'IpAddress',
    'Equals',
    '1.2.3.4-99',
    'expected one address, found the range "1.2.3.4-99"',
    'List the addresses one by one.',
  ],
  [
    'IpAddress',
    'Equals',
    '1.2.3.4-x9',
    'expected an IP address, found "1.2.3.4-x9"',
    'Set Type to DomainName.',
  ],
  [
    'IpAddress',
    'Equals',
    '1.2.3.4-9x',
    'expected an IP address, found "1.2.3.4-9x"',
    'Set Type to DomainName.',
  ],
  ['IpAddress', 'Equals', 'x-9', 'expected one IPv4 or IPv6 address, found "x-9"', null],
  [
    'IpAddress',
    'Equals',
    '[::1]:80',
    'expected an address without brackets, port or zone, found "[::1]:80"',
    'Write "::1".',
  ],
  ['IpAddress', 'Equals', 'http://evil/', 'expected one IPv4 or IPv6 address, found "http://evil/"', null],
  [
    'IpAddress',
    'Equals',
    '101.01.1.004',
    'expected decimal parts without leading zeros, which some programs read as octal, found "101.01.1.004"',
    'Write "101.1.1.4" if the parts are decimal.',
  ],
  [
    'IpAddress',
    'Equals',
    '255.1.1.256',
    'expected four parts from 0 to 255, found "256" in "255.1.1.256"',
    null,
  ],
  [
    'IpAddress',
    'Equals',
    '0x7f.1',
    'expected four decimal parts, found "0x7f.1"',
    'Write "127.0.0.1" if that address is meant.',
  ],
  [
    'IpAddress',
    'Equals',
    '127.1',
    'expected four decimal parts, found "127.1"',
    'Write all four decimal parts (some programs read it as 127.0.0.1), or use DetectionFunction StartWith for a prefix.',
  ],
  ['IpAddress', 'Equals', '4294967296', 'expected four decimal parts, found "4294967296"', null],
  [
    'IpAddress',
    'Contains',
    '10.!',
    'expected hex digits, dots and colons, found "!" as character 4 of "10.!"',
    null,
  ],
  [
    'DomainName',
    'Equals',
    '..evil.example',
    'expected a label between every two dots and at both ends, found none in "..evil.example" (a DomainName for Equals)',
    'Use DetectionFunction EndWith for the names below "evil.example", or write "evil.example" for that name alone.',
  ],
  [
    'DomainName',
    'Equals',
    '.a..b',
    'expected a label between every two dots and at both ends, found none in ".a..b" (a DomainName for Equals)',
    null,
  ],
  [
    'DomainName',
    'Equals',
    'a-.example',
    'expected no hyphen at either end of a label, found "a-" (a DomainName for Equals)',
    null,
  ],
  [
    'DomainName',
    'Equals',
    'a-.ü.example',
    'expected a name that IDNA can write in ASCII, found "a-.ü.example" with U+00FC',
    null,
  ],
  [
    'DomainName',
    'Equals',
    'ａ.example',
    'expected a name that IDNA leaves as it is, found "ａ.example" with U+FF41, which becomes "a.example"',
    'Write "a.example" if that name is meant.',
  ],
  [
    'DomainName',
    'Contains',
    '.bücher.de',
    'expected ASCII characters in a fragment (IDNA converts whole labels only), found ".bücher.de" with U+00FC',
    'Write the whole name with DetectionFunction Equals, or its labels in their xn-- form.',
  ],
  [
    'DomainName',
    'EndWith',
    'bücher.de',
    'expected ASCII characters in a fragment (IDNA converts whole labels only), found "bücher.de" with U+00FC',
    'Write the whole name with DetectionFunction Equals, or its labels in their xn-- form.',
  ],
  [
    'DomainName',
    'EndWith',
    '.a-.ü',
    'expected ASCII characters in a fragment (IDNA converts whole labels only), found ".a-.ü" with U+00FC',
    'Write the whole name with DetectionFunction Equals, or its labels in their xn-- form.',
  ],
  [
    'DomainName',
    'Equals',
    'fe80::1%eth0',
    'expected a DomainName, found the address "fe80::1%eth0"',
    'Set Type to IpAddress and Value to "fe80::1".',
  ],
  [
    'DomainName',
    'Equals',
    'http://a..b/',
    'expected letters, digits, dots, hyphens and underscores, found ":" as character 5 of "http://a..b/"',
    null,
  ],
  [
    'DomainName',
    'Equals',
    'evil!.example',
    'expected letters, digits, dots, hyphens and underscores, found "!" as character 5 of "evil!.example"',
    null,
  ],
  [
    'DomainName',
    'Equals',
    'éèêëàâäüöïî\ud800.example',
    'expected a name that IDNA can write in ASCII, found "éèêëàâäüöïî<U+D800>.example" with U+00E9 U+00E8 U+00EA U+00EB U+00E0 U+00E2 U+00E4 U+00FC',
    null,
  ],
  [
    'IpAddress',
    'Equals',
    '10.0.0.0/8x',
    'expected an address, found the URL "10.0.0.0/8x"',
    'Write "10.0.0.0".',
  ],
  [
    'IpAddress',
    'Equals',
    '10.1.2.*',
    'expected one address, found the pattern "10.1.2.*"',
    'Use DetectionFunction StartWith with Value "10.1.2.".',
  ],
  ['IpAddress', 'Equals', 'x10.*', 'expected one IPv4 or IPv6 address, found "x10.*"', null],
  ['IpAddress', 'Equals', '10.*x', 'expected one IPv4 or IPv6 address, found "10.*x"', null],
  ['IpAddress', 'Equals', 'x1.2.3.04', 'expected one IPv4 or IPv6 address, found "x1.2.3.04"', null],
  [
    'IpAddress',
    'Equals',
    '01.2.3.4x',
    'expected an IP address, found "01.2.3.4x"',
    'Set Type to DomainName.',
  ],
  [
    'IpAddress',
    'Equals',
    '1.22.33.300',
    'expected four parts from 0 to 255, found "300" in "1.22.33.300"',
    null,
  ],
  ['IpAddress', 'Equals', '0x7f.1x', 'expected an IP address, found "0x7f.1x"', 'Set Type to DomainName.'],
  [
    'Md5',
    'Equals',
    'sha256 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    'expected only hex digits for Md5, found "s" as character 1 of "sha256 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"',
    'Write "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" with Type Sha256.',
  ],
  [
    'Md5',
    'Equals',
    'SHA-1:= aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    'expected only hex digits for Md5, found "S" as character 1 of "SHA-1:= aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"',
    'Write "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" with Type Sha1.',
  ],
  [
    'Md5',
    'Equals',
    'x0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    'expected only hex digits for Md5, found "x" as character 1 of "x0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"',
    null,
  ],
  [
    'Md5',
    'Equals',
    '0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaax',
    'expected only hex digits for Md5, found "x" as character 2 of "0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaax"',
    null,
  ],
  [
    'DomainName',
    'Equals',
    'user [at] evil.example',
    'expected a plain value of Type DomainName, found the defanged text "user [at] evil.example"',
    'Write "evil.example", the host of "user@evil.example".',
  ],
  [
    'DomainName',
    'Equals',
    'user(@)evil.example',
    'expected a plain value of Type DomainName, found the defanged text "user(@)evil.example"',
    'Write "evil.example", the host of "user@evil.example".',
  ],
  [
    'DomainName',
    'Contains',
    'x*.evil',
    'expected letters, digits, dots, hyphens and underscores, found "*" as character 2 of "x*.evil"',
    null,
  ],
  [
    'DomainName',
    'Equals',
    '*evil.example',
    'expected a name, found the pattern "*evil.example"',
    'Use DetectionFunction EndWith with Value ".evil.example".',
  ],
]

const LABELS_OF_250 = `${'a'.repeat(49)}.`.repeat(5)

function textsOf(result: CanonicalValue): readonly (string | null)[] {
  const problems = result.ok ? result.warnings : [result.problem]
  return problems.flatMap(({ message, fix }) => [message, fix])
}

test.for(REFUSED)('a %s %s of %j is refused with "%s" and the fix %j', ([type, operator, raw, ...texts]) => {
  const result = canonicalIndicatorValue(type, operator, raw)

  expect(result.ok).toBe(false)
  expect(textsOf(result)).toEqual(texts)
})

test.for([
  [
    'bücher.de',
    ['expected an ASCII name, found "bücher.de"; read as "xn--bcher-kva.de"', 'Write "xn--bcher-kva.de".'],
  ],
  [
    'аpple.com',
    [
      'expected an ASCII name, found "аpple.com"; read as "xn--pple-43d.com"',
      'Write "xn--pple-43d.com".',
      'expected labels of one script, found "аpple.com" ("xn--pple-43d.com"), which mixes letters that look alike: U+0430',
      null,
    ],
  ],
] as const)('the name %s is taken with warnings that show what is read', ([raw, texts]) => {
  const result = canonicalIndicatorValue('DomainName', 'Equals', raw)

  expect(result.ok).toBe(true)
  expect(textsOf(result)).toEqual(texts)
})

test('a name with a dot before it is suggested as a suffix up to the longest name', () => {
  const fixOf = (name: string): string | null | undefined =>
    textsOf(canonicalIndicatorValue('DomainName', 'Equals', name))[1]

  expect(fixOf(`.${LABELS_OF_250}aa`)).toMatch(/^Use DetectionFunction EndWith /)
  expect(fixOf(`.${LABELS_OF_250}aaa`)).toBeNull()
})

test('a value is read up to 4096 characters and refused unread behind them', () => {
  const messageOf = (length: number): string | null | undefined =>
    textsOf(canonicalIndicatorValue('DomainName', 'Contains', 'a'.repeat(length)))[0]

  expect(messageOf(4096)).toMatch(
    /^expected at most 253 characters, found 4096: "a{80}…" \(4096 characters\)$/,
  )
  expect(messageOf(4097)).toMatch(/^expected a value of Type DomainName, found 4097 characters: /)
})

test('a blank value lists its first eight code points', () => {
  const messageOf = (count: number): string | null | undefined =>
    textsOf(canonicalIndicatorValue('Md5', 'Equals', '\u200b'.repeat(count)))[0]

  expect(messageOf(8)).toBe(`expected a value of Type Md5, found only blanks:${' U+200B'.repeat(8)}`)
  expect(messageOf(9)).toBe(`expected a value of Type Md5, found only blanks:${' U+200B'.repeat(8)} …`)
})
