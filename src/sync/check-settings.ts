import { quoted } from '../canonical/value-problem.ts'
import type { RuleSet } from '../model/rule-set.ts'
import type { PlanSettings } from './plan-settings.ts'
import type { Refusal } from './refusal.ts'

/** What is refused before anything remote is looked at. */
export function checkSettings(rules: RuleSet, settings: PlanSettings): readonly Refusal[] {
  return [
    ...(rules.definitions.length === 0 ? [EMPTY_RULES] : []),
    ...(settings.prune && settings.owned === null ? [PRUNE_WITHOUT_OWNED] : []),
    ...(settings.owned?.prefix === '' ? [EMPTY_PREFIX] : []),
    ...unknownAdoptions(rules, settings.adopt),
  ]
}

/** An empty desired state is never an intent (sync 8): a mistyped folder must not delete a tenant. */
const EMPTY_RULES: Refusal = {
  code: 'PLAN002',
  failure: 'safety',
  message: 'the rules hold no alert definition: a plan from them would delete everything that is owned',
  fix: 'Check the path of the rules.',
}

const PRUNE_WITHOUT_OWNED: Refusal = {
  code: 'PLAN001',
  failure: 'usage',
  message: '--prune needs a configuration that says what is owned; without one nothing is deleted',
  fix: 'Put owned.prefix or owned.names into dryfire.config.yaml.',
}

const EMPTY_PREFIX: Refusal = {
  code: 'PLAN006',
  failure: 'usage',
  message: 'owned.prefix is empty, so every definition of the tenant would be owned',
  fix: 'Give a prefix, or list the Names under owned.names.',
}

/** Adopting what the rules do not hold could only serve to delete it. */
function unknownAdoptions(rules: RuleSet, adopt: readonly string[]): readonly Refusal[] {
  const names = new Set(rules.definitions.map(({ Name }) => Name))
  return adopt
    .filter((name) => !names.has(name))
    .map((name) => ({
      code: 'PLAN005',
      failure: 'usage',
      message: `--adopt ${quoted(name)}: the rules hold no definition of that Name`,
      fix: 'Give the Name as it stands in the rules.',
    }))
}
