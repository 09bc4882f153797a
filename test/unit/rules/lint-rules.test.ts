import { expect, test } from 'vitest'
import { lintRules } from '../../../src/rules/lint-rules.ts'
import { tooBroadReason } from '../../../src/rules/lint/too-broad.ts'
import { acceptedRules, lints, listFile, nativeFile } from './rule-texts.ts'

test.each([
  ['DomainName', 'Contains', 'abc', true],
  ['DomainName', 'Contains', 'abcd', false],
  ['DomainName', 'EndWith', '.com', true],
  ['DomainName', 'EndWith', '.example.com', false],
  ['DomainName', 'EndWith', '.github.io', false],
  ['DomainName', 'EndWith', '..com.au', true],
  ['DomainName', 'Contains', 'co.uk..', true],
  ['DomainName', 'StartWith', 'info.', false],
  ['DomainName', 'Contains', 'www-', true],
  ['DomainName', 'Contains', 'a.b', true],
  ['DomainName', 'StartWith', 'www.', true],
  ['DomainName', 'StartWith', 'www.evil', false],
  ['DomainName', 'Equals', 'a', false],
  ['IpAddress', 'StartWith', '10', true],
  ['IpAddress', 'StartWith', '10.', true],
  ['IpAddress', 'StartWith', '10.1', false],
  ['IpAddress', 'StartWith', '2001:', true],
  ['IpAddress', 'Contains', '.1.', true],
  ['IpAddress', 'Contains', '.1.2', false],
  ['Sha256', 'EndWith', 'abcde', true],
  ['Sha256', 'EndWith', 'abcdef', false],
] as const)('%s %s %s is too broad: %s', (type, detectionFunction, value, expected) => {
  const reason = tooBroadReason(type, detectionFunction, value)

  expect(reason !== null).toBe(expected)
})

test('a definition that holds only opaque values is not called empty', () => {
  const found = lints({ 'a.yaml': `${nativeFile('a')}    opaque: [{ Type: Url, Value: x }]\n` })

  expect(found).toEqual([])
})

test('a disabled definition whose indicators are disabled as well is left alone', () => {
  const indicator = '{ Type: DomainName, Value: a.example, Enabled: false }'

  const found = lints({ 'a.yaml': `${nativeFile('a', indicator)}    Enabled: false\n` })

  expect(found).toEqual([])
})

test('the same value under two functions or two definitions is no duplicate', () => {
  const equals = '{ Type: DomainName, Value: .a.example }'.replace('.a', 'a')
  const endWith = '{ Type: DomainName, DetectionFunction: Contains, Value: a.example }'

  const found = lints({ 'a.yaml': nativeFile('a', equals, endWith), 'b.yaml': nativeFile('b', equals) })

  expect(found).toEqual([])
})

test('a thousand duplicates are a hundred warnings and a count', () => {
  const rules = acceptedRules({
    'a.yaml': listFile('a', 'a.csv'),
    'a.csv': `Type,Value\n${'DomainName,a.example\n'.repeat(1001)}`,
  })

  const found = lintRules(rules)

  expect(found).toHaveLength(101)
  expect(found.at(-1)?.message).toContain('900 more warnings')
})

test('a lint shows the line where the reader gives it, the quotes of a value included', () => {
  const rules = acceptedRules({ 'a.yaml': nativeFile('a', '{ Type: DomainName, Value: "localhost" }') })

  const [diagnostic] = lintRules(rules, (file, line) =>
    file === 'a.yaml' && line === 8 ? '      - { Type: DomainName, Value: "localhost" }' : '',
  )

  expect(diagnostic?.span).toMatchObject({ line: 8, column: 36, length: 11 })
})

test('rules that come from no text are linted without places, and no less bounded', () => {
  const rules = acceptedRules({
    'a.yaml': listFile('a', 'a.csv'),
    'a.csv': `Type,Value\n${'DomainName,a.example\n'.repeat(200)}`,
  })

  const found = lintRules({ ...rules, sources: [] })

  expect(found).toHaveLength(101)
  expect(found.every(({ span, related }) => span === null && related.length === 0)).toBe(true)
})

test('rules without spans of definitions are linted without places', () => {
  const { definitionSpans: _, ...rules } = acceptedRules({ 'a.yaml': nativeFile('a') })

  const found = lintRules(rules)

  expect(found).toMatchObject([{ code: 'LINT010', span: null }])
})

