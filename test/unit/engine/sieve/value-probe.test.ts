import { expect, test } from 'vitest'
import * as sieveTarget from '../../../../src/engine/sieve/sieve-target.ts'
import type { ObservableKind } from '../../../../src/model/field-map.ts'
import { INDICATOR_TYPES } from '../../../../src/model/indicator.ts'
import { keyTable } from '../../../support/defender-key-table.ts'
import { verdict } from './asked-values.ts'

const SHA1 = 'A94A8FE5CCB19BA61C4C0873D391E987982FBBD3'
const MD5 = '098F6BCD4621D373CADE4E832627B4F6'
const SHA256 = '9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08'

type Row = readonly [kind: ObservableKind, spelledValue: string, expected: string]

const ROWS: readonly Row[] = [
  ['sha1', SHA1, `Sha1 ${SHA1.toLowerCase()}`],
  ['sha1', SHA1.slice(1), ''],
  ['sha1', `${SHA1}0`, ''],
  ['sha1', `${SHA1} `, ''],
  ['sha1', '', ''],
  ['sha1', `${SHA1.slice(1)}g`, ''],
  ['sha1', String.raw`\u0041${SHA1.slice(1)}`, 'maybe'],
  ['sha1', String.raw`${SHA1}\n`, 'maybe'],
  ['sha1', String.raw`${SHA1}0\u0041`, ''],
  ['sha256', SHA256, `Sha256 ${SHA256.toLowerCase()}`],
  ['sha256', SHA1, ''],
  ['md5', MD5, `Md5 ${MD5.toLowerCase()}`],
  ['hash-list', `SHA1=${SHA1},IMPHASH=0`, `Sha1 ${SHA1.toLowerCase()}`],
  ['hash-list', `md5=${MD5} , SHA256=${SHA256}`, `Md5 ${MD5.toLowerCase()} | Sha256 ${SHA256.toLowerCase()}`],
  ['hash-list', `SHA1=${SHA1}0`, ''],
  ['hash-list', String.raw`SHA1=\u0041`, 'maybe'],
  ['ip', '10.1.2.3', 'IpAddress 10.1.2.3'],
  ['ip', '10.1.2.3:443', 'IpAddress 10.1.2.3'],
  ['ip', '[10.1.2.3]:443', 'IpAddress 10.1.2.3'],
  ['ip', '010.1.2.3', ''],
  ['ip', '10.1.2.256', ''],
  ['ip', '10.1.2', ''],
  ['ip', '10.1.2.3.4', ''],
  ['ip', '10.1.2.3/24', ''],
  ['ip', '0x7f.1', ''],
  ['ip', '', ''],
  ['ip', '::FFFF:10.1.2.3', 'IpAddress 10.1.2.3'],
  ['ip', '0:0:0:0:0:ffff:a01:203', 'IpAddress 10.1.2.3'],
  ['ip', '::10.1.2.3', 'IpAddress ::a01:203'],
  ['ip', '64:ff9b::192.0.2.1', 'IpAddress 64:ff9b::c000:201'],
  ['ip', 'FE80:0:0:0:0:0:0:1', 'IpAddress fe80::1'],
  ['ip', 'fe80::1%eth0', 'IpAddress fe80::1'],
  ['ip', '[fe80::1%25eth0]:80', 'IpAddress fe80::1'],
  ['ip', '2001:db8:0:0:1:0:0:1', 'IpAddress 2001:db8::1:0:0:1'],
  ['ip', '2001:0db8:0:1:1:1:1:1', 'IpAddress 2001:db8:0:1:1:1:1:1'],
  ['ip', '::', 'IpAddress ::'],
  ['ip', '1::', 'IpAddress 1::'],
  ['ip', '0:0:1:0:0:0:0:0', 'IpAddress 0:0:1::'],
  ['ip', '1:2:3:4:5:6:7', ''],
  ['ip', '1::2::3', ''],
  ['ip', '12345::', ''],
  ['ip', ':1', ''],
  ['ip', 'fe80::1]', 'maybe'],
  ['ip', '[fe80::1', 'maybe'],
  ['ip', String.raw`10.1.2.3\/24`, 'maybe'],
  ['domain', 'Evil.Example', 'DomainName evil.example'],
  ['domain', 'evil.example..', 'DomainName evil.example'],
  ['domain', '..', ''],
  ['domain', '', ''],
  ['domain', '_dmarc.x-1.example', 'DomainName _dmarc.x-1.example'],
  ['domain', '10.1.2.3.', 'IpAddress 10.1.2.3'],
  ['domain', '010.1.2.3', 'DomainName 010.1.2.3'],
  ['domain', 'fe80::1', 'IpAddress fe80::1'],
  ['domain', 'a b.example', ''],
  ['domain', 'a/b', ''],
  ['domain', 'evil.example:80', ''],
  ['domain', 'nougat [28:d2]._tcp.local', ''],
  ['domain', 'x[1].example', 'DomainName x[1].example'],
  ['domain', 'a%41.example', 'maybe'],
  ['domain', 'bücher.example', 'maybe'],
  ['domain', 'a\tb', 'maybe'],
  ['domain', String.raw`a\u002eexample`, 'maybe'],
  ['domain', String.raw`a\/b`, 'maybe'],
  ['domain', 'x'.repeat(4097), 'maybe'],
  ['url', 'https://Evil.Example/a?b#c', 'DomainName evil.example'],
  ['url', String.raw`https:\/\/evil.example\/a\u0026b`, 'DomainName evil.example'],
  ['url', String.raw`https:/\/evil.example\/a`, 'DomainName evil.example'],
  ['url', String.raw`https:/\u002fevil.example`, 'maybe'],
  ['url', String.raw`https\u003a//evil.example`, 'maybe'],
  ['url', String.raw`http://evil.example\\x`, 'maybe'],
  ['url', '//evil.example', 'DomainName evil.example'],
  ['url', '///evil.example', ''],
  ['url', 'evil.example', 'DomainName evil.example'],
  ['url', 'evil.example:443/x', 'DomainName evil.example'],
  ['url', 'evil.example:x/', ''],
  ['url', 'http://u:p@w@evil.example:80/', 'DomainName evil.example'],
  ['url', 'http://evil.example?q=a@b.example', 'DomainName evil.example'],
  ['url', 'http://evil.example.:80', 'DomainName evil.example'],
  ['url', 'http://10.1.2.3:80/x', 'IpAddress 10.1.2.3'],
  ['url', 'http://0x7f.1/', 'DomainName 0x7f.1'],
  ['url', 'http://[2001:DB8::1]:80/', 'IpAddress 2001:db8::1'],
  ['url', '[::1]', 'IpAddress ::1'],
  ['url', '::1', 'IpAddress ::1'],
  ['url', '[]', ''],
  ['url', 'http://[evil.example]/', 'maybe'],
  ['url', 'http://a%2eexample/', 'maybe'],
  ['url', 'http://evil.example/%2e', 'DomainName evil.example'],
  ['url', 'http://bücher.example/', 'maybe'],
  ['url', 'http://evil.example/ü', 'DomainName evil.example'],
  ['url', 'about:blank', ''],
  ['url', '', ''],
  ['url', `http://${'u'.repeat(4097)}@evil.example`, 'maybe'],
  [
    'dns-results',
    'type:  5 A.example;::ffff:1.2.3.4;',
    'DomainName 5 | DomainName a.example | IpAddress 1.2.3.4 | IpAddress 1.2.3.4',
  ],
  ['dns-results', 'a.example', 'DomainName a.example'],
  ['dns-results', ';;', ''],
  ['dns-results', String.raw`a.example;\u0062`, 'maybe'],
]

