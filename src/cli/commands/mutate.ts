import { relative, resolve } from 'node:path'
import { mutate } from '../../harness/mutate/mutate.ts'
import type { MutationInput } from '../../harness/mutate/mutate.ts'
import { defenderRows } from '../../logs/formats/defender-rows.ts'
import type { MutationReport } from '../../model/mutation-report.ts'
import { TOOL_VERSION } from '../../model/version.ts'
import { jsonText } from '../../report/escape.ts'
import { mutationText } from '../../report/mutation-text.ts'
import { formatCountOf } from '../../model/count-text.ts'
import { changedFiles } from '../changed-files.ts'
import type { CommandContext } from '../command-context.ts'
import { EXIT, type ExitCode, strongestExit } from '../exit-code.ts'
import { percentOf } from '../percent.ts'
import { printRuleWarnings } from '../print-rule-warnings.ts'
import { RulesRejectedError } from '../rules-rejected.ts'
import { changesEverything, runSession } from '../run-session.ts'
import { watchSignals } from '../signals.ts'
import type { TestRequest, TestSession } from '../test-session.ts'
import { openTestSession } from '../test-session.ts'
import { readTestRequest } from '../test-settings.ts'
import { UsageError } from '../usage-error.ts'
import { wholeNumber } from '../whole-number.ts'

const MOST_SEED = 0xffff_ffff
const SAMPLE = { least: 1, most: 10_000_000, fallback: 10_000 }

/** `dryfire mutate [PATHS]`: exit 1 below `--fail-under`, or when a test fails. */
export async function runMutate(context: CommandContext): Promise<ExitCode> {
  const { flags, output } = context
  const startedAt = performance.now()
  const least = percentOf(flags['failUnder'])
  const seed = wholeNumber('--seed', flags['seed'], { least: 0, most: MOST_SEED, fallback: 1 })
  const sample = wholeNumber('--sample', flags['sample'], SAMPLE)
  const request = await readTestRequest(context)
  const signals = watchSignals()
  try {
    const session = await openTestSession(request)
    if (session.diagnostics.length > 0) throw new RulesRejectedError(session.diagnostics)
    if (session.tests.length === 0)
      throw new UsageError(
        `no test in ${request.paths.join(', ')}`,
        'tests stand in *.test.yaml files or under tests of a definition; dryfire init writes one',
      )
    printRuleWarnings(context, session)
    const isWanted = readSince(flags['since'], session, request)
    const run = await runSession(session.tests, request.base, { bail: false, signal: signals.signal })
    if (run.diagnostics.length > 0) throw new RulesRejectedError(run.diagnostics)
    const { fieldMap } = request.base
    const result = await mutate({
      ruleSets: session.ruleSets.map(({ rules }) => rules),
      runs: run.runs,
      skipped: run.results.filter(({ status }) => status === 'skipped').length,
      seed,
      sample,
      isWanted,
      semantics: request.base.semantics,
      fieldMap: fieldMap ?? defenderRows.fieldMap ?? raise(),
      signal: signals.signal,
    })
    const milliseconds = Math.round(performance.now() - startedAt)
    const report: MutationReport = {
      schemaVersion: 1,
      toolVersion: TOOL_VERSION,
      seed,
      sample,
      ...result,
      timing: { milliseconds },
    }
    if (flags['json'] === true) output.out(`${jsonText(report)}\n`)
    else output.out(mutationText(report, { color: output.colorOut, width: output.width }))
    return exitOf(context, report, least, signals.code())
  } finally {
    signals.stop()
  }
}

function exitOf(
  { output }: CommandContext,
  { score, tests }: MutationReport,
  least: number | null,
  signal: ExitCode | null,
): ExitCode {
  const isUnder = least !== null && score !== null && score < least
  if (isUnder) output.error(`dryfire: ${score} % is under --fail-under ${least}\n`)
  if (tests.failed > 0)
    output.error(
      `dryfire: ${formatCountOf(tests.failed, 'test fails', 'tests fail')}; dryfire test says why\n`,
    )
  return strongestExit([
    ...(signal === null ? [] : [signal]),
    ...(isUnder || tests.failed > 0 ? [EXIT.gate] : []),
  ])
}

/** Rules in files that differ from a commit, and definitions that tests in such files name. */
function readSince(
  ref: unknown,
  { tests }: TestSession,
  { baseFiles }: TestRequest,
): MutationInput['isWanted'] {
  if (typeof ref !== 'string') return null
  const changed = changedFiles(ref, '--since')
  if (changesEverything(changed, baseFiles)) return null
  const isChanged = (name: string): boolean => changed.has(relative(process.cwd(), resolve(name)))
  const named = new Set(
    tests
      .filter(({ files }) => files.some(isChanged))
      .flatMap(({ test }) => [...test.fires.map(({ definition }) => definition), ...test.silent])
      .map(({ text }) => text),
  )
  return (definitionName, file) => named.has(definitionName) || (file !== null && isChanged(file))
}

function raise(): never {
  throw new Error('the format of rows has a field map')
}
