import { expect, test } from 'vitest'
import { readIp } from '../../../src/canonical/ip-bytes.ts'
import { ipBytes } from '../../../src/canonical/ip.ts'

test('an address is read from its own bytes and from none around them', () => {
  const out = new Uint8Array(16)
  const read = (text: string, start: number, end: number): number =>
    readIp(new TextEncoder().encode(text), start, end, out)

  expect(read('abc::1', 3, 6)).toBe(16)
  expect(read('abc::1', 3, 4)).toBe(0)
  expect(read('abc::1', 3, 3)).toBe(0)
  expect(read('1.2.3.4', 0, 5)).toBe(0)
  expect(read('1.2.3.45', 0, 7)).toBe(4)
})

test('a text that is no address has no bytes and is named as the mistake of the caller', () => {
  expect(() => ipBytes('evil.example')).toThrow(
    new RangeError('expected the canonical text of an IP address'),
  )
})