test.each(ROWS)('the sieve reads the %s value %j and asks about %j', (kind, value, expected) => {
  const table = keyTable([['key', kind]])

  expect(verdict(table, `{"key":"${value}"}`)).toBe(expected)
})

test.each(ROWS.filter(([, value]) => !value.includes('\\')))(
  'the sieve reads the %s value %j the same way in a document that is held in a string',
  (kind, value, expected) => {
    const table = keyTable([['doc', 'json']], [['key', kind]])

    expect(verdict(table, String.raw`{"doc":"{\"key\":\"${value}\"}"}`)).toBe(expected)
  },
)

test.each(ROWS)(
  'the sieve reads the %s value %j to the end of a record that is cut off there',
  (kind, value) => {
    const table = keyTable([['key', kind]])
    const whole = verdict(table, `{"key":"${value}"`)

    expect(verdict(table, `{"key":"${value}`)).toBe(whole)
  },
)

test('the sieve asks about every kind of a key that has several', () => {
  const table = keyTable([['key', 'md5', 'ip', 'domain']])

  expect(verdict(table, `{"key":"${MD5}"}`)).toBe(
    `Md5 ${MD5.toLowerCase()} | DomainName ${MD5.toLowerCase()}`,
  )
  expect(verdict(table, '{"key":"10.0.0.1"}')).toBe('IpAddress 10.0.0.1 | IpAddress 10.0.0.1')
})

test('the indices of types that the sieve asks with are those of the model', () => {
  const { DOMAIN_NAME, IP_ADDRESS, MD5, SHA1, SHA256 } = sieveTarget

  expect([SHA1, SHA256, MD5, IP_ADDRESS, DOMAIN_NAME].map((index) => INDICATOR_TYPES[index])).toEqual([
    'Sha1',
    'Sha256',
    'Md5',
    'IpAddress',
    'DomainName',
  ])
})
