import { expect, test } from 'vitest'
import { avalanche, Checksum } from '../../../src/engine/checksum.ts'
import { openBlockMixer } from '../../../src/engine/sieve/block-mixer.ts'

const WORDS = Uint32Array.from({ length: 64 }, (_, i) => Math.imul(i, 0x9e3779b1))

function lanesOf(words: Uint32Array): readonly [number, number] {
  const checksum = new Checksum().add(words)
  return [checksum.low, checksum.high]
}

test('the checksum changes in both lanes with every bit of every word', () => {
  const [low, high] = lanesOf(WORDS)
  let changes = 0

  for (let i = 0; i < WORDS.length; i += 1) {
    for (let bit = 0; bit < 32; bit += 1) {
      const altered = WORDS.slice()
      altered[i] = (altered[i] ?? 0) ^ (1 << bit)
      const [alteredLow, alteredHigh] = lanesOf(altered)
      if (alteredLow !== low && alteredHigh !== high) changes += 1
    }
  }

  expect(changes).toBe(64 * 32)
})

test('the checksum changes when two words are exchanged', () => {
  const exchanged = WORDS.slice()
  exchanged[3] = WORDS[4] ?? 0
  exchanged[4] = WORDS[3] ?? 0

  expect(lanesOf(exchanged)).not.toEqual(lanesOf(WORDS))
})

test('the checksum of parts added one after the other is that of the whole', () => {
  const inParts = new Checksum().add(WORDS, 0, 10).add(WORDS.subarray(10, 11)).add(WORDS, 11)

  expect([inParts.low, inParts.high]).toEqual(lanesOf(WORDS))
})

test('the final mix is a bijection over the low numbers', () => {
  const mixed = new Set(Array.from({ length: 50_000 }, (_, i) => avalanche(i)))

  expect(mixed.size).toBe(50_000)
})

test.each([5, 16, 31, 65_536, 65_537, 200_003])('the kernel mixes %i words as TypeScript does', (count) => {
  const words = Uint32Array.from({ length: count }, (_, i) => Math.imul(i + 1, 0x9e3779b1))
  const mixBlocks = openBlockMixer()
  if (mixBlocks === null) throw new Error('this machine has no kernel')

  const found = new Checksum(1, 2, mixBlocks).add(words, 1).add(words, 0, 20).add(words)

  const expected = new Checksum(1, 2).add(words, 1).add(words, 0, 20).add(words)
  expect([found.low, found.high]).toEqual([expected.low, expected.high])
})

test('the mixer of blocks is asked for whole blocks only', () => {
  const asked: number[] = []
  const checksum = new Checksum(1, 2, (_, from, to) => void asked.push(to - from))

  checksum.add(WORDS, 0, 5).add(WORDS, 0, 4).add(WORDS, 0, 60)

  expect(asked.length).toBeGreaterThan(0)
  expect(asked.every((words) => words > 0)).toBe(true)
})
