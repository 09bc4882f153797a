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
