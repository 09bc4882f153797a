import { CARRIAGE_RETURN, LINE_FEED, QUOTE } from '../canonical/ascii.ts'
import type { RowLayout } from '../model/row-layout.ts'
import { isBlank } from './bytes.ts'
import { CarriedBytes } from './carried-bytes.ts'
import {
  type FrameCounts,
  type FrameOptions,
  type FrameSink,
  type RowFramer,
  type RunningCounts,
  overCapReason,
  startCounts,
} from './framer.ts'

/**
 * Rows of a CSV file (semantics 1): every quote toggles quotation, a newline outside it ends the row. The first
 * row that is not blank is the header and counts as skipped. A row over the cap ends at the next newline,
 * whatever the parity, and parity starts again there.
 */
export class DelimitedFramer implements RowFramer {
  readonly #layout: RowLayout
  readonly #maxRecordBytes: number
  readonly #ownedEnd: number | null
  readonly #sink: FrameSink
  readonly #counts: RunningCounts = startCounts()
  readonly #carried: CarriedBytes
  #blockOffset: number
  #rowOffset: number
  /** Newlines before the row; quoted cells may hold more of them. */
  #rowLine = 0
  #isQuoted = false
  #separatorCount = 0
  #isHeaderRead: boolean

  constructor(layout: RowLayout, options: FrameOptions, sink: FrameSink) {
    this.#layout = layout
    this.#maxRecordBytes = options.maxRecordBytes
    this.#ownedEnd = options.ownedEnd
    this.#isHeaderRead = options.isBehindHeader ?? false
    this.#sink = sink
    this.#carried = new CarriedBytes(options.maxRecordBytes)
    this.#blockOffset = options.firstByteOffset
    this.#rowOffset = options.firstByteOffset
  }

  get counts(): FrameCounts {
    return this.#counts
  }

  get rowStart(): RowFramer['rowStart'] {
    return { offset: this.#rowOffset, isBehindHeader: this.#isHeaderRead, layout: this.#layout }
  }

  get isBetweenRecords(): boolean {
    return this.#isHeaderRead && this.#carried.length === 0
  }

  advance(records: number, bytes: number, newlines: number): void {
    const counts = this.#counts
    counts.records += records
    counts.newlines += newlines
    counts.examinedBytes += bytes
    this.#blockOffset += bytes
    this.#rowOffset = this.#blockOffset
    this.#rowLine = counts.newlines
  }

  giveBack(mostBytes: number): number {
    const { length } = this.#carried
    if (length === 0 || length > mostBytes) return 0
    this.#carried.clear()
    this.#blockOffset -= length
    this.#isQuoted = false
    this.#separatorCount = 0
    this.#counts.newlines = this.#rowLine
    return length
  }

  push(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#isPastOwned()) return false
    const { separator } = this.#layout
    const base = this.#blockOffset - start
    let isQuoted = this.#isQuoted
    let separatorCount = this.#separatorCount
    let rowStart = start
    for (let i = start; i < end; i += 1) {
      const byte = bytes[i]! // start <= i < end
      // Nearly every byte of a log is above the quote and no separator.
      if (byte > QUOTE && byte !== separator) continue
      if (byte === QUOTE) isQuoted = !isQuoted
      else if (byte === separator) separatorCount += isQuoted ? 0 : 1
      else if (byte === LINE_FEED) {
        if (!isQuoted || base + i - this.#rowOffset >= this.#maxRecordBytes) {
          this.#separatorCount = separatorCount
          this.#endRow(bytes, rowStart, i, isQuoted)
          rowStart = i + 1
          this.#rowOffset = base + rowStart
          isQuoted = false
          separatorCount = 0
        }
        this.#counts.newlines += 1
        if (rowStart !== i + 1) continue
        this.#rowLine = this.#counts.newlines
        if (this.#isPastOwned()) return false
      }
    }
    if (rowStart < end) this.#carried.append(bytes, rowStart, end)
    this.#isQuoted = isQuoted
    this.#separatorCount = separatorCount
    this.#blockOffset += end - start
    return true
  }

  finish(): void {
    if (this.#carried.length > 0) {
      this.#takeRow(this.#carried.bytes, 0, this.#carried.length, 0, false)
      this.#carried.clear()
    }
    if (!this.#isPastOwned()) this.#rowOffset = this.#blockOffset
  }

  /** True when the row that begins now belongs to the next part of the file. */
  #isPastOwned(): boolean {
    return this.#ownedEnd !== null && this.#rowOffset >= this.#ownedEnd
  }

  #endRow(bytes: Uint8Array, start: number, newline: number, isCut: boolean): void {
    const carried = this.#carried
    if (carried.length === 0) {
      this.#takeRow(bytes, start, newline, 1, isCut)
      return
    }
    carried.append(bytes, start, newline)
    this.#takeRow(carried.bytes, 0, carried.length, 1, isCut)
    carried.clear()
  }

  /** `isCut`: the cap was reached inside quotation, so that this newline belonged to the row. */
  #takeRow(bytes: Uint8Array, start: number, end: number, terminatorBytes: number, isCut: boolean): void {
    const length = end - start
    const counts = this.#counts
    if (isCut || length > this.#maxRecordBytes) {
      this.#isHeaderRead = true
      this.#quarantine(overCapReason(this.#maxRecordBytes), length, terminatorBytes)
      return
    }
    const last = end > start && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end
    if (isBlankRow(bytes, start, end)) {
      counts.skippedBytes += length + terminatorBytes
    } else if (!this.#isHeaderRead) {
      this.#isHeaderRead = true
      counts.skippedBytes += length + terminatorBytes
    } else if (this.#separatorCount + 1 !== this.#layout.columns.length) {
      const wanted = this.#layout.columns.length
      const reason = `the row has ${this.#separatorCount + 1} cells, the header has ${wanted}`
      this.#quarantine(reason, length, terminatorBytes)
    } else {
      counts.records += 1
      counts.examinedBytes += length + terminatorBytes
      this.#sink.record(bytes, start, last, this.#rowLine, this.#rowOffset)
    }
  }

  #quarantine(reason: string, length: number, terminatorBytes: number): void {
    this.#counts.records += 1
    this.#counts.quarantined += 1
    this.#counts.quarantinedBytes += length + terminatorBytes
    this.#sink.quarantine(reason, this.#rowLine, this.#rowOffset, length)
  }
}

function isBlankRow(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i += 1) if (!isBlank(bytes[i])) return false
  return true
}
