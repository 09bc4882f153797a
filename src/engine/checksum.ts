/**
 * Two 32-bit lanes over little-endian words. In each lane a step is `rotate((lane ^ word) * odd)`.
 *
 * For a fixed lane the step is a bijection of the word, and for a fixed word a bijection of the lane (xor, a product
 * with an odd number modulo 2^32 and a rotation can all be undone). So two inputs that differ in one word leave the
 * step of that word with different lanes, and stay different to the end: every change within one aligned word, hence
 * every change of one byte, is found with certainty; other accidents slip through with probability 2^-64.
 * Against a forger it promises nothing: he can seal the image again, so the reader checks the structure as well.
 */
export class Checksum {
  #low: number
  #high: number

  constructor(low = 0x243f6a88, high = 0x85a308d3) {
    this.#low = low | 0
    this.#high = high | 0
  }

  /** Mixes `words[start, end)` in. */
  add(words: Uint32Array, start = 0, end: number = words.length): this {
    let low = this.#low
    let high = this.#high
    for (let i = start; i < end; i += 1) {
      const word = words[i]! // i < end <= words.length
      low = Math.imul(low ^ word, 0x9e3779b1)
      low = (low << 13) | (low >>> 19)
      high = Math.imul(high ^ word, 0x85ebca6b)
      high = (high << 17) | (high >>> 15)
    }
    this.#low = low
    this.#high = high
    return this
  }

  get low(): number {
    return avalanche(this.#low)
  }

  get high(): number {
    return avalanche(this.#high)
  }
}

/** Spreads every bit of a lane over the result; a bijection, so that differences survive. */
export function avalanche(lane: number): number {
  let mixed = lane ^ (lane >>> 16)
  mixed = Math.imul(mixed, 0x85ebca6b)
  mixed ^= mixed >>> 13
  mixed = Math.imul(mixed, 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
