import { isDigit } from './byte-tables.ts'
import {
  BACKSLASH,
  COMMA,
  LEFT_BRACE,
  LEFT_BRACKET,
  QUOTE,
  RIGHT_BRACE,
  RIGHT_BRACKET,
} from '../../canonical/ascii.ts'
import { isStringEnd, skipBlanks } from './json-bytes.ts'
import type { SieveTarget } from './sieve-target.ts'
import { JSON_KIND, ValueProbe, type KindSet } from './value-probe.ts'

const NULL = Uint8Array.from('null', (character) => character.charCodeAt(0))
const TRUE = Uint8Array.from('true', (character) => character.charCodeAt(0))
const FALSE = Uint8Array.from('false', (character) => character.charCodeAt(0))

/** Reads what stands behind a mapped key's colon, whatever it is, and asks about every string that could be its value. */
export class ValueReader {
  readonly #probe: ValueProbe
  /** Bytes of arrays that may still be read in this record. */
  #arrayBytesLeft = 0
  /** Where the last array ended. */
  #behind = 0

  private constructor(target: SieveTarget) {
    this.#probe = ValueProbe.open(target)
  }

  static open(target: SieveTarget): ValueReader {
    return new ValueReader(target)
  }

  /**
   * Begins a record of so many bytes. Arrays that lie beside each other cannot use up what it may read in arrays;
   * mapped keys in arrays of mapped keys could, and a deep pile of them would take time in the square of its size.
   */
  startRecord(recordBytes: number): void {
    this.#arrayBytesLeft = recordBytes
  }

  /** Says whether the value that stands at `offset`, the first byte behind the colon that is not blank, may match. */
  mayMatch(kinds: KindSet, bytes: Uint8Array, offset: number, end: number, isNested: boolean): boolean {
    if (offset >= end) return false
    const byte = bytes[offset]!
    if (byte === QUOTE) return !isNested && this.#stringMayMatch(kinds, bytes, offset + 1, end)
    if (byte === LEFT_BRACKET) {
      return (
        this.#arrayMayMatch(kinds, bytes, offset + 1, end, isNested) ||
        this.#isOverBudget(this.#behind - offset)
      )
    }
    if (byte === LEFT_BRACE) return false // its keys are found where they stand
    if (byte !== BACKSLASH) return !isScalar(bytes, offset, end)
    if (!isNested || offset + 1 >= end || bytes[offset + 1] !== QUOTE) return true
    return this.#nestedStringMayMatch(kinds, bytes, offset + 2, end)
  }

  /** Says whether the values at the root of a document may match: one array of plain strings, or else doubt. */
  rootMayMatch(kinds: KindSet, bytes: Uint8Array, start: number, end: number): boolean {
    if (kinds === JSON_KIND) return false
    const open = skipBlanks(bytes, start, end)
    if (open >= end || bytes[open] !== LEFT_BRACKET || !isPlainList(bytes, open + 1, end)) return true
    // The same column may also be mapped without the document, and then the whole text is one odd name.
    return (
      this.#probe.textMayMatch(kinds, bytes, start, end) ||
      this.#arrayMayMatch(kinds & ~JSON_KIND, bytes, open + 1, end, false)
    )
  }

  /** A plain string, or where the key allows it a document with values at its root: one array, or else doubt. */
  #stringMayMatch(kinds: KindSet, bytes: Uint8Array, start: number, end: number): boolean {
    if ((kinds & JSON_KIND) === 0) return this.#probe.mayMatch(kinds, bytes, start, end, false)
    if (kinds === JSON_KIND) return false
    let i = start
    while (i < end && bytes[i] !== QUOTE && bytes[i] !== BACKSLASH) i += 1
    if (isStringEnd(bytes, i, end, false)) return this.#probe.mayMatch(kinds, bytes, start, end, false)
    const open = skipBlanks(bytes, start, end)
    if (bytes[open] !== LEFT_BRACKET || !isListOfStrings(bytes, open + 1, end)) return true
    // The same key may also be mapped without the document, and then the whole text is one odd name.
    return (
      this.#probe.textMayMatch(kinds, bytes, start, behindString(bytes, start, end)) ||
      this.#arrayMayMatch(kinds & ~JSON_KIND, bytes, open + 1, end, true)
    )
  }

  /** A nested string; a document in it would have to escape its quotes once more, and any escape is doubt. */
  #nestedStringMayMatch(kinds: KindSet, bytes: Uint8Array, start: number, end: number): boolean {
    if ((kinds & JSON_KIND) !== 0 && behindNestedString(bytes, start, end) < 0) return true
    return this.#probe.mayMatch(kinds, bytes, start, end, true)
  }

  /**
   * Asks about every string up to the closer that pops the array, whatever its kind; an object in it is doubt.
   * Leaves where it ended in `#behind`.
   */
  #arrayMayMatch(kinds: KindSet, bytes: Uint8Array, start: number, end: number, isNested: boolean): boolean {
    let depth = 1
    let i = start
    while (i < end && depth > 0) {
      const byte = bytes[i]! // i < end
      i += 1
      if (byte === LEFT_BRACE) return true
      if (byte === LEFT_BRACKET) depth += 1
      else if (byte === RIGHT_BRACKET || byte === RIGHT_BRACE) depth -= 1
      else if (byte === QUOTE) {
        if (isNested) break // the string that holds the document ends
        if (this.#stringMayMatch(kinds, bytes, i, end)) return true
        i = behindString(bytes, i, end)
      } else if (byte === BACKSLASH && isNested) {
        if (i >= end || bytes[i] !== QUOTE) return true
        if (this.#nestedStringMayMatch(kinds, bytes, i + 1, end)) return true
        i = behindNestedString(bytes, i + 1, end)
        if (i < 0) return true
      }
    }
    this.#behind = i
    return false
  }

  #isOverBudget(arrayBytes: number): boolean {
    this.#arrayBytesLeft -= arrayBytes
    return this.#arrayBytesLeft < 0
  }
}

