import { QUOTE } from '../../canonical/ascii.ts'
import type { RowLayout, ZeekLayout } from '../../model/row-layout.ts'
import type { MappedColumn } from './mapped-columns.ts'

/** Quotes mean nothing in Zeek logs. */
const NO_QUOTE = -1

/** Takes a mapped cell that is not empty: `cellStart < cellEnd`. */
export type VisitCell = (column: MappedColumn, bytes: Uint8Array, cellStart: number, cellEnd: number) => void

/** Counts what the mapped columns of a delimited file show: cells that are not empty (semantics 9). */
export class RowCounter {
  /** Per key of the table: cells with a value. */
  readonly observed: Float64Array
  readonly #separator: number
  readonly #zeek: ZeekLayout | null
  /** Per column, null where it is not mapped. */
  readonly #columns: readonly (MappedColumn | null)[]

  constructor(observed: Float64Array, mapped: readonly MappedColumn[], layout: RowLayout) {
    const byColumn = new Map(mapped.map((column) => [column.column, column]))
    this.observed = observed
    this.#separator = layout.separator
    this.#zeek = layout.zeek ?? null
    this.#columns = layout.columns.map((_, i) => byColumn.get(i) ?? null)
  }

  /** Counts the cells of one row, and shows them. */
  count(bytes: Uint8Array, start: number, end: number, visit: VisitCell | null = null): void {
    const separator = this.#separator
    const quote = this.#zeek === null ? QUOTE : NO_QUOTE
    let cell = 0
    let cellStart = start
    let isQuoted = false
    for (let i = start; i < end; i += 1) {
      const byte = bytes[i]! // start <= i < end
      // Nearly every byte of a log is above the quote and no separator.
      if (byte > QUOTE && byte !== separator) continue
      if (byte === quote) isQuoted = !isQuoted
      else if (byte === separator && !isQuoted) {
        this.#countCell(cell, bytes, cellStart, i, visit)
        cell += 1
        cellStart = i + 1
      }
    }
    this.#countCell(cell, bytes, cellStart, end, visit)
  }

  #countCell(cell: number, bytes: Uint8Array, start: number, end: number, visit: VisitCell | null): void {
    const column = this.#columns[cell] ?? null
    if (column === null || start === end) return
    if (this.#zeek === null ? isQuotesOnly(bytes, start, end) : isNoZeekValue(this.#zeek, bytes, start, end))
      return
    this.observed[column.key]! += 1 // a position in the table
    visit?.(column, bytes, start, end)
  }
}

/** A cell of two quotes is empty, as is one that a quote opens at the end. */
function isQuotesOnly(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start <= 2 && bytes[start] === QUOTE && bytes[end - 1] === QUOTE
}

/** True for the words by which a Zeek log says that there is no value, or an empty one. */
export function isNoZeekValue(
  { emptyField, unsetField }: ZeekLayout,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  return isWord(unsetField, bytes, start, end) || isWord(emptyField, bytes, start, end)
}

function isWord(word: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (word.length !== end - start) return false
  for (let i = 0; i < word.length; i += 1) if (word.charCodeAt(i) !== bytes[start + i]) return false
  return true
}
