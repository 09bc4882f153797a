import { coverageOf } from '../../harness/coverage.ts'
import type { TestBase } from '../../harness/prepare-test.ts'
import type { TestRules } from '../../harness/test-rules.ts'
import type { ReplaySummary } from '../../model/replay-summary.ts'
import { replay } from '../../replay/replay.ts'
import { coverageText } from '../../report/coverage-text.ts'
import { escapeTerminal, jsonText } from '../../report/escape.ts'
import { formatCountOf } from '../../model/count-text.ts'
import type { CommandContext } from '../command-context.ts'
import type { ExitCode } from '../exit-code.ts'
import { textsOf } from '../flag-texts.ts'
import { exitOfRun } from '../log-run.ts'
import { percentOf } from '../percent.ts'
import { printRuleWarnings } from '../print-rule-warnings.ts'
import { RulesRejectedError } from '../rules-rejected.ts'
import { chosenTests, runSession } from '../run-session.ts'
import { watchSignals } from '../signals.ts'
import { openTestSession } from '../test-session.ts'
import { readTestRequest } from '../test-settings.ts'
import { UsageError } from '../usage-error.ts'

/** `dryfire coverage [PATHS]`: exit 1 below `--fail-under`, or when a test fails; 4 when a log cannot be read. */
export async function runCoverage(context: CommandContext): Promise<ExitCode> {
  const { flags, output } = context
  const least = percentOf(flags['failUnder'])
  const request = await readTestRequest(context)
  const signals = watchSignals()
  try {
    const session = await openTestSession(request)
    if (session.diagnostics.length > 0) throw new RulesRejectedError(session.diagnostics)
    const choice = { filters: [], changed: null, baseFiles: [], bail: false, signal: signals.signal }
    printRuleWarnings(context, session)
    const run = await runSession(chosenTests(session.tests, choice), request.base, choice)
    if (run.diagnostics.length > 0) throw new RulesRejectedError(run.diagnostics)
    const ruleSets = session.ruleSets.map(({ rules }) => rules)
    if (ruleSets.length === 0)
      throw new UsageError(
        `no rules in ${request.paths.join(', ')}`,
        'name a folder of rules, or give --rules',
      )
    const corpus = await corpusOf(context, ruleSets, request.base, signals.signal)
    const report = coverageOf({
      ruleSets,
      runs: run.runs,
      skipped: run.results.filter(({ status }) => status === 'skipped').length,
      corpus,
    })
    if (flags['json'] === true) output.out(`${jsonText(report)}\n`)
    else output.out(coverageText(report, { color: output.colorOut, width: output.width }))
    const isUnder = least !== null && report.percent < least
    if (isUnder) output.error(`dryfire: ${report.percent} % is under --fail-under ${least}\n`)
    if (report.tests.failed > 0)
      output.error(`dryfire: ${formatCountOf(report.tests.failed, 'failed test')}; dryfire test says why\n`)
    return exitOfRun({
      input: corpus?.input ?? null,
      isGateTripped: isUnder || report.tests.failed > 0,
      isAtLimit: false,
      signal: signals.code(),
    })
  } finally {
    signals.stop()
  }
}

/** Replays the logs that were given through the one rule set. */
async function corpusOf(
  { flags, output }: CommandContext,
  ruleSets: readonly TestRules[],
  base: TestBase,
  signal: AbortSignal,
): Promise<ReplaySummary | null> {
  const logs = textsOf(flags['logs'])
  if (logs.length === 0) return null
  const [rules] = ruleSets
  if (rules === undefined || ruleSets.length > 1)
    throw new UsageError('the tests run against several rule sets, and logs need one', 'give it with --rules')
  const { summary } = await replay(logs, rules.image, {
    semantics: base.semantics,
    table: base.table,
    logFormat: base.logFormat,
    fieldMap: base.fieldMap,
    signal,
    now: 0n,
  })
  for (const { source, message } of summary.input.problems)
    output.error(`${escapeTerminal(source)}: ${escapeTerminal(message)}\n`)
  return summary
}
