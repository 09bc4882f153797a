import type { ParseOptions } from '../rules/parse-options.ts'
import type { QuotaForecast } from './plan.ts'

/** Which Names the configuration owns (sync 1). */
interface OwnedNames {
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
