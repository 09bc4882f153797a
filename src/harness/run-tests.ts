import type { Diagnostic } from '../model/diagnostic.ts'
import type { FieldMap } from '../model/field-map.ts'
import type { TestFailure } from '../model/test-report.ts'
import { checkDefinitionNames } from './check-names.ts'
import { evaluateTest } from './evaluate-test.ts'
import type { TestOutcome } from './evaluate-test.ts'
import { judgeTest } from './judge.ts'
import { prepareTest } from './prepare-test.ts'
import type { Preparation, PreparedTest, TestBase, TestLog } from './prepare-test.ts'
import type { RuleTest } from './test-file.ts'
import type { TestRules } from './test-rules.ts'

/** A test with everything that it needs at hand. */
export interface TestJob {
  readonly test: RuleTest
  readonly rules: TestRules
  /** Contents of its log files, decompressed. */
  readonly logs: readonly TestLog[]
  /** The field map that the test names, or null. */
  readonly fieldMap: FieldMap | null
}

/** A test that was run: what happened and which expectations did not hold. */
export interface TestRun {
  readonly prepared: PreparedTest
  readonly rules: TestRules
  readonly outcome: TestOutcome
  readonly failures: readonly TestFailure[]
}

/** A run, or why the test cannot run. */
export type TestAttempt =
  | { readonly ok: true; readonly run: TestRun }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] }

/** Reads the events of a test, evaluates its rules on them and judges the outcome. Synchronous, and independent of any clock. */
export function runTest(job: TestJob, base: TestBase): TestAttempt {
  const { test, rules } = job
  const preparation = prepareTest(test, job.logs, job.fieldMap, base)
  const mistakes = mistakesIn(job, preparation)
  if (!preparation.ok || mistakes.length > 0) return { ok: false, diagnostics: mistakes }
  const { prepared } = preparation
  const outcome = evaluateTest(prepared, {
    image: rules.image,
    matcher: rules.matcherFor(prepared.semantics),
  })
  return { ok: true, run: { prepared, rules, outcome, failures: judgeTest(prepared, outcome, rules) } }
}

/** What keeps a test from running that shows only when it meets its rules; its events are left out where its files could not be read. */
export function findMistakes(job: TestJob, base: TestBase, areFilesRead: boolean): readonly Diagnostic[] {
  return mistakesIn(job, areFilesRead ? prepareTest(job.test, job.logs, job.fieldMap, base) : null)
}

function mistakesIn({ test, rules }: TestJob, preparation: Preparation | null): readonly Diagnostic[] {
  const unread = preparation === null || preparation.ok ? [] : preparation.diagnostics
  return [...checkDefinitionNames(test, rules), ...unread]
}
