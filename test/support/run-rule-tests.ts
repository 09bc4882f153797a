import type { Diagnostic } from '../../src/model/diagnostic.ts'
import { DEFAULT_SEMANTICS } from '../../src/model/semantics.ts'
import { loadTestFiles } from '../../src/harness/load-test-files.ts'
import { parseTestFile } from '../../src/harness/parse-test-file.ts'
import type { TestBase } from '../../src/harness/prepare-test.ts'
import { runTest } from '../../src/harness/run-tests.ts'
import type { TestRun } from '../../src/harness/run-tests.ts'
import type { RuleTest, TestReader } from '../../src/harness/test-file.ts'
import { TestRules } from '../../src/harness/test-rules.ts'
import { parseRules } from '../../src/rules/parse-rules.ts'
import { diagnosticText } from '../../src/report/diagnostic-text.ts'

export const BASE: TestBase = {
  semantics: DEFAULT_SEMANTICS,
  logFormat: null,
  table: null,
  fieldMap: null,
}

const NO_FILES: TestReader = { readFile: () => null }

/** Compiles rules that are written in a test. */
export function rulesOf(text: string, file = 'rules/a.rules.yaml'): TestRules {
  const parsed = parseRules([{ name: file, bytes: new TextEncoder().encode(text) }], {
    readSibling: () => null,
  })
  if (!parsed.ok) throw new Error(diagnosticsText(parsed.diagnostics))
  return TestRules.compile(parsed.rules)
}

/** Reads a test file that is written in a test and has no mistake. */
export function testsOf(text: string, file = 'rules/a.test.yaml'): readonly RuleTest[] {
  const parsed = parseTestFile({ name: file, bytes: new TextEncoder().encode(text) })
  if (!parsed.ok) throw new Error(diagnosticsText(parsed.diagnostics))
  return parsed.tests
}

/** Runs every test of a text. */
export async function runAll(
  rules: TestRules,
  text: string,
  reader: TestReader = NO_FILES,
  base: TestBase = BASE,
): Promise<readonly TestRun[]> {
  const runs: TestRun[] = []
  for (const test of testsOf(text)) {
    const { logs, fieldMap, diagnostics } = await loadTestFiles(test, reader)
    if (diagnostics.length > 0) throw new Error(diagnosticsText(diagnostics))
    const attempt = runTest({ test, rules, logs, fieldMap }, base)
    if (!attempt.ok) throw new Error(diagnosticsText(attempt.diagnostics))
    runs.push(attempt.run)
  }
  return runs
}

/** What a person reads. */
export function diagnosticsText(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map((diagnostic) => diagnosticText(diagnostic, { color: false })).join('\n\n')
}
