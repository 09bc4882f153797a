import { LEFT_BRACE, LINE_FEED, RIGHT_BRACE } from '../canonical/ascii.ts'
import { bufferOver, isBlank } from './bytes.ts'
import { CarriedBytes } from './carried-bytes.ts'
import {
  type FrameCounts,
  type FrameOptions,
  type FrameSink,
  type RunningCounts,
  type SharingFramer,
  overCapReason,
  startCounts,
} from './framer.ts'

const NO_RECORD = 'the line is no JSON object: it does not begin with { and end with }'

/**
 * One record per line (semantics 1). A line that lies inside one block is handed on where it stands; only the
 * piece that a block's end cuts off is copied.
 */
export class LineFramer implements SharingFramer {
  readonly #options: FrameOptions
  readonly #sink: FrameSink
  readonly #counts: RunningCounts = startCounts()
  readonly #carried: CarriedBytes
  #isSkipping: boolean
  #isDone = false
  /** Where the block that comes next stands in the stream. */
  #blockOffset: number
  /** Where the line that is being read begins. */
  #lineOffset: number

  constructor(options: FrameOptions, sink: FrameSink) {
    this.#options = options
    this.#sink = sink
    this.#carried = new CarriedBytes(options.maxRecordBytes)
    this.#isSkipping = options.skipFirstLine
    this.#blockOffset = options.firstByteOffset
    this.#lineOffset = options.firstByteOffset
  }

  get counts(): FrameCounts {
    return this.#counts
  }

  get isBetweenRecords(): boolean {
    return !this.#isSkipping && this.#carried.length === 0
  }

  advance(records: number, bytes: number, newlines: number): void {
    const counts = this.#counts
    counts.records += records
    counts.newlines += newlines
    counts.examinedBytes += bytes
    this.#blockOffset += bytes
    this.#lineOffset = this.#blockOffset
  }

  giveBack(mostBytes: number): number {
    const { length } = this.#carried
    if (length > mostBytes) return 0
    this.#carried.clear()
    this.#blockOffset -= length
    return length
  }

  push(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#isDone) return false
    // Unless the last byte ends a line, a view that ends with the block: searching the rest of a larger buffer would be
    // wasted on every block.
    const isWhole = Buffer.isBuffer(bytes) && bytes[end - 1] === LINE_FEED
    const block = isWhole ? bytes : bufferOver(bytes, 0, end)
    let offset = start
    while (offset < end) {
      if (!this.#isSkipping && this.#isPastOwned()) return false
      const newline = block.indexOf(LINE_FEED, offset)
      if (newline === -1) {
        if (!this.#isSkipping) this.#carried.append(block, offset, end)
        break
      }
      if (this.#isSkipping) this.#isSkipping = false
      else this.#endLine(block, offset, newline)
      offset = newline + 1
      this.#lineOffset = this.#blockOffset + offset - start
    }
    this.#blockOffset += end - start
    return this.#isSkipping || !this.#isPastOwned()
  }

  finish(): void {
    if (!this.#isDone && !this.#isSkipping && this.#carried.length > 0) {
      this.#takeLine(this.#carried.bytes, 0, this.#carried.length, 0)
    }
    this.#carried.clear()
    this.#isDone = true
  }

  /** True when the line that begins now belongs to the next chunk. */
  #isPastOwned(): boolean {
    const { ownedEnd } = this.#options
    if (ownedEnd !== null && this.#lineOffset >= ownedEnd) this.#isDone = true
    return this.#isDone
  }

  #endLine(block: Uint8Array, start: number, newline: number): void {
    if (this.#carried.length === 0) {
      this.#takeLine(block, start, newline, 1)
    } else {
      this.#carried.append(block, start, newline)
      this.#takeLine(this.#carried.bytes, 0, this.#carried.length, 1)
      this.#carried.clear()
    }
    this.#counts.newlines += 1
  }

  #takeLine(bytes: Uint8Array, start: number, end: number, terminatorBytes: number): void {
    const counts = this.#counts
    const length = end - start
    if (length > this.#options.maxRecordBytes) {
      this.#quarantine(overCapReason(this.#options.maxRecordBytes), length, terminatorBytes)
      return
    }
    let first = start
    let last = end
    while (first < last && isBlank(bytes[first])) first += 1
    while (last > first && isBlank(bytes[last - 1])) last -= 1
    if (first === last) {
      counts.skippedBytes += length + terminatorBytes
    } else if (bytes[first] === LEFT_BRACE && bytes[last - 1] === RIGHT_BRACE) {
      counts.records += 1
      counts.examinedBytes += length + terminatorBytes
      this.#sink.record(bytes, first, last, counts.newlines, this.#lineOffset + (first - start))
    } else {
      this.#quarantine(NO_RECORD, length, terminatorBytes)
    }
  }

  #quarantine(reason: string, length: number, terminatorBytes: number): void {
    this.#counts.records += 1
    this.#counts.quarantined += 1
    this.#counts.quarantinedBytes += length + terminatorBytes
    this.#sink.quarantine(reason, this.#counts.newlines, this.#lineOffset, length)
  }
}