/** Says whether a document goes on from behind its first `[` with nested strings and commas only, and then ends. */
function isListOfStrings(bytes: Uint8Array, start: number, end: number): boolean {
  let i = skipBlanks(bytes, start, end)
  while (i + 1 < end && bytes[i] === BACKSLASH && bytes[i + 1] === QUOTE) {
    i = behindNestedString(bytes, i + 2, end)
    if (i < 0) return false
    i = skipBlanks(bytes, i, end)
    if (i < end && bytes[i] === COMMA) i = skipBlanks(bytes, i + 1, end)
  }
  if (i >= end || bytes[i] !== RIGHT_BRACKET) return false
  return isStringEnd(bytes, skipBlanks(bytes, i + 1, end), end, false)
}

/** Says whether a document goes on from behind its first `[` with strings and commas only, and then ends. */
function isPlainList(bytes: Uint8Array, start: number, end: number): boolean {
  let i = skipBlanks(bytes, start, end)
  while (i < end && bytes[i] === QUOTE) {
    i = behindPlainString(bytes, i + 1, end)
    if (i < 0) return false
    i = skipBlanks(bytes, i, end)
    if (i < end && bytes[i] === COMMA) i = skipBlanks(bytes, i + 1, end)
  }
  return i < end && bytes[i] === RIGHT_BRACKET && skipBlanks(bytes, i + 1, end) >= end
}

/** The offset behind the quote that ends a string; -1 at any escape but `\/`, and where no quote comes. */
function behindPlainString(bytes: Uint8Array, start: number, end: number): number {
  let i = start
  while (i < end && bytes[i] !== QUOTE) {
    if (bytes[i] !== BACKSLASH) i += 1
    else if (i + 1 < end && bytes[i + 1] === 0x2f) i += 2
    else return -1
  }
  return i < end ? i + 1 : -1
}

/** The offset behind the quote that ends a string, or `end`. */
function behindString(bytes: Uint8Array, start: number, end: number): number {
  let i = start
  while (i < end && bytes[i] !== QUOTE) i += bytes[i] === BACKSLASH ? 2 : 1
  return Math.min(i + 1, end)
}

/** The same for a nested string; at a plain quote, which ends the document as well; -1 at any escape but `\/`. */
function behindNestedString(bytes: Uint8Array, start: number, end: number): number {
  let i = start
  while (i < end && bytes[i] !== QUOTE) {
    if (bytes[i] !== BACKSLASH) i += 1
    else if (i + 1 < end && bytes[i + 1] === QUOTE) return i + 2
    else if (i + 1 < end && bytes[i + 1] === 0x2f) i += 2
    else return -1
  }
  return i
}

/**
 * Says whether a whole number, `true`, `false` or `null` stands at `offset`, with nothing between it and the comma,
 * closer or end behind it: then the key has had its value, and that is no string.
 */
function isScalar(bytes: Uint8Array, offset: number, end: number): boolean {
  const behind = behindScalar(bytes, offset, end)
  if (behind === offset) return false
  const next = skipBlanks(bytes, behind, end)
  if (next >= end) return true
  const byte = bytes[next]
  return byte === COMMA || byte === RIGHT_BRACE || byte === RIGHT_BRACKET
}

/** The offset behind the scalar that begins at `offset`, or `offset` where none does. */
function behindScalar(bytes: Uint8Array, offset: number, end: number): number {
  const first = bytes[offset]
  if (first === 0x6e) return behindWord(NULL, bytes, offset, end)
  if (first === 0x74) return behindWord(TRUE, bytes, offset, end)
  if (first === 0x66) return behindWord(FALSE, bytes, offset, end)
  let i = offset
  while (i < end && isNumberByte(bytes[i]!)) i += 1 // i < end
  return i > offset && isDigit(bytes[i - 1]!) ? i : offset
}

function behindWord(word: Uint8Array, bytes: Uint8Array, offset: number, end: number): number {
  if (offset + word.length > end) return offset
  for (let i = 0; i < word.length; i += 1) if (bytes[offset + i] !== word[i]) return offset
  return offset + word.length
}

/** Digits, `+ - .` and the sign of an exponent. */
function isNumberByte(byte: number): boolean {
  return isDigit(byte) || byte === 0x2d || byte === 0x2b || byte === 0x2e || (byte | 0x20) === 0x65
}
