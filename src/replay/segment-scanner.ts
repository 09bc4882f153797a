import { isUtf8 } from 'node:buffer'
import type { BlockSieve } from '../engine/sieve/block-sieve.ts'
import type { FrameCounts, FrameOptions, FrameSink, Framer, OpenFramer } from '../logs/frame.ts'
import { createFramer, openRowFramer } from '../logs/frame.ts'
import type { RowFramer, RowStart } from '../logs/framer.ts'
import { validateJson } from '../logs/validate-json.ts'
import type { RowLayout } from '../model/row-layout.ts'
import { actOutFault } from './act-out-fault.ts'
import type { ExaminedRecord, RecordExaminer } from './record-examiner.ts'
import type { ScanSettings } from './scan-settings.ts'
import { CACHE_LINE_BYTES, SEGMENT_DETECTION_LIMIT, SEGMENT_QUARANTINE_LIMIT } from './scan-settings.ts'
import type { HitRecord, QuarantinedPlace, ScanNote, ScanTask, Segment } from './scan-task.ts'
import { SievedLineFramer, type SievedSink } from './sieved-line-framer.ts'

/**
 * Two numbers shared with the main thread: [0] the offset of the record being examined, so that it can name the record on
 * which a worker died (-1 before the first); [1] a heartbeat: 0 not begun, else a growing count, negated while waiting.
 */
export type ProgressCell = Float64Array

/**
 * Where reading for a range begins: one byte early, since the byte before tells whether a line begins at `from`;
 * that byte's line is skipped through its newline.
 */
export function firstByteOf(range: { readonly from: number }): number {
  return range.from > 0 ? range.from - 1 : 0
}

const NO_COUNTS: FrameCounts = {
  records: 0,
  quarantined: 0,
  examinedBytes: 0,
  quarantinedBytes: 0,
  skippedBytes: 0,
  newlines: 0,
}

/**
 * Frames and examines the bytes of one task, and cuts the result into segments.
 * Where the cuts fall depends on the input alone, so that a repeated task yields the same segments.
 */
export class SegmentScanner {
  readonly #framer: Framer
  #rows: RowFramer | null = null
  readonly #rowStart: RowStart | null
  readonly #examiner: RecordExaminer
  readonly #settings: ScanSettings
  readonly #progress: ProgressCell
  readonly #poisoned: readonly number[]
  #hits: HitRecord[] = []
  #detections = 0
  #quarantined: QuarantinedPlace[] = []
  #notes: ScanNote[] = []
  /** Bytes that the framer counted as examined but that a validation or a poisoned record took back. */
  #takenBack = 0
  /** What the framer had counted as examined before the record at hand; kept up only where records may be taken back. */
  #examinedBefore = 0
  readonly #mayTakeBack: boolean
  readonly #isDelimited: boolean
  readonly #lineSieve: BlockSieve | null
  /** What is read into where the sieve has no block, or a smaller one. */
  #block: Uint8Array = new Uint8Array(0)
  /** Records seen since the task began, quarantined ones included. */
  #record = 0
  #recordBefore = 0
  #before: FrameCounts = NO_COUNTS
  #observedBefore: Float64Array
  #survivorsBefore: number

