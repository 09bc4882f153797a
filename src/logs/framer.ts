import type { RowLayout } from '../model/row-layout.ts'

/** Where a framer hands its records to. */
export interface FrameSink {
  /**
   * Takes one record, `bytes[start, end)` trimmed. The bytes are valid only during the call. `line` counts the
   * newlines before the record since this framer began; `byteOffset` is where `bytes[start]` stands in the stream.
   */
  record(bytes: Uint8Array, start: number, end: number, line: number, byteOffset: number): void
  /** Takes the place of a record that is not looked at: its first byte and its length without the terminator. */
  quarantine(reason: string, line: number, byteOffset: number, length: number): void
  /**
   * Takes what a header inside the log says of the rows below it, before the first of them that can be read. Only Zeek logs
   * have any.
   */
  layout?(layout: RowLayout): void
}

/** What a framer has seen. examined + quarantined + skipped bytes are all bytes it owns (semantics 10). */
export interface FrameCounts {
  /** Quarantined ones included. */
  readonly records: number
  readonly quarantined: number
  readonly examinedBytes: number
  readonly quarantinedBytes: number
  readonly skippedBytes: number
  readonly newlines: number
}

/** Cuts a stream of blocks into records. The blocks' boundaries make no difference. */
export interface Framer {
  /** Reads a block; false means that the framer is done and wants no more. */
  push(bytes: Uint8Array, start: number, end: number): boolean
  /** Ends the stream: a last record without a terminator counts like any other. */
  finish(): void
  /**
   * Forgets the unfinished record at the end of what was pushed, if it has at most so many bytes, and returns how many: they
   * are pushed once more with what follows them. Absent where nothing can be forgotten.
   */
  giveBack?(mostBytes: number): number
  readonly counts: FrameCounts
}

/** A framer that lets somebody else read whole records of its stream. */
export interface SharingFramer extends Framer {
  /** True where a record of ours begins with the next byte, if any does, and the sink knows how it is written. */
  readonly isBetweenRecords: boolean
  /** Counts records that somebody else has read. Precondition: `isBetweenRecords`, and all are owned. */
  advance(records: number, bytes: number, newlines: number): void
  giveBack(mostBytes: number): number
}

/** A framer of rows below a header. */
export interface RowFramer extends SharingFramer {
  /** The row at hand or, between two, the next one: all that a framer must know to begin there. */
  readonly rowStart: RowStart
}

/** Where a row begins, and what the rows before it have said. */
export interface RowStart {
  readonly offset: number
  readonly isBehindHeader: boolean
  readonly layout: RowLayout
}

export interface FrameOptions {
  /** Most bytes of one record before its terminator, untrimmed. */
  readonly maxRecordBytes: number
  /** Where the first pushed byte stands in the decompressed stream. */
  readonly firstByteOffset: number
  /**
   * Lines only: begin inside a line. Everything through the first newline is skipped and not counted, since the
   * chunk before owns it; a chunk at offset s therefore begins at s - 1.
   */
  readonly skipFirstLine: boolean
  /** Rows only: begin behind the header. */
  readonly isBehindHeader?: boolean
  /** Lines and rows only: own the records that start before this offset; null: to the end. */
  readonly ownedEnd: number | null
}

/** Counts that a framer writes. */
export interface RunningCounts {
  records: number
  quarantined: number
  examinedBytes: number
  quarantinedBytes: number
  skippedBytes: number
  newlines: number
}

export function startCounts(): RunningCounts {
  return {
    records: 0,
    quarantined: 0,
    examinedBytes: 0,
    quarantinedBytes: 0,
    skippedBytes: 0,
    newlines: 0,
  }
}

/** Why a record over the cap is quarantined. */
export function overCapReason(maxRecordBytes: number): string {
  return `the record is longer than ${maxRecordBytes} bytes (--max-record)`
}
