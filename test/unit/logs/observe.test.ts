import { expect, test } from 'vitest'
import { observe, observeByShape } from '../../../src/logs/observe.ts'

const MD5 = 'd41d8cd98f00b204e9800998ecf8427e'
const SHA256 = 'a'.repeat(64)

const valuesOf = (findings: readonly { readonly type: string; readonly value: string }[]): string[] =>
  findings.map(({ type, value }) => `${type} ${value}`)

test.each([
  ['md5', MD5.toUpperCase(), [`Md5 ${MD5}`]],
  ['md5', `${MD5} `, []],
  ['sha256', SHA256, [`Sha256 ${SHA256}`]],
  ['sha1', MD5, []],
  ['ip', '[fe80::1%eth0]:443', ['IpAddress fe80::1']],
  ['ip', 'a.example', []],
  ['domain', 'A.Example.', ['DomainName a.example']],
  ['domain', '1.2.3.4', ['IpAddress 1.2.3.4']],
  ['url', 'https://user@a.example:1/x', ['DomainName a.example']],
  ['url', 'about:blank', []],
  ['json', '{"a":"b"}', []],
] as const)('a field of kind %s with the text %j gives %j', (kind, text, expected) => {
  expect(valuesOf(observe(kind, text).findings)).toEqual(expected)
})

test('a hash list gives the hashes that have a type and never an IMPHASH', () => {
  const text = `SHA1=${'b'.repeat(40)},MD5=${MD5.toUpperCase()},SHA256=${SHA256},IMPHASH=${MD5}`

  expect(valuesOf(observe('hash-list', text).findings)).toEqual([
    `Sha1 ${'b'.repeat(40)}`,
    `Md5 ${MD5}`,
    `Sha256 ${SHA256}`,
  ])
})

test('DNS results give addresses and names when types and separators stand between them', () => {
  const text = 'type:  5 a.example;::ffff:1.2.3.4;type:  28 ;b.example.;'

  expect(valuesOf(observe('dns-results', text).findings)).toEqual([
    'DomainName a.example',
    'IpAddress 1.2.3.4',
    'DomainName b.example',
  ])
})

test('a text under a name field counts as no name when it holds a separator', () => {
  expect(observe('domain', 'a b').isNotAName).toBe(true)
  expect(observe('domain', '').isNotAName).toBe(false)
})

test.each([
  [MD5, ['Md5 ' + MD5]],
  ['1.2.3.4:80', ['IpAddress 1.2.3.4']],
  ['//a.example/x', ['DomainName a.example']],
  ['a.example', ['DomainName a.example']],
  ['localhost', []],
  ['3.14', []],
  ['C:\\a.exe', []],
  ['2026-11-01T10:00:00.5Z', []],
])('the shape of %j gives %j', (text, expected) => {
  expect(valuesOf(observeByShape(text).findings)).toEqual(expected)
})