  /** `rowStart` is the task's first row, where that is not the first of the file. */
  constructor(
    task: ScanTask,
    settings: ScanSettings,
    examiner: RecordExaminer,
    progress: ProgressCell,
    poisoned: readonly number[],
    rowStart: RowStart | null = null,
  ) {
    this.#settings = settings
    this.#examiner = examiner
    this.#rowStart = rowStart
    this.#progress = progress
    this.#poisoned = poisoned
    this.#mayTakeBack = poisoned.length > 0 || settings.semantics.validate === 'strict'
    this.#isDelimited = task.classification.framing === 'delimited'
    this.#observedBefore = examiner.observed.slice()
    this.#survivorsBefore = examiner.survivors
    const sink: SievedSink = {
      record: (bytes, start, end, line, byteOffset) => this.#examine(bytes, start, end, line, byteOffset),
      quarantine: (reason, line, byteOffset, bytes) => this.#quarantine(reason, line, byteOffset, bytes),
      survivor: (bytes, start, end, line, byteOffset) => {
        const record = this.#next(byteOffset)
        this.#keep(this.#examiner.examineSurvivor(bytes, start, end), record, line, byteOffset)
      },
      dropped: (records) => {
        this.#record += records
      },
      layout: (layout) => this.#examiner.enterLayout(layout),
    }
    // What may take a record back, or act on one, has to see each of them.
    this.#lineSieve = this.#mayTakeBack || settings.simulate !== null ? null : examiner.lineSieve
    const { delimited } = task.classification
    const layout = rowStart?.layout ?? delimited
    if (layout?.zeek !== undefined) examiner.enterLayout(layout)
    this.#framer = createFramer(
      task.classification,
      frameOptionsOf(task, rowStart, settings.semantics.maxRecordBytes),
      sink,
      this.#openFramer(layout, sink),
    )
  }

  /** Puts the sieve in front of lines or rows, and keeps hold of what frames rows; null where neither is to be done. */
  #openFramer(layout: RowLayout | null, sink: SievedSink): OpenFramer | null {
    const sieve = this.#lineSieve
    if (layout === null)
      return sieve === null ? null : (options) => new SievedLineFramer(sieve, options, sink)
    const openRows = (options: FrameOptions, rowSink: FrameSink): RowFramer => {
      this.#rows = openRowFramer(layout, options, rowSink)
      return this.#rows
    }
    return (options) =>
      sieve === null ? openRows(options, sink) : new SievedLineFramer(sieve, options, sink, openRows)
  }

  /**
   * Memory to read into from a position of a file on: the sieve's own where that is large enough. It lies as the position
   * lies in a cache line, without which the kernel of the machine copies at a quarter of the speed (2.7 GB/s, not 10.7).
   * What is pushed from it has been read when `push` returns.
   */
  readBuffer(bytes: number, position: number): Uint8Array {
    const shift = position % CACHE_LINE_BYTES
    const block = this.#lineSieve?.block ?? this.#block
    if (shift + bytes <= block.length) return block.subarray(shift, shift + bytes)
    this.#block = new Uint8Array(CACHE_LINE_BYTES + bytes)
    return this.#block.subarray(shift, shift + bytes)
  }

  /** Takes the next bytes; false when the task owns nothing beyond them. */
  push(bytes: Uint8Array, start: number, end: number): boolean {
    this.#beat()
    return this.#framer.push(bytes, start, end)
  }

  /**
   * The same for bytes that can be read again. Returns how many at their end it leaves, to be pushed once more with what
   * follows them; null when the task owns nothing beyond them.
   */
  pushAndLeave(bytes: Uint8Array, start: number, end: number): number | null {
    // With and without a sieve alike, or else a task that is repeated without one would be cut elsewhere.
    return this.push(bytes, start, end) ? (this.#framer.giveBack?.((end - start) >> 1) ?? 0) : null
  }

  finish(): void {
    this.#framer.finish()
  }

  note(note: ScanNote): void {
    this.#notes.push(note)
  }

  /** True when enough has come together for a segment. */
  get isSegmentFull(): boolean {
    const counts = this.#framer.counts
    const bytes = counts.examinedBytes + counts.quarantinedBytes + counts.skippedBytes
    const before = this.#before.examinedBytes + this.#before.quarantinedBytes + this.#before.skippedBytes
    return (
      this.#detections >= SEGMENT_DETECTION_LIMIT ||
      this.#quarantined.length >= SEGMENT_QUARANTINE_LIMIT ||
      bytes - before >= this.#settings.segmentBytes
    )
  }

  /** What came together since the last segment; `isLast` behind the end of the task. */
  takeSegment(isLast: boolean = false): Segment {
    const now = { ...this.#framer.counts }
    const before = this.#before
    const segment: Segment = {
      bytes: {
        examined: now.examinedBytes - before.examinedBytes - this.#takenBack,
        quarantined: now.quarantinedBytes - before.quarantinedBytes + this.#takenBack,
        skipped: now.skippedBytes - before.skippedBytes,
      },
      records: this.#record - this.#recordBefore,
      newlines: now.newlines - before.newlines,
      observed: this.#examiner.observed.map((count, i) => count - (this.#observedBefore[i] ?? 0)),
      survivors: this.#examiner.survivors - this.#survivorsBefore,
      quarantined: this.#quarantined,
      hits: this.#hits,
      notes: this.#notes,
      rows: this.#rows === null ? null : { first: this.#rowStart, next: isLast ? this.#rows.rowStart : null },
    }
    this.#before = now
    this.#recordBefore = this.#record
    this.#observedBefore = this.#examiner.observed.slice()
    this.#survivorsBefore = this.#examiner.survivors
    this.#hits = []
    this.#detections = 0
    this.#quarantined = []
    this.#notes = []
    this.#takenBack = 0
    return segment
  }

  #beat(): void {
    this.#progress[1] = Math.abs(this.#progress[1] ?? 0) + 1
  }

  #examine(bytes: Uint8Array, start: number, end: number, line: number, byteOffset: number): void {
    const record = this.#next(byteOffset)
    const wholeBytes = this.#mayTakeBack ? this.#bytesOfRecord() : 0
    if (this.#poisoned.length > 0 && this.#poisoned.includes(byteOffset)) {
      this.#takeBack('workers died on it twice', wholeBytes, { record, line, byteOffset, bytes: end - start })
      return
    }
    if (this.#settings.simulate !== null) actOutFault(this.#settings.simulate, byteOffset)
    if (this.#settings.semantics.validate === 'strict') {
      const reason = this.#isDelimited ? rowFault(bytes, start, end) : validateJson(bytes, start, end)
      if (reason !== null) {
        this.#takeBack(reason, wholeBytes, { record, line, byteOffset, bytes: end - start })
        return
      }
    }
    this.#keep(this.#examiner.examine(bytes, start, end), record, line, byteOffset)
  }

  /** Begins a record and returns its number. */
  #next(byteOffset: number): number {
    this.#progress[0] = byteOffset
    return this.#record++
  }

  #keep(examined: ExaminedRecord | null, record: number, line: number, byteOffset: number): void {
    if (examined === null) return
    this.#detections += examined.detections.length
    this.#hits.push({
      record: record - this.#recordBefore,
      line: line - this.#before.newlines,
      byteOffset,
      event: examined.event,
      time: examined.time,
      detections: examined.detections,
    })
  }

  #quarantine(reason: string, line: number, byteOffset: number, bytes: number): void {
    const record = this.#record - this.#recordBefore
    this.#record += 1
    this.#quarantined.push({ reason, record, line: line - this.#before.newlines, byteOffset, bytes })
  }

  /** Bytes of the record at hand with its terminator and the blanks around it. */
  #bytesOfRecord(): number {
    const { examinedBytes } = this.#framer.counts
    const bytes = examinedBytes - this.#examinedBefore
    this.#examinedBefore = examinedBytes
    return bytes
  }

  /** `place` counts from the task's beginning. */
  #takeBack(reason: string, wholeBytes: number, place: Omit<QuarantinedPlace, 'reason'>): void {
    this.#takenBack += wholeBytes
    this.#quarantined.push({
      ...place,
      reason,
      record: place.record - this.#recordBefore,
      line: place.line - this.#before.newlines,
    })
  }
}

/** A task for rows begins with a row; one for lines a byte before its range. */
function frameOptionsOf(
  { range }: ScanTask,
  rowStart: RowStart | null,
  maxRecordBytes: number,
): FrameOptions {
  return {
    maxRecordBytes,
    firstByteOffset: rowStart?.offset ?? (range === null ? 0 : firstByteOf(range)),
    skipFirstLine: rowStart === null && range !== null && range.from > 0,
    isBehindHeader: rowStart?.isBehindHeader ?? false,
    ownedEnd: range?.to ?? null,
  }
}

/** What strict validation finds wrong with a row: it is no JSON, so only its encoding can be judged. */
function rowFault(bytes: Uint8Array, start: number, end: number): string | null {
  return isUtf8(bytes.subarray(start, end)) ? null : 'the row is not valid UTF-8'
}
