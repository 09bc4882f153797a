import type { Indicator } from '../model/indicator.ts'
import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../model/indicator.ts'
import { NO_ID, NO_TIME } from '../model/rule-set.ts'
import type { RuleSet } from '../model/rule-set.ts'

/** One row of the columns as people read it. Precondition: `0 <= row < rules.indicators.count`. */
export function indicatorAt(rules: RuleSet, row: number): Indicator {
  const { indicators } = rules
  const type = INDICATOR_TYPES[indicators.type[row] ?? -1]
  const detectionFunction = DETECTION_FUNCTIONS[indicators.detectionFunction[row] ?? -1]
  if (type === undefined || detectionFunction === undefined) throw new RangeError(`no row ${row}`)
  const id = indicators.id?.[row] ?? NO_ID
  return {
    Id: id === NO_ID ? null : id,
    Type: type,
    DetectionFunction: detectionFunction,
    Value: valueAt(rules, row),
    ExpiresAt: timeOf(indicators.expiresAt?.[row]),
    CreatedAt: timeOf(indicators.createdAt?.[row]),
  }
}

/** The canonical value of a row. */
export function valueAt({ indicators }: RuleSet, row: number): string {
  const { valueOffset, valueBytes } = indicators
  return String.fromCharCode(...valueBytes.subarray(valueOffset[row] ?? 0, valueOffset[row + 1] ?? 0))
}

function timeOf(ticks: bigint | undefined): bigint | null {
  return ticks === undefined || ticks === NO_TIME ? null : ticks
}
