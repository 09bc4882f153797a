/** Numbers from a seed, quick enough for a loop of millions: xorshift on one 32-bit word, after a mix of the seed. */
export class FuzzRandom {
  #state: number

  constructor(seed: number) {
    // Neighbouring seeds must not give neighbouring sequences; the mix is the finaliser of MurmurHash3.
    let mixed = (seed ^ Math.floor(seed / 2 ** 32)) >>> 0
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
    mixed = (mixed ^ (mixed >>> 16)) >>> 0
    this.#state = mixed === 0 ? 1 : mixed
  }

  /** A whole number from 0 to `count - 1`. */
  below(count: number): number {
    let state = this.#state
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    this.#state = state
    // The high bits by multiplication: the low ones of xorshift are weak, and a remainder takes longer.
    return Math.floor(((state >>> 0) / 2 ** 32) * count)
  }

  /** True once in `count` times. */
  oneIn(count: number): boolean {
    return this.below(count) === 0
  }

  /** One of the elements. Precondition: there is one. */
  pick<Element>(elements: readonly Element[]): Element {
    const chosen = elements[this.below(elements.length)]
    if (chosen === undefined) throw new RangeError('nothing to pick from')
    return chosen
  }
}
