import { describe, expect, test } from 'vitest'
import { canonicalHash, hashTypeOfLength } from '../../../src/canonical/hash.ts'
import { guessIndicatorType } from '../../../src/canonical/guess-type.ts'

describe('canonical hash', () => {
  test.for([
    ['Md5', 'AB'.repeat(16), 'ab'.repeat(16)],
    ['Sha1', '0f'.repeat(20), '0f'.repeat(20)],
    ['Sha256', 'Ff'.repeat(32), 'ff'.repeat(32)],
    ['Sha1', 'a'.repeat(39), null],
    ['Sha1', 'a'.repeat(64), null],
    ['Md5', ` ${'a'.repeat(31)}`, null],
    ['Md5', `${'a'.repeat(31)}\n`, null],
    ['Md5', `${'a'.repeat(31)}K`, null],
    ['Md5', '', null],
  ] as const)('a text under a %s field is %j, canonically %j, when read', ([type, text, expected]) => {
    const hash = canonicalHash(type, text)

    expect(hash).toBe(expected)
  })

  test('a digest length names its type when there is one', () => {
    expect([32, 40, 64, 33].map(hashTypeOfLength)).toEqual(['Md5', 'Sha1', 'Sha256', null])
  })

  test.for([
    ['a'.repeat(32), 'Md5'],
    ['A'.repeat(40), 'Sha1'],
    ['0'.repeat(64), 'Sha256'],
    ['1.2.3.4', 'IpAddress'],
    ['::1', 'IpAddress'],
    ['evil.example', 'DomainName'],
    ['localhost', null],
    ['010.8.8.8', null],
    ['https://evil.example/', null],
    ['', null],
  ] as const)('the text %j is taken for %j when the type is guessed', ([text, expected]) => {
    expect(guessIndicatorType(text)).toBe(expected)
  })
})
