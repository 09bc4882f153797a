import { NO_TIME } from '../model/rule-set.ts'
import type { RuleSet } from '../model/rule-set.ts'
import { formatTime } from '../model/time.ts'
import { indicatorAt } from '../rules/indicator-at.ts'
import type { IndicatorBody } from './entities.ts'
import type { RulePlace } from './plan.ts'

/** An indicator that the rules hold, ready to be uploaded, and where it stands. */
export interface DesiredIndicator {
  readonly body: IndicatorBody
  readonly place: RulePlace | null
}

/**
 * The indicators of each definition, by its index in the rules, in the rules' canonical order. Equal rows stay as many
 * as they are: the service knows no uniqueness (ti-api 1.4), so the rules are a multiset. Disabled ones are among them.
 */
export function desiredIndicators(rules: RuleSet): readonly (readonly DesiredIndicator[])[] {
  const lists = rules.definitions.map((): DesiredIndicator[] => [])
  for (let row = 0; row < rules.indicators.count; row++) {
    lists[rules.indicators.definition[row] ?? -1]?.push(desiredAt(rules, row))
  }
  return lists
}

/** Where a definition's Name stands in the rules; null where they come from no text. */
export function definitionPlace(rules: RuleSet, index: number): RulePlace | null {
  const span = rules.definitionSpans?.[index]
  return span === undefined ? null : { file: span.file, line: span.line, column: span.column }
}

function desiredAt(rules: RuleSet, row: number): DesiredIndicator {
  const { indicators, sources } = rules
  const { Type, DetectionFunction, Value } = indicatorAt(rules, row)
  const expiresAt = indicators.expiresAt?.[row] ?? NO_TIME
  const file = sources[indicators.sourceFile[row] ?? -1]
  return {
    body: {
      Type,
      DetectionFunction,
      Value,
      ExpiresAt: expiresAt === NO_TIME ? null : formatTime(expiresAt),
      Enabled: indicators.enabled[row] === 1,
    },
    place:
      file === undefined
        ? null
        : { file, line: indicators.sourceLine[row] ?? 1, column: indicators.sourceColumn[row] ?? 1 },
  }
}
