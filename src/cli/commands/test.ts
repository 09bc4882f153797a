import { resolve } from 'node:path'
import type { Diagnostic } from '../../model/diagnostic.ts'
import { FileError } from '../../files/file-error.ts'
import { writeAtomic } from '../../files/write-atomic.ts'
import { parseInlineTests, parseTestFile } from '../../harness/parse-test-file.ts'
import type { TestRun } from '../../harness/run-tests.ts'
import { updateFires } from '../../harness/update-fires.ts'
import { escapeTerminal } from '../../report/escape.ts'
import { formatCountOf } from '../../model/count-text.ts'
import { changedFiles } from '../changed-files.ts'
import type { CommandContext } from '../command-context.ts'
import { EXIT, type ExitCode, strongestExit } from '../exit-code.ts'
import { explainFailure } from '../explain-failure.ts'
import { findTests } from '../find-tests.ts'
import { textsOf } from '../flag-texts.ts'
import { printRuleWarnings } from '../print-rule-warnings.ts'
import { readReportTargets, writeReports } from '../report-targets.ts'
import type { ReportTarget } from '../report-targets.ts'
import { RulesRejectedError } from '../rules-rejected.ts'
import type { SessionChoice } from '../run-session.ts'
import { chosenTests, harnessReport, NOTHING_RUN, runSession } from '../run-session.ts'
import { watchSignals } from '../signals.ts'
import type { SignalWatch } from '../signals.ts'
import type { SessionTest, TestRequest, TestSession } from '../test-session.ts'
import { filesOfSession, openTestSession } from '../test-session.ts'
import { readTestRequest } from '../test-settings.ts'
import { UsageError } from '../usage-error.ts'
import { fingerprintOf, waitForChange } from '../watch-paths.ts'

/** `dryfire test [PATHS]`: exit 1 when a test fails, 3 when a test file or its rules have mistakes. */
export async function runTestCommand(context: CommandContext): Promise<ExitCode> {
  const { flags } = context
  const isUpdate = flags['update'] === true
  const isWatch = flags['watch'] === true
  if (isUpdate && isWatch)
    throw new UsageError('--update and --watch cannot be used together', 'update once, then watch')
  const request = await readTestRequest(context, { mayExpectNothing: isUpdate })
  const targets = readReportTargets(textsOf(flags['reporter']), flags['json'] === true, [])
  const signals = watchSignals()
  try {
    return isWatch
      ? await watch(context, request, targets, signals)
      : await runOnce(context, request, targets, signals, isUpdate)
  } finally {
    signals.stop()
  }
}

async function runOnce(
  context: CommandContext,
  request: TestRequest,
  targets: readonly ReportTarget[],
  signals: SignalWatch,
  isUpdate: boolean,
): Promise<ExitCode> {
  const startedAt = performance.now()
  const session = await openTestSession(request)
  refuseOverwriting(targets, filesOfSession(session, request))
  const reject = (diagnostics: readonly Diagnostic[]): never => {
    // Whoever reads a report of ours instead of the messages learns of the mistakes too.
    const report = harnessReport('test', NOTHING_RUN, diagnostics, performance.now() - startedAt)
    writeReports(
      report,
      targets.filter(({ reporter }) => reporter !== 'text'),
      context.output,
      false,
    )
    throw new RulesRejectedError(diagnostics)
  }
  if (session.diagnostics.length > 0) return reject(session.diagnostics)
  const choice = readChoice(context, request, signals)
  const chosen = chosenTests(session.tests, choice)
  refuseNothing(context, request, session, chosen, choice)
  printRuleWarnings(context, session)
  let run = await runSession(chosen, request.base, choice)
  if (run.diagnostics.length > 0) return reject(run.diagnostics)
  if (isUpdate && updateFiles(context, session, run.runs)) {
    const again = await openTestSession({ ...request, mayExpectNothing: false })
    if (again.diagnostics.length > 0) throw new RulesRejectedError(again.diagnostics)
    run = await runSession(chosenTests(again.tests, choice), request.base, choice)
  }
  const report = harnessReport('test', run, [], performance.now() - startedAt)
  writeReports(report, targets, context.output, context.flags['quiet'] === true)
  const signal = signals.code()
  return strongestExit([
    ...(signal === null ? [] : [signal]),
    ...(report.totals.failed > 0 ? [EXIT.gate] : []),
  ])
}

