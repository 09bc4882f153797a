import { assertNever } from '../../src/model/assert-never.ts'
import { buildRuleSet } from './rule-set-builder.ts'
import type { RuleRow } from './rule-set-builder.ts'
import type { RuleSet } from '../../src/model/rule-set.ts'
import type { RemoteState } from '../../src/sync/entities.ts'
import { makePlan } from '../../src/sync/plan/make-plan.ts'
import type { PlanInput } from '../../src/sync/plan/make-plan.ts'
import type { PlanSettings } from '../../src/sync/plan/plan-settings.ts'
import type { Change, Plan } from '../../src/sync/plan.ts'
import type { Refusal } from '../../src/sync/plan/refusal.ts'

/** Everything is owned, nothing deleted. */
const SETTINGS: PlanSettings = {
  owned: { prefix: null, names: ['a', 'b', 'c'] },
  adopt: [],
  claimed: [],
  prune: false,
  deleteFirst: false,
  quotas: {},
}

export const BASIS: PlanInput['basis'] = {
  api: 'https://ti.example/v1.0',
  tenant: 'tenant-1',
  toolVersion: '0.1.0',
  createdAt: '2026-11-23T08:00:00Z',
  expiresAt: '2026-11-23T09:00:00Z',
  rules: { references: ['rules'], files: [{ path: '/rules/a.rules.yaml', sha256: 'a'.repeat(64) }] },
}

/** A domain under a definition, as most tests need it. */
export function domain(definition: string, Value: string, more: Partial<RuleRow> = {}): RuleRow {
  return { definition, Type: 'DomainName', Value, ...more }
}

/** The plan for rules of these rows, or of a whole rule set; a refusal fails the test. */
export function planOf(
  rules: RuleSet | readonly RuleRow[],
  remote: RemoteState,
  settings: Partial<PlanSettings> = {},
): { readonly plan: Plan; readonly notes: readonly string[] } {
  const result = makePlan(inputOf(rules, remote, settings))
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.refusals)}`)
  return result
}

/** Why there is no plan; a plan fails the test. */
export function refusalsOf(
  rules: RuleSet | readonly RuleRow[],
  remote: RemoteState,
  settings: Partial<PlanSettings> = {},
): readonly Refusal[] {
  const result = makePlan(inputOf(rules, remote, settings))
  if (result.ok) throw new Error(`not refused: ${JSON.stringify(result.plan.changes)}`)
  return result.refusals
}

/** Changes in few words: `+def a`, `~def 1 Title`, `+ioc a x.example`, `->ioc 3 a b`, `-ioc 3`, `-def 1 [2,3]`. */
export function shortChanges(changes: readonly Change[]): readonly string[] {
  return changes.map((change) => {
    switch (change.kind) {
      case 'create-definition':
        return `+def ${change.body.Name}`
      case 'patch-definition':
        return `~def ${change.Id} ${Object.keys(change.patch).join(',')}`
      case 'patch-indicator':
        return `~ioc ${change.Id} ${Object.keys(change.patch).join(',')}`
      case 'create-indicator':
        return `+ioc ${change.definition.Name} ${change.body.Value}`
      case 'rebind-indicator':
        return `->ioc ${change.Id} ${change.from.Name} ${change.to.Name}`
      case 'delete-indicator':
        return `-ioc ${change.Id}`
      case 'delete-definition':
        return `-def ${change.Id} [${change.cascade.map(({ Id }) => Id).join(',')}]`
      default:
        return assertNever(change)
    }
  })
}

function inputOf(
  rules: RuleSet | readonly RuleRow[],
  remote: RemoteState,
  settings: Partial<PlanSettings>,
): PlanInput {
  const set = 'definitions' in rules ? rules : buildRuleSet(rules)
  return { rules: set, remote, basis: BASIS, settings: { ...SETTINGS, ...settings } }
}
