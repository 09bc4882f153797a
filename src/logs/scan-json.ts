// The field scanner of semantics 2. Reads beyond the first few hundred bytes of a record dominate `--kernel off`, so
// this file follows the rules for hot code: `!` stands only on reads that a loop bound keeps in range.
import {
  BACKSLASH,
  COLON,
  COMMA,
  LEFT_BRACE,
  LEFT_BRACKET,
  QUOTE,
  RIGHT_BRACE,
  RIGHT_BRACKET,
} from '../canonical/ascii.ts'

/** Stands for a path that nobody asks for. */
export const NO_NODE = -1

/**
 * Who listens to a scan. Paths are nodes, small numbers that the sink hands out: the scanner only carries them.
 */
export interface ScanSink {
  /** The node of the key `bytes[start, end)` (escapes as they stand) under `node`; `NO_NODE` to skip what it holds. */
  childOf(node: number, bytes: Uint8Array, start: number, end: number, hasEscapes: boolean): number
  /** A string value of `node`: the bytes between its quotes. */
  string(
    node: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    hasEscapes: boolean,
    place: ScanPlace,
  ): void
  /** A value that is neither string nor container: a number, true, false, null, or anything else that stands there. */
  scalar(node: number, bytes: Uint8Array, start: number, end: number): void
  /** An object opens as a value of `node`. */
  object(node: number): void
}

/** Where the scanner stands while it calls its sink. */
export interface ScanPlace {
  /** Open containers that lead to the value, the innermost last, not counting the document itself. */
  readonly depth: number
  /** The node of the key under which level `i` was opened; `NO_NODE` where it was opened under none. */
  keyNodeAt(level: number): number
  /** Commas seen in the array at level `i`; -1 where it is an object. */
  indexAt(level: number): number
  /** True when the value stands under a key of its own, false when it is an element. */
  readonly isKeyed: boolean
}

/** Numbers per level of the stack: node of the path, node of an array's strings, tag. */
const STRIDE = 3
/** A level's tag: three flags, then the count of commas. */
const INDEX_UNIT = 8
const IS_NAMED = 1
const IS_ARRAY = 2
/** A key stood here since the last comma: further strings are values of nothing. */
const IS_SPENT = 4
/** Stacks that grew beyond this many numbers are given back after the record. */
const KEPT_STACK = 3 * 4096

const OTHER = 0
const SPACE_CLASS = 1
const SIGN_CLASS = 2
const CLASS: Uint8Array = classTable()

/**
 * Finds keys, strings and scalars in one record: lenient, total, iterative, without a depth limit. Text under keys
 * that the sink does not want is skipped with a counter instead of the stack.
 */
export class JsonScanner implements ScanPlace {
  #stack: Int32Array = new Int32Array(3 * 64)
  /** Index of the innermost level's first number; level 0 is the document. */
  #top = 0
  #isKeyed = false

  get depth(): number {
    return this.#top / STRIDE
  }

  get isKeyed(): boolean {
    return this.#isKeyed
  }

