import { INPUT_BYTES } from '../engine/sieve/kernel-layout.ts'
import type { Severity } from '../model/alert-definition.ts'
import type { Semantics } from '../model/semantics.ts'
import type { TimeTicks } from '../model/time.ts'

/** Which detections a run shows; the rest are not counted anywhere. */
export interface ReplayFilters {
  /** Events before `from`, or at or after `to`, are left out; events without a time are kept. */
  readonly from: TimeTicks | null
  readonly to: TimeTicks | null
  /** DeviceIds or device names, compared without ASCII case; null: all. */
  readonly devices: readonly string[] | null
  /** Names of definitions; null: all. */
  readonly definitions: readonly string[] | null
  readonly minSeverity: Severity | null
}

export const NO_FILTERS: ReplayFilters = {
  from: null,
  to: null,
  devices: null,
  definitions: null,
  minSeverity: null,
}

/**
 * A fault to act out on the record at one byte offset, so that worker deaths can be tested from outside.
 * `remaining` is shared between threads: each death takes one.
 */
export interface SimulatedFault {
  readonly kind: 'throw' | 'exit' | 'hang' | 'out-of-memory'
  readonly byteOffset: number
  readonly remaining: Int32Array
}

/** Everything a scan needs beside the image and its input. Plain data: a worker gets it by structured clone. */
export interface ScanSettings {
  readonly semantics: Semantics
  readonly filters: ReplayFilters
  readonly kernel: 'wasm' | 'portable' | 'off'
  /** Table of records that do not name one (`--table`). */
  readonly defaultTable: string | null
  /** Bytes read at once. */
  readonly blockBytes: number
  /** Bytes of decompressed input after which a result is handed over. */
  readonly segmentBytes: number
  /** Most decompressed bytes per compressed one; null: no limit. */
  readonly maxRatio: number | null
  /** False where nobody is shown a hit by itself: then fields that only describe it are not decoded. */
  readonly areHitsShown: boolean
  readonly simulate: SimulatedFault | null
}

export const CACHE_LINE_BYTES = 64
/**
 * All that the sieve's block has room for, wherever in a cache line it begins. That is more than a second-level cache holds, but
 * the page cache is copied at 17 GB/s instead of the 11 of 256 KiB, and a replay of a million indicators is 4 to 8 % faster.
 */
export const DEFAULT_BLOCK_BYTES: number = INPUT_BYTES - CACHE_LINE_BYTES
export const DEFAULT_SEGMENT_BYTES = 33_554_432
/** Detections after which a segment is handed over early, so that a noisy rule cannot pile them up. */
export const SEGMENT_DETECTION_LIMIT = 5_000
/** Quarantined records after which a segment is handed over early: junk has millions of them in a few megabytes. */
export const SEGMENT_QUARANTINE_LIMIT = 20_000
