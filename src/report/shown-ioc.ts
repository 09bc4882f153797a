import type { IndicatorSummary } from '../model/match.ts'
import { escapeTerminal } from './escape.ts'

/** An IOC as a table shows it: the value, with the operator before it where that is not Equals. */
export function shownIoc(ioc: Pick<IndicatorSummary, 'DetectionFunction' | 'Value'>): string {
  const value = escapeTerminal(ioc.Value)
  return ioc.DetectionFunction === 'Equals' ? value : `${ioc.DetectionFunction} ${value}`
}
