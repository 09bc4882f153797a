import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalIp, ipBytes } from '../../../src/canonical/ip.ts'
import { hexOfKey, ipTextOfKey, isMappedKey, readHexKey, readIpKey } from '../../../src/engine/value-key.ts'
import { parameters } from '../../support/runs.ts'

function ipKey(text: string): { readonly words: number; readonly key: Uint32Array } {
  const key = new Uint32Array(4)
  const bytes = new TextEncoder().encode(text)
  return { words: readIpKey(bytes, 0, bytes.length, key, 0), key }
}

/** The bytes that key words spell. */
function bytesOf(words: Uint32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(words.length * 4))
  words.forEach((word, i) => view.setUint32(i * 4, word))
  return new Uint8Array(view.buffer)
}

test('a hex key holds the digest as numbers of four bytes', () => {
  const key = new Uint32Array(2)
  const bytes = new TextEncoder().encode('00112233445566ff')

  expect(readHexKey(bytes, 0, 16, key, 0, 2)).toBe(true)
  expect(Array.from(key)).toEqual([0x00112233, 0x445566ff])
  expect(hexOfKey(key, 0, 2)).toBe('00112233445566ff')
})

test('a text is no hex key where a single byte is not a lower-case digit', () => {
  const good = 'a'.repeat(32)
  const key = new Uint32Array(4)
  let refused = 0

  for (let i = 0; i < 32; i += 1) {
    for (const bad of ['A', 'g', '/', ':', '`', ' ', '\0', 'ü']) {
      const bytes = new TextEncoder().encode(good.slice(0, i) + bad + good.slice(i + 1)).subarray(0, 32)
      if (!readHexKey(bytes, 0, 32, key, 0, 4)) refused += 1
    }
  }

  expect(refused).toBe(32 * 8)
})

test('for all texts, there is an address key exactly for canonical text, and it holds the bytes of the address', () => {
  let addresses = 0
  const group = fc.constantFrom('0', '1', 'ffff', 'db8', '01', 'A', '')
  const text = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.ipV6().map((address) => canonicalIp(address) ?? address),
    fc.array(group, { minLength: 2, maxLength: 9 }).map((groups) => groups.join(':')),
    fc.array(fc.constantFrom('0', '1', '255', '256', '01'), { maxLength: 5 }).map((parts) => parts.join('.')),
    fc.string(),
  )

  fc.assert(
    fc.property(text, (given) => {
      const { words, key } = ipKey(given)

      if (canonicalIp(given) === given) {
        const bytes = ipBytes(given)
        addresses += 1
        expect(words * 4).toBe(bytes.length)
        expect(bytesOf(key.subarray(0, words))).toEqual(bytes)
        expect(ipTextOfKey(key, 0, words)).toBe(given)
        expect(words === 4 && isMappedKey(key, 0)).toBe(false)
      } else expect(words).toBe(0)
    }),
    parameters(0.01),
  )

  expect(addresses).toBeGreaterThan(parameters(0.01).numRuns / 4)
})

test('keys are written and read at the given place', () => {
  const out = new Uint32Array(6)
  const bytes = new TextEncoder().encode('<0000000a00000014><192.0.2.1><2001:db8::1>')

  expect(readHexKey(bytes, 1, 17, out, 0, 2)).toBe(true)
  expect(readIpKey(bytes, 19, 28, out, 1)).toBe(1)
  expect(readIpKey(bytes, 30, 41, out, 2)).toBe(4)

  expect(Array.from(out)).toEqual([10, 0xc0000201, 0x20010db8, 0, 0, 1])
  expect(hexOfKey(out, 1, 2)).toBe('c000020120010db8')
  expect(ipTextOfKey(out, 1, 1)).toBe('192.0.2.1')
  expect(ipTextOfKey(out, 2, 4)).toBe('2001:db8::1')
})

test('a text of another length is no hex key, and what holds no address is no address key', () => {
  const bytes = new TextEncoder().encode('0123456789abcdef0')
  const out = new Uint32Array(4)

  expect([15, 16, 17].map((end) => readHexKey(bytes, 0, end, out, 0, 2))).toEqual([false, true, false])
  expect(['', '1.2.3', '01.2.3.4', '1.2.3.4.', 'x'.repeat(300)].map((text) => ipKey(text).words)).toEqual([
    0, 0, 0, 0, 0,
  ])
})

test.each([
  ['0.0.0.0', 0],
  ['0.0.0.10', 10],
  ['10.0.200.9', 0x0a00c809],
  ['100.20.30.40', 0x64141e28],
  ['255.255.255.255', 0xffffffff],
])('the key of %s is the number that its bytes spell', (text, key) => {
  expect(ipKey(text)).toEqual({ words: 1, key: Uint32Array.of(key, 0, 0, 0) })
})

const NEARLY = `1.2.3 1.2.3. .1.2.3 1..2.3 1.2..3 1.2.3.4. 1.2.3.4.5 ... 256.0.0.1 0.256.0.1 0.0.0.256 1.2.3.999 1.2.3.4000
  1.2.3.4294967300 00.2.3.4 1.2.03.4 1.2.3.00 1.2.3.007 1x2x3x4 1:2:3:4 1.2.3.: 1.2.3./ -1.2.3.4
  ...1 256.256.256.1 a.b.c.d`

test.each(NEARLY.split(/\s+/))('%j, which is nearly an address, has no key', (text) => {
  expect(ipKey(text).words).toBe(0)
})

test('the longest address has a key', () => {
  expect(ipKey('2001:db81:1112:2223:3334:4445:5556:6667').words).toBe(4)
  expect(ipKey('255.255.255.255').words).toBe(1)
})

test('the key of a mapped address is known as such', () => {
  const key = Uint32Array.of(0, 0, 0xffff, 0x01020304)

  expect(isMappedKey(key, 0)).toBe(true)
  expect(isMappedKey(Uint32Array.of(9, ...key), 1)).toBe(true)
  for (const other of [[1, 0, 0xffff, 5], [0, 1, 0xffff, 5], [0, 0, 0xfffe, 5], [...ipKey('::1').key]])
    expect(isMappedKey(Uint32Array.from(other), 0)).toBe(false)
})

test('the key of an address is written into its own words and no others', () => {
  const out = new Uint32Array(7).fill(9)
  const bytes = new TextEncoder().encode('2001:db8::1')

  readIpKey(bytes, 0, bytes.length, out, 1)

  expect(Array.from(out)).toEqual([9, 0x20010db8, 0, 0, 1, 9, 9])
})
