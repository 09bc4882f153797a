import type { Diagnostic } from '../model/diagnostic.ts'
import type { FieldMap } from '../model/field-map.ts'
import type { TestFailure } from '../model/test-report.ts'
import { checkDefinitionNames } from './check-names.ts'
import { evaluateTest } from './evaluate-test.ts'
import type { TestOutcome } from './evaluate-test.ts'
import { judgeTest } from './judge.ts'
import { prepareTest } from './prepare-test.ts'
import type { PreparedTest, TestBase, TestLog } from './prepare-test.ts'
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
export function runTest({ test, rules, logs, fieldMap }: TestJob, base: TestBase): TestAttempt {
  const unknown = checkDefinitionNames(test, rules)
  const preparation = prepareTest(test, logs, fieldMap, base)
  if (!preparation.ok || unknown.length > 0)
    return { ok: false, diagnostics: [...unknown, ...(preparation.ok ? [] : preparation.diagnostics)] }
  const { prepared } = preparation
  const outcome = evaluateTest(prepared, {
    image: rules.image,
    matcher: rules.matcherFor(prepared.semantics),
  })
  return { ok: true, run: { prepared, rules, outcome, failures: judgeTest(prepared, outcome, rules) } }
}
