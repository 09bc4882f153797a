import { describe, expect, test } from 'vitest'
import { canonicalIndicatorValue } from '../../../src/canonical/value.ts'
import { VALUE_CODES, quoted } from '../../../src/canonical/value-problem.ts'
import type { DetectionFunction, IndicatorType } from '../../../src/model/indicator.ts'

type AcceptedRow = readonly [IndicatorType, DetectionFunction, string, string]
type RefusedRow = readonly [IndicatorType, DetectionFunction, string, string, string | null]

const ACCEPTED: readonly AcceptedRow[] = [
  ['Md5', 'StartWith', 'A', 'a'],
  ['Md5', 'Contains', 'F'.repeat(32), 'f'.repeat(32)],
  ['Sha256', 'EndWith', '00ff', '00ff'],
  ['IpAddress', 'StartWith', '10.1', '10.1'],
  ['IpAddress', 'StartWith', 'FE80:', 'fe80:'],
  ['IpAddress', 'StartWith', 'A'.repeat(45), 'a'.repeat(45)],
  ['IpAddress', 'Contains', '.', '.'],
  ['IpAddress', 'EndWith', '010', '010'],
  ['DomainName', 'Equals', 'Evil.Example', 'evil.example'],
  ['DomainName', 'Equals', '_x.1.a1', '_x.1.a1'],
  ['DomainName', 'Equals', 'BÜCHER.de.', 'xn--bcher-kva.de'],
  ['DomainName', 'Equals', 'faß.de', 'xn--fa-hia.de'],
  ['DomainName', 'EndWith', '.C2.example.', '.c2.example'],
  ['DomainName', 'StartWith', '-.a', '-.a'],
  ['DomainName', 'Contains', '1.2.3.4', '1.2.3.4'],
  ['DomainName', 'Contains', '.', '.'],
]

const REFUSED: readonly RefusedRow[] = [
  ['Md5', 'Contains', 'a'.repeat(40), 'IOC026', 'Set Type to Sha1.'],
  ['Sha256', 'Contains', 'a'.repeat(65), 'IOC026', null],
  ['Md5', 'Equals', `sha1:${'A'.repeat(40)}`, 'IOC024', `Write "${'a'.repeat(40)}" with Type Sha1.`],
  ['Md5', 'Equals', 'evil.example', 'IOC024', 'Set Type to DomainName.'],
  ['Sha1', 'Equals', '1.2.3.4', 'IOC024', 'Set Type to IpAddress.'],
  ['IpAddress', 'Equals', 'evil.example', 'IOC033', 'Set Type to DomainName.'],
  ['IpAddress', 'Equals', 'a'.repeat(32), 'IOC033', 'Set Type to Md5.'],
  ['IpAddress', 'Equals', 'https://1.2.3.4/x', 'IOC031', 'Write "1.2.3.4".'],
  ['IpAddress', 'Equals', 'https://evil.example/x', 'IOC031', 'Write "evil.example" with Type DomainName.'],
  ['IpAddress', 'Equals', '1.2.3.256', 'IOC027', null],
  ['IpAddress', 'Equals', '1.2.3.4-9', 'IOC029', 'List the addresses one by one.'],
  ['IpAddress', 'StartWith', '10.*', 'IOC029', 'Use DetectionFunction StartWith with Value "10.".'],
  ['IpAddress', 'StartWith', '1'.repeat(46), 'IOC026', null],
  ['IpAddress', 'StartWith', '10.x', 'IOC033', 'Set Type to DomainName.'],
  ['IpAddress', 'StartWith', '10.!', 'IOC024', null],
  ['IpAddress', 'Contains', '٣', 'IOC024', 'Write the address in ASCII digits.'],
  ['DomainName', 'Equals', '1.2.3.4', 'IOC032', 'Set Type to IpAddress.'],
  ['DomainName', 'Equals', '::FFFF:1.2.3.4', 'IOC032', 'Set Type to IpAddress and Value to "1.2.3.4".'],
  ['DomainName', 'Equals', 'http://[::1]/', 'IOC032', 'Set Type to IpAddress and Value to "::1".'],
  [
    'DomainName',
    'Equals',
    '*.evil.example',
    'IOC040',
    'Use DetectionFunction EndWith with Value ".evil.example".',
  ],
  ['DomainName', 'Equals', 'evil.example:443', 'IOC031', 'Write "evil.example".'],
  ['DomainName', 'Contains', 'user@evil.example', 'IOC031', 'Write "evil.example".'],
  ['DomainName', 'Equals', 'evil.example..', 'IOC034', 'Write "evil.example".'],
  ['DomainName', 'Equals', 'a.123', 'IOC034', null],
  ['DomainName', 'Equals', 'evil!.example', 'IOC024', null],
  [
    'DomainName',
    'Equals',
    'evil.example\r',
    'IOC024',
    'Remove the invisible characters: write "evil.example".',
  ],
  ['DomainName', 'Equals', '１.2.3.4', 'IOC037', 'Write "1.2.3.4" with Type IpAddress.'],
  ['DomainName', 'Equals', 'ü\ud800.example', 'IOC037', null],
  ['DomainName', 'EndWith', '.', 'IOC020', null],
  ['DomainName', 'EndWith', 'a..', 'IOC034', null],
  ['DomainName', 'Contains', 'a'.repeat(254), 'IOC026', null],
  ['DomainName', 'EndWith', '.bücher.de', 'IOC035', 'Write ".xn--bcher-kva.de".'],
  [
    'DomainName',
    'Contains',
    'büch',
    'IOC035',
    'Write the whole name with DetectionFunction Equals, or its labels in their xn-- form.',
  ],
  ['DomainName', 'Contains', 'a'.repeat(5000), 'IOC026', null],
]

