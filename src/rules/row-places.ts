/** Columns on a line from here on are kept apart. */
const FAR_COLUMN = 0xffff

/**
 * The file, the line and the column that each row was written in. Rows mostly follow each other line by line, and stand near the
 * beginning of their lines: so a line is kept where it is not the next one, a file where it is another one, and a column takes two bytes.
 */
export class RowPlaces {
  /** Rows that stand elsewhere than on the line after the row before them, ascending, and their lines. */
  readonly #jumpRow: number[] = []
  readonly #jumpLine: number[] = []
  /** By row; FAR_COLUMN where `#farColumn` says it. */
  columns: Uint16Array = new Uint16Array(64)
  readonly #farColumn = new Map<number, number>()
  /** Rows at which another file begins, ascending, and those files. */
  readonly #fileRow: number[] = []
  readonly #file: number[] = []

  /** Puts the rows from `row` on, which are the last ones, on `line` and those that follow it. Their columns are the caller's to write. */
  addLines(row: number, line: number): void {
    const last = this.#jumpRow.length - 1
    const next = last < 0 ? null : this.#jumpLine[last]! + row - this.#jumpRow[last]!
    if (line === next) return
    this.#jumpRow.push(row)
    this.#jumpLine.push(line)
  }

  /** Adds the place of the next row. */
  add(row: number, line: number, column: number): void {
    this.addLines(row, line)
    this.columns[row] = Math.min(column, FAR_COLUMN)
    if (column >= FAR_COLUMN) this.#farColumn.set(row, column)
  }

  /** Says of the rows from `row` on, and of those to come, in which file they stand. */
  setFile(row: number, file: number): void {
    while ((this.#fileRow.at(-1) ?? -1) >= row) {
      this.#fileRow.pop()
      this.#file.pop()
    }
    if (this.#file.at(-1) === file) return
    this.#fileRow.push(row)
    this.#file.push(file)
  }

  /** Grows to so many rows. */
  grow(rows: number): void {
    const grown = new Uint16Array(rows)
    grown.set(this.columns)
    this.columns = grown
  }

  fileOf(row: number): number {
    return this.#file[lastUpTo(this.#fileRow, row)] ?? 0
  }

  lineOf(row: number): number {
    const jump = lastUpTo(this.#jumpRow, row)
    return this.#jumpLine[jump]! + row - this.#jumpRow[jump]! // row 0 is the first that jumps
  }

  columnOf(row: number): number {
    const column = this.columns[row]! // rows that were added
    return column === FAR_COLUMN ? (this.#farColumn.get(row) ?? column) : column
  }
}

/** The last of ascending rows that is not behind `row`; the first one where all are. */
function lastUpTo(rows: readonly number[], row: number): number {
  let low = 0
  let high = rows.length
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (rows[middle]! <= row) low = middle
    else high = middle
  }
  return low
}
