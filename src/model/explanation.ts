import type { EventReference } from './detection.ts'
import type { FieldScope, ObservableKind, Role } from './field-map.ts'
import type { IndicatorType } from './indicator.ts'
import type { DefinitionSummary, IndicatorSummary } from './match.ts'

/** How a value that comes near to an indicator's differs from it. */
export type NearKind =
  | 'subdomain'
  | 'not-at-label'
  | 'apex'
  | 'other-place'
  | 'other-type'
  | 'parent-domain'
  | 'spelling'
  | 'wrong-length'
  | 'neighbour'
  | 'same-domain'

/**
 * What keeps an indicator from firing, in the order in which a reader wants to know: first what says "would match,
 * but", then how the value differs.
 */
export type ObstacleKind =
  | 'expired'
  | 'not-yet-active'
  | 'unmatched-table'
  | 'table-filtered'
  | 'action-type-filtered'
  | 'scope-off'
  | 'field-not-mapped'
  | NearKind

/** One reason why an indicator does not fire. */
export interface Obstacle {
  readonly kind: ObstacleKind
  /** A clause in plain words, without a full stop. */
  readonly reason: string
  /** What would make it fire, or null when nothing sensible would. */
  readonly fix: string | null
}

/** A canonical value and where it came from; the field and the role are null for a value given by itself. */
export interface ExplainedObservable {
  readonly type: IndicatorType
  readonly value: string
  readonly field: string | null
  readonly role: Role | null
  readonly scope: FieldScope | null
  /** The text as it stood, at most 1,024 code units. */
  readonly text: string
}

/** An indicator that fires, or that would if it were not for `obstacles`. */
export interface ExplainedIndicator {
  readonly definition: DefinitionSummary
  readonly ioc: IndicatorSummary
  readonly observable: ExplainedObservable
  /** How the operator holds or nearly holds, such as `ends with .c2.example`; null where only the obstacles tell. */
  readonly because: string | null
  readonly obstacles: readonly Obstacle[]
}

/** How far the nearest indicators were sought. */
export interface NearSearch {
  readonly indicators: number
  /** Values for which every indicator of their type was compared. */
  readonly valuesSearched: number
  readonly values: number
  /** Says what was left out, or null. */
  readonly note: string | null
}

/** The best that any indicator came to. */
export type Verdict = 'match' | 'would-match' | 'near' | 'none'

/** What both kinds of explanation tell. */
export interface Explanation {
  readonly schemaVersion: 1
  readonly verdict: Verdict
  readonly matches: readonly ExplainedIndicator[]
  /** The value matches, but something else keeps the indicator from firing. */
  readonly wouldMatch: readonly ExplainedIndicator[]
  /** Indicators whose value nearly matches, nearest first, at most 5 per observable. */
  readonly nearest: readonly ExplainedIndicator[]
  readonly search: NearSearch
  /** Things to know that belong to no single indicator. */
  readonly hints: readonly string[]
}

/** One way in which a text can be read. */
export interface ValueReading {
  readonly type: IndicatorType
  readonly value: string
  /** Kinds of field that read it so. */
  readonly kinds: readonly ObservableKind[]
}

/** Why a single value matches or does not. */
export interface ValueExplanation extends Explanation {
  readonly subject: 'value'
  readonly value: string
  readonly readings: readonly ValueReading[]
}

/** Why one event matches or does not. */
export interface EventExplanation extends Explanation {
  readonly subject: 'event'
  readonly event: EventReference
  /** Values that were looked at, in field order, at most 100. */
  readonly observables: readonly ExplainedObservable[]
  readonly observableCount: number
}
