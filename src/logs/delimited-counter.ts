import type { KeyTable } from '../model/key-table.ts'
import { QUOTE } from '../canonical/ascii.ts'

/** Counts what the mapped columns of a delimited file show: cells that are not empty (semantics 9). */
export class DelimitedCounter {
  /** Per key of the table, in its order: cells with a value. */
  readonly observed: Float64Array
  readonly #separator: number
  /** Per column the position of its key in the table, or -1. */
  readonly #keys: Int32Array

  private constructor(keyCount: number, separator: number, keys: Int32Array) {
    this.observed = new Float64Array(keyCount)
    this.#separator = separator
    this.#keys = keys
  }

  static open(
    table: KeyTable,
    layout: { readonly separator: number; readonly columns: readonly string[] },
  ): DelimitedCounter {
    const positions = new Map(table.keys.map(({ key }, i) => [key, i]))
    const keys = Int32Array.from(layout.columns, (column) => positions.get(column) ?? -1)
    return new DelimitedCounter(table.keys.length, layout.separator, keys)
  }

  /** Counts the cells of one row. A cell of two quotes is empty. */
  count(bytes: Uint8Array, start: number, end: number): void {
    const keys = this.#keys
    const separator = this.#separator
    let cell = 0
    let cellStart = start
    let isQuoted = false
    for (let i = start; i <= end; i += 1) {
      const byte = bytes[i]
      if (i < end && byte === QUOTE) isQuoted = !isQuoted
      if (i < end && (isQuoted || byte !== separator)) continue
      const key = keys[cell] ?? -1
      const isEmpty =
        i === cellStart || (i === cellStart + 2 && bytes[cellStart] === QUOTE && bytes[i - 1] === QUOTE)
      if (key !== -1 && !isEmpty) this.observed[key] = (this.observed[key] ?? 0) + 1
      cell += 1
      cellStart = i + 1
    }
  }
}
