import {
  BACKSLASH,
  COLON,
  COMMA,
  LEFT_BRACE,
  LEFT_BRACKET,
  LINE_FEED,
  QUOTE,
  RIGHT_BRACE,
  RIGHT_BRACKET,
} from '../canonical/ascii.ts'
import { isJsonSpace } from './bytes.ts'
import { CarriedBytes } from './carried-bytes.ts'
import {
  type FrameCounts,
  type FrameOptions,
  type FrameSink,
  type Framer,
  type RunningCounts,
  overCapReason,
  startCounts,
} from './framer.ts'

/** Keys whose arrays hold the records of a wrapper object. */
const RECORD_ARRAY_KEYS: ReadonlySet<string> = new Set(['records', 'Results', 'results', 'value'])
/** Keys that a wrapper object opens with (semantics 1). */
export const WRAPPER_KEYS: ReadonlySet<string> = new Set([...RECORD_ARRAY_KEYS, 'Schema', 'schema'])
/** Members that OData services write before all others; they decide nothing. */
export const ANNOTATION_PREFIX = '@odata.'
/** Bytes of a member's key that are kept: more than every key above has. */
const KEY_LIMIT = 32

const SIGNS: ReadonlySet<number> = new Set([
  LINE_FEED,
  QUOTE,
  BACKSLASH,
  LEFT_BRACE,
  LEFT_BRACKET,
  RIGHT_BRACE,
  RIGHT_BRACKET,
])
/** 1 for the bytes that strings, brackets and lines consist of. */
const IS_SIGN: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => (SIGNS.has(byte) ? 1 : 0))

const NO_OBJECT = 'the element is no JSON object: it does not begin with { and end with }'

type DocumentKind =
  /** Between documents. */
  | 'none'
  /** A top-level array: its elements are records. */
  | 'array'
  /** An object that may turn out to be a wrapper; its bytes are kept as a record's. */
  | 'undecided'
  /** A top-level object that is itself a record. */
  | 'record'
  /** An object whose record arrays hold the records. */
  | 'wrapper'
  /** Text between documents, up to the end of its line. */
  | 'stray'

/**
 * Yields the elements of JSON containers, one after the other (semantics 1): `[…]`, `{"records":[…]}` and its
 * kin, and documents that follow each other or span lines. It tracks strings and brackets, nothing else; a
 * closer closes whatever is open. An object that opens with a wrapper key is a wrapper only where an array
 * follows the key, so that a row with a column named `value` stays a row. Only an element that a block's end
 * cuts is copied; one over the cap is counted and not kept.
 */
export class ContainerFramer implements Framer {
  readonly #maxRecordBytes: number
  readonly #sink: FrameSink
  readonly #counts: RunningCounts = startCounts()
  readonly #carried: CarriedBytes
  #blockOffset: number
  #consumedBytes = 0
  #kind: DocumentKind = 'none'
  #depth = 0
  #isInString = false
  #isEscaped = false
  /** Depth at which elements are separated; 0 while no array of records is open. */
  #elementDepth = 0
  /** Where the element's region begins: just behind `[` or `,`. Its untrimmed length counts against the cap. */
  #regionOffset = 0
  /** Where the element's first byte that is not blank stands; -1 while there is none. */
  #elementOffset = -1
  #elementLine = 0
  /** Key of the member at depth 1 that is being read, as Latin-1 of its raw bytes. */
  #key = ''
  #isKeyOpen = false
  #isAfterColon = false

  constructor(options: FrameOptions, sink: FrameSink) {
    this.#maxRecordBytes = options.maxRecordBytes
    this.#sink = sink
    this.#carried = new CarriedBytes(options.maxRecordBytes)
    this.#blockOffset = options.firstByteOffset
  }

  get counts(): FrameCounts {
    return this.#counts
  }

