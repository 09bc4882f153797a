import { loadTestFiles } from '../../../src/harness/load-test-files.ts'
import { parseInlineTests, parseTestFile } from '../../../src/harness/parse-test-file.ts'
import { runTest } from '../../../src/harness/run-tests.ts'
import { TestRules } from '../../../src/harness/test-rules.ts'
import type { Diagnostic } from '../../../src/model/diagnostic.ts'
import type { TestResult } from '../../../src/model/test-report.ts'
import { harnessTotals } from '../../../src/model/test-report.ts'
import { harnessText } from '../../../src/report/harness-text.ts'
import { parseRules } from '../../../src/rules/parse-rules.ts'
import { BASE, diagnosticsText } from '../../support/run-rule-tests.ts'
import { TIDEWATER } from '../../support/tidewater.ts'

/** What a person reads about a test file with a planted fault, and the exit code: 3 for a mistake in the file, 1 for a failed test. */
export async function testFileText(name: string, bytes: Uint8Array): Promise<string> {
  const file = { name: `rules/${name}`, bytes }
  const isInline = name.includes('.rules.')
  const parsed = isInline ? parseInlineTests(file) : parseTestFile(file)
  if (!parsed.ok) return mistakes(parsed.diagnostics)
  const rules = compile(isInline ? file : { name: 'rules/a.rules.yaml', bytes: new TextEncoder().encode(TIDEWATER) })
  const results: TestResult[] = []
  const diagnostics: Diagnostic[] = []
  for (const test of parsed.tests) {
    const files = await loadTestFiles(test, { readFile: () => null })
    diagnostics.push(...files.diagnostics)
    const attempt = runTest({ test, rules, logs: files.logs, fieldMap: files.fieldMap }, BASE)
    if (!attempt.ok) diagnostics.push(...attempt.diagnostics)
    else results.push(resultOf(test, attempt.run.failures))
  }
  if (diagnostics.length > 0) return mistakes(diagnostics)
  const failed = results.some(({ status }) => status === 'failed')
  const text = harnessText(
    {
      schemaVersion: 1,
      toolVersion: '0.1.0',
      command: 'test',
      findings: [],
      tests: results,
      totals: harnessTotals(results, []),
      partial: false,
      timing: { milliseconds: 0 },
    },
    { color: false, width: 100 },
  )
  return `${text}exit ${failed ? 1 : 0}\n`
}

function mistakes(diagnostics: readonly Diagnostic[]): string {
  return `${diagnosticsText(diagnostics)}\nexit 3\n`
}

function compile(file: { readonly name: string; readonly bytes: Uint8Array }): TestRules {
  const parsed = parseRules([file], { readSibling: () => null })
  if (!parsed.ok) throw new Error(diagnosticsText(parsed.diagnostics))
  return TestRules.compile(parsed.rules)
}

function resultOf(
  test: { readonly name: string; readonly file: string; readonly span: TestResult['span'] },
  failures: TestResult['failures'],
): TestResult {
  const { name, file, span } = test
  const status = failures.length > 0 ? 'failed' : 'passed'
  return { name, file, span, status, reason: null, failures, milliseconds: 0 }
}
