import type { DetectionFunction, IndicatorType } from './indicator.ts'
import type { IndicatorSummary } from './match.ts'
import type { QuietGroup } from './replay-summary.ts'

/** How many of some things written tests make fire, and how many they prove silent. */
export interface Covered {
  readonly total: number
  readonly fired: number
  readonly silent: number
}

/** Coverage of one definition. */
export interface DefinitionCoverage {
  readonly name: string
  readonly isEnabled: boolean
  /** Tests that pass and name it under `fires`, and tests that pass and prove it silent. */
  readonly firingTests: number
  readonly silentTests: number
  readonly equals: Pick<Covered, 'total' | 'fired'>
  readonly nonEquals: Covered
}

/** An operator in use on a type of value. */
export interface OperatorCoverage extends Covered {
  readonly Type: IndicatorType
  readonly DetectionFunction: DetectionFunction
}

/** Something that no written test makes fire, or none proves silent. */
export interface CoverageGap {
  readonly definitionName: string
  /** Null: the definition as a whole. */
  readonly ioc: Omit<IndicatorSummary, 'Id'> | null
  readonly missing: 'fires' | 'silent' | 'both'
}

/** What logs show of the rules. */
export interface CorpusCoverage {
  readonly records: number
  readonly fired: number
  readonly silent: number
  readonly blind: number
  readonly byDefinition: readonly CorpusDefinition[]
  readonly quiet: readonly QuietGroup[]
}

/** What logs show of one definition's IOCs. */
export interface CorpusDefinition {
  readonly name: string
  readonly fired: number
  readonly silent: number
  readonly blind: number
}

/** What `coverage` found. */
export interface CoverageReport {
  readonly schemaVersion: 1
  readonly toolVersion: string
  /** Written tests that pass and so count; tests that fail, are skipped or generated do not. */
  readonly tests: {
    readonly counted: number
    readonly failed: number
    readonly skipped: number
    readonly generated: number
  }
  /** Enabled definitions. */
  readonly definitions: Covered
  readonly operators: Covered
  /** IOCs whose function is not Equals. */
  readonly nonEquals: Covered
  readonly equals: Pick<Covered, 'total' | 'fired'>
  /** Percent of all that can fire and be silent: enabled definitions, operators, non-Equals IOCs. */
  readonly percent: number
  readonly byDefinition: readonly DefinitionCoverage[]
  readonly byOperator: readonly OperatorCoverage[]
  /** At most `GAPS_LIMIT`; `gapCount` is complete. */
  readonly gaps: readonly CoverageGap[]
  readonly gapCount: number
  readonly corpus: CorpusCoverage | null
}

/** Gaps that a report lists. */
export const GAPS_LIMIT = 1000
