import { describe, expect, test } from 'vitest'
import { hostOfDomainField, hostOfUrlField } from '../../../src/canonical/host.ts'
import { canonicalHash } from '../../../src/canonical/hash.ts'
import { canonicalIp, ipOfField } from '../../../src/canonical/ip.ts'
import {
  canonicalIndicatorValue,
  type CanonicalValue,
  type ValueProblem,
} from '../../../src/canonical/value.ts'
import { DETECTION_FUNCTIONS, INDICATOR_TYPES, type IndicatorType } from '../../../src/model/indicator.ts'

describe('bad input', () => {
  test.for([
    [39, 'Give all 40 digits, or use DetectionFunction StartWith, EndWith or Contains for a fragment.'],
    [41, null],
    [64, 'Set Type to Sha256.'],
    [32, 'Set Type to Md5.'],
  ] as const)('A07 a Sha1 of %d digits is refused with both lengths when read', ([length, fix]) => {
    const problem = problemOf('Sha1', 'a'.repeat(length))

    expect(problem.code).toBe('IOC025')
    expect(problem.message).toContain(`expected 40 hex digits for Sha1 Equals, found ${length}`)
    expect(problem.fix).toBe(fix)
  })

  test('A08 an empty value is refused when read with every operator and type', () => {
    const codes = INDICATOR_TYPES.flatMap((type) =>
      DETECTION_FUNCTIONS.map((operator) => codeOf(canonicalIndicatorValue(type, operator, ''))),
    )

    expect(codes).toEqual(Array(20).fill('IOC020'))
  })

  test.for([
    [' ', 'U+0020'],
    ['\t', 'U+0009'],
    ['\u00a0', 'U+00A0'],
    ['\u200b\ufeff', 'U+200B U+FEFF'],
    [' '.repeat(100_000), 'U+0020 U+0020 U+0020 U+0020 U+0020 U+0020 U+0020 U+0020 …'],
  ] as const)('A09 a blank value %j is refused with its code points when read', ([value, points]) => {
    const results = INDICATOR_TYPES.map((type) => problemOf(type, value))

    expect(results.map((problem) => problem.code)).toEqual(Array(5).fill('IOC021'))
    expect(results[0]?.message).toBe(`expected a value of Type Sha1, found only blanks: ${points}`)
  })

  test.for([
    ['DomainName', 'evil[.]com', 'Write "evil.com".'],
    ['DomainName', 'evil(dot)com', 'Write "evil.com".'],
    ['DomainName', 'evil [dot] com', 'Write "evil.com".'],
    ['DomainName', 'evil\\.com', 'Write "evil.com".'],
    ['DomainName', 'hxxp://evil[.]com', 'Write "evil.com", the host of "http://evil.com".'],
    ['DomainName', 'hXXps[:]//evil.com/x', 'Write "evil.com", the host of "https://evil.com/x".'],
    [
      'DomainName',
      'hxxp[://]1.2.3[.]4/',
      'Write "1.2.3.4" with Type IpAddress, the host of "http://1.2.3.4/".',
    ],
    ['IpAddress', '1[.]2[.]3[.]4', 'Write "1.2.3.4".'],
    ['IpAddress', '1.2.3[.4', 'Write "1.2.3.4".'],
    ['IpAddress', 'hxxp://1[.]2[.]3[.]4', 'Write "1.2.3.4", the host of "http://1.2.3.4".'],
  ] as const)('A20 a defanged %s %j is refused with the plain value when read', ([type, value, fix]) => {
    const problem = problemOf(type, value)

    expect(problem.code).toBe('IOC023')
    expect(problem.fix).toBe(fix)
  })

  test('A21 a URL is refused with its host when given as a domain', () => {
    const problem = problemOf('DomainName', 'https://evil.com/path')

    expect(problem.code).toBe('IOC031')
    expect(problem.fix).toBe('Write "evil.com".')
  })

  test('B01 an address with a leading zero is refused with its decimal form when read', () => {
    const problem = problemOf('IpAddress', '010.8.8.8')

    expect(problem.code).toBe('IOC028')
    expect(problem.fix).toBe('Write "10.8.8.8" if the parts are decimal.')
    expect(canonicalIp('010.8.8.8')).toBeNull()
  })

  test.for(['0x7f.1', '2130706433', '127.1', '1.2.3', '256'])(
    'B02 the loose address %s is refused as a rule and stays plain text when seen',
    (value) => {
      const problem = problemOf('IpAddress', value)
      const seen = hostOfDomainField(value)

      expect(problem.code).toBe('IOC027')
      expect(problem.message).toBe(`expected four decimal parts, found "${value}"`)
      expect(seen).toEqual({ kind: 'domain', value })
    },
  )

  test('B03 two spellings of an IPv6 address are one value when read', () => {
    const rule = valueOf('IpAddress', '2001:DB8::1')

    expect(rule).toBe('2001:db8::1')
    expect(canonicalIp('2001:db8:0:0:0:0:0:1')).toBe(rule)
  })

  test('B04 a mapped address is the IPv4 address when read', () => {
    const rule = valueOf('IpAddress', '1.2.3.4')

    expect(ipOfField('::ffff:1.2.3.4')).toBe(rule)
    expect(valueOf('IpAddress', '::ffff:1.2.3.4')).toBe(rule)
  })

  test.for([
    ['fe80::1%eth0', 'IOC030', 'Write "fe80::1".', 'fe80::1'],
    ['[::1]', 'IOC030', 'Write "::1".', '::1'],
    ['1.2.3.4:443', 'IOC030', 'Write "1.2.3.4".', '1.2.3.4'],
    ['1.2.3.4/24', 'IOC029', 'Use DetectionFunction StartWith with Value "1.2.3.".', null],
    ['1.2.3.4/32', 'IOC029', 'Write "1.2.3.4".', null],
    ['1.2.3.4/9', 'IOC029', 'List the addresses one by one.', null],
    ['2001:db8::/32', 'IOC029', 'List the addresses one by one.', null],
  ] as const)(
    'B05 the decorated address %s is refused as a rule and cut in a field when allowed',
    ([value, code, fix, seen]) => {
      const problem = problemOf('IpAddress', value)

      expect(problem.code).toBe(code)
      expect(problem.fix).toBe(fix)
      expect(ipOfField(value)).toBe(seen)
    },
  )

  test.for([
    ['１.2.3.4', 'U+FF11', 'Write "1.2.3.4".'],
    ['٣.1.1.1', 'U+0663', 'Write the address in ASCII digits.'],
  ] as const)(
    'B06 the address %s in other digits is refused and never equal when seen',
    ([value, point, fix]) => {
      const problem = problemOf('IpAddress', value)

      expect(problem.message).toContain(point)
      expect(problem.fix).toBe(fix)
      expect(ipOfField(value)).toBeNull()
      expect(hostOfDomainField(value)).toEqual({ kind: 'domain', value })
    },
  )

  test('B07 a hash is one value when written in either case', () => {
    const upper = 'AB'.repeat(20)

    expect(valueOf('Sha1', upper)).toBe(upper.toLowerCase())
    expect(canonicalHash('Sha1', upper)).toBe(valueOf('Sha1', upper.toLowerCase()))
  })

  test.for(['\u212a', '\u017f'])('B08 a hash with %j is refused when read', (character) => {
    const hash = `${'a'.repeat(31)}${character}`

    const problem = problemOf('Md5', hash)

    expect(problem.code).toBe('IOC024')
    expect(problem.message).toContain('found U+')
    expect(canonicalHash('Md5', hash)).toBeNull()
    expect(canonicalIp(`::${character}`)).toBeNull()
  })

  test('B09 a trailing dot is no part of a name when the operator looks at its end', () => {
    const values = DETECTION_FUNCTIONS.map((operator) => valueOf('DomainName', 'EVIL.COM.', operator))

    expect(values).toEqual(['evil.com', 'evil.com.', 'evil.com', 'evil.com.'])
    expect(hostOfDomainField('EVIL.COM.')).toEqual({ kind: 'domain', value: 'evil.com' })
  })

  test('B10 both spellings of a non-ASCII name are one value with a warning when read', () => {
    const unicode = canonicalIndicatorValue('DomainName', 'Equals', 'аpple.com')
    const ascii = canonicalIndicatorValue('DomainName', 'Equals', 'xn--pple-43d.com')

    expect(valueOf('DomainName', 'аpple.com')).toBe('xn--pple-43d.com')
    expect(warningsOf(unicode).map((warning) => warning.code)).toEqual(['IOC038', 'IOC039'])
    expect(warningsOf(unicode)[0]?.message).toBe(
      'expected an ASCII name, found "аpple.com"; read as "xn--pple-43d.com"',
    )
    expect(warningsOf(ascii).map((warning) => warning.code)).toEqual(['IOC039'])
    expect(hostOfUrlField('https://аpple.com/')).toEqual({ kind: 'domain', value: 'xn--pple-43d.com' })
  })

  test('B11 a look-alike name is another value when seen', () => {
    expect(hostOfDomainField('аpple.com')).not.toEqual(hostOfDomainField('apple.com'))
  })

  test.for([
    ['example。com', 'example.com'],
    ['ｅxample.com', 'example.com'],
    ['ex\u00adample.com', 'example.com'],
    ['bu\u0308cher.de', 'xn--bcher-kva.de'],
    ['ﬁ.example', 'fi.example'],
  ] as const)('B12 the name %j is refused with its ASCII form when IDNA changes it', ([value, ascii]) => {
    const problem = problemOf('DomainName', value)

    expect(problem.code).toBe('IOC036')
    expect(problem.fix).toBe(`Write "${ascii}" if that name is meant.`)
    expect(hostOfDomainField(value)).toEqual({ kind: 'domain', value: ascii })
  })

  test('B13 the lengths of labels and names are bounded when a whole name is read', () => {
    const label = 'a'.repeat(63)
    const longest = `${label}.${label}.${label}.${'b'.repeat(61)}`

    expect(valueOf('DomainName', `${label}.com`)).toBe(`${label}.com`)
    expect(problemOf('DomainName', `a${label}.com`).message).toContain(
      'at most 63 characters in a label, found 64',
    )
    expect(longest).toHaveLength(253)
    expect(valueOf('DomainName', longest)).toBe(longest)
    expect(valueOf('DomainName', `${longest}.`)).toBe(longest)
    expect(problemOf('DomainName', `${longest}b`).message).toContain('at most 253 characters, found 254')
  })

  test.for(['a..b', '-a.com', 'a-.com', 'a.-b'])(
    'B14 the name %s is refused for Equals when read',
    (value) => {
      expect(problemOf('DomainName', value).code).toBe('IOC034')
    },
  )

  test.for(['_dmarc.example.com', 'localhost', 'co.uk'])('B14 the name %s is taken when read', (value) => {
    expect(valueOf('DomainName', value)).toBe(value)
  })

  test('B15 a name that grows in lower case is one value when read on either side', () => {
    const seen = hostOfDomainField('İstanbul.com')

    expect(seen).toEqual({ kind: 'domain', value: 'xn--istanbul-o0e.com' })
    expect(valueOf('DomainName', 'İstanbul.com')).toBe('xn--istanbul-o0e.com')
  })
})

function valueOf(
  type: IndicatorType,
  value: string,
  operator: (typeof DETECTION_FUNCTIONS)[number] = 'Equals',
): string {
  const result = canonicalIndicatorValue(type, operator, value)
  return result.ok ? result.value : `refused: ${result.problem.message}`
}

function problemOf(type: IndicatorType, value: string): ValueProblem {
  const result = canonicalIndicatorValue(type, 'Equals', value)
  return result.ok ? { code: 'accepted', message: result.value, fix: null } : result.problem
}

function codeOf(result: CanonicalValue): string {
  return result.ok ? 'accepted' : result.problem.code
}

function warningsOf(result: CanonicalValue): readonly ValueProblem[] {
  return result.ok ? result.warnings : []
}
