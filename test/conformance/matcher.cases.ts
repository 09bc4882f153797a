import type { DetectionFunction, IndicatorType } from '../../src/model/indicator.ts'
import type { Semantics } from '../../src/model/semantics.ts'

/** One pattern of a case: the function and the canonical value. */
type CasePattern = readonly [DetectionFunction, string]

/** Patterns of one type, a canonical text, and the positions of the patterns that must match it. */
export interface MatcherCase {
  readonly name: string
  readonly type: IndicatorType
  readonly patterns: readonly CasePattern[]
  readonly text: string
  readonly expected: readonly number[]
  readonly options?: Partial<Pick<Semantics, 'domainEquals' | 'domainSuffix'>>
}

const A64 = 'a'.repeat(64)
const ABOVE_ASCII = 'bücher.example'
const LONG_NAME = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`

/** What the four functions mean, one thing at a time (semantics 6). */
const BASICS: readonly MatcherCase[] = [
  domain('Equals finds the same text', [['Equals', 'evil.example']], 'evil.example', [0]),
  domain('Equals does not find a longer text', [['Equals', 'evil.example']], 'evil.example2', []),
  domain('Equals does not find a shorter text', [['Equals', 'evil.example']], 'evil.exampl', []),
  domain('Equals does not find a subdomain', [['Equals', 'evil.example']], 'x.evil.example', []),
  domain('Equals does not find another last byte', [['Equals', 'evil.example']], 'evil.examplf', []),
  domain('StartWith finds a text that begins so', [['StartWith', 'evil']], 'evil.example', [0]),
  domain('StartWith finds the text itself', [['StartWith', 'evil.example']], 'evil.example', [0]),
  domain('StartWith does not look further in', [['StartWith', 'evil']], 'x.evil.example', []),
  domain('EndWith finds a text that ends so', [['EndWith', '.example']], 'evil.example', [0]),
  domain('EndWith finds the text itself', [['EndWith', 'evil.example']], 'evil.example', [0]),
  domain('EndWith is textual and crosses labels', [['EndWith', 'evil.example']], 'notevil.example', [0]),
  domain('EndWith does not look further in', [['EndWith', 'evil']], 'evil.example', []),
  domain('Contains finds the start', [['Contains', 'evil']], 'evil.example', [0]),
  domain('Contains finds the middle', [['Contains', 'vil.ex']], 'evil.example', [0]),
  domain('Contains finds the end', [['Contains', 'example']], 'evil.example', [0]),
  domain('Contains finds the text itself', [['Contains', 'evil.example']], 'evil.example', [0]),
  domain('Contains does not find scattered bytes', [['Contains', 'ee']], 'eve.example', []),
  domain(
    'all four functions find one text',
    [
      ['Equals', 'a.b'],
      ['StartWith', 'a'],
      ['EndWith', 'b'],
      ['Contains', '.'],
    ],
    'a.b',
    [0, 1, 2, 3],
  ),
]

/** Where patterns and texts meet their ends (D02). */
const EDGES: readonly MatcherCase[] = [
  domain('an empty text matches nothing', allFunctions('a'), '', []),
  domain('one byte matches every function', allFunctions('a'), 'a', [0, 1, 2, 3]),
  domain('another byte matches none', allFunctions('a'), 'b', []),
  domain('a pattern longer than the text matches nothing', allFunctions('abcd'), 'abc', []),
  domain('a pattern longer by its first byte matches nothing', allFunctions('xabc'), 'abc', []),
  domain('a text without patterns matches nothing', [], 'evil.example', []),
  domain('a pattern at the very start is found', [['Contains', 'ab']], 'abxxxx', [0]),
  domain('a pattern at the very end is found', [['Contains', 'ab']], 'xxxxab', [0]),
  domain('a pattern cut off at the end is not found', [['Contains', 'abc']], 'xxxxab', []),
  domain('the longest name equals itself', allFunctions(LONG_NAME), LONG_NAME, [0, 1, 2, 3]),
  domain('one byte more than the longest value is not equal', [['Equals', LONG_NAME]], `x${LONG_NAME}`, []),
  domain('NUL bytes are bytes', [['Contains', 'a']], '\0a\0', [0]),
  domain('bytes above ASCII match no pattern', allFunctions('b'), ABOVE_ASCII, [1, 3]),
  domain('a pattern behind bytes above ASCII is found', [['EndWith', 'cher.example']], ABOVE_ASCII, [0]),
  domain('upper case is not canonical and does not match', allFunctions('evil.example'), 'EVIL.EXAMPLE', []),
]

/** Several patterns in the same bytes: each is reported, once (D01). */
const OVERLAPS: readonly MatcherCase[] = [
  domain('overlapping needles are all found once', contains('a', 'aa', 'aaa', 'ab'), 'aaab', [0, 1, 2, 3]),
  domain('a needle that occurs often is reported once', contains('a'), 'aaaaaaaa', [0]),
  domain('needles that end together are all found', contains('abc', 'bc', 'c'), 'xabc', [0, 1, 2]),
  domain('needles that begin together are all found', contains('a', 'ab', 'abc'), 'abc', [0, 1, 2]),
  domain('a needle inside a failed longer one is found', contains('abcd', 'bc'), 'abce', [1]),
  domain('a needle behind a failed longer one is found', contains('aab', 'ab'), 'aaab', [0, 1]),
  domain('a suffix two fail links away is found', contains('abcde', 'bcdx', 'cd'), 'abcd', [2]),
  domain('she finds he', contains('he', 'she', 'his', 'hers'), 'ushers', [0, 1, 3]),
  domain('prefixes of each other are all found', starts('a', 'ab', 'abc', 'abd'), 'abcz', [0, 1, 2]),
  domain('suffixes of each other are all found', ends('c', 'bc', 'abc', 'xbc'), 'zabc', [0, 1, 2]),
  domain('equal values under several functions are all found', allFunctions('aa'), 'aa', [0, 1, 2, 3]),
  domain(
    'a shared prefix does not match where it ends early',
    starts('shared-one', 'shared-two'),
    'shared-',
    [],
  ),
]

/** Switches of the law of names (semantics 6). */
const NAMES: readonly MatcherCase[] = [
  domain('subdomains: a child is found', [['Equals', 'evil.example']], 'x.evil.example', [0], {
    domainEquals: 'subdomains',
  }),
  domain('subdomains: the name itself is found', [['Equals', 'evil.example']], 'evil.example', [0], {
    domainEquals: 'subdomains',
  }),
  domain('subdomains: half a label is not enough', [['Equals', 'evil.example']], 'notevil.example', [], {
    domainEquals: 'subdomains',
  }),
  domain('subdomains: every parent is found', equals('a.b.c', 'b.c', 'c', 'x.c'), 'a.b.c', [0, 1, 2], {
    domainEquals: 'subdomains',
  }),
  domain('subdomains: a leading dot is a border', [['Equals', 'evil.example']], '.evil.example', [0], {
    domainEquals: 'subdomains',
  }),
  domain('subdomains: a longer value is no parent', [['Equals', 'x.evil.example']], 'evil.example', [], {
    domainEquals: 'subdomains',
  }),
  domain('label: the name itself is found', [['EndWith', 'evil.example']], 'evil.example', [0], {
    domainSuffix: 'label',
  }),
  domain('label: a child is found', [['EndWith', 'evil.example']], 'x.evil.example', [0], {
    domainSuffix: 'label',
  }),
  domain('label: half a label is not enough', [['EndWith', 'evil.example']], 'notevil.example', [], {
    domainSuffix: 'label',
  }),
  domain('label: a leading dot stays as it is', [['EndWith', '.example']], 'evil.example', [0], {
    domainSuffix: 'label',
  }),
  domain('label: a leading dot is no whole name', [['EndWith', '.example']], 'example', [], {
    domainSuffix: 'label',
  }),
  domain('label: each suffix is judged alone', ends('le', 'example', '.example'), 'evil.example', [1, 2], {
    domainSuffix: 'label',
  }),
  domain('label: other functions stay textual', [['Contains', 'vil.ex']], 'evil.example', [0], {
    domainSuffix: 'label',
  }),
]

/** Addresses: Equals on the address, the rest on text. */
const ADDRESSES: readonly MatcherCase[] = [
  address('an IPv4 address equals itself', [['Equals', '192.0.2.1']], '192.0.2.1', [0]),
  address('IPv4 parts keep their order', equals('192.0.2.1', '1.2.0.192'), '1.2.0.192', [1]),
  address(
    'the lowest and the highest IPv4 address are keys',
    equals('0.0.0.0', '255.255.255.255'),
    '0.0.0.0',
    [0],
  ),
  address('an IPv6 address equals itself', [['Equals', '2001:db8::1']], '2001:db8::1', [0]),
  address('the unspecified IPv6 address is not the IPv4 one', equals('::', '0.0.0.0'), '::', [0]),
  address('an IPv4-compatible address is IPv6', equals('::c000:201', '192.0.2.1'), '::c000:201', [0]),
  address('a text that is no address equals none', [['Equals', '192.0.2.1']], '192.0.2.1.', []),
  address('an address with a leading zero is no address', [['Equals', '192.0.2.1']], '192.0.2.01', []),
  address('another spelling is not canonical', [['Equals', '2001:db8::1']], '2001:db8:0::1', []),
  address('StartWith is textual and crosses parts', [['StartWith', '10.1']], '10.100.0.1', [0]),
  address('EndWith is textual', [['EndWith', '.1']], '10.100.0.1', [0]),
  address('Contains finds groups', [['Contains', ':db8:']], '2001:db8::1', [0]),
  address('Contains looks at text that is no address', [['Contains', ':']], 'a:b', [0]),
]

/** Digests: the type's own length for Equals, any fragment for the rest. */
const DIGESTS: readonly MatcherCase[] = [
  digest('a SHA-1 equals itself', 'Sha1', [['Equals', 'ab'.repeat(20)]], 'ab'.repeat(20), [0]),
  digest('a SHA-256 equals itself', 'Sha256', [['Equals', A64]], A64, [0]),
  digest('an MD5 equals itself', 'Md5', [['Equals', '0f'.repeat(16)]], '0f'.repeat(16), [0]),
  digest('the last digit counts', 'Md5', [['Equals', '0'.repeat(32)]], '0'.repeat(31) + '1', []),
  digest('the first digit counts', 'Md5', [['Equals', '0'.repeat(32)]], '1' + '0'.repeat(31), []),
  digest('nibbles keep their order', 'Md5', equals('0f'.repeat(16), 'f0'.repeat(16)), 'f0'.repeat(16), [1]),
  digest('upper-case hex is not canonical', 'Md5', [['Equals', 'ab'.repeat(16)]], 'AB'.repeat(16), []),
  digest(
    'a text of the right length that is not hex matches nothing',
    'Sha256',
    [['Equals', A64]],
    'g'.repeat(64),
    [],
  ),
  digest('one digit too many matches nothing', 'Sha256', [['Equals', A64]], A64 + 'a', []),
  digest('one digit too few matches nothing', 'Sha256', [['Equals', A64]], A64.slice(1), []),
  digest('StartWith is a fragment', 'Sha1', [['StartWith', 'abab']], 'ab'.repeat(20), [0]),
  digest('EndWith is a fragment', 'Sha1', [['EndWith', 'bab']], 'ab'.repeat(20), [0]),
  digest('Contains is a fragment', 'Sha1', [['Contains', 'baba']], 'ab'.repeat(20), [0]),
  digest('a fragment of another text is not found', 'Sha1', [['Contains', 'aa']], 'ab'.repeat(20), []),
]

/** What once broke, named by it. */
const REGRESSIONS: readonly MatcherCase[] = [
  domain(
    'a node with more children than are walked is bisected',
    starts(...Array.from('0123456789abcdefghijk', (byte) => `x${byte}`)),
    'xk',
    [20],
  ),
]

export const MATCHER_CASES: readonly MatcherCase[] = [
  ...BASICS,
  ...EDGES,
  ...OVERLAPS,
  ...NAMES,
  ...ADDRESSES,
  ...DIGESTS,
  ...REGRESSIONS,
]

function domain(
  name: string,
  patterns: readonly CasePattern[],
  text: string,
  expected: readonly number[],
  options: NonNullable<MatcherCase['options']> = {},
): MatcherCase {
  return { name, type: 'DomainName', patterns, text, expected, options }
}

function address(
  name: string,
  patterns: readonly CasePattern[],
  text: string,
  expected: readonly number[],
): MatcherCase {
  return { name, type: 'IpAddress', patterns, text, expected }
}

function digest(
  name: string,
  type: IndicatorType,
  patterns: readonly CasePattern[],
  text: string,
  expected: readonly number[],
): MatcherCase {
  return { name, type, patterns, text, expected }
}

function allFunctions(value: string): CasePattern[] {
  return [
    ['Equals', value],
    ['StartWith', value],
    ['EndWith', value],
    ['Contains', value],
  ]
}

function equals(...values: string[]): CasePattern[] {
  return values.map((value) => ['Equals', value])
}

function starts(...values: string[]): CasePattern[] {
  return values.map((value) => ['StartWith', value])
}

function ends(...values: string[]): CasePattern[] {
  return values.map((value) => ['EndWith', value])
}

function contains(...values: string[]): CasePattern[] {
  return values.map((value) => ['Contains', value])
}
