import { LINE_FEED } from '../canonical/ascii.ts'
import type { LineScan, WasmSieve } from '../engine/sieve/wasm-sieve.ts'
import { LineFramer } from '../logs/frame-lines.ts'
import type { FrameCounts, FrameOptions, FrameSink, Framer } from '../logs/framer.ts'

/** Where a framer that sieves hands its lines to. */
export interface SievedSink extends FrameSink {
  /** Takes a record that the sieve has looked at already and passed. */
  survivor: FrameSink['record']
  /** Counts records that the sieve has dropped. */
  dropped(records: number): void
}

/**
 * One record per line, as `LineFramer` cuts them, with the sieve in front: whole lines are scanned where they stand in
 * its block, and only survivors and lines that are no records come one by one. A line that two blocks share goes the
 * way of all lines.
 */
export class SievedLineFramer implements Framer {
  readonly #lines: LineFramer
  readonly #sieve: WasmSieve
  readonly #options: FrameOptions
  readonly #sink: SievedSink
  readonly #block: Buffer
  /** A line of the block by itself: what reads records later may keep views of them, and wants private memory. */
  #line = new Uint8Array(4096)
  #isSieved = false
  /** Where the next byte stands in the stream. */
  #offset: number

  constructor(sieve: WasmSieve, options: FrameOptions, sink: SievedSink) {
    this.#sieve = sieve
    this.#options = options
    this.#sink = sink
    this.#offset = options.firstByteOffset
    const { buffer, byteOffset, byteLength } = sieve.block
    this.#block = Buffer.from(buffer, byteOffset, byteLength)
    this.#lines = new LineFramer(options, {
      record: (...record) => (this.#isSieved ? sink.survivor(...record) : sink.record(...record)),
      quarantine: (...place) => sink.quarantine(...place),
    })
  }

  get counts(): FrameCounts {
    return this.#lines.counts
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
      block.set(piece)
      if (!this.#pushBlock(0, piece.length)) return false
    }
    return this.#lines.push(bytes, end, end)
  }

  finish(): void {
    this.#lines.finish()
  }

  /** Reads `block[start, end)`. */
  #pushBlock(start: number, end: number): boolean {
    const first = this.#lines.isBetweenLines ? start : this.#behindFeed(start, end)
    if (first > start && !this.#pushLines(start, first)) return false
    const behind = this.#behindOwned(first, end)
    let at = first
    while (at < behind) {
      const scan = this.#sieve.scanLines(at, behind, this.#options.maxRecordBytes)
      if (scan.lineCount === 0) break
      this.#deliver(scan, at)
      at += scan.lineStart[scan.lineCount]! // one more entry than lines
    }
    return this.#pushLines(at, end)
  }

  /** Hands bytes of the block to the framer of lines. */
  #pushLines(start: number, end: number): boolean {
    this.#offset += end - start
    return this.#lines.push(this.#block, start, end)
  }

  /** The index behind the next line feed of the block, or `end`. */
  #behindFeed(start: number, end: number): number {
    const feed = this.#block.indexOf(LINE_FEED, start)
    return feed === -1 || feed >= end ? end : feed + 1
  }

  /** Up to where lines of the block are ours, when the next one begins at `start`. */
  #behindOwned(start: number, end: number): number {
    const { ownedEnd } = this.#options
    if (ownedEnd === null) return end
    const owned = start + ownedEnd - this.#offset // lines that begin before this index are ours
    if (owned <= start) return start
    return owned > end ? end : this.#behindFeed(owned - 1, end)
  }

  #deliver({ lineCount, lineStart, stops, stopCount }: LineScan, at: number): void {
    let line = 0
    for (let i = 0; i < stopCount; i += 1) {
      const stop = stops[i]! // stopCount entries, each below lineCount
      this.#drop(stop - line, lineStart[stop]! - lineStart[line]!)
      this.#pushStop(at + lineStart[stop]!, at + lineStart[stop + 1]!)
      line = stop + 1
    }
    this.#drop(lineCount - line, lineStart[lineCount]! - lineStart[line]!)
  }

  #drop(lines: number, bytes: number): void {
    if (lines === 0) return
    this.#offset += bytes
    this.#lines.advance(lines, bytes)
    this.#sink.dropped(lines)
  }

  /** A survivor, or a line that is no record: the sieve and the framer of lines agree on which. */
  #pushStop(start: number, end: number): void {
    const length = end - start
    if (this.#line.length < length) this.#line = new Uint8Array(length * 2)
    this.#line.set(this.#sieve.block.subarray(start, end))
    this.#offset += length
    this.#isSieved = true
    this.#lines.push(this.#line, 0, length)
    this.#isSieved = false
  }
}