  keyNodeAt(level: number): number {
    const offset = (level + 1) * STRIDE
    return ((this.#stack[offset + 2] ?? 0) & IS_NAMED) === 0 ? NO_NODE : (this.#stack[offset] ?? NO_NODE)
  }

  indexAt(level: number): number {
    const tag = this.#stack[(level + 1) * STRIDE + 2] ?? 0
    return (tag & IS_ARRAY) === 0 ? -1 : Math.floor(tag / INDEX_UNIT)
  }

  /**
   * Scans `bytes[start, end)`. `root` is the node of the document's keys, `rootValue` that of strings which stand in
   * no container or in the outermost array: the field of JSON inside a string, `NO_NODE` for a record.
   */
  scan(bytes: Uint8Array, start: number, end: number, root: number, rootValue: number, sink: ScanSink): void {
    let stack = this.#stack
    let top = 0
    stack[0] = root
    stack[1] = rootValue
    stack[2] = 0
    /** A key waits for its first value. */
    let isPending = false
    let pending = NO_NODE
    const view = new DataView(bytes.buffer, bytes.byteOffset, end)
    const fours = end - 3 // four bytes can be read before it
    let i = start
    while (i < end) {
      const byte = bytes[i]!
      if (byte === QUOTE) {
        const first = i + 1
        let hasEscapes = false
        i = first
        while (i < fours) {
          let marks = marksIn(view.getInt32(i, true))
          while (marks === 0) {
            i += 4
            if (i >= fours) break
            marks = marksIn(view.getInt32(i, true))
          }
          if (marks === 0) break
          i += lowestByte(marks)
          if (bytes[i] === QUOTE) break
          hasEscapes = true
          i += 2
        }
        if (i >= fours) {
          while (i < end) {
            const inner = bytes[i]!
            if (inner === QUOTE) break
            if (inner === BACKSLASH) {
              hasEscapes = true
              i += 1
            }
            i += 1
          }
        }
        const last = i < end ? i : end
        i = last + 1
        let after = i
        while (after < end && CLASS[bytes[after]!] === SPACE_CLASS) after += 1
        if (after < end && bytes[after] === COLON) {
          i = after + 1
          isPending = true
          pending = sink.childOf(stack[top]!, bytes, first, last, hasEscapes)
          stack[top + 2] = stack[top + 2]! | IS_SPENT
          continue
        }
        let node = pending
        if (!isPending) node = (stack[top + 2]! & IS_SPENT) === 0 ? stack[top + 1]! : NO_NODE
        if (node !== NO_NODE) {
          this.#top = top
          this.#isKeyed = isPending
          sink.string(node, bytes, first, last, hasEscapes, this)
        }
        isPending = false
        pending = NO_NODE
      } else if (byte === LEFT_BRACE || byte === LEFT_BRACKET) {
        const isFree = (stack[top + 2]! & IS_SPENT) === 0
        const value = isPending ? pending : isFree ? stack[top + 1]! : NO_NODE
        const path = isPending ? pending : stack[top]!
        if (byte === LEFT_BRACE && value !== NO_NODE) sink.object(value)
        i += 1
        if (path === NO_NODE) {
          i = skipContainer(bytes, i, end)
        } else {
          top += STRIDE
          if (top + STRIDE > stack.length) stack = this.#grow()
          stack[top] = path
          stack[top + 1] = byte === LEFT_BRACKET ? value : NO_NODE
          stack[top + 2] = (isPending ? IS_NAMED : 0) | (byte === LEFT_BRACKET ? IS_ARRAY : 0)
        }
        isPending = false
        pending = NO_NODE
      } else if (byte === RIGHT_BRACE || byte === RIGHT_BRACKET) {
        i += 1
        if (top > 0) top -= STRIDE
        isPending = false
        pending = NO_NODE
      } else if (byte === COMMA) {
        i += 1
        stack[top + 2] = (stack[top + 2]! & ~IS_SPENT) + INDEX_UNIT
        isPending = false
        pending = NO_NODE
      } else if (byte === COLON || CLASS[byte] === SPACE_CLASS) {
        i += 1
      } else {
        const first = i
        while (i < end && CLASS[bytes[i]!] === OTHER) i += 1
        let node = pending
        if (!isPending) node = (stack[top + 2]! & IS_SPENT) === 0 ? stack[top + 1]! : NO_NODE
        if (node !== NO_NODE) sink.scalar(node, bytes, first, i)
        isPending = false
        pending = NO_NODE
      }
    }
    if (stack.length > KEPT_STACK) this.#stack = new Int32Array(STRIDE * 64)
  }

  #grow(): Int32Array {
    const grown = new Int32Array(this.#stack.length * 2)
    grown.set(this.#stack)
    this.#stack = grown
    return grown
  }
}

/**
 * The high bits of those of four bytes, low byte first, that are quotes or backslashes. Behind the first of them others may
 * be marked in vain: a byte that is one more than the sought one, right behind one that is.
 */
function marksIn(word: number): number {
  const quotes = word ^ 0x22222222
  const escapes = word ^ 0x5c5c5c5c
  return (((quotes - 0x01010101) & ~quotes) | ((escapes - 0x01010101) & ~escapes)) & 0x80808080
}

/** Index of the lowest byte that is marked. */
function lowestByte(marks: number): number {
  return (31 - Math.clz32(marks & -marks)) >> 3
}

/** The offset behind the closer of the container that opened just before `start`; whatever it holds is nobody's. */
function skipContainer(bytes: Uint8Array, start: number, end: number): number {
  let depth = 1
  let i = start
  while (i < end) {
    const byte = bytes[i]!
    i += 1
    if (byte === QUOTE) {
      while (i < end) {
        const inner = bytes[i]!
        i += inner === BACKSLASH ? 2 : 1
        if (inner === QUOTE) break
      }
    } else if (byte === LEFT_BRACE || byte === LEFT_BRACKET) {
      depth += 1
    } else if (byte === RIGHT_BRACE || byte === RIGHT_BRACKET) {
      depth -= 1
      if (depth === 0) return i
    }
  }
  return end
}

function classTable(): Uint8Array {
  const table = new Uint8Array(256)
  for (const space of [0x20, 0x09, 0x0a, 0x0d]) table[space] = SPACE_CLASS
  for (const sign of [QUOTE, COLON, COMMA, LEFT_BRACKET, RIGHT_BRACKET, LEFT_BRACE, RIGHT_BRACE]) {
    table[sign] = SIGN_CLASS
  }
  return table
}
