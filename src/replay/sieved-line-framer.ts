import { LINE_FEED } from '../canonical/ascii.ts'
import type { LineScan, BlockSieve } from '../engine/sieve/block-sieve.ts'
import { copyBytes } from '../engine/sieve/copy-bytes.ts'
import { LineFramer } from '../logs/frame-lines.ts'
import { HASH_SIGN } from '../logs/zeek-header.ts'
import type { FrameCounts, FrameOptions, FrameSink, Framer, SharingFramer } from '../logs/framer.ts'

/** Where a framer that sieves hands its records to. */
export interface SievedSink extends FrameSink {
  /** Takes a record that the sieve has looked at already and passed. */
  survivor: FrameSink['record']
  /** Counts records that the sieve has dropped. */
  dropped(records: number): void
}

/**
 * Records as the framer of lines, or of rows, cuts them, with the sieve in front: whole records are scanned where they stand
 * in its block, and only survivors and what is no record come one by one. A record that two blocks share goes the way of
 * all records.
 */
export class SievedLineFramer implements Framer {
  readonly #framer: SharingFramer
  readonly #sieve: BlockSieve
  readonly #options: FrameOptions
  readonly #sink: SievedSink
  readonly #block: Buffer
  /** A record of the block by itself: what reads records later may keep views of them, and wants private memory. */
  #record = Buffer.alloc(4096)
  #isSieved = false
  /** Where the next byte stands in the stream. */
  #offset: number

  /** `open` gives the framer of rows where the sieve is one for rows. */
  constructor(
    sieve: BlockSieve,
    options: FrameOptions,
    sink: SievedSink,
    open: (options: FrameOptions, sink: FrameSink) => SharingFramer = (...words) => new LineFramer(...words),
  ) {
    this.#sieve = sieve
    this.#options = options
    this.#sink = sink
    this.#offset = options.firstByteOffset
    const { buffer, byteOffset, byteLength } = sieve.block
    this.#block = Buffer.from(buffer, byteOffset, byteLength)
    this.#framer = open(options, {
      record: (...record) => (this.#isSieved ? sink.survivor(...record) : sink.record(...record)),
      quarantine: (...place) => sink.quarantine(...place),
      layout: (layout) => sink.layout?.(layout),
    })
  }

  get counts(): FrameCounts {
    return this.#framer.counts
  }

  /** Bytes that already stand in the sieve's block are read there, others are brought there. */
  push(bytes: Uint8Array, start: number, end: number): boolean {
    const block = this.#sieve.block
    if (bytes.buffer === block.buffer) {
      const shift = bytes.byteOffset - block.byteOffset
      return this.#pushBlock(start + shift, end + shift)
    }
    for (let at = start; at < end; at += block.length) {
      const piece = bytes.subarray(at, Math.min(end, at + block.length))
      copyBytes(piece, block)
      if (!this.#pushBlock(0, piece.length)) return false
    }
    return this.#framer.push(bytes, end, end)
  }

  giveBack(mostBytes: number): number {
    const length = this.#framer.giveBack(mostBytes)
    this.#offset -= length
    return length
  }

  finish(): void {
    this.#framer.finish()
  }

  /** Reads `block[start, end)`; false when nothing beyond it is ours. */
  #pushBlock(start: number, end: number): boolean {
    let at = start
    while (at < end) {
      if (!this.#framer.isBetweenRecords) {
        const behind = this.#behindFeed(at, end)
        if (!this.#pushBytes(at, behind)) return false
        at = behind
        continue
      }
      const behind = this.#behindOwned(at, end)
      if (at === behind) break
      const scan = this.#sieve.scanLines(at, behind, this.#options.maxRecordBytes)
      this.#deliver(scan, at)
      at += scan.lineStart[scan.lineCount]! // one more entry than lines
      if (scan.lineCount > 0) continue
      // The sieve stops before a line of a header, which says how it has to go on; else before an unfinished record.
      if (this.#block[at] !== HASH_SIGN) break
      const next = this.#behindFeed(at, behind)
      if (!this.#pushBytes(at, next)) return false
      at = next
    }
    return this.#pushBytes(at, end)
  }

  /** Hands bytes of the block to the framer. */
  #pushBytes(start: number, end: number): boolean {
    this.#offset += end - start
    return this.#framer.push(this.#block, start, end)
  }

  /** The index behind the next line feed of the block, or `end`. */
  #behindFeed(start: number, end: number): number {
    const feed = this.#block.indexOf(LINE_FEED, start)
    return feed === -1 || feed >= end ? end : feed + 1
  }

  /** Up to where records of the block are ours, when the next one begins at `start`. */
  #behindOwned(start: number, end: number): number {
    const { ownedEnd } = this.#options
    if (ownedEnd === null) return end
    const owned = start + ownedEnd - this.#offset // lines that begin before this index are ours
    if (owned <= start) return start
    return owned > end ? end : this.#behindFeed(owned - 1, end)
  }

  #deliver(scan: LineScan, at: number): void {
    const { lineCount, lineStart, stops, stopCount } = scan
    let line = 0
    for (let i = 0; i < stopCount; i += 1) {
      const stop = stops[i]! // stopCount entries, each below lineCount
      this.#drop(scan, line, stop)
      this.#pushStop(at + lineStart[stop]!, at + lineStart[stop + 1]!)
      line = stop + 1
    }
    this.#drop(scan, line, lineCount)
  }

  /** Counts the records from `line` to before `behind`. */
  #drop({ lineStart, feedsBefore }: LineScan, line: number, behind: number): void {
    const records = behind - line
    if (records === 0) return
    const bytes = lineStart[behind]! - lineStart[line]! // line < behind <= lineCount
    this.#offset += bytes
    this.#framer.advance(
      records,
      bytes,
      feedsBefore === null ? records : feedsBefore[behind]! - feedsBefore[line]!,
    )
    this.#sink.dropped(records)
  }

  /** A survivor, or what is no record: the sieve and the framer agree on which. */
  #pushStop(start: number, end: number): void {
    const length = end - start
    if (this.#record.length < length) this.#record = Buffer.alloc(length * 2)
    this.#block.copy(this.#record, 0, start, end)
    this.#offset += length
    this.#isSieved = true
    this.#framer.push(this.#record, 0, length)
    this.#isSieved = false
  }
}
