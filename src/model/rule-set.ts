import type { AlertDefinition } from './alert-definition.ts'
import type { Diagnostic, SourceSpan } from './diagnostic.ts'

/** Stands in `expiresAt` and `createdAt` where an indicator has no such time: the largest bigint64, so that it sorts last. */
export const NO_TIME: bigint = 2n ** 63n - 1n

/** Stands in `id` where an indicator has no server key; infinity, so that it sorts last. */
export const NO_ID: number = Number.POSITIVE_INFINITY

/**
 * Indicators as columns, one row each, because a list of millions must not become millions of objects.
 * Rows are in canonical order (semantics 8): definition, Type, DetectionFunction, canonical Value (bytes), ExpiresAt, Id.
 */
export interface IndicatorColumns {
  readonly count: number
  /** Index into `RuleSet.definitions`. */
  readonly definition: Uint32Array
  /** Index into `INDICATOR_TYPES`. */
  readonly type: Uint8Array
  /** Index into `DETECTION_FUNCTIONS`. */
  readonly detectionFunction: Uint8Array
  /** Row i's canonical value is `valueBytes[valueOffset[i] .. valueOffset[i + 1])`; ASCII; count + 1 entries. */
  readonly valueOffset: Uint32Array
  readonly valueBytes: Uint8Array
  /** Ticks (see `time.ts`) or `NO_TIME`; null when no row has one. */
  readonly expiresAt: BigInt64Array | null
  readonly createdAt: BigInt64Array | null
  /** 1 when enabled. */
  readonly enabled: Uint8Array
  /** Server keys or `NO_ID`; null when no row has one. */
  readonly id: Float64Array | null
  /** Where the row was written: index into `RuleSet.sources`, 1-based line and column. */
  readonly sourceFile: Uint32Array
  readonly sourceLine: Uint32Array
  readonly sourceColumn: Uint32Array
}

/** A value that a service gave and that these rules refuse: kept for round trips, never compiled (DESIGN 4.1). */
export interface OpaqueIndicator {
  /** Name of the definition it stands under. */
  readonly definitionName: string
  readonly Type: string
  readonly DetectionFunction: string
  readonly Value: string
  readonly ExpiresAt: string | null
  readonly Enabled: boolean
}

/** Validated, canonical definitions and indicators: the input of compile. Order is canonical whatever the order of files. */
export interface RuleSet {
  /** Sorted by (Name in UTF-8 byte order, Id). Names are unique. */
  readonly definitions: readonly AlertDefinition[]
  /** Where each definition's Name stands; absent where the rules come from no text. */
  readonly definitionSpans?: readonly SourceSpan[]
  readonly indicators: IndicatorColumns
  readonly opaque: readonly OpaqueIndicator[]
  /** Names of the files the rules came from, as the user gave them. */
  readonly sources: readonly string[]
  /** Warnings only: errors prevent a RuleSet. */
  readonly warnings: readonly Diagnostic[]
}

/** What became of every indicator that was read (semantics 10): read = compiled + duplicate + disabled + opaque + rejected. */
export interface IndicatorAccounting {
  readonly read: number
  readonly compiled: number
  readonly duplicate: number
  readonly disabled: number
  readonly opaque: number
  readonly rejected: number
}
