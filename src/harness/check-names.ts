import type { Diagnostic } from '../model/diagnostic.ts'
import { quoted } from '../rules/rule-node.ts'
import { listed, nearestSpelling } from '../rules/spelling.ts'
import type { PlacedText, RuleTest } from './test-file.ts'
import type { TestRules } from './test-rules.ts'

/** Unknown names that are reported of one test. */
const REPORTED_LIMIT = 100
/** Names that a fix lists where none is near. */
const LISTED_NAMES = 8

/** Reports the definitions that a test names and its rules do not hold: a misspelt `silent` would pass for ever. */
export function checkDefinitionNames(test: RuleTest, { rules }: TestRules): readonly Diagnostic[] {
  const names = rules.definitions.map((definition) => definition.Name)
  const known = new Set(names)
  const named: readonly PlacedText[] = [...test.fires.map(({ definition }) => definition), ...test.silent]
  return named
    .filter(({ text }) => !known.has(text))
    .slice(0, REPORTED_LIMIT)
    .map(({ text, span }) => ({
      code: 'TEST008',
      severity: 'error',
      message: `the rules hold no alert definition ${quoted(text)}`,
      fix: fixFor(text, names),
      span,
      related: [],
    }))
}

function fixFor(text: string, names: readonly string[]): string {
  const nearest = nearestSpelling(text, names)
  if (nearest !== null) return `Did you mean ${nearest}?`
  if (names.length === 0) return 'Add a definition to the rules.'
  const shown = names.slice(0, LISTED_NAMES)
  return `Use ${listed(shown, 'or')}${names.length > shown.length ? ', or another of them' : ''}.`
}
