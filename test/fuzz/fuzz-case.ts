import type { DetectionFunction, IndicatorType } from '../../src/model/indicator.ts'
import type { NaiveMatchOptions } from '../support/naive-matcher.ts'

/** Type, function and canonical value of an indicator. */
export type FuzzRule = readonly [IndicatorType, DetectionFunction, string]

/** Rules and one canonical observable: what engine and oracle must agree on. Texts are bytes, one code unit each. */
export interface FuzzCase {
  readonly rules: readonly FuzzRule[]
  readonly options: NaiveMatchOptions
  readonly type: IndicatorType
  readonly text: string
}

export const DEFAULT_OPTIONS: NaiveMatchOptions = { domainEquals: 'exact', domainSuffix: 'textual' }
