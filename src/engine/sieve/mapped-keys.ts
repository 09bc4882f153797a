import type { KeyTable } from '../../model/key-table.ts'
import { QUOTE } from '../../canonical/ascii.ts'
import { kindSet, type KindSet } from './value-probe.ts'

/** Found no key. */
export const NO_KEY = -1

/** Longest key that a scan by keys looks for. */
const KEY_BYTES_LIMIT = 255

/** Whole mapped keys, found from their last byte. Position i is `KeyTable.keys[i]`. */
export class MappedKeys {
  readonly count: number
  readonly #bytes: Uint8Array
  /** Key i is `#bytes[#offsets[i] .. #offsets[i + 1])`. */
  readonly #offsets: Int32Array
  readonly #kinds: Int32Array
  readonly #isNested: Uint8Array
  /** First key that ends in a byte, and the next one after a key; `NO_KEY` ends the chain. */
  readonly #firstByLastByte = new Int32Array(256).fill(NO_KEY)
  readonly #next: Int32Array

  private constructor(table: KeyTable) {
    const { keys } = table
    this.count = keys.length
    this.#offsets = new Int32Array(keys.length + 1)
    this.#kinds = Int32Array.from(keys, (key) => kindSet(key.kinds))
    this.#isNested = Uint8Array.from(keys, (key) => (key.isNested ? 1 : 0))
    this.#next = new Int32Array(keys.length).fill(NO_KEY)
    keys.forEach((key, i) => {
      this.#offsets[i + 1] = this.#offsets[i]! + key.bytes.length // i < keys.length
      const last = key.bytes.at(-1) ?? 0
      this.#next[i] = this.#firstByLastByte[last]! // last < 256
      this.#firstByLastByte[last] = i
    })
    this.#bytes = new Uint8Array(this.#offsets[keys.length]!)
    keys.forEach((key, i) => this.#bytes.set(key.bytes, this.#offsets[i]))
  }

  /** Precondition: `whyUnfit` found nothing. */
  static open(table: KeyTable): MappedKeys {
    return new MappedKeys(table)
  }

  kinds(key: number): KindSet {
    return this.#kinds[key]! // a key that `find` returned
  }

  byteLength(key: number): number {
    return this.#offsets[key + 1]! - this.#offsets[key]! // a key that `find` returned
  }

  isNested(key: number): boolean {
    return this.#isNested[key] === 1
  }

  /**
   * The key whose last byte is `bytes[keyEnd - 1]` and that a quote opens, or `NO_KEY`. What stands before that
   * quote is not asked: outside a string a backslash means nothing.
   */
  find(bytes: Uint8Array, start: number, keyEnd: number): number {
    if (keyEnd <= start) return NO_KEY
    let key = this.#firstByLastByte[bytes[keyEnd - 1]!]! // start <= keyEnd - 1 < end
    while (key !== NO_KEY) {
      const offset = this.#offsets[key]! // 0 <= key < count
      const length = this.#offsets[key + 1]! - offset
      const keyStart = keyEnd - length
      if (keyStart > start && bytes[keyStart - 1] === QUOTE && this.#equals(offset, length, bytes, keyStart))
        return key
      key = this.#next[key]!
    }
    return NO_KEY
  }

  #equals(offset: number, length: number, bytes: Uint8Array, keyStart: number): boolean {
    const keyBytes = this.#bytes
    for (let i = length - 1; i >= 0; i -= 1) if (keyBytes[offset + i] !== bytes[keyStart + i]) return false
    return true
  }
}

/** Why keys alone cannot decide with this table, or null when they can. */
export function whyUnfit(table: KeyTable): string | null {
  if (table.incompleteReason !== null) return table.incompleteReason
  const seen = new Set<string>()
  for (const key of table.keys) {
    const name = JSON.stringify(key.key)
    if (key.bytes.length === 0) return 'the empty key is mapped'
    if (key.bytes.length > KEY_BYTES_LIMIT) return `the key ${name} is longer than ${KEY_BYTES_LIMIT} bytes`
    if (!key.bytes.every(isPlainKeyByte)) return `the key ${name} holds a character that is mostly escaped`
    if (key.isNested && key.kinds.every((kind) => kind === 'json'))
      return `the key ${name} holds JSON within JSON in a string`
    if (seen.has(key.key)) return `the key ${name} stands twice in the table`
    seen.add(key.key)
  }
  return null
}

/** Printable ASCII that has no short escape. */
function isPlainKeyByte(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f && byte !== QUOTE && byte !== 0x5c && byte !== 0x2f
}
