import type { KeyTable } from '../../model/key-table.ts'
import { EscapeWatch } from './escape-watch.ts'
import { BACKSLASH, COLON, LEFT_BRACKET, QUOTE } from '../../canonical/ascii.ts'
import { skipBlanks } from './json-bytes.ts'
import {
  BLOCK_PAIRS,
  ESCAPE_ENDED,
  KEY_ENDED,
  KEY_FILTER_ENDS,
  KEY_FILTER_PAIR_ENDS,
  KEY_FILTER_START,
  NESTED_KEY_ENDED,
  buildKeyFilter,
  skipPairs,
  type KeyFilter,
} from './key-filter.ts'
import { MappedKeys, NO_KEY, whyUnfit } from './mapped-keys.ts'
import type { SieveTarget } from './sieve-target.ts'
import { JSON_KIND, type KindSet } from './value-probe.ts'
import { ValueReader } from './value-reader.ts'

export type { SieveTarget } from './sieve-target.ts'

const BLOCK_BYTES = 2 * BLOCK_PAIRS

/**
 * The filter in front of the exact matcher, over the raw bytes of one JSON record. It finds mapped keys without
 * parsing, canonicalises their values and asks the matcher. It may say yes too often; it never says no to a record
 * in which the exact path finds a match, however broken the record is (README.md beside this file says why).
 */
export class PortableSieve {
  /** Per key of the table: its lexical occurrences in all records so far (semantics 9). */
  readonly observed: Float64Array
  readonly #filter: KeyFilter
  #isSurvivor = false
  /** The filter's state where the search for the next end goes on. */
  readonly #resume = new Int32Array(1)
  #bytes: Uint8Array = new Uint8Array(0)
  #pairs: Uint16Array = new Uint16Array(0)
  readonly #keys: MappedKeys
  readonly #values: ValueReader
  readonly #escapes: EscapeWatch
  /** True when a field that holds JSON in a string stood in the record, before where the scan is. */
  #inDocument = false

  private constructor(table: KeyTable, target: SieveTarget) {
    this.observed = new Float64Array(table.keys.length)
    this.#filter = buildKeyFilter(table.keys)
    this.#keys = MappedKeys.open(table)
    this.#values = ValueReader.open(target)
    this.#escapes = EscapeWatch.open(table)
  }

  /** Opens a sieve for the keys of a table, or says why keys alone cannot decide with it. */
  static open(
    table: KeyTable,
    target: SieveTarget,
  ): { readonly sieve: PortableSieve } | { readonly off: string } {
    const off = whyUnfit(table)
    return off === null ? { sieve: new PortableSieve(table, target) } : { off }
  }

  /**
   * Says whether the record `bytes[start, end)` may match, and adds to `observed`. Reads nothing outside of it, never
   * throws, and allocates only when `bytes` is another array than the last time.
   */
  mayMatch(bytes: Uint8Array, start: number, end: number): boolean {
    return this.#scan(bytes, start, end, false)
  }

  /**
   * The same for a document that a column of these kinds holds, with single quotes: strings in it may hold documents,
   * and where the column has other kinds than JSON, values may stand at its root.
   */
  documentMayMatch(kinds: KindSet, bytes: Uint8Array, start: number, end: number): boolean {
    return this.#scan(bytes, start, end, true) || this.#values.rootMayMatch(kinds, bytes, start, end)
  }

