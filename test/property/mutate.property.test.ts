import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { TestOutcome } from '../../src/harness/evaluate-test.ts'
import { evaluateTest } from '../../src/harness/evaluate-test.ts'
import { isHolding } from '../../src/harness/find-breaches.ts'
import { listMutants } from '../../src/harness/mutate/list-mutants.ts'
import { MutantJudge } from '../../src/harness/mutate/mutant-judge.ts'
import { observeTest } from '../../src/harness/mutate/observed-test.ts'
import type { PreparedTest } from '../../src/harness/prepare-test.ts'
import { prepareTest } from '../../src/harness/prepare-test.ts'
import type { RuleTest } from '../../src/harness/test-file.ts'
import { TestRules } from '../../src/harness/test-rules.ts'
import { applyMutant } from '../support/apply-mutant.ts'
import type { ReplayCase } from '../support/arbitrary-replay.ts'
import { replayCase } from '../support/arbitrary-replay.ts'
import { naiveRuleSet } from '../support/naive-rule-set.ts'
import { testsOf } from '../support/run-rule-tests.ts'
import { parameters, runs } from '../support/runs.ts'

const SHARE = 0.002
/** Mutants of one rule set that are compiled anew. */
const MUTANTS_EACH = 12

const [TEMPLATE] = testsOf('tests: [{ name: law, events: [{ SHA1: a }], detections: 0.. }]')

test(
  'for all rules, logs and switches, a mutant judged by what it changes comes to what the mutated rules compiled anew do',
  () => {
    const seen = { compared: 0, changed: 0, killed: 0, mutations: new Set<string>() }

    fc.assert(
      fc.property(replayCase, fc.nat(1000), (one, start) => {
        const rules = TestRules.compile(naiveRuleSet(one.rules))
        const prepared = preparedOf(one)
        if (prepared === null) return
        const before = evaluated(prepared, rules)
        const observed = observeTest(expecting(prepared, before), before, rules)
        const judge = new MutantJudge(rules, [observed])
        const mutants = [...listMutants(rules.image)]
        for (let i = 0; i < Math.min(MUTANTS_EACH, mutants.length); i += 1) {
          const mutant = mutants[(start + i * 7) % mutants.length]
          if (mutant === undefined) continue
          const mutated = TestRules.compile(naiveRuleSet(applyMutant(one.rules, rules.image, mutant)))
          const after = evaluated(prepared, mutated)

          expect(shown(judge.outcomeUnder(observed, mutant))).toEqual(shown(after))
          const isKilled = !isHolding(observed.prepared, after)
          expect(judge.killerOf(mutant) !== null).toBe(isKilled)
          seen.compared += 1
          if (JSON.stringify(shown(after)) !== JSON.stringify(shown(before))) seen.changed += 1
          if (isKilled) seen.killed += 1
          seen.mutations.add(mutant.mutation)
        }
      }),
      parameters(SHARE),
    )

    const cases = runs(SHARE)
    expect(seen.compared).toBeGreaterThan(cases * 2)
    expect(seen.changed).toBeGreaterThan(cases / 4)
    expect(seen.killed).toBeGreaterThan(cases / 20)
    expect(seen.mutations.size).toBeGreaterThanOrEqual(6)
  },
  runs(SHARE) * 400,
)

function preparedOf(one: ReplayCase): PreparedTest | null {
  if (TEMPLATE === undefined) throw new Error('the template is a test')
  const test: RuleTest = { ...TEMPLATE, events: null, options: {} }
  const logs = one.logs.map(({ bytes }, i) => ({
    name: `${i}.log`,
    bytes,
    span: TEMPLATE.span,
    lines: null,
    kind: 'text' as const,
  }))
  const base = { semantics: one.semantics, logFormat: null, table: one.table, fieldMap: null }
  const preparation = prepareTest(test, logs, null, base)
  return preparation.ok ? preparation.prepared : null
}

function evaluated(prepared: PreparedTest, rules: TestRules): TestOutcome {
  return evaluateTest(prepared, { image: rules.image, matcher: rules.matcherFor(prepared.semantics) })
}

/** The test that pins the number of alerts, so that it is green and some mutants turn it red. */
function expecting(prepared: PreparedTest, { alerts }: TestOutcome): PreparedTest {
  const exact = { min: alerts.length, max: alerts.length, span: prepared.test.span }
  return { ...prepared, test: { ...prepared.test, alerts: exact, quarantined: { min: 0, max: null } } }
}

/** What both ways must agree on, by definition and in the order of events; the kept Id of merged copies may differ. */
function shown({ detections, alerts }: TestOutcome): unknown {
  const lines = detections.map(({ definition, event, matchCount, matches }) => ({
    name: definition.Name,
    line: JSON.stringify([
      event,
      matchCount,
      matches.map(({ ioc: { Type, DetectionFunction, Value }, role, field, text, observable }) => [
        Type,
        DetectionFunction,
        Value,
        role,
        field,
        text,
        observable,
      ]),
    ]),
  }))
  const counts = alerts.map(({ definition, device, detections: members }) =>
    JSON.stringify([definition.Name, device, members]),
  )
  return {
    detections: lines.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
    alerts: counts.toSorted(),
  }
}
