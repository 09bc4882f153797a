import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { highProduct, Word64 } from '../../../../src/engine/sieve/word64.ts'
import { parameters } from '../../../support/runs.ts'

const WORD = fc.oneof(fc.nat({ max: 0xffffffff }), fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xffffffff))
const MASK = 2n ** 64n - 1n

function big(high: number, low: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)
}

function value(word: Word64): bigint {
  return big(word.high, word.low)
}

test('a word of 64 bits calculates as a bigint does', () => {
  let carries = 0

  fc.assert(
    fc.property(WORD, WORD, WORD, WORD, (high, low, otherHigh, otherLow) => {
      const word = (): Word64 => new Word64().set(high, low)
      const own = big(high, low)
      const other = big(otherHigh, otherLow)
      if (low + otherLow > 0xffffffff) carries += 1

      expect(value(word().xor(otherHigh, otherLow))).toBe(own ^ other)
      expect(value(word().add(otherHigh, otherLow))).toBe((own + other) & MASK)
      expect(value(word().multiply(otherHigh, otherLow))).toBe((own * other) & MASK)
      expect(value(word().foldBy32())).toBe(own ^ (own >> 32n))
      expect(value(word().foldBy29())).toBe(own ^ (own >> 29n))
      expect(highProduct(low, otherLow)).toBe(Number((BigInt(low) * BigInt(otherLow)) >> 32n))
    }),
    parameters(0.02),
  )

  expect(carries).toBeGreaterThan(parameters(0.02).numRuns / 5)
})
