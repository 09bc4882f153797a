import { readFileSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileErrorFrom } from '../../files/file-error.ts'
import { writeAtomic } from '../../files/write-atomic.ts'
import { BenchError } from '../../harness/bench/bench-error.ts'
import { compareBenches, refuseOtherLogs, refuseOtherSubject } from '../../harness/bench/compare-benches.ts'
import { thisMachine } from '../../harness/bench/machine.ts'
import type { BenchInput } from '../../harness/bench/run-bench.ts'
import { prepareBench, timeBench } from '../../harness/bench/run-bench.ts'
import type { SavedBench } from '../../harness/bench/saved-bench.ts'
import { comparablePart, parseSavedBench } from '../../harness/bench/saved-bench.ts'
import { rulesOfImage } from '../../harness/diff/rules-of-image.ts'
import type { BenchReport } from '../../model/bench-report.ts'
import type { InputProblem } from '../../model/replay-summary.ts'
import type { RuleSet } from '../../model/rule-set.ts'
import { TICKS_PER_MS } from '../../model/time.ts'
import { benchText } from '../../report/bench-text.ts'
import { diagnosticText } from '../../report/diagnostic-text.ts'
import { escapeTerminal, jsonText } from '../../report/escape.ts'
import { formatCount } from '../../model/count-text.ts'
import type { CommandContext } from '../command-context.ts'
import { EXIT, type ExitCode, strongestExit } from '../exit-code.ts'
import type { GeneratedLogs } from '../generated-logs.ts'
import { writeGeneratedLogs } from '../generated-logs.ts'
import { pathsRead } from '../line-streams.ts'
import { refuseCollidingOutputs } from '../output-names.ts'
import { readQuotas } from '../read-quotas.ts'
import { readFieldMap, readLogFormat, readRuleRequest, readSemantics, readWorkers } from '../read-settings.ts'
import { resolveRules, resolveRuleSet } from '../resolve-rules.ts'
import type { SignalWatch } from '../signals.ts'
import { watchSignals } from '../signals.ts'
import { StatusLine } from '../status-line.ts'
import { UsageError } from '../usage-error.ts'
import { wholeNumber } from '../whole-number.ts'

const SECONDS = { least: 1, most: 3600, fallback: 5 }
const EVENTS = { least: 1, most: 10_000_000, fallback: 10_000 }
/** A report has a few kilobytes. */
const SAVED_LIMIT = 4_194_304

/** `dryfire bench [LOGS…] -r RULES…`: exit 2 where a saved report cannot be compared, 4 where a log cannot be read. */
export async function runBench(context: CommandContext): Promise<ExitCode> {
  const { flags, output } = context
  const line = new StatusLine(output)
  const signals = watchSignals()
  let generated: GeneratedLogs | null = null
  try {
    const plan = await readPlan(context)
    const step = (text: string): void => {
      if (flags['quiet'] !== true) line.show(text, () => text)
    }
    if (plan.logs.length === 0)
      generated = await writeGeneratedLogs(plan.rules, {
        semantics: plan.semantics,
        events: plan.events,
        signal: signals.signal,
        onProgress: (events) => step(`making up events: ${formatCount(events)}`),
      })
    const logs = generated === null ? plan.logs : [generated.path]
    const measured = await measure(plan, logs, signals, step)
    line.clear()
    return end(context, plan, measured, signals)
  } catch (error) {
    if (error instanceof BenchError) throw new UsageError(error.message, error.fix)
    throw error
  } finally {
    line.clear()
    signals.stop()
    generated?.remove()
  }
}

interface Plan {
  readonly rules: RuleSet
  readonly logs: readonly string[]
  readonly semantics: ReturnType<typeof readSemantics>
  readonly input: Omit<BenchInput, 'logs' | 'signal' | 'onStep'>
  readonly events: number
  readonly save: string | null
  readonly compare: { readonly file: string; readonly saved: SavedBench } | null
}

