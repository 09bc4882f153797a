import type { Mutant } from './list-mutants.ts'

/** The mutants that are tried, in canonical order, and how many there are in all. */
export interface MutantSample {
  readonly mutants: readonly Mutant[]
  readonly possible: number
}

/**
 * Keeps at most `size` of the mutants that come in, and of them those with the lowest rank. A rank depends on the seed and
 * on what is changed, not on the other rules: a rule set that grew keeps nearly all of its sample.
 */
export class MutantSampler {
  readonly #size: number
  readonly #seed: number
  readonly #nameOf: (mutant: Mutant) => string
  #kept: { readonly mutant: Mutant; readonly rank: number; readonly index: number }[] = []
  /** No rank above this one can still be kept. */
  #bound = Number.POSITIVE_INFINITY
  #possible = 0

  constructor(size: number, seed: number, nameOf: (mutant: Mutant) => string) {
    this.#size = size
    this.#seed = seed
    this.#nameOf = nameOf
  }

  add(mutant: Mutant): void {
    const index = this.#possible
    this.#possible += 1
    const rank = rankOf(this.#nameOf(mutant), this.#seed)
    if (rank > this.#bound) return
    this.#kept.push({ mutant, rank, index })
    if (this.#kept.length >= this.#size * 2 + SLACK) this.#cut()
  }

  finish(): MutantSample {
    this.#cut()
    const mutants = this.#kept.toSorted((a, b) => a.index - b.index).map(({ mutant }) => mutant)
    return { mutants, possible: this.#possible }
  }

  #cut(): void {
    if (this.#kept.length <= this.#size) return
    this.#kept.sort((a, b) => a.rank - b.rank || a.index - b.index)
    this.#kept = this.#kept.slice(0, this.#size)
    this.#bound = this.#kept.at(-1)?.rank ?? Number.NEGATIVE_INFINITY
  }
}

/** Mutants beyond twice the sample before the rest is dropped. */
const SLACK = 1024

/** A number that a seed and a text give, spread over 32 bits (FNV-1a, then mixed). */
function rankOf(text: string, seed: number): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
