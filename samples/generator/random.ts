import { createHash } from 'node:crypto'

/** A seeded stream of numbers: the same seed gives the same samples on every machine. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** The next 32 bits (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + (this.next() % (most - least + 1))
  }

  pick<T>(from: readonly T[]): T {
    const chosen = from[this.next() % from.length]
    if (chosen === undefined) throw new Error('nothing to pick from')
    return chosen
  }

  /** True in `percent` of the cases. */
  chance(percent: number): boolean {
    return this.between(1, 100) <= percent
  }
}

/** A hex digest of a made-up text: looks like a file's hash and can belong to no real file. */
export function digest(algorithm: 'md5' | 'sha1' | 'sha256', text: string): string {
  return createHash(algorithm).update(`dryfire sample: ${text}`).digest('hex')
}

/** A digest with a fragment planted at its start, its end or in its middle. */
export function plantedDigest(
  algorithm: 'md5' | 'sha1' | 'sha256',
  text: string,
  place: 'start' | 'middle' | 'end',
  fragment: string,
): string {
  const hex = digest(algorithm, text)
  const rest = hex.length - fragment.length
  if (place === 'start') return fragment + hex.slice(fragment.length)
  if (place === 'end') return hex.slice(0, rest) + fragment
  return hex.slice(0, rest >> 1) + fragment + hex.slice((rest >> 1) + fragment.length)
}

/** A version-4 GUID made from a text. */
export function guid(text: string): string {
  const hex = digest('sha1', text)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
