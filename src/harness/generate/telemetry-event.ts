import type { EventRow } from './field-places.ts'

/** An event before it is written in a format. */
export interface TelemetryEvent {
  /** Null where the format knows no tables. */
  readonly table: string | null
  readonly time: string
  readonly row: EventRow
}
