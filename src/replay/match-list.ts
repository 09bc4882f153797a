import type { IndexImage } from '../engine/image-reader.ts'
import type { Observable } from '../model/observable.ts'
import type { Semantics } from '../model/semantics.ts'
import type { TimeTicks } from '../model/time.ts'
import { isActive } from './indicator-activity.ts'
import type { MatchDraft } from './scan-task.ts'

/** Comparing one by one beats a set while there are few; a hostile event may bring a million. */
const FEW = 16

/** The matches of one event that count (semantics 7, 8): of shown definitions and active indicators, each identity once. */
export class MatchList {
  /** In field order, with texts in full. */
  readonly found: MatchDraft[] = []
  readonly #image: IndexImage
  readonly #semantics: Semantics
  readonly #isDefinitionShown: readonly boolean[]
  readonly #time: TimeTicks | null
  #identities: Set<string> | null = null

  constructor(
    image: IndexImage,
    semantics: Semantics,
    isDefinitionShown: readonly boolean[],
    time: TimeTicks | null,
  ) {
    this.#image = image
    this.#semantics = semantics
    this.#isDefinitionShown = isDefinitionShown
    this.#time = time
  }

  add(indicator: number, observable: Observable): void {
    if (this.#isDefinitionShown[this.#image.definitionOf(indicator)] !== true) return
    if (!isActive(this.#image, indicator, this.#time, this.#semantics)) return
    if (!this.#isKnown(indicator, observable))
      this.found.push({ indicator, observable, textTruncated: false })
  }

  #isKnown(indicator: number, observable: Observable): boolean {
    if (this.#identities === null && this.found.length < FEW) {
      for (const match of this.found) if (isSame(match, indicator, observable)) return true
      return false
    }
    this.#identities ??= new Set(this.found.map((match) => identityOf(match.indicator, match.observable)))
    const identity = identityOf(indicator, observable)
    if (this.#identities.has(identity)) return true
    this.#identities.add(identity)
    return false
  }
}

function isSame(match: MatchDraft, indicator: number, { field, text }: Observable): boolean {
  return match.indicator === indicator && match.observable.field === field && match.observable.text === text
}

function identityOf(indicator: number, { field, text }: Observable): string {
  return JSON.stringify([indicator, field, text])
}
