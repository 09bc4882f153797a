import { BLANK, CARRIAGE_RETURN, COMMA, LINE_FEED, QUOTE, TAB } from '../canonical/ascii.ts'

/** Cells of one row that are kept; further ones are counted only. */
const CELL_LIMIT = 64

/** What is wrong with the shape of a row, with the offset where. */
export interface RowProblem {
  readonly kind: 'open-quote' | 'text-after-quote'
  readonly offset: number
}

/** Place of a row in a list. */
export interface RowPlace {
  /** Of its first byte. */
  readonly offset: number
  /** Counted from 1. */
  readonly line: number
}

/**
 * Steps over the rows of RFC 4180 text: CRLF or LF, quoted cells with doubled quotes, commas and line ends in them.
 * Nothing is copied: a cell is a range of bytes, and the caller's million rows cost no object each. `cellStart`,
 * `cellEnd` hold for the current row until the next call of `next`. A quote inside a cell without quotes stands for itself.
 */
export class CsvRows {
  readonly bytes: Uint8Array
  readonly cellStart: Uint32Array = new Uint32Array(CELL_LIMIT)
  readonly cellEnd: Uint32Array = new Uint32Array(CELL_LIMIT)
  /** Bit i is 1 when cell i (below 32) holds doubled quotes, which `cellText` halves. */
  doubledQuotes = 0
  /** Cells of the row, also those past the kept ones. */
  cellCount = 0
  rowStart = 0
  /** After the last byte of the row, before its line end. */
  rowEnd = 0
  /** 1-based line of the row's first byte. */
  line = 1
  /** The row's own line, which is further than `line` only after line ends in quotes. */
  #nextLine = 1
  #nextOffset: number
  problem: RowProblem | null = null

  constructor(bytes: Uint8Array, offset: number) {
    this.bytes = bytes
    this.#nextOffset = offset
  }

  /** Moves to the next row that is not blank; false at the end. */
  next(): boolean {
    const { bytes } = this
    while (this.#nextOffset < bytes.length) {
      this.#readRow()
      if (this.cellCount > 1 || !this.#isBlankRow()) return true
    }
    return false
  }

  /** Where the row after the current one begins. */
  get nextOffset(): number {
    return this.#nextOffset
  }

  get nextLine(): number {
    return this.#nextLine
  }

  /** Passes over rows that somebody else has read: the next row begins here. */
  moveTo({ offset, line }: RowPlace): void {
    this.#nextOffset = offset
    this.#nextLine = line
  }

  /** Whether all of the row stands on one line. */
  get isOneLine(): boolean {
    return this.#nextLine - this.line <= 1
  }

  /** The text of a cell, quotes removed and halved; null where its bytes are not UTF-8. */
  cellText(cell: number): string | null {
    const range = this.bytes.subarray(this.cellStart[cell], this.cellEnd[cell])
    try {
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(range)
      return (this.doubledQuotes & (1 << cell)) === 0 ? text : text.replaceAll('""', '"')
    } catch {
      return null
    }
  }

  #isBlankRow(): boolean {
    for (let i = this.rowStart; i < this.rowEnd; i++) {
      const byte = this.bytes[i]
      if (byte !== BLANK && byte !== TAB) return false
    }
    return true
  }

  #readRow(): void {
    const { bytes } = this
    this.line = this.#nextLine
    this.rowStart = this.#nextOffset
    this.cellCount = 0
    this.doubledQuotes = 0
    this.problem = null
    let at = this.rowStart
    for (;;) {
      const isQuoted = at < bytes.length && bytes[at] === QUOTE
      at = isQuoted ? this.#readQuoted(at) : this.#readPlain(at)
      if (at < bytes.length && bytes[at] === COMMA) at++
      else break
    }
    this.#nextOffset = at + 1
    this.#nextLine++
  }

  /** Reads up to the comma or line end, and gives its offset. */
  #readPlain(start: number): number {
    const { bytes } = this
    const length = bytes.length
    let at = start
    while (at < length) {
      const byte = bytes[at]
      if (byte === COMMA || byte === LINE_FEED) break
      at++
    }
    const isRowEnd = at >= length || bytes[at] === LINE_FEED
    const end = isRowEnd && at > start && bytes[at - 1] === CARRIAGE_RETURN ? at - 1 : at
    this.#addCell(start, end)
    this.rowEnd = end
    return at
  }

  #readQuoted(open: number): number {
    const { bytes } = this
    let at = open + 1
    let lineEnds = 0
    let hasDoubled = false
    for (; at < bytes.length; at++) {
      const byte = bytes[at]
      if (byte === LINE_FEED) lineEnds++
      else if (byte === QUOTE) {
        if (bytes[at + 1] !== QUOTE) break
        hasDoubled = true
        at++
      }
    }
    if (hasDoubled && this.cellCount < 32) this.doubledQuotes |= 1 << this.cellCount
    this.#addCell(open + 1, Math.min(at, bytes.length))
    this.#nextLine += lineEnds
    if (at >= bytes.length) {
      this.problem ??= { kind: 'open-quote', offset: open }
      this.rowEnd = bytes.length
      return bytes.length
    }
    return this.#afterQuote(at + 1)
  }

  #afterQuote(start: number): number {
    const { bytes } = this
    let at = start
    while (at < bytes.length && bytes[at] !== COMMA && bytes[at] !== LINE_FEED) at++
    const isRowEnd = at >= bytes.length || bytes[at] === LINE_FEED
    const end = isRowEnd && at > start && bytes[at - 1] === CARRIAGE_RETURN ? at - 1 : at
    if (end > start) this.problem ??= { kind: 'text-after-quote', offset: start }
    this.rowEnd = end
    return at
  }

  #addCell(start: number, end: number): void {
    if (this.cellCount < CELL_LIMIT) {
      this.cellStart[this.cellCount] = start
      this.cellEnd[this.cellCount] = end
    }
    this.cellCount++
  }
}
