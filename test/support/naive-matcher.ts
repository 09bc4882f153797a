import type { DetectionFunction, IndicatorType } from '../../src/model/indicator.ts'
import type { Semantics } from '../../src/model/semantics.ts'

/** What the naive matcher needs of an indicator: its value is canonical. */
export interface NaiveIndicator {
  readonly Type: IndicatorType
  readonly DetectionFunction: DetectionFunction
  readonly Value: string
}

export type NaiveMatchOptions = Pick<Semantics, 'domainEquals' | 'domainSuffix'>

/** Lists the positions of all indicators that match a canonical observable, ascending (semantics 6). */
export function naiveMatches(
  indicators: readonly NaiveIndicator[],
  type: IndicatorType,
  value: string,
  options: NaiveMatchOptions,
): number[] {
  const found: number[] = []
  indicators.forEach((indicator, i) => {
    if (indicator.Type === type && doesMatch(indicator, value, options)) found.push(i)
  })
  return found
}

function doesMatch(indicator: NaiveIndicator, value: string, options: NaiveMatchOptions): boolean {
  const wanted = indicator.Value
  const isDomain = indicator.Type === 'DomainName'
  switch (indicator.DetectionFunction) {
    case 'Equals':
      if (value === wanted) return true
      return isDomain && options.domainEquals === 'subdomains' && value.endsWith('.' + wanted)
    case 'StartWith':
      return value.startsWith(wanted)
    case 'EndWith':
      if (!value.endsWith(wanted)) return false
      if (!isDomain || options.domainSuffix === 'textual') return true
      return value === wanted || wanted.startsWith('.') || value.endsWith('.' + wanted)
    case 'Contains':
      return value.includes(wanted)
    default:
      throw new Error('unreachable')
  }
}
