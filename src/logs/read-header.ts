import { CARRIAGE_RETURN, COMMA, LINE_FEED, QUOTE, TAB } from '../canonical/ascii.ts'
import type { RowLayout } from '../model/row-layout.ts'
import { isBlank } from './bytes.ts'
import { cellsOf } from './scan-csv.ts'

const SEMICOLON = 0x3b
const SEPARATORS: readonly number[] = [COMMA, SEMICOLON, TAB]
/** A column's name: something printable, without the marks that prose and JSON bring. */
const COLUMN_NAME = /^[^\p{Cc}{}"]{0,200}$/u

interface Row {
  readonly start: number
  readonly end: number
  /** Where the next row begins. */
  readonly next: number
}

/**
 * The header of a delimited log, or null when the first row is none. It must be complete within the sample, and
 * unless the format is forced it must name at least two different columns, as many as the second row has cells.
 */
export function readHeader(
  head: Uint8Array,
  start: number,
  isWhole: boolean,
  isForced: boolean,
): RowLayout | null {
  const header = rowAt(head, start, isWhole)
  if (header === null) return null
  const candidates = SEPARATORS.map((separator) => ({
    separator,
    columns: cellsOf(head, header.start, header.end, separator),
  }))
  const layout = candidates.reduce((best, next) => (next.columns.length > best.columns.length ? next : best))
  if (isForced) return layout
  const second = rowAt(head, header.next, isWhole)
  const width = layout.columns.length
  const isSecondAlike =
    second === null || cellsOf(head, second.start, second.end, layout.separator).length === width
  return width > 1 && isSecondAlike && isHeader(layout.columns) ? layout : null
}

function isHeader(columns: readonly string[]): boolean {
  const named = columns.filter((column) => column.trim() !== '')
  return (
    columns.every((column) => COLUMN_NAME.test(column)) &&
    new Set(named).size === named.length &&
    named.length > columns.length / 2
  )
}

/** The first row from `start` on that is not blank; null when there is none or it is not complete. */
function rowAt(head: Uint8Array, start: number, isWhole: boolean): Row | null {
  let isQuoted = false
  let rowStart = start
  for (let i = start; i <= head.length; i += 1) {
    if (i < head.length && head[i] === QUOTE) isQuoted = !isQuoted
    const isEnd = i === head.length || (!isQuoted && head[i] === LINE_FEED)
    if (!isEnd) continue
    if (i === head.length && !isWhole) return null
    if (!isBlankBetween(head, rowStart, i)) {
      const end = head[i - 1] === CARRIAGE_RETURN ? i - 1 : i
      return { start: rowStart, end, next: i + 1 }
    }
    rowStart = i + 1
  }
  return null
}

function isBlankBetween(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i += 1) if (!isBlank(bytes[i])) return false
  return true
}
