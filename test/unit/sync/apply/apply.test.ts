import { expect, test } from 'vitest'
import { applyPlan } from '../../../../src/sync/apply.ts'
import type { ApplyStep } from '../../../../src/sync/apply-report.ts'
import {
  SCENARIO_ROWS,
  SCENARIO_SETTINGS,
  SCENARIO_WRITES,
  contentOf,
  contentOfRows,
  isOwnedName,
  planFor,
  scenarioTenant,
  stateFor,
} from '../../../support/apply-scenario.ts'
import { MemoryProvider, MemoryTenant } from '../../../support/memory-provider.ts'
import { VirtualClock } from '../../../support/virtual-clock.ts'

test('an apply brings the tenant to the rules in twenty requests when nothing goes wrong', async () => {
  const tenant = new MemoryTenant(scenarioTenant())
  const clock = new VirtualClock()
  const provider = new MemoryProvider({ tenant, clock })
  const steps: ApplyStep[] = []
  const plan = planFor(SCENARIO_ROWS, tenant.read())

  const report = await applyPlan({
    plan,
    provider,
    state: stateFor(provider),
    clock,
    allowDelete: plan.deletes,
    settings: SCENARIO_SETTINGS,
    onProgress: (step) => steps.push(step),
    signal: new AbortController().signal,
  })

  expect(report).toMatchObject({ outcome: 'done', exit: 'ok', problems: [], requests: SCENARIO_WRITES })
  expect(contentOf(tenant.read(), isOwnedName)).toEqual(contentOfRows(SCENARIO_ROWS))
  expect(planFor(SCENARIO_ROWS, tenant.read()).changes).toEqual([])
  expect(tenant.writes).toHaveLength(SCENARIO_WRITES)
  expect(steps.filter(({ action }) => action === 'writing')).toHaveLength(SCENARIO_WRITES)
  expect(steps.at(-1)).toEqual({
    action: 'checking',
    acknowledged: plan.changes.length,
    planned: plan.changes.length,
  })
})