test('a fragment that may go on is a warning for names and addresses alone', () => {
  const rows = [
    ['IpAddress', 'StartWith', '10.25'],
    ['IpAddress', 'StartWith', '10.26'],
    ['IpAddress', 'StartWith', '10.0'],
    ['IpAddress', 'StartWith', '2001:db8'],
    ['IpAddress', 'StartWith', '2001:db81'],
    ['DomainName', 'StartWith', '10.1.abcdef'],
    ['DomainName', 'StartWith', '10.1'],
    ['DomainName', 'EndWith', 'evil.example'],
    ['Md5', 'EndWith', 'abcdef'],
    ['IpAddress', 'EndWith', '10.11'],
    ['IpAddress', 'StartWith', '0012'],
    ['DomainName', 'EndWith', 'com.au'],
  ]
  const indicators = rows.map(
    ([type, operator, value]) => `{ Type: ${type}, DetectionFunction: ${operator}, Value: "${value}" }`,
  )

  const found = lintRules(acceptedRules({ 'a.yaml': nativeFile('a', ...indicators) }))

  expect(
    found
      .filter(({ code }) => code !== 'LINT002')
      .map(({ code, severity, span }) => `${code} ${severity} ${rows[(span?.line ?? 0) - 8]?.[2]}`),
  ).toEqual(['LINT004 warning 10.25', 'LINT004 warning 2001:db8', 'LINT003 warning evil.example'])
})

test('all but fragments that are too broad are warnings', () => {
  const indicators = [
    '{ Type: DomainName, Value: localhost }',
    '{ Type: DomainName, Value: co.uk }',
    '{ Type: IpAddress, Value: 8.8.8.8 }',
    '{ Type: Md5, Value: d41d8cd98f00b204e9800998ecf8427e }',
    '{ Type: DomainName, Value: b.example }',
    '{ Type: DomainName, Value: b.example }',
  ]
  const found = lints({
    'a.yaml': `${nativeFile('a', ...indicators)}    Enabled: false\n`,
    'b.yaml': nativeFile('b'),
    'c.yaml': `${nativeFile('c', '{ Type: DomainName, Value: c.example }')}    Enabled: false\n`,
  })

  expect(new Set(found.map((text) => text.split(' ')[0]))).toEqual(new Set(['warning']))
  expect(new Set(found.map((text) => text.split(' ')[1])).size).toBeGreaterThan(5)
})

test('a disabled definition counts the indicators that it keeps from firing', () => {
  const messageOf = (...values: readonly string[]): string | undefined => {
    const indicators = values.map((value) => `{ Type: DomainName, Value: ${value} }`)
    const rules = acceptedRules({ 'a.yaml': `${nativeFile('a', ...indicators)}    Enabled: false\n` })
    return lintRules(rules)[0]?.message
  }

  expect(messageOf('a.example')).toContain('holds 1 enabled IOC, which does not fire')
  expect(messageOf('a.example', 'b.example')).toContain('holds 2 enabled IOCs, which do not fire')
})

test('equal values of two types are no duplicates', () => {
  const texts = ['Sha1', 'Sha256', 'Md5'].map(
    (type) => `{ Type: ${type}, DetectionFunction: EndWith, Value: abcdef }`,
  )

  expect(lints({ 'a.yaml': nativeFile('a', ...texts) })).toEqual([])
})

test('the first part of most names is too broad as a beginning, and elsewhere for its length', () => {
  expect(tooBroadReason('DomainName', 'StartWith', 'www')).toBe('most web sites begin so')
  expect(tooBroadReason('DomainName', 'Contains', 'www')).toContain('give at least 4')
})

test('a lint shows no line where nobody reads it', () => {
  const [diagnostic] = lintRules(
    acceptedRules({ 'a.yaml': nativeFile('a', '{ Type: DomainName, Value: localhost }') }),
  )

  expect(diagnostic?.span).toMatchObject({ line: 8, lineText: '' })
})

test('duplicates are found behind other indicators, and only among equal values', () => {
  const rows = ['0.example', 'a.example', 'b.example', 'b.example', 'c.example'].map(
    (value) => `{ Type: DomainName, Value: ${value} }`,
  )

  expect(lints({ 'a.yaml': nativeFile('a', ...rows) })).toEqual(['warning LINT001 11:36'])
})

test('a name that is spelt like the hash of the empty file is none', () => {
  const name = '{ Type: DomainName, Value: d41d8cd98f00b204e9800998ecf8427e }'

  expect(lints({ 'a.yaml': nativeFile('a', name) }).join()).not.toContain('LINT005')
})
