import { defenderRows } from '../logs/formats/defender-rows.ts'
import type { CoverageReport } from '../model/coverage-report.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { FieldMap } from '../model/field-map.ts'
import type { MutationReport } from '../model/mutation-report.ts'
import type { ReplaySummary } from '../model/replay-summary.ts'
import type { RuleSet } from '../model/rule-set.ts'
import type { Semantics } from '../model/semantics.ts'
import { DEFAULT_SEMANTICS } from '../model/semantics.ts'
import type { TestResult } from '../model/test-report.ts'
import { coverageOf } from './coverage.ts'
import { loadTestFiles } from './load-test-files.ts'
import { mutate } from './mutate/mutate.ts'
import type { MutationResult } from './mutate/mutate.ts'
import { orderMistakes } from './order-mistakes.ts'
import { parseInlineTests, parseTestFile } from './parse-test-file.ts'
import type { TestSource } from './parse-test-file.ts'
import type { TestBase } from './prepare-test.ts'
import type { TestJob, TestRun } from './run-tests.ts'
import { findMistakes, runTest } from './run-tests.ts'
import type { RuleTest, TestReader } from './test-file.ts'
import { TestRules } from './test-rules.ts'

/** What holds where a test says nothing itself; all of it may be left out. */
export interface SuiteOptions {
  readonly semantics?: Partial<Semantics>
  /** `--log-format` of events and logs in text; found from the content when not given. */
  readonly logFormat?: string | null
  /** Table of events that name none. */
  readonly table?: string | null
  readonly fieldMap?: FieldMap | null
  /** Reads logs and field maps that tests name; without it they do not exist. */
  readonly reader?: TestReader
}

/** Tests that were run against a rule set: what `coverage` and `mutateRules` start from. */
export interface SuiteRun {
  /** In the order of files and, within one, as they stand there. */
  readonly results: readonly TestResult[]
  readonly rules: TestRules
  readonly runs: readonly TestRun[]
  readonly semantics: Semantics
  readonly fieldMap: FieldMap | null
}

/** A run, or every mistake in the tests; then none ran. */
export type SuiteAttempt =
  | { readonly ok: true; readonly suite: SuiteRun }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] }

const INLINE = /\.rules\.(?:ya?ml|json)$/i
const NO_READER: TestReader = { readFile: () => null }

/**
 * Runs the tests of `*.test.yaml` files, and those under the definitions of `*.rules.yaml` files, against one rule set. Which
 * rules a test names for itself is not looked at. Repeatable: nothing depends on the clock on the wall.
 */
export async function runTests(
  rules: RuleSet,
  files: readonly TestSource[],
  options: SuiteOptions = {},
): Promise<SuiteAttempt> {
  const compiled = TestRules.compile(rules)
  const base: TestBase = {
    semantics: { ...DEFAULT_SEMANTICS, ...options.semantics },
    logFormat: options.logFormat ?? null,
    table: options.table ?? null,
    fieldMap: options.fieldMap ?? null,
  }
  const diagnostics: Diagnostic[] = []
  const results: TestResult[] = []
  const runs: TestRun[] = []
  const reader = options.reader ?? NO_READER
  for (const file of files) {
    const parsed = INLINE.test(file.name) ? parseInlineTests(file) : parseTestFile(file)
    if (!parsed.ok) diagnostics.push(...parsed.diagnostics)
    for (const test of parsed.ok ? parsed.tests : parsed.sound) {
      const read = await loadTestFiles(test, reader)
      const job: TestJob = { test, rules: compiled, logs: read.logs, fieldMap: read.fieldMap }
      if (!parsed.ok || read.diagnostics.length > 0) {
        diagnostics.push(...read.diagnostics, ...findMistakes(job, base, read.diagnostics.length === 0))
        continue
      }
      const attempt = runTest(job, base)
      if (!attempt.ok) {
        diagnostics.push(...attempt.diagnostics)
        continue
      }
      results.push(resultOf(test, attempt.run))
      if (test.skip === null) runs.push(attempt.run)
    }
    for (const test of parsed.ok ? [] : parsed.flawed)
      diagnostics.push(...(await loadTestFiles(test, reader)).diagnostics)
  }
  if (diagnostics.length > 0) return { ok: false, diagnostics: orderMistakes(diagnostics) }
  const { semantics, fieldMap } = base
  return { ok: true, suite: { results, rules: compiled, runs, semantics, fieldMap } }
}

function resultOf(test: RuleTest, { failures }: TestRun): TestResult {
  const { name, file, span, skip } = test
  const status = skip !== null ? 'skipped' : failures.length > 0 ? 'failed' : 'passed'
  return { name, file, span, status, reason: skip, failures: skip === null ? failures : [], milliseconds: 0 }
}

/** Which definitions, operators and IOCs no written test proves; with the summary of a replay, which fired on those logs. */
export function coverage(suite: SuiteRun, corpus: ReplaySummary | null = null): CoverageReport {
  const { rules, runs } = suite
  return coverageOf({ ruleSets: [rules], runs, skipped: skippedOf(suite), corpus })
}

/** Which mutants are tried where there are too many; all of it may be left out. */
export interface MutateOptions {
  /** Which mutants are tried where there are too many; 1 when not given. */
  readonly seed?: MutationReport['seed']
  /** Most mutants to try, and as many of Equals hashes apart; 10,000 when not given. */
  readonly sample?: MutationReport['sample']
  /** Aborted: the rest of the mutants is left. */
  readonly signal?: AbortSignal | null
}

/** Changes the rules in small ways, one at a time, and says which changes no written test notices, with the test to add. */
export function mutateRules(suite: SuiteRun, options: MutateOptions = {}): Promise<MutationResult> {
  const { rules, runs, semantics } = suite
  return mutate({
    ruleSets: [rules],
    runs,
    skipped: skippedOf(suite),
    seed: options.seed ?? 1,
    sample: options.sample ?? 10_000,
    isWanted: null,
    semantics,
    fieldMap: suite.fieldMap ?? ROWS,
    signal: options.signal ?? null,
  })
}

function skippedOf({ results }: SuiteRun): number {
  return results.filter(({ status }) => status === 'skipped').length
}

/** Fields of the tests that are proposed. */
const ROWS: FieldMap = defenderRows.fieldMap ?? noMap()

function noMap(): never {
  throw new Error('the format of rows has a field map')
}
