import { decodeJsonString } from './decode-string.ts'
import type { FieldTarget } from './path-tree.ts'
import type { TextCache } from './text-cache.ts'

/** Bytes between a JSON string's quotes, or of a cell: a text as a record spells it. */
export interface SpelledText {
  bytes: Uint8Array
  start: number
  end: number
  hasEscapes: boolean
}

const NO_BYTES = new Uint8Array(0)

/**
 * A text that a record holds, decoded when somebody asks for it: most are only compared, as bytes. Objects are used
 * again for the next record, and until then their bytes must stand.
 */
export class CollectedText implements SpelledText {
  /** What the text becomes; which targets hold depends on the record's table. Null with `--fields any`. */
  targets: readonly FieldTarget[] | null = null
  /** The path as printed. */
  field = ''
  bytes: Uint8Array = NO_BYTES
  start = 0
  end = 0
  hasEscapes = false
  #text: string | null = null

  take({ bytes, start, end, hasEscapes }: SpelledText): void {
    this.bytes = bytes
    this.start = start
    this.end = end
    this.hasEscapes = hasEscapes
    this.#text = null
  }

  /** The text by way of a cache: for what repeats itself. */
  textBy(cache: TextCache): string {
    if (this.hasEscapes) return this.text
    this.#text ??= cache.textOf(this.bytes, this.start, this.end)
    return this.#text
  }

  get text(): string {
    this.#text ??= decodeJsonString(this.bytes, this.start, this.end, this.hasEscapes)
    return this.#text
  }
}
