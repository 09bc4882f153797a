import type { NearKind } from '../../model/explanation.ts'

/** An indicator near to an observable that does not match it; a smaller score is nearer. */
export interface NearIndicator {
  readonly indicator: number
  readonly kind: NearKind
  readonly score: number
}

/** Keeps the few nearest of many candidates, by (score, indicator), whatever the order in which they come. */
export class NearestList {
  readonly #limit: number
  readonly #indicatorsOf: (pattern: number, kind: NearKind, score: number) => readonly NearIndicator[]
  readonly #list: NearIndicator[] = []

  /** `indicatorsOf` gives the indicators of a pattern; it is asked only for candidates that may stay. */
  constructor(
    limit: number,
    indicatorsOf: (pattern: number, kind: NearKind, score: number) => readonly NearIndicator[],
  ) {
    this.#limit = limit
    this.#indicatorsOf = indicatorsOf
  }

  get list(): readonly NearIndicator[] {
    return this.#list
  }

  offer(pattern: number, kind: NearKind, score: number): void {
    const worst = this.#list.length < this.#limit ? Number.POSITIVE_INFINITY : this.#list.at(-1)!.score
    if (score > worst) return
    for (const candidate of this.#indicatorsOf(pattern, kind, score)) this.#insert(candidate)
  }

  #insert(candidate: NearIndicator): void {
    let at = this.#list.length
    while (at > 0 && isNearer(candidate, this.#list[at - 1]!)) at -= 1 // at - 1 >= 0
    if (at === this.#limit) return
    this.#list.splice(at, 0, candidate)
    if (this.#list.length > this.#limit) this.#list.pop()
  }
}

function isNearer(left: NearIndicator, right: NearIndicator): boolean {
  return left.score < right.score || (left.score === right.score && left.indicator < right.indicator)
}
