import { expect, test } from 'vitest'
import { AddressEquals, DigestEquals, DomainEquals } from '../../../src/engine/equals-index.ts'
import type { EqualsIndex } from '../../../src/engine/equals-index.ts'
import { IdList } from '../../../src/engine/id-list.ts'
import { buildKeySet, KeySet } from '../../../src/engine/key-set.ts'
import { pickTexts } from '../../../src/engine/text-list.ts'
import { buildTextSet, TextSet } from '../../../src/engine/text-set.ts'
import { textListOf } from '../../support/text-lists.ts'

const SEED = { low: 1, high: 2 }

function keySetOf(words: number, ...raw: readonly number[]): KeySet {
  const { directory, keys } = buildKeySet(Uint32Array.from(raw), words)
  return KeySet.open(directory, keys, words)
}

/** A name alone in its set is pattern 0; the set is given one name or two of which the first is the longer. */
function namesIndex(names: readonly string[], mode: 'exact' | 'subdomains'): DomainEquals {
  const { directory, groups } = buildTextSet(textListOf(names), SEED)
  return new DomainEquals(TextSet.open(directory, pickTexts(textListOf(names), groups.rows), SEED), 20, mode)
}

/** What is found in a part of a text, by both questions, which must agree. */
function search(index: EqualsIndex, text: string, start = 0, end: number = text.length): number[] {
  const bytes = new TextEncoder().encode(text)
  const out = new IdList()
  index.match(bytes, start, end, out)
  expect(index.hasMatch(bytes, start, end)).toBe(out.length > 0)
  return out.toArray()
}

test('equal digests are counted from the base, and other texts are none', () => {
  const index = new DigestEquals(keySetOf(1, 0x1234abcd, 0x1234abce), 7, 1)

  expect(search(index, '1234abce')).toEqual([8])
  expect(search(index, '1234abcf')).toEqual([])
  expect(search(index, '1234ABCE')).toEqual([])
  expect(search(index, '1234abce0')).toEqual([])
})

test('equal addresses are counted from the base of their width, and no other address is found', () => {
  const index = new AddressEquals(keySetOf(1, 0xc0000201), 5, keySetOf(4, 0x20010db8, 0, 0, 1), 9)

  expect(search(index, '192.0.2.1')).toEqual([5])
  expect(search(index, '2001:db8::1')).toEqual([9])
  expect(search(index, '192.0.2.2')).toEqual([])
  expect(search(index, '2001:db8::2')).toEqual([])
  expect(search(index, 'host')).toEqual([])
})

test.each([
  ['IPv4', keySetOf(1, 0xc0000201), keySetOf(4), '192.0.2.1', '::1'],
  ['IPv6', keySetOf(1), keySetOf(4, 0, 0, 0, 1), '::1', '192.0.2.1'],
])('equal addresses are found where all of them are %s', (_, v4, v6, present, absent) => {
  const index = new AddressEquals(v4, 5, v6, 5)

  expect(search(index, present)).toEqual([5])
  expect(search(index, absent)).toEqual([])
})

test('equal names are found whole, and with subdomains below the name as well', () => {
  const exact = namesIndex(['evil.example'], 'exact')
  const subdomains = namesIndex(['evil.example'], 'subdomains')

  expect([exact, subdomains].map((index) => search(index, 'evil.example'))).toEqual([[20], [20]])
  expect([exact, subdomains].map((index) => search(index, 'a.b.evil.example'))).toEqual([[], [20]])
  expect([exact, subdomains].map((index) => search(index, 'notevil.example'))).toEqual([[], []])
  expect([exact, subdomains].map((index) => search(index, 'evil.example.org'))).toEqual([[], []])
})

test('a name that only ends in a shorter one is no subdomain of it, whatever the longest name', () => {
  const index = namesIndex(['a-much-longer-name.example', 'evil.example'], 'subdomains')

  expect(search(index, 'notevil.example')).toEqual([])
  expect(search(index, 'notevil.example.')).toEqual([])
  expect(search(index, 'x.evil.example')).toHaveLength(1)
})

test('names are looked for only between start and end, even where the text before would complete one', () => {
  const index = namesIndex(['a.evil.example'], 'subdomains')

  expect(search(index, 'a.evil.example', 2)).toEqual([])
  expect(search(index, 'x.a.evil.example', 4)).toEqual([])
  expect(search(index, 'b.a.evil.example', 2)).toEqual([20])
  expect(search(index, 'b.a.evil.example.', 2, 16)).toEqual([20])
})

test('digests are looked for between start and end, and only whole ones', () => {
  const index = new DigestEquals(keySetOf(2, 0x1234abcd, 0x55556666, 0x1234abcd, 0x77778888), 7, 2)

  expect(search(index, '<1234abcd77778888>', 1, 17)).toEqual([8])
  expect(search(index, '1234abcd5555666x')).toEqual([])
  expect(search(index, '1234abcd7777888')).toEqual([])
  expect(search(index, '1234abcd')).toEqual([])
})

test('a name of the longest length is found below itself, and not in a name that only ends in it', () => {
  const longest = `${'abcdefghij.'.repeat(22)}example.org`
  const index = namesIndex([longest], 'subdomains')

  expect(longest).toHaveLength(253)
  expect(search(index, longest)).toEqual([20])
  expect(search(index, `sub.${longest}`)).toEqual([20])
  expect(search(index, `x${longest}`)).toEqual([])
  expect(search(index, `x.y${longest}`)).toEqual([])
})
