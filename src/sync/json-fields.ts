import { quoted } from '../canonical/value-problem.ts'

/** A value of a file that is not what it must be; the message says where it stands, what it must be and what it is. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError'
}

/**
 * Reads the properties of a JSON object of unknown shape one by one. Every read checks; `end` refuses what was not read,
 * so that nothing in a hostile file is carried along unseen. Throws a ShapeError.
 */
export class JsonFields {
  readonly #path: string
  readonly #values: Map<string, unknown>

  constructor(value: unknown, path: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw shapeError(path, 'an object', value)
    this.#path = path
    this.#values = new Map(Object.entries(value))
  }

  /** Whether the object has the property and it was not read yet. */
  has(name: string): boolean {
    return this.#values.has(name)
  }

  take(name: string): { readonly value: unknown; readonly path: string } {
    const path = `${this.#path}.${name}`
    if (!this.#values.has(name)) throw new ShapeError(`${path} is missing`)
    const value = this.#values.get(name)
    this.#values.delete(name)
    return { value, path }
  }

  text(name: string): string {
    const { value, path } = this.take(name)
    if (typeof value !== 'string') throw shapeError(path, 'a text', value)
    return value
  }

  textOrNull(name: string): string | null {
    const { value, path } = this.take(name)
    if (value !== null && typeof value !== 'string') throw shapeError(path, 'a text or null', value)
    return value
  }

  boolean(name: string): boolean {
    const { value, path } = this.take(name)
    if (typeof value !== 'boolean') throw shapeError(path, 'true or false', value)
    return value
  }

  /** A whole number from 0 that a double holds exactly. */
  count(name: string): number {
    const { value, path } = this.take(name)
    return countOf(value, path)
  }

  countOrNull(name: string): number | null {
    const { value, path } = this.take(name)
    return value === null ? null : countOf(value, path)
  }

  /** One of the given words. */
  word<Word extends string>(name: string, words: readonly Word[]): Word {
    const { value, path } = this.take(name)
    const word = words.find((word) => word === value)
    if (word === undefined) throw shapeError(path, words.join(' or '), value)
    return word
  }

  list<Item>(name: string, read: (value: unknown, path: string) => Item): readonly Item[] {
    const { value, path } = this.take(name)
    if (!Array.isArray(value)) throw shapeError(path, 'a list', value)
    return value.map((item: unknown, i) => read(item, `${path}[${i}]`))
  }

  /** Refuses whatever was not read. */
  end(): void {
    const [left] = this.#values.keys()
    if (left !== undefined) throw new ShapeError(`${this.#path} has no property ${quoted(left)}`)
  }
}

/** Reads a text that stands in a list. */
export function textItem(value: unknown, path: string): string {
  if (typeof value !== 'string') throw shapeError(path, 'a text', value)
  return value
}

/** Reads a whole number from 0 that stands in a list. */
export function countOf(value: unknown, path: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || Object.is(value, -0))
    throw shapeError(path, 'a whole number from 0', value)
  return value
}

function shapeError(path: string, expected: string, found: unknown): ShapeError {
  return new ShapeError(`${path} must be ${expected}, found ${describe(found)}`)
}

function describe(value: unknown): string {
  if (typeof value === 'string') return quoted(value)
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}
