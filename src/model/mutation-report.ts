import type { SourceSpan } from './diagnostic.ts'
import type { IndicatorSummary } from './match.ts'

/** Ways in which a rule set is changed to see whether its tests notice, in the order of reports. */
export const MUTATIONS = ['drop', 'operator', 'cut', 'lengthen', 'type', 'expiry', 'disable'] as const
/** One of `MUTATIONS`. */
export type Mutation = (typeof MUTATIONS)[number]

/** Survivors that a report lists; their count is complete. */
export const SURVIVORS_LIMIT = 1000

/** How many mutants were tried, and how many of those a test noticed. */
export interface TriedCount {
  readonly evaluated: number
  readonly killed: number
}

/** The same, of how many there are. */
export interface MutantCount extends TriedCount {
  readonly possible: number
}

/** A mutant that no test noticed. */
export interface SurvivingMutant {
  readonly definitionName: string
  readonly mutation: Mutation
  /** The IOC as the rules have it; null for a whole definition. */
  readonly ioc: Omit<IndicatorSummary, 'Id'> | null
  /** What it was changed into; null where it is gone, or where only its expiry is. */
  readonly changed: Omit<IndicatorSummary, 'Id'> | null
  /** Where the rule stands: without the text of the line. */
  readonly place: Pick<SourceSpan, 'file' | 'line' | 'column'> | null
  /** A test that would notice, as an element of `tests:` in YAML; null where no event was found that tells the two apart. */
  readonly test: string | null
}

/** What `mutate` found. */
export interface MutationReport {
  readonly schemaVersion: 1
  readonly toolVersion: string
  readonly seed: number
  /** Most mutants that are tried of either kind. */
  readonly sample: number
  /** Written tests that pass and so count; tests that fail, are skipped or generated do not. */
  readonly tests: {
    readonly counted: number
    readonly failed: number
    readonly skipped: number
    readonly generated: number
  }
  /** Killed of a hundred evaluated, cut to a tenth: of the mutants, or where there is none, of those of Equals hashes; null: nothing was tried. */
  readonly score: number | null
  /** All mutants but those of hashes that are looked for with Equals. */
  readonly mutants: MutantCount
  /** Those, which are many and alike, and so are sampled apart and do not count for the score. */
  readonly equalsHashes: MutantCount
  readonly byMutation: readonly (TriedCount & { readonly mutation: Mutation })[]
  readonly byDefinition: readonly (TriedCount & { readonly definitionName: string })[]
  /** At most 1,000, in the order of definitions and IOCs; those of Equals hashes last. */
  readonly survivors: readonly SurvivingMutant[]
  readonly survivorCount: number
  /** True when the run ended before its last mutant (a signal). */
  readonly partial: boolean
  readonly timing: { readonly milliseconds: number }
}
