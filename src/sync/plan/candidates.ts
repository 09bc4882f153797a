import type { RuleSet } from '../../model/rule-set.ts'
import { indicatorAt } from '../../rules/indicator-at.ts'
import type { IndicatorBody } from '../entities.ts'
import { identityOf } from './held-indicator.ts'
import type { Plan } from '../plan.ts'

/**
 * The rows of the rules that a plan would newly let fire: created ones, those that move, those that are enabled or get
 * another expiry, and all of a definition that is enabled.
 */
export function candidateRows(plan: Pick<Plan, 'changes'>, rules: RuleSet): readonly number[] {
  const keys = new Set<string>()
  const wakened = new Set<string>()
  for (const change of plan.changes) {
    if (change.kind === 'create-indicator') keys.add(keyOf(change.definition.Name, change.body))
    if (change.kind === 'patch-indicator') keys.add(keyOf(change.definition.Name, change.ioc))
    if (change.kind === 'rebind-indicator') keys.add(keyOf(change.to.Name, change.ioc))
    if (change.kind === 'patch-definition' && change.patch.Enabled === true) wakened.add(change.Name)
  }
  return Array.from({ length: rules.indicators.count }, (_, row) => row).filter((row) => {
    const name = rules.definitions[rules.indicators.definition[row] ?? -1]?.Name ?? ''
    return wakened.has(name) || keys.has(keyOf(name, indicatorAt(rules, row)))
  })
}

function keyOf(name: string, ioc: Pick<IndicatorBody, 'Type' | 'DetectionFunction' | 'Value'>): string {
  return `${identityOf(ioc)} ${name}`
}
