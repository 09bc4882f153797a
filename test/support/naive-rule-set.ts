import type { RuleSet } from '../../src/model/rule-set.ts'
import type { NaiveRules } from './naive-rules.ts'
import { buildRuleSet } from './rule-set-builder.ts'

/** The oracle's rules as the product takes them, in the order given. */
export function naiveRuleSet(rules: NaiveRules): RuleSet {
  const built = buildRuleSet(
    rules.indicators.map(({ definitionName, Type, DetectionFunction, Value, Enabled, ...rest }) => ({
      definition: definitionName,
      Type,
      DetectionFunction,
      Value,
      Enabled,
      ...(rest.ExpiresAt === null ? {} : { ExpiresAt: rest.ExpiresAt }),
      ...(rest.CreatedAt === null ? {} : { CreatedAt: rest.CreatedAt }),
      ...(rest.Id === null ? {} : { Id: rest.Id }),
    })),
    { emptyDefinitions: rules.definitions.map((definition) => definition.Name) },
  )
  const byName = new Map(rules.definitions.map((definition) => [definition.Name, definition]))
  return { ...built, definitions: built.definitions.map((built) => byName.get(built.Name) ?? built) }
}
