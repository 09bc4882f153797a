import type { IndexImage } from '../../src/engine/image-reader.ts'
import type { Mutant } from '../../src/harness/mutate/list-mutants.ts'
import type { Indicator } from '../../src/model/indicator.ts'
import { indicatorAt } from '../../src/rules/indicator-at.ts'
import type { RuleSet } from '../../src/model/rule-set.ts'
import type { NaiveRule, NaiveRules } from './naive-rules.ts'

/** The rules as a mutant has them, to be compiled as a whole: the slow twin of judging a mutant by what it changes. */
export function applyMutant(rules: NaiveRules, image: IndexImage, mutant: Mutant): NaiveRules {
  const name = image.definitions[mutant.definition]?.Name ?? ''
  if (mutant.indicator === null)
    return {
      ...rules,
      definitions: rules.definitions.map((definition) =>
        definition.Name === name ? { ...definition, Enabled: false } : definition,
      ),
    }
  const original = image.indicator(mutant.indicator)
  return {
    ...rules,
    indicators: rules.indicators.flatMap((rule) => {
      if (!rule.Enabled || rule.definitionName !== name || !isSame(rule, original)) return [rule]
      return mutant.changed === null ? [] : [{ ...rule, ...mutant.changed, Id: rule.Id }]
    }),
  }
}

/** A parsed rule set as the oracle has it. */
export function naiveRulesOf(rules: RuleSet): NaiveRules {
  return {
    definitions: rules.definitions,
    indicators: Array.from({ length: rules.indicators.count }, (_, row): NaiveRule => {
      const definition = rules.definitions[rules.indicators.definition[row] ?? 0]
      const Enabled = rules.indicators.enabled[row] === 1
      return { ...indicatorAt(rules, row), definitionName: definition?.Name ?? '', Enabled }
    }),
  }
}

/** Copies of an indicator are one in an image. */
function isSame(a: Indicator, b: Indicator): boolean {
  return (
    a.Type === b.Type &&
    a.DetectionFunction === b.DetectionFunction &&
    a.Value === b.Value &&
    a.ExpiresAt === b.ExpiresAt &&
    a.CreatedAt === b.CreatedAt
  )
}
