import type { SourceSpan } from '../model/diagnostic.ts'
import type { Spot } from './diagnostic-list.ts'

/** A longer line is not kept for display: a reply of megabytes often stands on one line. */
const LINE_TEXT_LIMIT = 20_000

/** A 1-based place; columns count code points. */
export interface LineColumn {
  readonly line: number
  readonly column: number
}

/**
 * A decoded rule document that turns offsets (UTF-16 code units, the BOM not counted) into lines and columns.
 * Lines end with LF or CRLF.
 */
export class SourceText {
  readonly file: string
  readonly text: string
  readonly #lineStarts: readonly number[]
  /** Without surrogates a column is a subtraction; with them the code points are counted, onwards from the last place. */
  readonly #hasSurrogates: boolean
  readonly #firstLine: number
  #lastOffset = 0
  #lastColumn = 1

  /** `firstLine` is the number of the text's first line, where it is a part of the file. */
  constructor(file: string, text: string, firstLine = 1) {
    this.file = file
    this.text = text
    this.#firstLine = firstLine
    this.#lineStarts = lineStartsOf(text)
    this.#hasSurrogates = /[\ud800-\udfff]/.test(text)
  }

  /** The line and column of an offset; an offset past the end is the end. */
  placeOf(offset: number): LineColumn {
    const bounded = Math.min(Math.max(offset, 0), this.text.length)
    const index = this.#lineIndexOf(bounded)
    const lineStart = this.#lineStarts[index] ?? 0
    return { line: index + this.#firstLine, column: this.#columnOf(lineStart, bounded) }
  }

  /** The span of `[start, end)`, cut at the end of the line where it starts. */
  spanOf(start: number, end: number): SourceSpan {
    const { line, column } = this.placeOf(start)
    const lineStart = this.#lineStarts[line - this.#firstLine] ?? 0
    const lineEnd = lineEndOf(this.text, lineStart)
    const markEnd = Math.min(end, lineEnd)
    const length = start < markEnd ? codePointCount(this.text, start, markEnd) : 1
    const lineText = lineEnd - lineStart > LINE_TEXT_LIMIT ? '' : this.text.slice(lineStart, lineEnd)
    return { file: this.file, line, column, length, lineText }
  }

  /** The same as `spanOf`, computed when asked. */
  spotOf(start: number, end: number): Spot {
    return { file: this.file, span: () => this.spanOf(start, end) }
  }

  #lineIndexOf(offset: number): number {
    let low = 0
    let high = this.#lineStarts.length - 1
    while (low < high) {
      const mid = (low + high + 1) >>> 1
      if ((this.#lineStarts[mid] ?? 0) <= offset) low = mid
      else high = mid - 1
    }
    return low
  }

  #columnOf(lineStart: number, offset: number): number {
    if (!this.#hasSurrogates) return offset - lineStart + 1
    const isOnward = this.#lastOffset >= lineStart && this.#lastOffset <= offset
    const from = isOnward ? this.#lastOffset : lineStart
    const column = (isOnward ? this.#lastColumn : 1) + codePointCount(this.text, from, offset)
    this.#lastOffset = offset
    this.#lastColumn = column
    return column
  }
}

function lineStartsOf(text: string): readonly number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

function lineEndOf(text: string, lineStart: number): number {
  const feed = text.indexOf('\n', lineStart)
  const end = feed < 0 ? text.length : feed
  return end > lineStart && text[end - 1] === '\r' ? end - 1 : end
}

function codePointCount(text: string, start: number, end: number): number {
  let count = 0
  for (let i = start; i < end; i++) {
    const isSecondHalf =
      i > start && isLowSurrogate(text.charCodeAt(i)) && isHighSurrogate(text.charCodeAt(i - 1))
    if (!isSecondHalf) count++
  }
  return count
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000
}
