import type { IndicatorDiffs, OpaqueDiff } from '../../model/rule-diff.ts'
import { LISTED_INDICATORS_LIMIT } from '../../model/rule-diff.ts'

/** Counts everything and keeps the first ones: a new feed adds a million. */
export class DiffList<Diff extends OpaqueDiff> {
  #count = 0
  readonly #listed: Diff[] = []

  add(make: () => Diff): void {
    this.#count += 1
    if (this.#listed.length < LISTED_INDICATORS_LIMIT) this.#listed.push(make())
  }

  end(): IndicatorDiffs<Diff> {
    return { count: this.#count, listed: this.#listed }
  }
}