  #scan(bytes: Uint8Array, start: number, end: number, inDocument: boolean): boolean {
    const filter = this.#filter.pairTable
    const pairs = this.#pairsOf(bytes)
    const resume = this.#resume
    // The pair that holds the byte i is pairs[(i - pairOffset) / 2].
    const pairOffset = bytes.byteOffset & 1
    this.#isSurvivor = false
    this.#inDocument = inDocument
    this.#values.startRecord(end - start)
    this.#escapes.startRecord(start)
    const head = Math.min(end, start + ((start ^ pairOffset) & 1))
    resume[0] = this.#readBytes(KEY_FILTER_START, bytes, start, start, head, end)
    const blockCount = Math.floor((end - head) / BLOCK_BYTES)
    let pair = (head - pairOffset) >> 1
    const lastPair = pair + blockCount * BLOCK_PAIRS
    while (pair < lastPair) {
      pair = skipPairs(filter, pairs, pair, lastPair, resume)
      if (pair === lastPair) break
      let state: number = resume[0]
      for (const behind = pair + BLOCK_PAIRS; pair < behind; pair += 1) {
        state = (state << 6) | filter[pairs[pair]!]! // behind <= lastPair, before `end`
        if ((state & KEY_FILTER_PAIR_ENDS) !== KEY_FILTER_PAIR_ENDS)
          this.#readPair(state, bytes, start, pair * 2 + pairOffset, end)
      }
      resume[0] = state
    }
    this.#readBytes(resume[0], bytes, start, head + blockCount * BLOCK_BYTES, end, end)
    return this.#isSurvivor
  }

  /** A view of the same memory in pairs of bytes, kept as long as the caller comes with the same array. */
  #pairsOf(bytes: Uint8Array): Uint16Array {
    if (bytes !== this.#bytes) {
      const offset = bytes.byteOffset + (bytes.byteOffset & 1)
      const pairCount = Math.max(0, (bytes.byteOffset + bytes.byteLength - offset) >> 1)
      this.#pairs = new Uint16Array(bytes.buffer, pairCount === 0 ? 0 : offset, pairCount)
      this.#bytes = bytes
    }
    return this.#pairs
  }

  /** Runs the filter byte by byte, looks at whatever ends in `bytes[from, to)`, and returns the state behind it. */
  #readBytes(
    before: number,
    bytes: Uint8Array,
    start: number,
    from: number,
    to: number,
    end: number,
  ): number {
    const filter = this.#filter.byteTable
    let state = before
    for (let i = from; i < to; i += 1) {
      state = (state << 3) | filter[bytes[i]!]! // i < to <= end
      if ((state & KEY_FILTER_ENDS) !== KEY_FILTER_ENDS) this.#readEnds(state, bytes, start, i, end)
    }
    return state
  }

  /** Looks at what ended in the pair of bytes at `offset`. */
  #readPair(state: number, bytes: Uint8Array, start: number, offset: number, end: number): void {
    this.#readEnds(state >> 3, bytes, start, offset, end)
    this.#readEnds(state, bytes, start, offset + 1, end)
  }

  /** Looks at what ended with the byte at `last`. */
  #readEnds(state: number, bytes: Uint8Array, start: number, last: number, end: number): void {
    if ((state & KEY_ENDED) === 0) this.#readKey(bytes, start, last, end)
    if ((state & NESTED_KEY_ENDED) === 0) this.#readNestedKey(bytes, start, last, end)
    if ((state & ESCAPE_ENDED) === 0 && !this.#isSurvivor)
      this.#isSurvivor = this.#escapes.mayHideKey(bytes, start, last + 1, end, this.#inDocument)
  }

  /** `behind` is the offset behind what looks like a key's closing quote. */
  #readKey(bytes: Uint8Array, start: number, behind: number, end: number): void {
    const key = this.#keys.find(bytes, start, behind - 1)
    if (key === NO_KEY) return
    const colon = skipBlanks(bytes, behind, end)
    if (colon >= end || bytes[colon] !== COLON) return
    const value = skipBlanks(bytes, colon + 1, end)
    if (isPlainValue(bytes, value, end)) this.#count(key)
    const kinds = this.#keys.kinds(key)
    if ((kinds & JSON_KIND) !== 0) this.#inDocument = true
    if (this.#isSurvivor || kinds === JSON_KIND) return
    this.#isSurvivor = this.#values.mayMatch(kinds, bytes, value, end, false)
  }

  /** The same for `\"key\"`, in a document that is held in a string; any other escape behind it is doubt. */
  #readNestedKey(bytes: Uint8Array, start: number, behind: number, end: number): void {
    const keyEnd = behind - 2
    if (keyEnd > start && bytes[keyEnd - 1] === BACKSLASH) {
      if (this.#isDeepKey(bytes, start, keyEnd)) this.#isSurvivor = true
      return
    }
    const key = this.#keys.find(bytes, start, keyEnd)
    if (key === NO_KEY || !this.#keys.isNested(key)) return
    const colon = skipBlanks(bytes, behind, end)
    if (colon < end && bytes[colon] === BACKSLASH) this.#isSurvivor = true
    if (colon >= end || bytes[colon] !== COLON) return
    const value = skipBlanks(bytes, colon + 1, end)
    const open = keyEnd - this.#keys.byteLength(key) - 1 // `find` saw a quote there
    const isEscaped = open > start && bytes[open - 1] === BACKSLASH
    if (isEscaped && isNestedValue(bytes, value, end)) this.#count(key)
    if (this.#isSurvivor) return
    this.#isSurvivor = this.#values.mayMatch(this.#keys.kinds(key), bytes, value, end, true)
  }

  /** A nested key whose quotes are escaped twice or more: it stands in a document that a document holds. */
  #isDeepKey(bytes: Uint8Array, start: number, quoteEscape: number): boolean {
    let keyEnd = quoteEscape
    while (keyEnd > start && bytes[keyEnd - 1] === BACKSLASH) keyEnd -= 1
    const key = this.#keys.find(bytes, start, keyEnd)
    return this.#inDocument && key !== NO_KEY && this.#keys.isNested(key)
  }

  #count(key: number): void {
    this.observed[key] = this.observed[key]! + 1 // a key that `find` returned
  }
}

/** An array, or a string that is not empty. */
function isPlainValue(bytes: Uint8Array, offset: number, end: number): boolean {
  if (offset >= end) return false
  if (bytes[offset] === LEFT_BRACKET) return true
  return bytes[offset] === QUOTE && offset + 1 < end && bytes[offset + 1] !== QUOTE
}

/** The same where quotes are spelled `\"`. */
function isNestedValue(bytes: Uint8Array, offset: number, end: number): boolean {
  if (offset >= end) return false
  if (bytes[offset] === LEFT_BRACKET) return true
  if (offset + 2 >= end || bytes[offset] !== BACKSLASH || bytes[offset + 1] !== QUOTE) return false
  return !(bytes[offset + 2] === BACKSLASH && offset + 3 < end && bytes[offset + 3] === QUOTE)
}
