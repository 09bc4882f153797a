import type { SeedDefinition } from '../emulator/emulator.ts'
import type { AlertDefinition } from '../model/alert-definition.ts'
import type { RuleSet } from '../model/rule-set.ts'
import { formatTime } from '../model/time.ts'
import { indicatorAt } from '../rules/indicator-at.ts'

/** A rule set as an emulator takes it: one body per definition with those of its indicators, as POST would carry them. */
export function seedDefinitions(rules: RuleSet): readonly SeedDefinition[] {
  const iocs: Record<string, unknown>[][] = rules.definitions.map(() => [])
  const { count, definition, enabled } = rules.indicators
  for (let row = 0; row < count; row += 1) {
    const { Type, DetectionFunction, Value, ExpiresAt } = indicatorAt(rules, row)
    iocs[definition[row] ?? 0]?.push({
      Type,
      DetectionFunction,
      Value,
      ExpiresAt: ExpiresAt === null ? null : formatTime(ExpiresAt),
      Enabled: enabled[row] === 1,
    })
  }
  return rules.definitions.map((definition, i) => ({ body: bodyOf(definition), iocs: iocs[i] ?? [] }))
}

/** Everything that a client may send: the key is the service's to give. */
function bodyOf(definition: AlertDefinition): Record<string, unknown> {
  const { Name, Severity, Category, Title, UxDescription, Enabled } = definition
  const { RecommendedAction, InternalDescription } = definition
  return { Name, Severity, InternalDescription, Title, UxDescription, RecommendedAction, Category, Enabled }
}
