import { compileRules } from '../../src/engine/compile-rules.ts'
import type { IdList } from '../../src/engine/id-list.ts'
import { IndexImage } from '../../src/engine/image-reader.ts'
import { Matcher } from '../../src/engine/matcher.ts'
import { DEFAULT_SEMANTICS } from '../../src/model/semantics.ts'
import type { NaiveIndicator, NaiveMatchOptions } from '../support/naive-matcher.ts'
import { naiveCompile } from '../support/naive-rules.ts'
import { buildRuleSet } from '../support/rule-set-builder.ts'
import type { FuzzRule } from './fuzz-case.ts'

/** What is compared with the oracle: appends the ids of the indicators that match `bytes[start, end)`, ascending. */
interface FuzzTarget {
  match(type: number, bytes: Uint8Array, start: number, end: number, out: IdList): void
  hasMatch(type: number, bytes: Uint8Array, start: number, end: number): boolean
}

/** Rules as engine and oracle hold them: the engine's ids are positions in `indicators`. */
export interface FuzzSubject {
  readonly target: FuzzTarget
  readonly indicators: readonly NaiveIndicator[]
}

/** Puts a wrapper around a matcher; tests plant faults with it. */
export type WrapTarget = (matcher: FuzzTarget, subject: readonly NaiveIndicator[]) => FuzzTarget

/** Compiles rules for both sides. */
export function openSubject(
  rules: readonly FuzzRule[],
  options: NaiveMatchOptions,
  wrap: WrapTarget | null,
): FuzzSubject {
  const ruleSet = buildRuleSet(
    rules.map(([Type, DetectionFunction, Value]) => ({ Type, DetectionFunction, Value })),
  )
  const matcher = Matcher.open(IndexImage.open(compileRules(ruleSet).image), options)
  const indicators = compiledIndicators(rules, ruleSet.definitions)
  return { target: wrap === null ? matcher : wrap(matcher, indicators), indicators }
}

/** The rules in canonical order, each once, by the oracle's own account. */
function compiledIndicators(
  rules: readonly FuzzRule[],
  definitions: Parameters<typeof naiveCompile>[0]['definitions'],
): readonly NaiveIndicator[] {
  const indicators = rules.map(([Type, DetectionFunction, Value]) => ({
    Type,
    DetectionFunction,
    Value,
    ...PLAIN,
  }))
  return naiveCompile({ definitions, indicators }, DEFAULT_SEMANTICS).compiled.map(({ ioc }) => ioc)
}

/** What the comparison of values does not depend on. */
const PLAIN = { definitionName: 'test', Id: null, ExpiresAt: null, CreatedAt: null, Enabled: true }
