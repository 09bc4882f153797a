import { runTests } from '../../../src/harness/run-suite.ts'
import { harnessTotals } from '../../../src/model/test-report.ts'
import { harnessText } from '../../../src/report/harness-text.ts'
import { parseRules } from '../../../src/rules/parse-rules.ts'
import { diagnosticsText } from '../../support/run-rule-tests.ts'
import { TIDEWATER } from '../../support/tidewater.ts'

/** What a person reads about a test file with a planted fault, and the exit code: 3 for a mistake in the file, 1 for a failed test. */
export async function testFileText(name: string, bytes: Uint8Array): Promise<string> {
  const file = { name: `rules/${name}`, bytes }
  const isInline = name.includes('.rules.')
  const ruleFile = { name: 'rules/a.rules.yaml', bytes: new TextEncoder().encode(TIDEWATER) }
  const parsed = parseRules([isInline ? file : ruleFile], { readSibling: () => null })
  if (!parsed.ok) throw new Error(diagnosticsText(parsed.diagnostics))
  const attempt = await runTests(parsed.rules, [file])
  if (!attempt.ok) return `${diagnosticsText(attempt.diagnostics)}\nexit 3\n`
  const { results } = attempt.suite
  const totals = harnessTotals(results, [])
  const text = harnessText(
    {
      schemaVersion: 1,
      toolVersion: '0.1.0',
      command: 'test',
      findings: [],
      tests: results,
      totals,
      partial: false,
      timing: { milliseconds: 0 },
    },
    { color: false, width: 100 },
  )
  return `${text}exit ${totals.failed > 0 ? 1 : 0}\n`
}