  push(bytes: Uint8Array, start: number, end: number): boolean {
    const base = this.#blockOffset - start
    for (let i = start; i < end; i += 1) {
      i = this.#skipQuiet(bytes, i, end)
      if (i === end) break
      const byte = bytes[i]! // start <= i < end
      if (byte === LINE_FEED) this.#counts.newlines += 1
      if (this.#isInString) this.#readStringByte(byte)
      else if (!isJsonSpace(byte)) this.#readSign(byte, bytes, i, base)
      else if (byte === LINE_FEED && this.#kind === 'stray') this.#endStray(bytes, i, base)
    }
    if (this.#elementOffset !== -1) {
      this.#carried.append(bytes, Math.max(start, this.#elementOffset - base), end)
    }
    this.#blockOffset += end - start
    this.#consumedBytes += end - start
    this.#settleSkipped()
    return true
  }

  /**
   * Skips what no decision hangs on: the inside of an element, and of members that hold no records. Stops before the
   * closer that leaves it, and returns the offset of what was not read.
   */
  #skipQuiet(bytes: Uint8Array, start: number, end: number): number {
    const floor = this.#quietDepth()
    let depth = this.#depth
    if (depth < floor || (this.#elementDepth > 0 && this.#elementOffset === -1)) return start
    let isInString = this.#isInString
    let isEscaped = this.#isEscaped
    let newlines = 0
    let i = start
    while (i < end) {
      const byte = bytes[i]! // i < end
      if (isEscaped) {
        isEscaped = false
        if (byte === LINE_FEED) newlines += 1
      } else if (IS_SIGN[byte] === 0) {
        i += 1
        continue
      } else if (byte === LINE_FEED) {
        newlines += 1
      } else if (byte === QUOTE) {
        isInString = !isInString
      } else if (isInString) {
        isEscaped = byte === BACKSLASH
      } else if (byte === LEFT_BRACE || byte === LEFT_BRACKET) {
        depth += 1
      } else if (byte === RIGHT_BRACE || byte === RIGHT_BRACKET) {
        if (depth === floor) break
        depth -= 1
      }
      i += 1
    }
    this.#depth = depth
    this.#isInString = isInString
    this.#isEscaped = isEscaped
    this.#counts.newlines += newlines
    return i
  }

  /** The depth from which on only strings and brackets count. */
  #quietDepth(): number {
    if (this.#kind === 'record') return 1
    return this.#elementDepth > 0 ? this.#elementDepth + 1 : 2
  }

  finish(): void {
    if (this.#elementOffset !== -1) this.#endElement(this.#carried.bytes, 0, this.#blockOffset)
    this.#settleSkipped()
    this.#kind = 'none'
    this.#depth = 0
  }

  /** Everything consumed that belongs to no element, finished or not, is wrapper. */
  #settleSkipped(): void {
    const pendingBytes = this.#elementOffset === -1 ? 0 : this.#blockOffset - this.#elementOffset
    this.#counts.skippedBytes =
      this.#consumedBytes - pendingBytes - this.#counts.examinedBytes - this.#counts.quarantinedBytes
  }

  #readStringByte(byte: number): void {
    if (this.#isEscaped) this.#isEscaped = false
    else if (byte === BACKSLASH) this.#isEscaped = true
    else if (byte === QUOTE) {
      this.#isInString = false
      this.#isKeyOpen = false
      return
    }
    if (this.#isKeyOpen && this.#key.length < KEY_LIMIT) this.#key += String.fromCharCode(byte)
  }

  #readSign(byte: number, bytes: Uint8Array, i: number, base: number): void {
    if (this.#depth === 0) {
      this.#readBetweenDocuments(byte, bytes, i, base)
      return
    }
    const isAtElements = this.#depth === this.#elementDepth
    switch (byte) {
      case QUOTE:
        this.#beginElement(base + i)
        this.#isInString = true
        if (this.#depth === 1 && this.#isObjectOpen() && !this.#isAfterColon) {
          this.#key = ''
          this.#isKeyOpen = true
        }
        return
      case LEFT_BRACE:
      case LEFT_BRACKET:
        this.#beginElement(base + i)
        this.#depth += 1
        if (this.#depth === 2 && this.#isObjectOpen()) this.#openMember(byte, base + i)
        return
      case RIGHT_BRACE:
      case RIGHT_BRACKET:
        if (isAtElements) this.#endElement(bytes, i, base + i)
        this.#depth -= 1
        if (isAtElements) this.#elementDepth = 0
        if (this.#depth === 0) this.#closeDocument(bytes, i, base)
        return
      case COMMA:
        if (isAtElements) {
          this.#endElement(bytes, i, base + i)
          this.#regionOffset = base + i + 1
        } else if (this.#depth === 1 && this.#isObjectOpen()) {
          this.#endMember()
        }
        return
      case COLON:
        if (this.#depth === 1) this.#isAfterColon = true
        this.#beginElement(base + i)
        return
      default:
        this.#beginElement(base + i)
    }
  }

  #readBetweenDocuments(byte: number, bytes: Uint8Array, i: number, base: number): void {
    if (byte === LEFT_BRACKET || byte === LEFT_BRACE) {
      if (this.#kind === 'stray') this.#endStray(bytes, i, base)
      this.#depth = 1
      this.#key = ''
      this.#isAfterColon = false
      if (byte === LEFT_BRACKET) {
        this.#kind = 'array'
        this.#elementDepth = 1
        this.#regionOffset = base + i + 1
      } else {
        this.#kind = 'undecided'
        this.#regionOffset = base + i
        this.#markElement(base + i)
      }
      return
    }
    const isSeparator = byte === COMMA || byte === RIGHT_BRACKET || byte === RIGHT_BRACE
    if (this.#kind === 'stray' || isSeparator) return
    this.#kind = 'stray'
    this.#regionOffset = base + i
    this.#markElement(base + i)
  }

  #isObjectOpen(): boolean {
    return this.#kind === 'undecided' || this.#kind === 'wrapper'
  }

  /** A container opens as the value of a member at depth 1. */
  #openMember(byte: number, offset: number): void {
    const isArray = byte === LEFT_BRACKET
    if (this.#kind === 'undecided') {
      if (isArray && WRAPPER_KEYS.has(this.#key)) {
        this.#kind = 'wrapper'
        this.#dropElement()
      } else if (!this.#key.startsWith(ANNOTATION_PREFIX)) {
        this.#kind = 'record'
      }
    }
    if (this.#kind === 'wrapper' && isArray && RECORD_ARRAY_KEYS.has(this.#key)) {
      this.#elementDepth = 2
      this.#regionOffset = offset + 1
    }
  }

  #endMember(): void {
    if (this.#kind === 'undecided' && !this.#key.startsWith(ANNOTATION_PREFIX)) this.#kind = 'record'
    this.#key = ''
    this.#isAfterColon = false
  }

  #closeDocument(bytes: Uint8Array, i: number, base: number): void {
    if (this.#kind === 'undecided' || this.#kind === 'record') this.#endElement(bytes, i + 1, base + i + 1)
    this.#kind = 'none'
    this.#elementDepth = 0
  }

  #endStray(bytes: Uint8Array, i: number, base: number): void {
    this.#endElement(bytes, i, base + i)
    this.#kind = 'none'
  }

  /** Notes the first byte of an element that is not blank; in a wrapper outside its arrays there is none. */
  #beginElement(offset: number): void {
    if (this.#elementOffset === -1 && this.#elementDepth > 0) this.#markElement(offset)
  }

  #markElement(offset: number): void {
    this.#elementOffset = offset
    this.#elementLine = this.#counts.newlines
  }

  #dropElement(): void {
    this.#elementOffset = -1
    this.#carried.clear()
  }

  /** Ends the element whose region ends before `bytes[end]`, which stands at `endOffset`; an empty one is wrapper. */
  #endElement(bytes: Uint8Array, end: number, endOffset: number): void {
    const offset = this.#elementOffset
    if (offset === -1) return
    const carried = this.#carried
    const blockLength = endOffset - offset - carried.length
    if (carried.length > 0 && blockLength > 0) carried.append(bytes, end - blockLength, end)
    if (endOffset - this.#regionOffset > this.#maxRecordBytes) {
      this.#quarantine(overCapReason(this.#maxRecordBytes), endOffset - offset)
    } else if (carried.length > 0) {
      this.#takeElement(carried.bytes, 0, carried.length)
    } else {
      this.#takeElement(bytes, end - blockLength, end)
    }
    this.#dropElement()
  }

  #takeElement(bytes: Uint8Array, start: number, end: number): void {
    let last = end
    while (last > start && isJsonSpace(bytes[last - 1])) last -= 1
    if (bytes[start] !== LEFT_BRACE || bytes[last - 1] !== RIGHT_BRACE) {
      this.#quarantine(NO_OBJECT, last - start)
      return
    }
    this.#counts.records += 1
    this.#counts.examinedBytes += last - start
    this.#sink.record(bytes, start, last, this.#elementLine, this.#elementOffset)
  }

  #quarantine(reason: string, length: number): void {
    this.#counts.records += 1
    this.#counts.quarantined += 1
    this.#counts.quarantinedBytes += length
    this.#sink.quarantine(reason, this.#elementLine, this.#elementOffset, length)
  }
}
