import { CARRIAGE_RETURN, LINE_FEED } from '../canonical/ascii.ts'
import { hasReadableRows, type RowLayout } from '../model/row-layout.ts'
import { bufferOver, isBlank } from './bytes.ts'
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
import { HASH_SIGN, afterHeaderLine, lostHeader } from './zeek-header.ts'

const NO_HEADER = 'no #fields line of a Zeek header stands before the row'

/**
 * Rows of a Zeek log (semantics 1): every newline ends one, and there is no quotation. Lines that begin with `#` are
 * headers or comments and count as skipped; each header says how the rows below it are written, and the sink is told.
 */
export class ZeekFramer implements RowFramer {
  readonly #options: FrameOptions
  readonly #sink: FrameSink
  readonly #counts: RunningCounts = startCounts()
  readonly #carried: CarriedBytes
  #layout: RowLayout
  /**
   * What the sink knows. It is told when a row is read, since preparing for a thousand columns takes long and a line of a
   * header, of which a hostile log has millions, some bytes.
   */
  #toldLayout: RowLayout
  #blockOffset: number
  #rowOffset: number
  /** The first byte of the line that is carried: of a line over the cap nothing else is left. */
  #firstByte = 0

  /** `layout` is the one of the header before the first byte. */
  constructor(layout: RowLayout, options: FrameOptions, sink: FrameSink) {
    this.#layout = layout
    this.#toldLayout = layout
    this.#options = options
    this.#sink = sink
    this.#carried = new CarriedBytes(options.maxRecordBytes)
    this.#blockOffset = options.firstByteOffset
    this.#rowOffset = options.firstByteOffset
  }

  get counts(): FrameCounts {
    return this.#counts
  }

  get rowStart(): RowFramer['rowStart'] {
    return { offset: this.#rowOffset, isBehindHeader: true, layout: this.#layout }
  }

  get isBetweenRecords(): boolean {
    return this.#carried.length === 0 && this.#toldLayout === this.#layout
  }

  advance(records: number, bytes: number, newlines: number): void {
    const counts = this.#counts
    counts.records += records
    counts.newlines += newlines
    counts.examinedBytes += bytes
    this.#blockOffset += bytes
    this.#rowOffset = this.#blockOffset
  }

  giveBack(mostBytes: number): number {
    const { length } = this.#carried
    if (length > mostBytes) return 0
    this.#carried.clear()
    this.#blockOffset -= length
    return length
  }

  push(bytes: Uint8Array, start: number, end: number): boolean {
    const block = bufferOver(bytes, start, end)
    let offset = 0
    while (offset < block.length && !this.#isPastOwned()) {
      const newline = block.indexOf(LINE_FEED, offset)
      if (newline === -1) {
        this.#carry(block, offset, block.length)
        offset = block.length
        break
      }
      this.#endRow(block, offset, newline)
      this.#counts.newlines += 1
      offset = newline + 1
      this.#rowOffset = this.#blockOffset + offset
    }
    this.#blockOffset += offset
    return !this.#isPastOwned()
  }

  finish(): void {
    if (this.#carried.length > 0) {
      this.#takeRow(this.#carried.bytes, 0, this.#carried.length, 0)
      this.#carried.clear()
    }
    this.#rowOffset = this.#blockOffset
  }

  /** True when the row that begins now belongs to the next part of the file. */
  #isPastOwned(): boolean {
    const { ownedEnd } = this.#options
    return ownedEnd !== null && this.#rowOffset >= ownedEnd
  }

  #carry(bytes: Uint8Array, start: number, end: number): void {
    if (this.#carried.length === 0) this.#firstByte = bytes[start] ?? 0
    this.#carried.append(bytes, start, end)
  }

  #endRow(block: Uint8Array, start: number, newline: number): void {
    if (this.#carried.length === 0) {
      this.#firstByte = block[start] ?? 0
      this.#takeRow(block, start, newline, 1)
      return
    }
    this.#carried.append(block, start, newline)
    this.#takeRow(this.#carried.bytes, 0, this.#carried.length, 1)
    this.#carried.clear()
  }

  #takeRow(bytes: Uint8Array, start: number, end: number, terminatorBytes: number): void {
    const length = end - start
    const counts = this.#counts
    const { maxRecordBytes } = this.#options
    if (length > maxRecordBytes) {
      if (this.#firstByte === HASH_SIGN)
        this.#layout = lostHeader(
          `a line of the header is longer than ${maxRecordBytes} bytes (--max-record)`,
        )
      this.#quarantine(overCapReason(maxRecordBytes), length, terminatorBytes)
      return
    }
    const last = end > start && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end
    if (isBlankRow(bytes, start, end)) {
      counts.skippedBytes += length + terminatorBytes
    } else if (bytes[start] === HASH_SIGN) {
      counts.skippedBytes += length + terminatorBytes
      this.#layout = afterHeaderLine(this.#layout, bytes, start, last)
    } else {
      const reason = this.#faultOf(bytes, start, last)
      if (reason !== null) this.#quarantine(reason, length, terminatorBytes)
      else {
        counts.records += 1
        counts.examinedBytes += length + terminatorBytes
        this.#tellLayout()
        this.#sink.record(bytes, start, last, counts.newlines, this.#rowOffset)
      }
    }
  }

  #tellLayout(): void {
    if (this.#toldLayout === this.#layout) return
    this.#toldLayout = this.#layout
    this.#sink.layout?.(this.#layout)
  }

  /** Why a row cannot be read by the header above it, or null when it can. */
  #faultOf(bytes: Uint8Array, start: number, end: number): string | null {
    const { columns, separator, zeek } = this.#layout
    if (!hasReadableRows(this.#layout)) return zeek?.fault ?? NO_HEADER
    let cells = 1
    for (let i = start; i < end; i += 1) if (bytes[i] === separator) cells += 1
    return cells === columns.length ? null : `the row has ${cells} cells, the header has ${columns.length}`
  }

  #quarantine(reason: string, length: number, terminatorBytes: number): void {
    this.#counts.records += 1
    this.#counts.quarantined += 1
    this.#counts.quarantinedBytes += length + terminatorBytes
    this.#sink.quarantine(reason, this.#counts.newlines, this.#rowOffset, length)
  }
}

function isBlankRow(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i += 1) if (!isBlank(bytes[i])) return false
  return true
}
