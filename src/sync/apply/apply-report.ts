import type { DefinitionReference, RulePlace } from '../plan.ts'
import type { IndicatorBody } from '../entities.ts'

/** Something that a person must know or do; texts may hold words of the service and are escaped by whoever prints them. */
export interface ApplyProblem {
  /** Stable and greppable, for example `APPLY021`. */
  readonly code: string
  readonly message: string
  /** The rule that it is about, or null. */
  readonly place: RulePlace | null
  /** One imperative sentence, or null. */
  readonly fix: string | null
}

/** What became of the changes of a plan: `planned = acknowledged + provenAbsent + unknown`, always. */
export interface WriteCounts {
  readonly planned: number
  /** The service said so, or reading back showed it. */
  readonly acknowledged: number
  /** Refused by the service, or never sent. */
  readonly provenAbsent: number
  /** Sent, and nobody can say yet. */
  readonly unknown: number
}

/** A copy that appeared though it was sent once too often at most (sync 11). */
export interface SurplusEntity {
  readonly what: 'definition' | 'indicator'
  readonly Id: number
  readonly definition: DefinitionReference
  readonly ioc: IndicatorBody | null
  /** True for a surplus indicator that was deleted; surplus definitions are never deleted. */
  readonly isDeleted: boolean
}

/** How an apply ended. `stopped` leaves a journal that `resumeApply` goes on with, or that a new plan replaces. */
export interface ApplyReport {
  readonly outcome: 'done' | 'stopped'
  readonly exit: 'ok' | 'remote' | 'safety'
  readonly planDigest: string
  readonly writes: WriteCounts
  /** Of this plan, over all runs that worked on it. */
  readonly createdDefinitions: number
  readonly createdIndicators: number
  readonly patchedDefinitions: number
  readonly patchedIndicators: number
  readonly reboundIndicators: number
  readonly deletedDefinitions: number
  readonly deletedIndicators: number
  /** Indicators that fell with their definition; not among `deletedIndicators`. */
  readonly fallenIndicators: number
  /** Writing requests that this run sent; 0 when there was nothing to do. */
  readonly requests: number
  readonly problems: readonly ApplyProblem[]
  readonly surplus: readonly SurplusEntity[]
}

/** Told after every change of what is known. */
export interface ApplyStep {
  readonly action: 'reading' | 'writing' | 'reading-back' | 'checking'
  readonly acknowledged: number
  readonly planned: number
}

/** How patient an apply is; times in milliseconds of the Clock. */
export interface ApplySettings {
  /** Least time over which the readings after a lost reply must agree; 30 s. */
  readonly readBackMs?: number
  /** How many of them must agree; 3. */
  readonly readBackReads?: number
  /** Longest wait for the tenant to show what was written, or to come to rest; 5 min. */
  readonly deadlineMs?: number
  /** How often one change is sent while its replies are lost; 4. */
  readonly attempts?: number
  /** Most entities of one bulk request; as the service allows. */
  readonly bulkItems?: number
}
