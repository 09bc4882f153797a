import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileRules } from '../../src/engine/compile-rules.ts'
import { IndexImage } from '../../src/engine/image-reader.ts'
import { Matcher } from '../../src/engine/matcher.ts'
import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../../src/model/indicator.ts'
import { DEFAULT_SEMANTICS } from '../../src/model/semantics.ts'
import { matcherCase, ruleSetFor, sharedValues, valuesOf } from '../support/arbitraries.ts'
import { naiveMatches } from '../support/naive-matcher.ts'
import type { NaiveRules } from '../support/naive-rules.ts'
import { naiveCompile } from '../support/naive-rules.ts'
import { buildRuleSet } from '../support/rule-set-builder.ts'
import { parameters, runs } from '../support/runs.ts'

const MATCHER_SHARE = 0.015
const RULES_SHARE = 0.01

test('for all indicators and observables, the matcher reports exactly the naive matches', () => {
  const hits = new Map<string, number>()

  fc.assert(
    fc.property(matcherCase, ({ indicators, observables, options }) => {
      const rules: NaiveRules = {
        definitions: [],
        indicators: indicators.map((ioc) => ({ ...ioc, ...PLAIN })),
      }
      const ruleSet = buildRuleSet(rules.indicators.map(rowOf))
      const sorted = naiveCompile({ ...rules, definitions: ruleSet.definitions }, DEFAULT_SEMANTICS).compiled
      const candidates = sorted.map(({ ioc }) => ioc)
      const matcher = Matcher.open(IndexImage.open(compileRules(ruleSet).image), options)

      for (const { type, value } of observables) {
        const expected = naiveMatches(candidates, type, value, options)
        for (const i of expected) {
          const key = `${type} ${candidates[i]?.DetectionFunction}`
          hits.set(key, (hits.get(key) ?? 0) + 1)
        }

        expect([...matcher.matchText(INDICATOR_TYPES.indexOf(type), value)]).toEqual(expected)
      }
    }),
    parameters(MATCHER_SHARE),
  )

  for (const type of INDICATOR_TYPES)
    for (const fn of DETECTION_FUNCTIONS)
      expect(hits.get(`${type} ${fn}`) ?? 0, `${type} ${fn}`).toBeGreaterThan(runs(MATCHER_SHARE) / 40)
})

test('for all rule sets, compile keeps, merges and counts what the law says', () => {
  let mergedCount = 0
  const cases = sharedValues.chain((values) => fc.tuple(fc.constant(values), ruleSetFor(values)))

  fc.assert(
    fc.property(cases, ([values, generated]) => {
      const disabledDefinitions = generated.definitions
        .filter((definition) => !definition.Enabled)
        .map((definition) => definition.Name)
      const ruleSet = buildRuleSet(generated.indicators.map(rowOf), { disabledDefinitions })
      const rules: NaiveRules = { ...generated, definitions: ruleSet.definitions }
      const { compiled, counts } = naiveCompile(rules, DEFAULT_SEMANTICS)
      const candidates = compiled.map(({ ioc }) => ioc)
      mergedCount += counts.duplicate

      const { image, accounting } = compileRules(ruleSet)
      const matcher = Matcher.open(IndexImage.open(image), DEFAULT_SEMANTICS)

      expect(accounting.compiled).toBe(counts.compiled)
      expect(accounting.duplicate).toBe(counts.duplicate)
      expect(accounting.disabled).toBe(counts.disabled)
      for (const [typeIndex, type] of INDICATOR_TYPES.entries())
        for (const value of valuesOf(values, type))
          expect([...matcher.matchText(typeIndex, value)]).toEqual(
            naiveMatches(candidates, type, value, DEFAULT_SEMANTICS),
          )
    }),
    parameters(RULES_SHARE),
  )

  expect(mergedCount).toBeGreaterThan(runs(RULES_SHARE) / 4)
})

const PLAIN = { definitionName: 'test', Id: null, ExpiresAt: null, CreatedAt: null, Enabled: true }

type NaiveRule = NaiveRules['indicators'][number]

function rowOf({
  definitionName,
  Type,
  DetectionFunction,
  Value,
  Enabled,
  ExpiresAt,
  CreatedAt,
  Id,
}: NaiveRule) {
  return {
    definition: definitionName,
    Type,
    DetectionFunction,
    Value,
    Enabled,
    ...(ExpiresAt === null ? {} : { ExpiresAt }),
    ...(CreatedAt === null ? {} : { CreatedAt }),
    ...(Id === null ? {} : { Id }),
  }
}
