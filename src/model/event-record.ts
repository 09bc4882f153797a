import type { Observable } from './observable.ts'

/** One log event, read in full. Only records that may match are ever read in full. Missing values are null. */
export interface EventRecord {
  /** The time as it stands in the record; it may not be parseable. */
  readonly time: string | null
  /** True when `time` is when a service received the event, because the event has none of its own (ti-api 5.3). */
  readonly isTimeOfReceipt: boolean
  /** Table after aliases, without the `AdvancedHunting-` prefix. */
  readonly table: string | null
  readonly deviceId: string | null
  readonly deviceName: string | null
  readonly computer: string | null
  readonly localEnd: string | null
  /** Numbers count as their text. */
  readonly reportId: string | null
  readonly actionType: string | null
  readonly represents: number | null
  /** Companion fields by the last key of their path (by the whole path where two share it), in the order of the field map. */
  readonly context: Readonly<Record<string, string>>
  /** In field order. */
  readonly observables: readonly Observable[]
  /** Values under mapped fields that are no strings (numbers, booleans, null, objects). */
  readonly wrongTypeCount: number
  /** Texts under domain or url fields that hold blanks, control characters or separators, and so are no names. */
  readonly notANameCount: number
  /** True when bytes that are not UTF-8 were replaced by U+FFFD. */
  readonly repaired: boolean
}
