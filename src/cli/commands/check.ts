import { checkQuotas } from '../../harness/quotas.ts'
import type { Diagnostic } from '../../model/diagnostic.ts'
import type { Quotas } from '../../model/quotas.ts'
import { lintRules } from '../../rules/lint-rules.ts'
import type { CommandContext } from '../command-context.ts'
import { EXIT, type ExitCode, strongestExit } from '../exit-code.ts'
import { textsOf } from '../flag-texts.ts'
import { readQuotas } from '../read-quotas.ts'
import { readReportTargets, writeReports } from '../report-targets.ts'
import { harnessReport, NOTHING_RUN, runSession } from '../run-session.ts'
import { watchSignals } from '../signals.ts'
import type { TestSession } from '../test-session.ts'
import { filesOfSession, openTestSession } from '../test-session.ts'
import { readTestRequest } from '../test-settings.ts'
import { UsageError } from '../usage-error.ts'

/**
 * `dryfire check [PATHS]`: parse, lint, test and quotas in one. Exit 3 when rules or tests have mistakes, 1 on lint errors,
 * failed tests and quotas that are given and passed; warnings only with `--fail-on warnings`.
 */
export async function runCheck(context: CommandContext): Promise<ExitCode> {
  const { flags, output } = context
  const startedAt = performance.now()
  const quotas = readQuotas(context)
  const warningLimit = readWarningLimit(textsOf(flags['failOn']))
  const request = await readTestRequest(context, { mayBeImage: false })
  const specs = textsOf(flags['reporter'])
  readReportTargets(specs, flags['json'] === true, [])
  const signals = watchSignals()
  try {
    const session = await openTestSession(request)
    const targets = readReportTargets(specs, flags['json'] === true, filesOfSession(session, request))
    const isRejected = session.diagnostics.length > 0
    const run = isRejected
      ? NOTHING_RUN
      : await runSession(session.tests, request.base, { bail: false, signal: signals.signal })
    const mistakes = [...session.diagnostics, ...run.diagnostics]
    const findings = inOrder([
      ...mistakes,
      ...ruleFindings(session, quotas),
      ...missingTests(session, isRejected),
    ])
    const report = harnessReport('check', run, findings, performance.now() - startedAt)
    writeReports(report, targets, output, flags['quiet'] === true)
    const { failed, errors, warnings } = report.totals
    const isGateTripped = failed > 0 || errors > 0 || (warningLimit !== null && warnings > warningLimit)
    const signal = signals.code()
    return strongestExit([
      ...(signal === null ? [] : [signal]),
      ...(mistakes.length > 0 ? [EXIT.rules] : []),
      ...(isGateTripped ? [EXIT.gate] : []),
    ])
  } finally {
    signals.stop()
  }
}

/** What is valid in the rules and yet worth a word, for each rule set once. */
function ruleFindings({ ruleSets }: TestSession, quotas: Partial<Quotas>): readonly Diagnostic[] {
  return ruleSets.flatMap(({ rules, warnings, lineTextOf }) => [
    ...warnings,
    ...lintRules(rules.rules, lineTextOf),
    ...checkQuotas(rules.rules, quotas),
  ])
}

function missingTests({ tests }: TestSession, isRejected: boolean): readonly Diagnostic[] {
  if (tests.length > 0 || isRejected) return []
  const message = 'the rules have no test'
  const fix = 'Write *.test.yaml files beside them, or tests under a definition.'
  return [{ code: 'TEST020', severity: 'warning', message, fix, span: null, related: [] }]
}

/** By file and place; those without a place come last. A rule set that several tests name is found once. */
function inOrder(findings: readonly Diagnostic[]): readonly Diagnostic[] {
  const distinct = new Map(findings.map((finding) => [JSON.stringify(finding), finding]))
  return [...distinct.values()].sort((a, b) => {
    if (a.span === null || b.span === null) return Number(a.span === null) - Number(b.span === null)
    if (a.span.file !== b.span.file) return a.span.file < b.span.file ? -1 : 1
    return a.span.line - b.span.line || a.span.column - b.span.column
  })
}

/** Warnings beyond which the check fails; null: they never make it fail. */
function readWarningLimit(gates: readonly string[]): number | null {
  let limit: number | null = null
  for (const gate of gates) {
    const [whole, number = '0'] = /^warnings(?:>(\d{1,9}))?$/.exec(gate.replaceAll(' ', '')) ?? []
    if (whole === undefined)
      throw new UsageError(`--fail-on does not know "${gate}"`, 'use warnings or warnings>N')
    limit = Math.min(limit ?? Number.POSITIVE_INFINITY, Number(number))
  }
  return limit
}
