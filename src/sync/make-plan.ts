import type { ParseOptions } from '../rules/parse-options.ts'
import type { RuleSet } from '../model/rule-set.ts'
import type { RemoteState } from './entities.ts'
import type { Plan, PlanBasis, QuotaForecast } from './plan.ts'
import type { Refusal } from './refusal.ts'

/** Which Names the configuration owns (sync 1). */
export interface OwnedNames {
  readonly prefix: string | null
  readonly names: readonly string[]
}

/** What the user and the state folder say about a plan; no clock and no file in it. */
export interface PlanSettings {
  /** `owned` of the configuration; null where there is none: then nothing is ever deleted (sync 1). */
  readonly owned: OwnedNames | null
  /** Names given with `--adopt`. */
  readonly adopt: readonly string[]
  /** Names that the state folder created or adopted before (sync 3). */
  readonly claimed: readonly string[]
  readonly prune: boolean
  readonly deleteFirst: boolean
  /** Configured quotas; what is missing is assumed (sync 7). */
  readonly quotas: { readonly [Name in QuotaForecast['name']]?: number }
  /** As the rules were parsed with, so that remote values are judged alike. */
  readonly parseOptions?: ParseOptions
}

/** What a plan is made from; times and digests of files are arguments, so that the same input gives the same bytes. */
export interface PlanInput {
  readonly rules: RuleSet
  readonly remote: RemoteState
  readonly basis: Pick<PlanBasis, 'api' | 'tenant' | 'toolVersion' | 'createdAt' | 'expiresAt' | 'rules'>
  readonly settings: PlanSettings
}

export type PlanResult =
  | { readonly ok: true; readonly plan: Plan; readonly notes: readonly string[] }
  | { readonly ok: false; readonly refusals: readonly Refusal[] }

/** Compares rules with a tenant and says what to write, in order, or why nothing may be written. Pure. */
export function makePlan(input: PlanInput): PlanResult {
  throw new Error(`not there yet: ${input.basis.api}`)
}
