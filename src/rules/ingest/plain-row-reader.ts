import type { RowPlace } from '../csv-rows.ts'
import type { IndicatorColumnsBuilder } from '../indicator-columns-builder.ts'
import type { ListHeader } from '../ioc-list-header.ts'
import { TALLY_BUCKETS } from '../value-tally.ts'
import {
  INGEST_INPUT_BYTES,
  INGEST_LAYOUT,
  INGEST_ROW_LIMIT,
  openIngestKernel,
  type IngestKernel,
} from './ingest-kernel.ts'

/** Stands for a header where every line is a JSON object: the kernel numbers the columns like this. */
export const OBJECT_LINES = {
  cellCount: 5,
  cellOf: { Type: 0, DetectionFunction: 1, Value: 2, ExpiresAt: 3, Enabled: 4 },
} as const

const NO_ROOM = -1

/**
 * Reads the plain rows of a list with the ingest kernel: as many as follow each other, from the file's bytes into the
 * columns. The first row that is not plain ends a run, and is another reader's to judge; so is the last row of a file
 * without a line end.
 */
export class PlainRowReader {
  readonly #kernel: IngestKernel
  readonly #columns: IndicatorColumnsBuilder
  readonly #views: KernelViews
  readonly #isObjectLines: boolean
  /** The part of the list that the kernel sees. */
  #windowStart = 0
  #windowEnd = -1

  private constructor(kernel: IngestKernel, columns: IndicatorColumnsBuilder, isObjectLines: boolean) {
    this.#isObjectLines = isObjectLines
    this.#kernel = kernel
    this.#columns = columns
    this.#views = viewsOf(kernel)
  }

  /** A reader for lists with this header, or null where this machine has no kernel. */
  static open(
    header: ListHeader | typeof OBJECT_LINES,
    columns: IndicatorColumnsBuilder,
    nonEqualsHash: 'allow' | 'reject',
  ): PlainRowReader | null {
    const kernel = openIngestKernel()
    if (kernel === null) return null
    const { Type, DetectionFunction, Value, ExpiresAt, Enabled } = header.cellOf
    const isStrict = nonEqualsHash === 'reject' ? 1 : 0
    // -1 arrives as the largest u32, the kernel's NO_CELL.
    kernel.exports.useHeader(header.cellCount, Type, DetectionFunction, Value, ExpiresAt, Enabled, isStrict)
    return new PlainRowReader(kernel, columns, header === OBJECT_LINES)
  }

  /** Reads rows from `place` on, and gives the place of the first one that it did not read. */
  read(bytes: Uint8Array, place: RowPlace): RowPlace {
    const { exports } = this.#kernel
    let { offset, line } = place
    if (offset < this.#windowStart || offset > this.#windowEnd) this.#moveWindow(bytes, offset)
    while (offset < bytes.length) {
      const rowCount = this.#readWindow(offset, line)
      if (rowCount === NO_ROOM) break
      offset += exports.inputRead()
      line += rowCount
      if (exports.isStoppedByRow() !== 0) break
      if (rowCount === INGEST_ROW_LIMIT) continue
      // What is left of the window is part of a row.
      if (this.#windowEnd === bytes.length || offset === this.#windowStart) break
      this.#moveWindow(bytes, offset)
    }
    return { offset, line }
  }

  /** Tells the columns what was counted on the way. Afterwards nothing is read. */
  finish(): void {
    this.#columns.tally.addAll(this.#views.tally)
  }

  #moveWindow(bytes: Uint8Array, offset: number): void {
    this.#windowStart = offset
    this.#windowEnd = Math.min(bytes.length, offset + INGEST_INPUT_BYTES)
    this.#views.input.set(bytes.subarray(offset, this.#windowEnd))
  }

  /** Reads rows of the window, moves them to the columns, and gives their number; NO_ROOM where they are full. */
  #readWindow(offset: number, line: number): number {
    const { exports } = this.#kernel
    const columns = this.#columns
    const from = offset - this.#windowStart
    const to = this.#windowEnd - this.#windowStart
    if (this.#isObjectLines) exports.readLines(from, to, columns.wordEnd)
    else exports.readRows(from, to, columns.wordEnd)
    const rows = exports.rowsRead()
    if (rows === 0) return 0
    const views = this.#views
    const wordCount = views.valueEnd[rows - 1]! - columns.wordEnd // rows > 0
    if (!columns.makeRoom(rows, wordCount, exports.textRead())) return NO_ROOM
    exports.tallyRows()
    const first = columns.count
    columns.type.set(views.type.subarray(0, rows), first)
    columns.detectionFunction.set(views.detectionFunction.subarray(0, rows), first)
    columns.enabled.set(views.enabled.subarray(0, rows), first)
    columns.places.addLines(first, line)
    columns.places.columns.set(views.column.subarray(0, rows), first)
    columns.valueStart.set(views.valueEnd.subarray(0, rows), first + 1)
    columns.words.set(views.words.subarray(0, wordCount), columns.wordEnd)
    if (exports.timesRead() !== 0) columns.expireRows(first, views.expiresAt.subarray(0, rows))
    columns.take(rows, wordCount, exports.textRead())
    return rows
  }
}

interface KernelViews {
  readonly input: Uint8Array
  readonly type: Uint8Array
  readonly detectionFunction: Uint8Array
  readonly enabled: Uint8Array
  readonly valueEnd: Uint32Array
  readonly column: Uint16Array
  readonly tally: Uint32Array
  readonly expiresAt: BigInt64Array
  readonly words: Uint32Array
}

function viewsOf({ memory: { buffer } }: IngestKernel): KernelViews {
  const at = INGEST_LAYOUT
  const u32 = (from: number): Uint32Array => new Uint32Array(buffer, from)
  return {
    input: new Uint8Array(buffer, at.input, INGEST_INPUT_BYTES),
    type: new Uint8Array(buffer, at.type),
    detectionFunction: new Uint8Array(buffer, at.detectionFunction),
    enabled: new Uint8Array(buffer, at.enabled),
    valueEnd: u32(at.valueEnd),
    column: new Uint16Array(buffer, at.column, INGEST_ROW_LIMIT),
    tally: new Uint32Array(buffer, at.tally, TALLY_BUCKETS * 2),
    expiresAt: new BigInt64Array(buffer, at.expiresAt, (at.values - at.expiresAt) / 8),
    words: u32(at.values),
  }
}