function readChoice(
  { flags }: CommandContext,
  { baseFiles }: TestRequest,
  signals: SignalWatch,
): SessionChoice {
  const ref = flags['changed']
  return {
    filters: textsOf(flags['filter']),
    changed: typeof ref === 'string' ? changedFiles(ref, '--changed') : null,
    baseFiles,
    bail: flags['bail'] === true,
    signal: signals.signal,
  }
}

/** A report must not take the place of a file that the run reads. */
function refuseOverwriting(targets: readonly ReportTarget[], files: readonly string[]): void {
  readReportTargets(
    targets.map(({ reporter, path }) => (path === null ? reporter : `${reporter}=${path}`)),
    false,
    files,
  )
}

/** No test at all is a mistake that would pass every gate; no changed one is not. */
function refuseNothing(
  { output }: CommandContext,
  request: TestRequest,
  session: TestSession,
  chosen: readonly SessionTest[],
  choice: SessionChoice,
): void {
  if (session.tests.length === 0)
    throw new UsageError(
      `no test in ${request.paths.join(', ')}`,
      'tests stand in *.test.yaml files or under tests of a definition; dryfire init writes one',
    )
  if (chosen.length > 0) return
  if (choice.changed === null)
    throw new UsageError(
      `no test matches --filter ${choice.filters.join(' ')}`,
      'a filter is a part of the file or of the name of a test',
    )
  output.error(`dryfire: none of ${formatCountOf(session.tests.length, 'test')} depends on a changed file\n`)
}

/** Writes `fires` of tests that expect otherwise; true when a file changed. */
function updateFiles({ output }: CommandContext, session: TestSession, runs: readonly TestRun[]): boolean {
  let isChanged = false
  for (const [file, own] of Map.groupBy(runs, (run) => run.prepared.test.file)) {
    const source = session.sources.find(({ name }) => name === file)
    const text = updateFires(own)
    if (source === undefined || text === null) continue
    const bytes = withMark(source.bytes, text)
    const parse = source.kind === 'inline' ? parseInlineTests : parseTestFile
    const before = parse(source, { mayExpectNothing: true })
    const after = parse({ name: file, bytes }, { mayExpectNothing: true })
    if (!after.ok || !before.ok || namesIn(before.tests) !== namesIn(after.tests)) {
      output.error(`dryfire: ${escapeTerminal(file)} is left alone: its form is beyond --update\n`)
      output.error('  fix: write the test with one key per line\n')
      continue
    }
    writeAtomic(resolve(source.path), bytes)
    output.error(`updated ${escapeTerminal(file)}\n`)
    isChanged = true
  }
  return isChanged
}

function namesIn(tests: readonly { readonly name: string }[]): string {
  return JSON.stringify(tests.map(({ name }) => name))
}

/** A byte order mark is no part of the text and stays. */
function withMark(old: Uint8Array, text: string): Uint8Array {
  const hasMark = old[0] === 0xef && old[1] === 0xbb && old[2] === 0xbf
  return new TextEncoder().encode(hasMark ? `\ufeff${text}` : text)
}

/** Runs the tests again whenever a file changes, until a signal; a mistake in a file waits for its correction. */
async function watch(
  context: CommandContext,
  request: TestRequest,
  targets: readonly ReportTarget[],
  signals: SignalWatch,
): Promise<ExitCode> {
  const { output } = context
  output.endWhenUnread()
  let watched: readonly string[] = []
  for (let round = 0; ; round += 1) {
    // What changes while the tests run differs from this, and they run once more.
    watched = await watchedFiles(request, watched)
    const list = (): readonly string[] => [
      ...new Set([...findTests(request.paths).sources.map(({ path }) => path), ...watched]),
    ]
    const since = fingerprintOf(list())
    try {
      const { base } = await readTestRequest(context)
      await runOnce(context, { ...request, base }, targets, signals, false)
    } catch (error) {
      // What was so from the beginning will not mend itself; later a person is in the middle of a change.
      const isPassing = error instanceof RulesRejectedError || (round > 0 && !isBug(error))
      if (!isPassing) throw error
      explainFailure(error, output)
    }
    if (!signals.signal.aborted) output.error('Waiting for a change; Ctrl-C ends.\n')
    if (!(await waitForChange(list, since, signals.signal))) return signals.code() ?? EXIT.ok
  }
}

function isBug(error: unknown): boolean {
  return !(error instanceof UsageError || error instanceof FileError)
}

/** The files of the session, or those of the one before where it cannot be opened now. */
async function watchedFiles(request: TestRequest, before: readonly string[]): Promise<readonly string[]> {
  try {
    return filesOfSession(await openTestSession(request), request)
  } catch {
    return before // the run that follows says why
  }
}
