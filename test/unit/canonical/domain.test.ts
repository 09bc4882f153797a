import { expect, test } from 'vitest'
import { isAscii } from '../../../src/canonical/ascii.ts'
import { canonicalName } from '../../../src/canonical/domain.ts'
import { guessIndicatorType } from '../../../src/canonical/guess-type.ts'
import { hostOfUrlField } from '../../../src/canonical/host.ts'

test.for([
  ['A', 'a'],
  ['Z', 'z'],
  ['@', null],
  ['[', '['],
  ['Ü.DE', 'xn--tda.de'],
  ['Ü%41.DE', 'Ü%41.de'],
] as const)('the name %j seen in an event becomes %j', ([text, expected]) => {
  expect(canonicalName(text)).toBe(expected)
})

test('a text is ASCII up to the last code of seven bits', () => {
  expect(isAscii('\0\x7f')).toBe(true)
  expect(isAscii('\x80')).toBe(false)
})

test('a bracket at the end alone is part of the host', () => {
  expect(hostOfUrlField('a]')).toEqual({ kind: 'domain', value: 'a]' })
})

test('a text with a character that no name has is guessed to be nothing', () => {
  expect(guessIndicatorType('evil.example')).toBe('DomainName')
  expect(guessIndicatorType('!evil.example')).toBeNull()
})
