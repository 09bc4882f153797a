// Asked for every envelope value of every hit, so this file follows the rules for hot code.
import { decodeUtf8 } from './decode-string.ts'

/** Longer texts are decoded each time: what repeats itself is names, identities and numbers. */
const LENGTH_LIMIT = 64
const ENTRY_BITS = 11

/**
 * Texts by their bytes: devices, accounts and ports stand in thousands of records, and comparing some bytes costs less than
 * making a string, and less again where somebody hashes it. An entry is replaced by the next text that falls on it.
 */
export class TextCache {
  readonly #bytes = new Uint8Array(LENGTH_LIMIT << ENTRY_BITS)
  readonly #texts: string[] = Array.from({ length: 1 << ENTRY_BITS }, () => '')
  /** Bytes of each entry; 0 where there is none. */
  readonly #lengths = new Uint8Array(1 << ENTRY_BITS)

  /** The text of the UTF-8 bytes `[start, end)`. */
  textOf(bytes: Uint8Array, start: number, end: number): string {
    const length = end - start
    if (length > LENGTH_LIMIT || length === 0) return decodeUtf8(bytes, start, end)
    const entry = entryOf(bytes, start, end)
    const at = entry * LENGTH_LIMIT
    const own = this.#bytes
    if (this.#lengths[entry] === length) {
      let same = 0
      while (same < length && own[at + same] === bytes[start + same]) same += 1
      if (same === length) return this.#texts[entry]! // one text per entry
    }
    const text = decodeUtf8(bytes, start, end)
    for (let i = 0; i < length; i += 1) own[at + i] = bytes[start + i]! // start + i < end
    this.#lengths[entry] = length
    this.#texts[entry] = text
    return text
  }
}

/** By its length, its first and last byte, and two on the way: enough for names and digests. */
function entryOf(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start
  const third = (length * 11) >> 5 // start + third < end
  const word =
    (bytes[start]! << 24) | (bytes[start + third]! << 16) | (bytes[end - 1 - third]! << 8) | bytes[end - 1]!
  return Math.imul(word ^ (length << 20), 0x9e3779b1) >>> (32 - ENTRY_BITS)
}
