/**
 * Tests of your own rules in your own suite: arbitraries for fast-check, matchers for vitest, and the laws that hold for
 * every rule set. Both packages are optional peers: what needs one that is missing says so when it is called.
 *
 * ```ts
 * import * as fc from 'fast-check'
 * import { expect, test } from 'vitest'
 * import { dryfireMatchers, nearMissesOf } from 'dryfire/testing'
 *
 * expect.extend({ ...dryfireMatchers })
 *
 * test('a staging host fires, what only looks like one does not', () => {
 *   expect(rules).toFire({ RemoteUrl: 'https://a1.c2.example/x' }, { definition: 'c2-lab', count: 1 })
 *   const ioc = { Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.c2.example' } as const
 *   const looksLike = fc.property(nearMissesOf(ioc), (log) => {
 *     expect(rules).toStaySilent(log)
 *   })
 *   fc.assert(looksLike)
 * })
 * ```
 */
// oxlint-disable-next-line import/no-empty-named-blocks, unicorn/require-module-specifiers -- what is augmented must be resolved
import type {} from 'vitest'
import { matchersWith } from './harness/kit/vitest-matchers.ts'
import type { DryfireMatchers } from './harness/kit/vitest-matchers.ts'
import type { FiringExpectations, GivenEvents, SilenceExpectations } from './harness/kit/expect-firing.ts'
import { explainText } from './report/explain-text.ts'

export type { GeneratedLog, LogChoice } from './harness/kit/arbitraries.ts'
export { events, hitsOf, indicators, lawHolds, nearMissesOf, ruleSets } from './harness/kit/arbitraries.ts'
export type { LawRuns } from './harness/kit/check-laws.ts'
export { checkLaws } from './harness/kit/check-laws.ts'
export type { RuleChoice } from './harness/kit/draw-rules.ts'
export type {
  EventReading,
  FiringExpectations,
  FiringWay,
  GivenEvents,
  SilenceExpectations,
} from './harness/kit/expect-firing.ts'
export { firingFailures, silenceFailures } from './harness/kit/expect-firing.ts'
export type { DefenderFormat, EventFormat, LawSettings } from './harness/kit/law-settings.ts'
export { DEFENDER_FORMATS, EVENT_FORMATS } from './harness/kit/law-settings.ts'
export type { DryfireMatchers, MatcherResult } from './harness/kit/vitest-matchers.ts'
export type { OneIndicator } from './harness/match-one.ts'
export type {
  Counterexample,
  FoundCounterexample,
  LawName,
  LawReport,
  LawResult,
} from './model/law-report.ts'
export { LAW_NAMES } from './model/law-report.ts'
export type { TestFailure } from './model/test-report.ts'

/** Columns of an explanation in a test's output. */
const EXPLANATION_WIDTH = 100

/** `toFire` and `toStaySilent`, for `expect.extend`. */
export const dryfireMatchers: DryfireMatchers = matchersWith((nearest) =>
  explainText(nearest, { color: false, width: EXPLANATION_WIDTH }).trimEnd().split('\n'),
)

declare module 'vitest' {
  // oxlint-disable-next-line typescript/no-unused-vars -- every declaration of an interface has the same parameters
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /** Some definition fires on the events, or the one that is named, as often and through what is said. */
    toFire(events: GivenEvents, expected?: FiringExpectations): R
    /** No definition fires on the events, or not the one that is named. */
    toStaySilent(events: GivenEvents, expected?: SilenceExpectations): R
  }
}
