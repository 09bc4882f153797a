import type { IndicatorSummary } from './match.ts'

/** The laws that hold for every rule set, in the order in which they are checked. */
export const LAW_NAMES = [
  'planted-value-fires',
  'near-miss-is-silent',
  'equals-implies-parts',
  'spelling-does-not-matter',
  'other-rules-change-nothing',
  'splitting-changes-nothing',
] as const
/** One of `LAW_NAMES`. */
export type LawName = (typeof LAW_NAMES)[number]

/** A log on which a law was tried. */
export interface LawLog {
  /** The word for `--log-format`. */
  readonly format: string
  readonly text: string
}

/** A case in which a law does not hold. */
export interface Counterexample {
  /** Name of the definition that the case is about, or null: all of them. */
  readonly definition: string | null
  readonly ioc: IndicatorSummary | null
  /** Null where not even an event could be made. */
  readonly log: LawLog | null
  readonly expected: string
  readonly actual: string
}

/** A counterexample, made smaller, and the seed that finds it again. */
export interface FoundCounterexample extends Counterexample {
  readonly seed: number
}

/** What came of one law. */
export interface LawResult {
  readonly law: LawName
  /** The law in one clause. */
  readonly says: string
  /** Cases that were tried, the vacuous ones included. */
  readonly runs: number
  /** Cases that proved nothing: an IOC that has expired, a field that is not looked at. */
  readonly vacuous: number
  readonly counterexample: FoundCounterexample | null
}

/** What `check-laws` found. */
export interface LawReport {
  readonly schemaVersion: 1
  readonly toolVersion: string
  readonly seed: number
  /** Cases per law. */
  readonly runs: number
  /** Enabled IOCs; with as many runs each of them had its turn. */
  readonly iocs: number
  readonly laws: readonly LawResult[]
}