async function readPlan(context: CommandContext): Promise<Plan> {
  const { operands, values, flags, output } = context
  const isQuiet = flags['quiet'] === true
  const seconds = wholeNumber('--seconds', flags['seconds'], SECONDS)
  const events = wholeNumber('--events', flags['events'], EVENTS)
  if (flags['events'] !== undefined && operands.length > 0)
    throw new UsageError('--events is for logs that are made up', 'leave it out, or name no logs')
  refuseStreams(operands)
  const now = BigInt(Date.now()) * TICKS_PER_MS
  const semantics = readSemantics(values, now)
  const quotas = readQuotas(context)
  const { workers, warning } = readWorkers(values)
  const kernel = values.choice('kernel', ['wasm', 'portable', 'off'], 'wasm')
  const fieldMap = await readFieldMap(values)
  const logFormat = readLogFormat(values)
  if (operands.length === 0 && (fieldMap !== null || logFormat !== null))
    throw new UsageError('logs that are made up have their own format', 'name logs, or no format')
  const compare = readCompared(flags['compare'])
  const request = await readRuleRequest(context)
  const resolved = resolveRules(request)
  const save = typeof flags['save'] === 'string' ? flags['save'] : null
  if (save !== null)
    refuseCollidingOutputs([{ option: '--save', path: save }], pathsRead(context, operands, resolved.paths))
  if (compare !== null)
    refuseOtherSubject(compare.file, compare.saved, {
      machine: thisMachine(),
      rulesDigest: resolved.image.digest,
    })
  if (!isQuiet) {
    for (const diagnostic of resolved.warnings)
      output.error(`${diagnosticText(diagnostic, { color: output.colorError })}\n`)
    if (warning !== null) output.error(`warning: ${warning}\n`)
  }
  const rules = resolved.rules ?? rulesOfImage(resolved.image)
  return {
    rules,
    logs: operands,
    semantics,
    events,
    save,
    compare,
    input: {
      rules,
      image: resolved.image,
      readRules: resolved.rules === null ? null : () => void resolveRuleSet(request),
      isGenerated: operands.length === 0,
      replay: { semantics, fieldMap, logFormat, table: values.one('table'), now },
      kernel,
      workers: workers ?? availableParallelism(),
      quotas,
      seconds,
    },
  }
}

/** What is read again and again must be there again. */
function refuseStreams(logs: readonly string[]): void {
  const stream = logs.find(
    (log) => log === '-' || statSync(log, { throwIfNoEntry: false })?.isFIFO() === true,
  )
  if (stream !== undefined)
    throw new UsageError(
      `${stream === '-' ? 'standard input' : stream} can be read only once, and a bench reads its logs many times`,
      'write it to a file and name that',
    )
}

function readCompared(flag: unknown): Plan['compare'] {
  if (typeof flag !== 'string') return null
  let text: string
  try {
    const size = statSync(flag).size
    if (size > SAVED_LIMIT) throw new UsageError(`${flag} is too large for a saved report: ${size} bytes`)
    text = readFileSync(flag, 'utf8')
  } catch (cause) {
    throw cause instanceof UsageError ? cause : fileErrorFrom(cause, 'read', flag)
  }
  const saved = parseSavedBench(text)
  if (!('refused' in saved)) return { file: flag, saved }
  throw new UsageError(`${flag} ${saved.refused}`, 'name a file that dryfire bench --save wrote')
}

interface Measured {
  /** Null: a signal came before anything was measured. */
  readonly report: BenchReport | null
  readonly problems: readonly InputProblem[]
}

async function measure(
  { input, compare }: Plan,
  logs: readonly string[],
  { signal }: SignalWatch,
  onStep: (text: string) => void,
): Promise<Measured> {
  if (signal.aborted) return { report: null, problems: [] }
  const subject = await prepareBench({ ...input, logs, signal, onStep })
  if (subject === null) return { report: null, problems: [] }
  if (compare !== null) refuseOtherLogs(compare.file, compare.saved, subject.logs)
  const report = await timeBench(subject)
  if (report === null || compare === null) return { report, problems: subject.problems }
  const comparison = compareBenches(compare.file, compare.saved, comparablePart(report))
  return { report: { ...report, comparison }, problems: subject.problems }
}

function end(
  { flags, output }: CommandContext,
  { save }: Plan,
  { report, problems }: Measured,
  signals: SignalWatch,
): ExitCode {
  for (const { source, message } of problems)
    output.error(`${escapeTerminal(source)}: ${escapeTerminal(message)}\n`)
  if (report === null) output.error('dryfire: stopped before anything was measured\n')
  else if (flags['quiet'] !== true)
    output.out(
      flags['json'] === true
        ? `${jsonText(report)}\n`
        : benchText(report, { color: output.colorOut, width: output.width }),
    )
  if (save !== null && report !== null) {
    if (report.partial) output.error(`dryfire: ${escapeTerminal(save)} is not written: the run was stopped\n`)
    else writeAtomic(save, new TextEncoder().encode(`${jsonText({ ...report, comparison: null })}\n`))
  }
  const signal = signals.code()
  return strongestExit([
    ...(signal === null ? [] : [signal]),
    ...(problems.some(({ severity }) => severity === 'error') ? [EXIT.input] : []),
  ])
}
