import type { Diagnostic, SourceSpan } from './diagnostic.ts'
import type { EventExplanation } from './explanation.ts'

/** Ways in which a test of rules fails. */
export const TEST_FAILURES = [
  'not-fired',
  'count',
  'alerts',
  'through',
  'not-silent',
  'not-strict',
  'total-detections',
  'total-alerts',
  'quarantined',
] as const
/** One of `TEST_FAILURES`. */
export type TestFailureKind = (typeof TEST_FAILURES)[number]

/** One expectation that did not hold: what was expected, what happened, and what came nearest to it. */
export interface TestFailure {
  readonly kind: TestFailureKind
  /** One clause, without a full stop. */
  readonly message: string
  readonly expected: string
  readonly actual: string
  /** Where the expectation stands. */
  readonly span: SourceSpan
  /** Name of the definition that the failure is about; null for totals. */
  readonly definition: string | null
  /** Where that definition stands, or null. */
  readonly definitionSpan: SourceSpan | null
  /** What fired through which IOC and field, one line each, at most 5. */
  readonly evidence: readonly string[]
  /** Why the event that comes nearest does not fire; null where nothing was to fire. */
  readonly nearest: EventExplanation | null
}

/** What became of one test. */
export interface TestResult {
  readonly name: string
  readonly file: string
  readonly span: SourceSpan
  readonly status: 'passed' | 'failed' | 'skipped'
  /** Why it was skipped, or null. */
  readonly reason: string | null
  readonly failures: readonly TestFailure[]
  readonly milliseconds: number
}

/** Sums over a report. */
export interface HarnessTotals {
  readonly files: number
  readonly tests: number
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly errors: number
  readonly warnings: number
}

/** What `test` and `check` found; every reporter shows it. */
export interface HarnessReport {
  readonly schemaVersion: 1
  readonly toolVersion: string
  readonly command: 'test' | 'check'
  /** Mistakes in rules and tests, lint and quotas, in the order of places. */
  readonly findings: readonly Diagnostic[]
  /** In the order of files and, within one, as they stand there. */
  readonly tests: readonly TestResult[]
  readonly totals: HarnessTotals
  /** True when the run ended before its last test (`--bail`, a signal). */
  readonly partial: boolean
  readonly timing: { readonly milliseconds: number }
}

/** Counts a report's parts. */
export function harnessTotals(tests: readonly TestResult[], findings: readonly Diagnostic[]): HarnessTotals {
  const countOf = (status: TestResult['status']): number =>
    tests.filter((test) => test.status === status).length
  const errors = findings.filter(({ severity }) => severity === 'error').length
  return {
    files: new Set(tests.map(({ file }) => file)).size,
    tests: tests.length,
    passed: countOf('passed'),
    failed: countOf('failed'),
    skipped: countOf('skipped'),
    errors,
    warnings: findings.length - errors,
  }
}
