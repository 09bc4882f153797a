import { expect, test } from 'vitest'
import { malformedTime, unknownMember } from '../../../src/rules/properties.ts'
import { describeNode, quoted } from '../../../src/rules/rule-node.ts'
import { nativeFile, parseTexts, refusalDiagnostics } from './rule-texts.ts'

test('a foreign text is repeated up to sixty characters, counted as code points', () => {
  expect(quoted('a'.repeat(60))).toBe(`"${'a'.repeat(60)}"`)
  expect(quoted('a'.repeat(61))).toBe(`"${'a'.repeat(60)}…"`)
  expect(quoted('🦊'.repeat(60))).toBe(`"${'🦊'.repeat(60)}"`)
  expect(quoted('🦊'.repeat(61))).toBe(`"${'🦊'.repeat(60)}…"`)
})

test('an empty text is called so', () => {
  const place = { start: 0, end: 0 }

  expect(describeNode({ kind: 'text', value: '', ...place })).toBe('an empty text')
  expect(describeNode({ kind: 'text', value: 'x', ...place })).toBe('the text "x"')
})

test.each([
  ['2027-02-03', '2027-02-03T00:00:00Z'],
  ['2027-02-30', '2027-01-01T00:00:00Z'],
  ['on 2027-02-03', '2027-01-01T00:00:00Z'],
  ['2027-02-03 at noon', '2027-01-01T00:00:00Z'],
  ['soon', '2027-01-01T00:00:00Z'],
])('the time %j is corrected like %s', (text, example) => {
  expect(malformedTime('ExpiresAt', text).fix).toBe(`Write it like ${example}.`)
})

test('twelve members are listed in the message, and thirteen in the fix only', () => {
  const members = Array.from({ length: 13 }, (_, i) => `Member${i}`)

  expect(unknownMember('Kind', 'x', members.slice(1)).message).toContain('must be Member1, Member2')
  expect(unknownMember('Kind', 'x', members).message).toBe(
    'Kind is none of the 13 that the service knows: "x"',
  )
})

test('a hash fragment that an option refuses is named with the option', () => {
  const texts = { 'a.yaml': nativeFile('a', '{ Type: Md5, DetectionFunction: EndWith, Value: abcdef }') }

  expect(parseTexts(texts, { nonEqualsHash: 'reject' })).toMatchObject({
    ok: false,
    diagnostics: [
      {
        message: 'Md5 with EndWith is refused: the option nonEqualsHash is reject',
        fix: 'Use Equals with the whole hash.',
      },
    ],
  })
})

test('a control character is named by its number', () => {
  const [found] = refusalDiagnostics({ 'a.yaml': nativeFile('"a\\x1bb"') })

  expect(found?.message).toBe('Name holds the control character U+001B')
})

test('elements of a wrong kind are named with the list that they stand in', () => {
  const [found] = refusalDiagnostics({ 'a.yaml': `${nativeFile('a')}    opaque: [5]\n` })

  expect(found?.message).toBe('each element of opaque must be an object (an IOC), found the number 5')
})

test('what a rule file holds beside alertDefinitions is moved, IOCs under a definition', () => {
  const fixOf = (...keys: readonly string[]): string | null | undefined =>
    refusalDiagnostics({ 'a.json': `{${keys.map((key) => `"${key}": []`).join(', ')}}` })[0]?.fix

  const underDefinition = 'Put the IOCs under the iocs of their definition, or into a file of their own.'
  expect(fixOf('alertDefinitions', 'iocs')).toBe(underDefinition)
  expect(fixOf('iocs', 'alertDefinitions')).toBe(underDefinition)
  expect(fixOf('alertDefinitions', 'value')).toBe('Put each into a file of its own.')
})
