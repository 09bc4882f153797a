import type { TimeTicks } from './time.ts'

/** Every switch of the matching law, with the CLI flag's own words (DESIGN 4.3, semantics 4-8). */
export interface Semantics {
  readonly hashScope: 'object' | 'both'
  readonly ipScope: 'remote' | 'all'
  readonly domainScope: 'contact' | 'all'
  readonly dnsAnswers: 'off' | 'on'
  readonly domainEquals: 'exact' | 'subdomains'
  readonly domainSuffix: 'textual' | 'label'
  readonly nonEqualsHash: 'allow' | 'reject'
  /** `event`: an indicator expires against the event's own time; a time fixes the clock (`now` is resolved by the caller). */
  readonly asOf: 'event' | TimeTicks
  readonly activation: 'always' | 'created' | 'created+20m'
  /** Length of the grouping window in ticks. */
  readonly groupWindow: TimeTicks
  readonly dedupe: 'on' | 'off'
  /** Only these tables, or null for every matched table. */
  readonly tables: readonly string[] | null
  /** Only these ActionTypes, or null for all. */
  readonly actionTypes: readonly string[] | null
  readonly fields: 'mapped' | 'any'
  readonly validate: 'lenient' | 'strict'
  /** Most bytes of one record before its terminator. */
  readonly maxRecordBytes: number
}

/** What holds where nothing else is asked for; the window is 24 hours, a record at most 16 MiB. */
export const DEFAULT_SEMANTICS: Semantics = {
  hashScope: 'both',
  ipScope: 'remote',
  domainScope: 'contact',
  dnsAnswers: 'off',
  domainEquals: 'exact',
  domainSuffix: 'textual',
  nonEqualsHash: 'allow',
  asOf: 'event',
  activation: 'always',
  groupWindow: 864_000_000_000n,
  dedupe: 'on',
  tables: null,
  actionTypes: null,
  fields: 'mapped',
  validate: 'lenient',
  maxRecordBytes: 16_777_216,
}

/** Bounds of `--max-record` in bytes (semantics 1). */
export const MAX_RECORD_RANGE: { readonly min: number; readonly max: number } = {
  min: 1024,
  max: 268_435_456,
}
/** Matches listed in one detection; `matchCount` stays complete (semantics 8). */
export const LISTED_MATCHES_LIMIT = 100
/** Code units of a field's text that a match shows (semantics 8). */
export const SHOWN_TEXT_LIMIT = 1024
/** Detections that dedupe remembers (semantics 8). */
export const DEDUPE_LIMIT = 20_000_000
