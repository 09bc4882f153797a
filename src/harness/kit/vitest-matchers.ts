import type { EventExplanation } from '../../model/explanation.ts'
import type { RuleSet } from '../../model/rule-set.ts'
import type { TestFailure } from '../../model/test-report.ts'
import type { FiringExpectations, GivenEvents, SilenceExpectations } from './expect-firing.ts'
import { firingFailures, silenceFailures } from './expect-firing.ts'

/** What a matcher tells vitest. */
export interface MatcherResult {
  readonly pass: boolean
  readonly message: () => string
}

/** Matchers for `expect.extend`: `toFire` and `toStaySilent`, of rule sets. */
export interface DryfireMatchers {
  readonly toFire: (received: unknown, events: GivenEvents, expected?: FiringExpectations) => MatcherResult
  readonly toStaySilent: (
    received: unknown,
    events: GivenEvents,
    expected?: SilenceExpectations,
  ) => MatcherResult
}

/** Explains the nearest miss, line by line. */
export type ExplainMiss = (nearest: EventExplanation) => readonly string[]

/** The matchers, which explain a failure with the given words. */
export function matchersWith(explain: ExplainMiss): DryfireMatchers {
  return {
    toFire: (received, events, expected) =>
      resultOf(firingFailures(rulesIn(received), events, expected), 'not to fire', explain),
    toStaySilent: (received, events, expected) =>
      resultOf(silenceFailures(rulesIn(received), events, expected), 'not to stay silent', explain),
  }
}

function resultOf(failures: readonly TestFailure[], opposite: string, explain: ExplainMiss): MatcherResult {
  return {
    pass: failures.length === 0,
    message: () =>
      failures.length === 0
        ? `expected the rules ${opposite}, and everything that was expected holds`
        : failures.flatMap((failure) => failureLines(failure, explain)).join('\n'),
  }
}

function failureLines(failure: TestFailure, explain: ExplainMiss): readonly string[] {
  const { message, expected, actual, evidence, nearest } = failure
  return [
    message,
    `  expected  ${expected}`,
    `  actual    ${actual}`,
    ...evidence.map((line) => `  event     ${line}`),
    ...(nearest === null ? [] : ['  nearest miss', ...explain(nearest).map((line) => `    ${line}`)]),
  ]
}

function rulesIn(received: unknown): RuleSet {
  if (isRuleSet(received)) return received
  throw new TypeError('expected a RuleSet, such as parseRules(…).rules')
}

function isRuleSet(value: unknown): value is RuleSet {
  return typeof value === 'object' && value !== null && 'definitions' in value && 'indicators' in value
}
