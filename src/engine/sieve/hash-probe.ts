import { BACKSLASH, HEX_VALUE, NO_DIGIT, QUOTE } from '../../canonical/ascii.ts'
import { LOWER, LOWER_HEX } from './byte-tables.ts'
import { isStringEnd } from './json-bytes.ts'
import { MD5, SHA1, SHA256, type SieveTarget } from './sieve-target.ts'

/** Longest digest in hex digits. */
const LONGEST_DIGITS = 64

/** Asks about digests in hash fields and in lists of them. */
export class HashProbe {
  readonly #target: SieveTarget
  readonly #lower = new Uint8Array(LONGEST_DIGITS)

  private constructor(target: SieveTarget) {
    this.#target = target
  }

  static open(target: SieveTarget): HashProbe {
    return new HashProbe(target)
  }

  /**
   * Says whether the string whose text begins at `start` may be a sought digest of `digitCount` hex digits.
   * One digit more or less and it is no observable, so that escapes behind them need not be read.
   */
  mayMatch(
    type: number,
    digitCount: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    isNested: boolean,
  ): boolean {
    const lower = this.#lower
    let i = start
    for (; i < end; i += 1) {
      const digit = LOWER_HEX[bytes[i]!]! // i < end
      if (digit === 0) break
      if (i - start === digitCount) return false
      lower[i - start] = digit // i - start < digitCount <= LONGEST_DIGITS
    }
    if (!isStringEnd(bytes, i, end, isNested)) return bytes[i] === BACKSLASH
    return i - start === digitCount && this.#target.hasMatch(type, lower, 0, digitCount)
  }

  /**
   * Says whether a list such as `SHA1=…,MD5=…` may hold a sought digest: every run of hex digits that has the length
   * of a digest is asked about, whatever name stands before it.
   */
  listMayMatch(bytes: Uint8Array, start: number, end: number, isNested: boolean): boolean {
    let runStart = start
    let i = start
    for (; i < end; i += 1) {
      const byte = bytes[i]! // i < end
      if (HEX_VALUE[byte] !== NO_DIGIT) continue
      if (this.#runMatches(bytes, runStart, i)) return true
      if (byte === QUOTE || byte === BACKSLASH) return !isStringEnd(bytes, i, end, isNested)
      runStart = i + 1
    }
    return this.#runMatches(bytes, runStart, i)
  }

  #runMatches(bytes: Uint8Array, start: number, end: number): boolean {
    const length = end - start
    if (length === 40) return this.#ask(SHA1, bytes, start, end)
    if (length === 64) return this.#ask(SHA256, bytes, start, end)
    return length === 32 && this.#ask(MD5, bytes, start, end)
  }

  #ask(type: number, bytes: Uint8Array, start: number, end: number): boolean {
    const lower = this.#lower
    const length = end - start
    for (let i = 0; i < length; i += 1) lower[i] = LOWER[bytes[start + i]!]! // length <= LONGEST_DIGITS
    return this.#target.hasMatch(type, lower, 0, length)
  }
}