describe('indicator value', () => {
  test.for(ACCEPTED)('a %s %s of %j becomes %j when read', ([type, operator, raw, expected]) => {
    const result = canonicalIndicatorValue(type, operator, raw)

    expect(result).toMatchObject({ ok: true, value: expected })
  })

  test.for(REFUSED)('a %s %s of %j is refused with %s when read', ([type, operator, raw, code, fix]) => {
    const result = canonicalIndicatorValue(type, operator, raw)

    expect(result).toMatchObject({ ok: false, problem: { code, fix } })
    expect(result.ok ? '' : result.problem.message).toMatch(/^expected .*found /)
  })

  test('blanks around a value are cut with a warning that shows what is read', () => {
    const result = canonicalIndicatorValue('DomainName', 'Equals', ' \tevil.example ')

    expect(result).toEqual({
      ok: true,
      value: 'evil.example',
      warnings: [
        {
          code: 'IOC022',
          message: 'expected no blanks around the value, found 3; read as "evil.example"',
          fix: 'Write "evil.example".',
        },
      ],
    })
  })

  test('codes are different for every problem', () => {
    const codes = Object.values(VALUE_CODES)

    expect(new Set(codes).size).toBe(codes.length)
    expect(codes.every((code) => /^IOC0[2-4]\d$/.test(code))).toBe(true)
  })

  test('a quoted text is bounded and shows what is invisible when printed', () => {
    expect(quoted('a\u202eb"\u001b')).toBe('"a<U+202E>b<U+0022><U+001B>"')
    expect(quoted('x'.repeat(1_000_000))).toBe(`"${'x'.repeat(80)}…" (1000000 characters)`)
  })

  test('problems are found fast when values are long and hostile', () => {
    const pieces = [
      '[.',
      ' [dot',
      '(',
      '-',
      '.',
      '0',
      '1.',
      '*.',
      '%41',
      'ü',
      'ü.',
      'а',
      '@',
      '/',
      '\u200b',
      'xn--a.',
    ]
    const started = performance.now()

    const results = pieces.flatMap((piece) =>
      (['IpAddress', 'DomainName', 'Sha1'] as const).map((type) =>
        canonicalIndicatorValue(type, 'Equals', piece.repeat(4095 / piece.length) + '!'),
      ),
    )

    expect(results.filter((result) => result.ok)).toEqual([])
    expect(performance.now() - started).toBeLessThan(2_000)
  })
})
