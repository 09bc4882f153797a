/**
 * The decisions behind one generated case, as whole numbers: drawn from a seed, or given. What is generated is a
 * function of them alone, so a case is repeated by its seed and made smaller by smaller numbers, whatever it is.
 */
export class Choices {
  /** What was decided so far; giving it to `replayed` makes the same case. */
  readonly made: number[] = []
  readonly #given: readonly number[] | null
  readonly #seed: number
  #state: number

  private constructor(given: readonly number[] | null, seed: number) {
    this.#given = given
    this.#seed = seed
    this.#state = mixed(seed)
  }

  static seeded(seed: number): Choices {
    return new Choices(null, seed)
  }

  /** The case of these numbers; past their end every decision is 0, the plainest. */
  static replayed(numbers: readonly number[]): Choices {
    return new Choices(numbers, 0)
  }

  /** A whole number from 0 to `count - 1`, where 0 is the plainest choice. Precondition: `count >= 1`. */
  below(count: number): number {
    const number = this.#given === null ? Math.floor(this.#next() * count) : this.#nextGiven() % count
    this.made.push(number)
    return number
  }

  /** Like `below`, but neighbouring seeds choose neighbouring numbers: a run over `count` seeds chooses each once. */
  turn(count: number): number {
    const number = this.#given === null ? this.#seed % count : this.#nextGiven() % count
    this.made.push(number)
    return number
  }

  /** True once in `count` times; the plainest choice is false. */
  oneIn(count: number): boolean {
    return this.below(count) === count - 1
  }

  /** One of the elements, the first being the plainest. Precondition: there is one. */
  pick<Element>(elements: readonly Element[]): Element {
    const chosen = elements[this.below(elements.length)]
    if (chosen === undefined) throw new RangeError('nothing to choose from')
    return chosen
  }

  #nextGiven(): number {
    return Math.abs(this.#given?.[this.made.length] ?? 0)
  }

  /** A number in [0, 1), by mulberry32. */
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let bits = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return ((bits ^ (bits >>> 14)) >>> 0) / 0x1_0000_0000
  }
}

/** Neighbouring seeds must not give neighbouring sequences. */
function mixed(seed: number): number {
  let bits = (seed ^ Math.floor(seed / 0x1_0000_0000)) >>> 0
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
