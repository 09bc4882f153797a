import type { KeyTable, MappedKey } from '../../model/key-table.ts'
import { BACKSLASH, COLON, LEFT_BRACKET, QUOTE } from '../../canonical/ascii.ts'
import { skipBlanks } from './json-bytes.ts'

interface CountedKey {
  readonly index: number
  readonly bytes: Uint8Array
  readonly isNested: boolean
}

/**
 * Counts the lexical occurrences of mapped keys where no sieve runs (semantics 9): at every quote, every key that
 * begins with the byte behind it is compared. It shares no search with the sieve, which has to count the same.
 */
export class ObservedCounter {
  /** Per key of the table: its lexical occurrences in all records so far. */
  readonly observed: Float64Array
  /** Keys by their first byte. */
  readonly #keys: readonly (readonly CountedKey[])[]

  private constructor(keys: readonly MappedKey[]) {
    this.observed = new Float64Array(keys.length)
    const counted = keys.map(({ bytes, isNested }, index) => ({ index, bytes, isNested }))
    this.#keys = Array.from({ length: 256 }, (_, byte) => counted.filter((key) => key.bytes[0] === byte))
  }

  static open(table: KeyTable): ObservedCounter {
    return new ObservedCounter(table.keys)
  }

  /** Adds the occurrences in the record `bytes[start, end)`. */
  count(bytes: Uint8Array, start: number, end: number): void {
    for (let i = start; i + 1 < end; i += 1) {
      if (bytes[i] !== QUOTE) continue
      const keys = this.#keys[bytes[i + 1]!]! // i + 1 < end; one list per byte
      for (let k = 0; k < keys.length; k += 1) {
        const key = keys[k]! // k < keys.length
        const isEscaped = i > start && bytes[i - 1] === BACKSLASH
        if (isOccurrence(key, isEscaped, bytes, i + 1, end))
          this.observed[key.index] = this.observed[key.index]! + 1 // one count per key
      }
    }
  }
}

/** Says whether the key, spelled plainly or with escaped quotes, stands at `offset` before a value that counts. */
function isOccurrence(
  key: CountedKey,
  isEscaped: boolean,
  bytes: Uint8Array,
  offset: number,
  end: number,
): boolean {
  const keyEnd = offset + key.bytes.length
  const keyQuote = quoteBytes(bytes, keyEnd, end)
  const isPlain = keyQuote === 1
  const isNested = keyQuote === 2 && key.isNested && isEscaped
  if (!isPlain && !isNested) return false
  for (let i = offset; i < keyEnd; i += 1) if (bytes[i] !== key.bytes[i - offset]) return false
  const colon = skipBlanks(bytes, keyEnd + keyQuote, end)
  if (colon >= end || bytes[colon] !== COLON) return false
  const value = skipBlanks(bytes, colon + 1, end)
  if (value < end && bytes[value] === LEFT_BRACKET) return true
  const quote = quoteBytes(bytes, value, end)
  if (quote !== keyQuote || value + quote >= end) return false
  return quoteBytes(bytes, value + quote, end) !== quote // else the string is empty
}

/** Bytes of the quote at `offset`: 1 for `"`, 2 for `\"`, 0 where none stands. */
function quoteBytes(bytes: Uint8Array, offset: number, end: number): number {
  if (offset >= end) return 0
  if (bytes[offset] === QUOTE) return 1
  return bytes[offset] === BACKSLASH && offset + 1 < end && bytes[offset + 1] === QUOTE ? 2 : 0
}
