import { relative, resolve } from 'node:path'
import { isRuleFileName } from '../files/list-rule-files.ts'
import type { TestBase } from '../harness/prepare-test.ts'
import type { TestRun } from '../harness/run-tests.ts'
import { runTest } from '../harness/run-tests.ts'
import type { TestRules } from '../harness/test-rules.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { HarnessReport, TestResult } from '../model/test-report.ts'
import { harnessTotals } from '../model/test-report.ts'
import { TOOL_VERSION } from '../model/version.ts'
import { CONFIG_NAME } from './find-config.ts'
import type { SessionTest } from './test-session.ts'

/** Which of the found tests run, and when to stop. */
export interface SessionChoice {
  /** Texts of which one must occur in a test's file or name, whatever the case; empty: all tests. */
  readonly filters: readonly string[]
  /** Names from the working folder of which a test must depend on one; null: all tests. */
  readonly changed: ReadonlySet<string> | null
  /** Files on which every test depends beside the configuration. */
  readonly baseFiles: readonly string[]
  readonly bail: boolean
  readonly signal: AbortSignal | null
}

/** What a run of tests came to. */
export interface SessionRun {
  readonly results: readonly TestResult[]
  readonly runs: readonly TestRun[]
  /** Mistakes that show only when events meet rules. */
  readonly diagnostics: readonly Diagnostic[]
  readonly isPartial: boolean
}

/** The tests that a choice leaves, in their order. */
export function chosenTests(tests: readonly SessionTest[], choice: SessionChoice): readonly SessionTest[] {
  const filters = choice.filters.map((text) => text.toLowerCase())
  const { changed } = choice
  const touched = changed === null ? null : new TouchedRules(changed)
  const isBaseTouched = changed !== null && changesEverything(changed, choice.baseFiles)
  return tests.filter((candidate) => {
    const { test, files } = candidate
    const subject = `${test.file} ${shownName(test)}`.toLowerCase()
    if (filters.length > 0 && !filters.some((text) => subject.includes(text))) return false
    if (changed === null || touched === null || isBaseTouched) return true
    return files.some((name) => changed.has(fromWorkingFolder(name))) || touched.has(candidate)
  })
}

/** Do changed files (names from the working folder) change what holds for every test? */
export function changesEverything(changed: ReadonlySet<string>, baseFiles: readonly string[]): boolean {
  if (baseFiles.some((name) => changed.has(fromWorkingFolder(name)))) return true
  // The configuration is looked for upwards, and may have been deleted since.
  return [...changed].some((name) => name.replace(/^(?:\.\.\/)+/, '') === CONFIG_NAME)
}

/** Says whether changed files can change a rule set; asked once for each set. */
class TouchedRules {
  readonly #changed: ReadonlySet<string>
  readonly #known = new Map<TestRules, boolean>()

  constructor(changed: ReadonlySet<string>) {
    this.#changed = changed
  }

  has({ rules, references }: SessionTest): boolean {
    const folders = references.map((reference) => fromWorkingFolder(folderOfGlob(reference)))
    const known = this.#known.get(rules) ?? this.#isTouched(rules, folders)
    this.#known.set(rules, known)
    return known
  }

  #isTouched({ rules }: TestRules, folders: readonly string[]): boolean {
    if (rules.sources.some((name) => this.#changed.has(fromWorkingFolder(name)))) return true
    // A rule file that was deleted is in no rule set any more.
    return [...this.#changed].some(
      (name) =>
        isRuleFileName(name) && folders.some((folder) => folder === '' || name.startsWith(`${folder}/`)),
    )
  }
}

/** The folder from which a glob looks; of any other reference itself. */
function folderOfGlob(reference: string): string {
  const parts = reference.split('/')
  const first = parts.findIndex((part) => /[*?[{]/.test(part))
  return first < 0 ? reference : parts.slice(0, first).join('/') || (reference.startsWith('/') ? '/' : '.')
}

function fromWorkingFolder(name: string): string {
  return relative(process.cwd(), resolve(name))
}

/** Under definitions the same name may stand twice, once for each. */
function shownName({ owner, name }: SessionTest['test']): string {
  return owner === null ? name : `${owner}: ${name}`
}

/** What is left of a run that mistakes kept from beginning. */
export const NOTHING_RUN: SessionRun = { results: [], runs: [], diagnostics: [], isPartial: false }

/** Tests between two looks at signals. */
const TESTS_PER_TURN = 20

/** Runs tests one after the other. A mistake in one lets the others run, so that all mistakes are known at once. */
export async function runSession(
  tests: readonly SessionTest[],
  base: TestBase,
  choice: Pick<SessionChoice, 'bail' | 'signal'>,
): Promise<SessionRun> {
  const results: TestResult[] = []
  const runs: TestRun[] = []
  const diagnostics: Diagnostic[] = []
  let hasFailed = false
  for (const [i, job] of tests.entries()) {
    if (i % TESTS_PER_TURN === 0) await new Promise((turn) => setImmediate(turn))
    if (choice.signal?.aborted === true || (hasFailed && choice.bail))
      return { results, runs, diagnostics, isPartial: true }
    const { test } = job
    const place = { name: shownName(test), file: test.file, span: test.span, reason: test.skip }
    const startedAt = performance.now()
    const attempt = runTest(job, base)
    const milliseconds = Math.round((performance.now() - startedAt) * 1000) / 1000
    if (!attempt.ok) {
      diagnostics.push(...attempt.diagnostics)
      continue
    }
    if (test.skip !== null) {
      results.push({ ...place, status: 'skipped', failures: [], milliseconds: 0 })
      continue
    }
    const { failures } = attempt.run
    runs.push(attempt.run)
    hasFailed ||= failures.length > 0
    results.push({ ...place, status: failures.length > 0 ? 'failed' : 'passed', failures, milliseconds })
  }
  return { results, runs, diagnostics, isPartial: false }
}

/** The report of a run, for every reporter. */
export function harnessReport(
  command: HarnessReport['command'],
  run: Pick<SessionRun, 'results' | 'isPartial'>,
  findings: readonly Diagnostic[],
  milliseconds: number,
): HarnessReport {
  return {
    schemaVersion: 1,
    toolVersion: TOOL_VERSION,
    command,
    findings,
    tests: run.results,
    totals: harnessTotals(run.results, findings),
    partial: run.isPartial,
    timing: { milliseconds: Math.round(milliseconds) },
  }
}
