import { expect, test } from 'vitest'
import { hashText } from '../../../src/engine/key-hash.ts'

const SEED = { low: 1, high: 2 }

test('the hash of a text depends on its length, not only on its bytes', () => {
  const bytes = new Uint8Array(16)

  const hashes = new Set(Array.from({ length: 17 }, (_, length) => hashText(bytes, 0, length, SEED)))

  expect(hashes.size).toBe(17)
})

test('the hash of a text does not depend on where it lies', () => {
  const bytes = new TextEncoder().encode('xxevil.examplexevil.example')

  expect(hashText(bytes, 2, 14, SEED)).toBe(hashText(bytes, 15, 27, SEED))
})

test('the hash of a text follows each of its bytes, also those behind the last whole word', () => {
  const texts = ['abcdefg', 'Abcdefg', 'abcDefg', 'abcdEfg', 'abcdeFg', 'abcdefG'].map((text) =>
    new TextEncoder().encode(text),
  )

  expect(new Set(texts.map((bytes) => hashText(bytes, 0, bytes.length, SEED))).size).toBe(6)
})

/** A text whose bytes are words. */
function wordsText(...words: readonly number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(words).buffer)
}

function hashOf(bytes: Uint8Array, seed: typeof SEED): number {
  return hashText(bytes, 0, bytes.length, seed)
}

test('the hash of a text follows the seed in both halves', () => {
  const text = wordsText(1, 2, 3, 4)

  const hashes = [SEED, { low: 3, high: 2 }, { low: 1, high: 3 }].map((seed) => hashOf(text, seed))

  expect(new Set(hashes).size).toBe(3)
})

test('texts that differ in the top bits of two words do not collide under every seed', () => {
  // In a hash that mixes the seed in after the words, such pairs cancel whatever the seed.
  let collisions = 0

  for (let seed = 0; seed < 1000; seed += 1) {
    const both = { low: seed, high: Math.imul(seed, 0x9e3779b1) }
    const left = hashOf(wordsText(5, 6, 7, 8), both)
    const right = hashOf(wordsText(0x80000005, 0x80010006, 7, 8), both)
    if (left === right) collisions += 1
  }

  expect(collisions).toBeLessThan(3)
})

test('hashes of neighbouring texts spread over buckets', () => {
  const buckets = new Uint32Array(256)

  for (let i = 0; i < 25_600; i += 1) {
    const bucket = hashOf(wordsText(i), SEED) & 255
    buckets[bucket] = (buckets[bucket] ?? 0) + 1
  }

  expect(Math.min(...buckets)).toBeGreaterThan(50)
  expect(Math.max(...buckets)).toBeLessThan(160)
})
