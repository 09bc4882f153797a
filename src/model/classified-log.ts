import type { FieldScope, ObservableKind, Role } from './field-map.ts'
import type { IndicatorType } from './indicator.ts'

/** What `classify` says of one input: its format with the evidence, and which fields of it are looked at. */
export interface ClassifiedLog {
  readonly schemaVersion: 1
  readonly source: string
  /** Bytes on disk; null for streams. */
  readonly bytes: number | null
  readonly compression: 'none' | 'gzip' | 'zstd'
  readonly format: string
  readonly framing: 'lines' | 'container' | 'delimited'
  readonly hasByteOrderMark: boolean
  /** Why this format, in plain sentences. */
  readonly evidence: readonly string[]
  /** Header of a delimited log, else empty. */
  readonly columns: readonly string[]
  /** The beginning of the log, which was read to see what it holds. */
  readonly sample: SampledLog
  /** Tables that the sample names, most frequent first; null for records that name none. */
  readonly tables: readonly TableSeen[]
  /** Every mapped field, in the order of the field map; null where no map is known. */
  readonly fields: readonly MappedField[] | null
  /** Fields whose strings look like values, most frequent first: where no map is known, and with `--fields any`. */
  readonly shapes: readonly ShapedField[]
  /** Set when nothing of the log can be looked at. */
  readonly refused: { readonly reason: string; readonly fix: string } | null
}

export interface SampledLog {
  /** Decompressed bytes. */
  readonly bytes: number
  readonly isWhole: boolean
  readonly records: number
  readonly quarantined: number
  readonly problems: readonly string[]
}

export interface TableSeen {
  readonly table: string | null
  readonly records: number
  /** False for inventory and output tables, which fire nothing. */
  readonly isMatched: boolean
}

export interface MappedField {
  /** Path as printed, array indices left out. */
  readonly field: string
  readonly kind: ObservableKind
  readonly role: Role
  readonly scope: FieldScope | null
  readonly isLookedAt: boolean
  /** The switch that a field which is not looked at waits for, such as `--ip-scope all`. */
  readonly waitsFor: string | null
  /** Tables in which it is looked at; null: all. */
  readonly tables: readonly string[] | null
  /** Values that the sample holds under it. */
  readonly values: number
}

/** A field that was found by the shape of its strings, as a help for writing a field map. */
export interface ShapedField {
  readonly field: string
  readonly type: IndicatorType
  readonly values: number
}
