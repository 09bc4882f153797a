import { describe, expect, test } from 'vitest'
import { canonicalIp, ipBytes, ipOfField, ipText } from '../../../src/canonical/ip.ts'
import { oracleText } from './oracle-data.ts'

describe('canonical address', () => {
  test.for([
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['::', '::'],
    ['1::', '1::'],
    ['::1', '::1'],
    ['1::3:4:5:6:7:8', '1:0:3:4:5:6:7:8'],
    ['0:0:1:0:0:0:1:1', '0:0:1::1:1'],
    ['1:0:0:2:0:0:3:4', '1::2:0:0:3:4'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['::FFFF:0102:0304', '1.2.3.4'],
    ['0:0:0:0:0:ffff:1.2.3.4', '1.2.3.4'],
    ['::1.2.3.4', '::102:304'],
    ['::ffff:0:1.2.3.4', '::ffff:0:102:304'],
    ['::ffff:9.10.99.100', '9.10.99.100'],
    ['f:10:ff:100:fff:1000:ffff:1', 'f:10:ff:100:fff:1000:ffff:1'],
  ] as const)('the address %s is printed as %s when read', ([text, expected]) => {
    const canonical = canonicalIp(text)

    expect(canonical).toBe(expected)
  })

  test.for([
    '',
    '\u0131.2.3.4',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.4.',
    '.1.2.3.4',
    '1..2.3',
    '01.2.3.4',
    '1.2.3.00',
    '1:2::4:5:6:7:8:1.2.3.4',
    '1:2:3:4:5:6:7:1.2.3.4',
    'ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.2555',
    '1.2.3.256',
    '1.2.3.1000',
    '1.2.3.4 ',
    '1.2.3.4\n',
    '+1.2.3.4',
    '１.2.3.4',
    '1.2.3.4/32',
    ':',
    ':::',
    '1:2',
    ':1::2',
    '1::2:',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '1:2:3:4::5:6:7:8',
    '12345::',
    'g::',
    '::1.2.3',
    '::01.2.3.4',
    '::1.2.3.4:5',
    '1:2:3:4:5:6:7:1.2.3.4',
    '::1%eth0',
    '[::1]',
  ])('the text %j is no address when read strictly', (text) => {
    const canonical = canonicalIp(text)

    expect(canonical).toBeNull()
  })

  test.for([
    ['[::1]', '::1'],
    ['[::1]:443', '::1'],
    ['[1.2.3.4]:80', '1.2.3.4'],
    ['1.2.3.4:65535', '1.2.3.4'],
    ['FE80::1%eth0', 'fe80::1'],
    ['[fe80::1%12]:80', 'fe80::1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['1.2.3.4/24', null],
    ['[::1', null],
    ['::1]', null],
    ['[::1]:', null],
    ['[::1]x', null],
    ['1.2.3.4:', null],
    ['evil.example:80', null],
    ['-', null],
    ['', null],
  ] as const)('an IP field with %j gives %j when read', ([text, expected]) => {
    const address = ipOfField(text)

    expect(address).toBe(expected)
  })

  test('address bytes are refused when they are neither four nor sixteen', () => {
    expect(() => ipText(new Uint8Array(5))).toThrow('expected 4 or 16 address bytes, found 5')
    expect(() => ipBytes('evil.example')).toThrow(RangeError)
  })

  test('sixteen mapped bytes are printed as IPv4 when turned into text', () => {
    const mapped = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 1, 2, 3, 4)

    const text = ipText(mapped)

    expect(text).toBe('1.2.3.4')
  })

  test('addresses agree with an independent table when it is here', (context) => {
    const rows = oracleText(context, 'ip/ip_canonical.tsv')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.split('\t'))
    // The table keeps zones, which no canonical address has, and prints mapped addresses as IPv6.
    const expected = rows.map(([, verdict, text = '', , mapped = '']) =>
      verdict === 'valid' && !text.includes('%') ? mapped || text : null,
    )

    const found = rows.map(([input = '""']) => canonicalIp(String(JSON.parse(input))))

    expect(found).toEqual(expected)
    expect(found.filter((text) => text !== null).length).toBeGreaterThan(80)
  })
})
