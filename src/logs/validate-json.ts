import { isUtf8 } from 'node:buffer'
import {
  BACKSLASH,
  BLANK,
  COLON,
  COMMA,
  LEFT_BRACE,
  LEFT_BRACKET,
  QUOTE,
  RIGHT_BRACE,
  RIGHT_BRACKET,
} from '../canonical/ascii.ts'
import { isJsonSpace } from './bytes.ts'

/** Most containers within each other that strict validation accepts (semantics 1). */
export const STRICT_DEPTH_LIMIT = 1000

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const NUMBER_BYTES = /^[-+.0-9eE]$/
const NUMBER_CLASS: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  NUMBER_BYTES.test(String.fromCharCode(byte)) ? 1 : 0,
)
const LITERALS: readonly Uint8Array[] = ['true', 'false', 'null'].map((word) => Buffer.from(word, 'latin1'))
const SHORT_ESCAPES: ReadonlySet<number> = new Set(Buffer.from('"\\/bfnrt', 'latin1'))
const LETTER_U = 0x75

/**
 * Says why `bytes[start, end)` is not exactly one JSON document (RFC 8259, UTF-8, at most 1,000 containers deep);
 * null when it is one. A byte order mark is not part of a document.
 */
export function validateJson(bytes: Uint8Array, start: number, end: number): string | null {
  if (!isUtf8(bytes.subarray(start, end))) return 'the bytes are not UTF-8'
  return new DocumentValidator(bytes, start, end).validate()
}

type Wanted =
  /** A value. */
  | 'value'
  /** A value or the end of an array that has just opened. */
  | 'first-element'
  /** A key or the end of an object that has just opened. */
  | 'first-key'
  | 'key'
  /** A comma, a closer, or at the top the end. */
  | 'more'

class DocumentValidator {
  readonly #bytes: Uint8Array
  readonly #start: number
  readonly #end: number
  /** Closers of the open containers. */
  readonly #closers: number[] = []
  #at: number
  #problem: string | null = null

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes
    this.#start = start
    this.#end = end
    this.#at = start
  }

  validate(): string | null {
    let wanted: Wanted = 'value'
    while (true) {
      this.#skipSpace()
      if (this.#at === this.#end) {
        const isComplete = wanted === 'more' && this.#closers.length === 0
        if (!isComplete) this.#found('the document is not complete')
        return this.#problem
      }
      const next = this.#step(wanted)
      if (next === null) return this.#problem
      wanted = next
    }
  }

  /** Reads one sign or value; returns what must follow, null when something is wrong. */
  #step(wanted: Wanted): Wanted | null {
    const byte = this.#bytes[this.#at]
    const closer = this.#closers.at(-1)
    if (wanted === 'more') {
      if (closer === undefined) return this.#found('text follows the document')
      this.#at += 1
      if (byte === COMMA) return closer === RIGHT_BRACE ? 'key' : 'value'
      return byte === closer ? this.#close() : this.#found('expected a comma or the end of the container', 1)
    }
    if (wanted === 'first-element' && byte === RIGHT_BRACKET) {
      this.#at += 1
      return this.#close()
    }
    if (wanted === 'first-key' || wanted === 'key') {
      if (wanted === 'first-key' && byte === RIGHT_BRACE) {
        this.#at += 1
        return this.#close()
      }
      return this.#readKey(byte)
    }
    return this.#readValue(byte)
  }

  #readKey(byte: number | undefined): Wanted | null {
    if (byte !== QUOTE) return this.#found('expected a key in quotes')
    if (!this.#readString()) return null
    this.#skipSpace()
    if (this.#at === this.#end || this.#bytes[this.#at] !== COLON) return this.#found('expected a colon')
    this.#at += 1
    return 'value'
  }

  #readValue(byte: number | undefined): Wanted | null {
    if (byte === QUOTE) return this.#readString() ? 'more' : null
    if (byte === LEFT_BRACE || byte === LEFT_BRACKET) {
      if (this.#closers.length === STRICT_DEPTH_LIMIT) {
        return this.#found(`more than ${STRICT_DEPTH_LIMIT} containers within each other`)
      }
      this.#at += 1
      this.#closers.push(byte === LEFT_BRACE ? RIGHT_BRACE : RIGHT_BRACKET)
      return byte === LEFT_BRACE ? 'first-key' : 'first-element'
    }
    return this.#readNumber() || this.#readLiteral() ? 'more' : this.#found('expected a value')
  }

  #close(): Wanted {
    this.#closers.pop()
    return 'more'
  }

  #readString(): boolean {
    const bytes = this.#bytes
    let i = this.#at + 1
    while (i < this.#end) {
      const byte = bytes[i]! // i < end
      if (byte === QUOTE) {
        this.#at = i + 1
        return true
      }
      if (byte < BLANK) {
        this.#at = i
        this.#found('a control character stands in a string')
        return false
      }
      if (byte === BACKSLASH) {
        const length = this.#escapeLength(i)
        if (length === 0) {
          this.#at = i
          this.#found('an escape is invalid')
          return false
        }
        i += length
      } else {
        i += 1
      }
    }
    this.#found('a string does not end')
    return false
  }

  /** Bytes of the escape at `i`, 0 when it is none. */
  #escapeLength(i: number): number {
    const kind = this.#bytes[i + 1]
    if (i + 1 >= this.#end || kind === undefined) return 0
    if (SHORT_ESCAPES.has(kind)) return 2
    if (kind !== LETTER_U || i + 6 > this.#end) return 0
    for (let digit = i + 2; digit < i + 6; digit += 1) if (!isHexDigit(this.#bytes[digit])) return 0
    return 6
  }

  #readNumber(): boolean {
    let i = this.#at
    while (i < this.#end && NUMBER_CLASS[this.#bytes[i]!] === 1) i += 1 // i < end
    const text = Buffer.from(this.#bytes.subarray(this.#at, i)).toString('latin1')
    NUMBER.lastIndex = 0
    if (text === '' || !NUMBER.test(text) || NUMBER.lastIndex !== text.length) return false
    this.#at = i
    return true
  }

  #readLiteral(): boolean {
    const literal = LITERALS.find((word) => word.every((byte, i) => this.#bytes[this.#at + i] === byte))
    if (literal === undefined || this.#at + literal.length > this.#end) return false
    this.#at += literal.length
    return true
  }

  #skipSpace(): void {
    while (this.#at < this.#end && isJsonSpace(this.#bytes[this.#at])) this.#at += 1
  }

  /** Notes what is wrong; null, so that a step can return it. */
  #found(problem: string, back = 0): null {
    this.#problem = `${problem} at byte ${this.#at - back - this.#start} of the record`
    return null
  }
}

function isHexDigit(byte: number | undefined): boolean {
  if (byte === undefined) return false
  const letter = byte | 0x20
  return (byte >= 0x30 && byte <= 0x39) || (letter >= 0x61 && letter <= 0x66)
}
