import type { DefinitionSummary, IndicatorSummary, Match } from './match.ts'

/** Where an event stands and what it says of itself. Property order is the order of output (DESIGN 4.2). */
export interface EventReference {
  /** The source as the user gave it; stdin is `-`. */
  readonly source: string
  /** File inside an archive, else null. */
  readonly member: string | null
  /** 1-based physical line of the decompressed stream where the record begins. */
  readonly line: number
  /** 1-based number of the record in its source, a CSV header not counted. */
  readonly record: number
  /** Offset of the record's first byte in the decompressed stream. */
  readonly byteOffset: number
  readonly time: string | null
  readonly deviceId: string | null
  readonly deviceName: string | null
  readonly table: string | null
  readonly reportId: string | null
  readonly actionType: string | null
  readonly context: Readonly<Record<string, string>>
  /** Present only on aggregated rows: how many events the row stands for. */
  readonly represents?: number
  /** Present and true only where bytes that are not UTF-8 were replaced. */
  readonly repaired?: true
}

/** One (event, definition) pair with its evidence: a line of the detections stream. */
export interface Detection {
  readonly schemaVersion: 1
  readonly definition: DefinitionSummary
  readonly event: EventReference
  /** All matches, also those beyond the listed ones. */
  readonly matchCount: number
  /** At most 100. */
  readonly matches: readonly Match[]
}

/** Detections of one definition on one device within one window: a line of the alerts stream. */
export interface Alert {
  readonly schemaVersion: 1
  readonly definition: DefinitionSummary
  readonly device: string
  readonly firstTime: string | null
  readonly lastTime: string | null
  readonly detections: number
  readonly first: EventReference
  readonly iocs: readonly IndicatorSummary[]
}
