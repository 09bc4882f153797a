import type { Classification } from '../logs/classify.ts'
import type { Compression } from '../logs/decompress.ts'
import type { RowStart } from '../logs/framer.ts'
import type { EventRecord } from '../model/event-record.ts'
import type { TimeTicks } from '../model/time.ts'
import type { Observable } from '../model/observable.ts'
import type { RowLayout } from '../model/row-layout.ts'

/** A part of one source that one thread scans from beginning to end. Plain data. */
export interface ScanTask {
  /** Index of the source in the order given. */
  readonly source: number
  /** The source's name as shown; stdin is `-`. */
  readonly name: string
  readonly path: string
  readonly classification: Classification
  readonly compression: Compression
  /** Bytes on disk when the run was planned; null for streams. A scan that finds another size says so. */
  readonly size: number | null
  /** Null: the whole stream, read in order. */
  readonly range: TaskRange | null
}

/** The records that begin in [from, to) of an uncompressed file of lines or rows. */
interface TaskRange {
  readonly from: number
  readonly to: number
  /** The first row in the range or before it that no other task has; absent where it has to be guessed. */
  readonly rowStart?: RowStart
  /** For a guess: the header that rows probably stand below, where it is not the first of the file. */
  readonly layout?: RowLayout
}

/** What became of a stretch of a task. Counts are of this stretch alone; lines and records count from its beginning. */
export interface Segment {
  readonly bytes: { readonly examined: number; readonly quarantined: number; readonly skipped: number }
  /** Quarantined ones included. */
  readonly records: number
  readonly newlines: number
  /** Per key of the task's key table. */
  readonly observed: Float64Array
  readonly survivors: number
  readonly quarantined: readonly QuarantinedPlace[]
  readonly hits: readonly HitRecord[]
  readonly notes: readonly ScanNote[]
  /** Of a part of a file of rows: where it began, null where no row did, and in its last segment where the next part begins. */
  readonly rows: { readonly first: RowStart | null; readonly next: RowStart | null } | null
}

/** `record` is 0-based within the segment, `line` the newlines before it within the segment. */
export interface QuarantinedPlace {
  readonly reason: string
  readonly record: number
  readonly line: number
  readonly byteOffset: number
  readonly bytes: number
}

export interface ScanNote {
  readonly severity: 'error' | 'warning'
  readonly message: string
  /** True where a limit of ours ended the source. */
  readonly isLimit?: boolean
}

/** A record with at least one detection. */
export interface HitRecord {
  readonly record: number
  readonly line: number
  readonly byteOffset: number
  readonly event: HitEvent
  /** The event's time as read; null where it has none that can be. */
  readonly time: TimeTicks | null
  /** One per definition, in canonical order. */
  readonly detections: readonly DetectionDraft[]
}

/** The event's own fields: its observables are in the matches, as far as they matched. */
export type HitEvent = Omit<EventRecord, 'observables'>

export interface DetectionDraft {
  /** Index of the definition in the image. */
  readonly definition: number
  /** Complete, ordered by (indicator, field order); texts cut at `SHOWN_TEXT_LIMIT`. */
  readonly matches: readonly MatchDraft[]
  /** 128 bits as 32 hex digits over all that makes two detections copies of each other; null: never a copy. */
  readonly copyDigest: string | null
}

export interface MatchDraft {
  /** Indicator id in the image. */
  readonly indicator: number
  readonly observable: Observable
  readonly textTruncated: boolean
}
