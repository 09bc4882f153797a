/** Whether something happened; null when nobody knows. */
export type Certainty = boolean | null

/** How an entity stands to the states in which it may rightly be. */
export type Standing = 'right' | 'gone' | 'still there' | 'different'

/** The states in which one entity may rightly be, after changes of which some are not known to have happened. */
export class Variants<Entity> {
  #all: readonly Entity[]
  #mayBeAbsent = false

  constructor(before: Entity) {
    this.#all = [before]
  }

  /** The last of the states: what the entity is to become. Null where it is to go. */
  get wanted(): Entity | null {
    return this.#all.at(-1) ?? null
  }

  change(isDone: Certainty, apply: (entity: Entity) => Entity): void {
    if (isDone === false) return
    const changed = this.#all.map(apply)
    this.#all = isDone === true ? changed : [...this.#all, ...changed]
  }

  remove(isDone: Certainty): void {
    this.removeWhere(() => isDone)
  }

  removeWhere(isRemoved: (entity: Entity) => Certainty): void {
    if (this.#all.some((entity) => isRemoved(entity) !== false)) this.#mayBeAbsent = true
    this.#all = this.#all.filter((entity) => isRemoved(entity) !== true)
  }

  /** Compares by text what the tenant shows with every state that would be right. */
  judge(shown: Entity | undefined, textOf: (entity: Entity) => string): Standing {
    if (shown === undefined) return this.#mayBeAbsent ? 'right' : 'gone'
    if (this.#all.length === 0) return 'still there'
    return this.#all.some((variant) => textOf(variant) === textOf(shown)) ? 'right' : 'different'
  }
}
