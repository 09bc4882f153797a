import { inspect } from 'node:util'

const PLACEHOLDER = '[secret]'

/**
 * A value that no output shows: text, JSON, templates, `util.inspect` and clones of it hold a placeholder or nothing.
 * Only `reveal` gives the value, so that a search for that word lists every place where it is used (sync 15).
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
    // Not a method: declarations cannot name a key that only Node knows.
    Object.defineProperty(this, inspect.custom, { value: () => PLACEHOLDER })
  }

  /** The value itself, for the one request that needs it. Never store, print or throw it. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return PLACEHOLDER
  }

  toJSON(): string {
    return PLACEHOLDER
  }

  [Symbol.toPrimitive](): string {
    return PLACEHOLDER
  }
}

Object.defineProperty(Secret.prototype, inspect.custom, { value: () => PLACEHOLDER })
