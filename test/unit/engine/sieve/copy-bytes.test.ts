import { expect, test } from 'vitest'
import { copyBytes } from '../../../../src/engine/sieve/copy-bytes.ts'

const BYTES = Uint8Array.from({ length: 96 }, (_, i) => i + 1)

test('copies into shared memory what `set` copies, from all alignments to all alignments', () => {
  for (let from = 0; from < 16; from += 1)
    for (let at = 0; at < 16; at += 1)
      for (const length of [0, 1, 2, 7, 8, 9, 63, 64, 80]) {
        const expected = new Uint8Array(128)
        expected.set(BYTES.subarray(from, from + length), at)
        const shared = new Uint8Array(new SharedArrayBuffer(128))
        copyBytes(BYTES.subarray(from, from + length), shared, at)
        expect(Uint8Array.from(shared), `${length} bytes from ${from} to ${at}`).toEqual(expected)
      }
})

test('copies from shared memory, and words as the bytes that they are', () => {
  const shared = new Uint32Array(new SharedArrayBuffer(16))
  shared.set([1, 2, 3, 0xfffefdfc])
  const target = new Uint8Array(16)
  copyBytes(shared.subarray(1), target, 4)
  expect([...target]).toEqual([0, 0, 0, 0, ...new Uint8Array(shared.buffer, 4)])
})

test('refuses what the target has no room for, as `set` does', () => {
  expect(() => copyBytes(BYTES, new Uint8Array(95))).toThrow(RangeError)
})
