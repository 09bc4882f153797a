import type { KeyTable } from '../../model/key-table.ts'
import { BACKSLASH, COLON, HEX_VALUE, QUOTE } from '../../canonical/ascii.ts'
import { skipBlanks } from './json-bytes.ts'

/** Bytes of `\u0041`. */
const ESCAPE_BYTES = 6

/** Decides which escaped ASCII characters could hide a mapped key, in the record or in a document held in a string. */
export class EscapeWatch {
  /** 1 for characters of mapped keys. */
  readonly #ofKey = new Uint8Array(256)
  /** 1 for those, and for what spells quotes and further escapes within a document in a string. */
  readonly #ofDocument = new Uint8Array(256)
  /** Up to here the string that holds the last escape was read; a second look at it would say the same. */
  #readTo = 0

  private constructor(table: KeyTable) {
    for (const key of table.keys) {
      for (const byte of key.bytes) {
        this.#ofKey[byte] = 1
        this.#ofDocument[byte] = 1
      }
    }
    for (const character of '"\\u0123456789abcdefABCDEF') this.#ofDocument[character.charCodeAt(0)] = 1
  }

  static open(table: KeyTable): EscapeWatch {
    return new EscapeWatch(table)
  }

  startRecord(start: number): void {
    this.#readTo = start
  }

  /**
   * Says whether the escape `\u00XX` that ends before `behind` may hide a key. `inDocument` says that a field that
   * holds JSON in a string stood before it; then any escape of a character that matters there is doubt.
   */
  mayHideKey(bytes: Uint8Array, start: number, behind: number, end: number, inDocument: boolean): boolean {
    const escape = behind - ESCAPE_BYTES
    if (escape < start || bytes[escape] !== BACKSLASH) return false
    const character = HEX_VALUE[bytes[behind - 2]!]! * 16 + HEX_VALUE[bytes[behind - 1]!]! // start <= escape
    if (inDocument && this.#ofDocument[character] === 1) return true
    if (this.#ofKey[character] !== 1 || escape < this.#readTo) return false
    let runStart = escape
    while (runStart > start && bytes[runStart - 1] === BACKSLASH) runStart -= 1
    if ((escape - runStart) % 2 === 1) return false // the backslash is itself escaped
    let i = behind
    while (i < end && bytes[i] !== QUOTE) i += bytes[i] === BACKSLASH ? 2 : 1
    this.#readTo = i
    const next = skipBlanks(bytes, i + 1, end)
    return next < end && bytes[next] === COLON
  }
}
