import type { Alert, Detection } from '../../model/detection.ts'
import type { QuarantinedRecord, ReplaySummary } from '../../model/replay-summary.ts'
import { TICKS_PER_MS } from '../../model/time.ts'
import { openOutputFile, type OutputFile } from '../../files/output-file.ts'
import { listInputs } from '../../files/list-inputs.ts'
import type { IndexImage } from '../../engine/image-reader.ts'
import { replay } from '../../replay/replay.ts'
import { diagnosticText } from '../../report/diagnostic-text.ts'
import { escapeTerminal } from '../../report/escape.ts'
import { summaryText } from '../../report/summary-text.ts'
import { jsonText } from '../../report/escape.ts'
import type { CommandContext } from '../command-context.ts'
import { EXIT, type ExitCode, strongestExit } from '../exit-code.ts'
import { parseGate } from '../fail-on.ts'
import { refuseCollidingOutputs } from '../output-names.ts'
import { ProgressLine } from '../progress-line.ts'
import {
  readFieldMap,
  readFilters,
  readLogFormat,
  readMaxRatio,
  readRuleRequest,
  readSemantics,
  readWorkers,
} from '../read-settings.ts'
import { resolveRules } from '../resolve-rules.ts'
import { watchSignals } from '../signals.ts'
import { UsageError } from '../usage-error.ts'

/** `dryfire replay LOGS… -r RULES…`. */
export async function runReplay(context: CommandContext): Promise<ExitCode> {
  const { operands, values, flags, output } = context
  if (operands.length === 0) throw new UsageError('no logs given', missingLogsFix(context))
  const now = BigInt(Date.now()) * TICKS_PER_MS
  const semantics = readSemantics(values, now)
  const filters = readFilters(values)
  const gates = textsOf(flags['failOn']).map(parseGate)
  const { workers, warning } = readWorkers(values)
  const logFormat = readLogFormat(values)
  const maxRatio = readMaxRatio(values)
  const fieldMap = readFieldMap(values)
  const resolved = resolveRules(await readRuleRequest(values))
  refuseUnknownDefinitions(filters.definitions, resolved.image)
  const streams = new Streams(context, pathsRead(context, resolved.paths))
  const isQuiet = flags['quiet'] === true
  if (!isQuiet) {
    for (const diagnostic of resolved.warnings)
      output.error(`${diagnosticText(diagnostic, { color: output.colorError })}\n`)
    if (warning !== null) output.error(`warning: ${warning}\n`)
  }
  const kernel = values.choice('kernel', ['wasm', 'portable', 'off'], 'portable')
  if (kernel === 'wasm' && !isQuiet)
    output.error('warning: this version has no wasm kernel; the portable one gives the same result\n')
  const progress = new ProgressLine(output)
  const signals = watchSignals()
  try {
    const { summary, isDedupeFull, isRatioExceeded } = await replay(operands, resolved.image, {
      semantics,
      filters,
      logFormat,
      fieldMap,
      table: values.one('table'),
      include: textsOf(flags['include']),
      workers: workers ?? 'auto',
      maxRatio,
      kernel,
      signal: signals.signal,
      now,
      ...streams.sinks,
      ...(isQuiet ? {} : { onProgress: (state) => progress.show(state) }),
    })
    progress.clear()
    streams.end(summary.partial)
    if (!isQuiet) printSummary(context, streams, summary)
    const tripped = gates.filter((gate) => gate.trips(summary))
    for (const { text } of tripped) output.error(`dryfire: --fail-on ${escapeTerminal(text)} holds\n`)
    return exitOf(summary, tripped.length > 0, isDedupeFull || isRatioExceeded, signals.code())
  } catch (error) {
    progress.clear()
    streams.end(true)
    throw error
  } finally {
    signals.stop()
  }
}

/** A list option takes every word up to the next option, so `-r rules logs` has no logs. */
function missingLogsFix({ flags }: CommandContext): string {
  const greedy = Object.values(flags).some((value) => Array.isArray(value) && value.length > 0)
  return greedy
    ? 'name the logs first, as in dryfire replay LOGS -r RULES: -r and other lists take every word up to the next option'
    : 'name files or folders, or - for standard input'
}

/** A misspelt name would silently switch every gate off. */
function refuseUnknownDefinitions(names: readonly string[] | null, image: IndexImage): void {
  const known = new Set(image.definitions.map((definition) => definition.Name))
  const unknown = names?.find((name) => !known.has(name))
  if (unknown !== undefined)
    throw new UsageError(
      `--definition: the rules hold no alert definition "${unknown}"`,
      `they hold ${[...known].slice(0, 10).join(', ')}${known.size > 10 ? ' and others' : ''}`,
    )
}

function printSummary(context: CommandContext, streams: Streams, summary: ReplaySummary): void {
  const { output, flags } = context
  if (flags['json'] === true) {
    output.out(`${jsonText(summary)}\n`)
    return
  }
  const toError = streams.isOnStdout
  const color = toError ? output.colorError : output.colorOut
  const text = summaryText(summary, { color, width: output.width })
  if (toError) output.error(text)
  else output.out(text)
}

function exitOf(
  summary: ReplaySummary,
  isGateTripped: boolean,
  isAtLimit: boolean,
  signal: ExitCode | null,
): ExitCode {
  const { input } = summary
  const isIncomplete = input.quarantined > 0 || input.problems.some((problem) => problem.severity === 'error')
  return strongestExit([
    ...(signal === null ? [] : [signal]),
    ...(isGateTripped ? [EXIT.gate] : []),
    ...(isAtLimit ? [EXIT.limit] : []),
    ...(isIncomplete ? [EXIT.input] : []),
  ])
}

interface Sinks {
  onDetection?: (detection: Detection) => void
  onAlert?: (alert: Alert) => void
  onQuarantined?: (record: QuarantinedRecord) => void
}

/** The NDJSON streams that were asked for; only one of them, or the JSON summary, can be standard output. */
class Streams {
  readonly sinks: Sinks = {}
  readonly isOnStdout: boolean
  readonly #files: OutputFile[] = []

  constructor(context: CommandContext, inputs: readonly string[]) {
    const { flags } = context
    const detections = textOf(flags['detections'])
    const alerts = textOf(flags['alerts'])
    const quarantine = textOf(flags['quarantine'])
    const onStdout = [detections, alerts, quarantine].filter((target) => target === '-').length
    if (onStdout + (flags['json'] === true ? 1 : 0) > 1)
      throw new UsageError(
        'two outputs on standard output cannot be told apart',
        'write one of them to a file',
      )
    this.isOnStdout = onStdout > 0
    refuseCollidingOutputs(
      [
        { option: '--detections', path: detections },
        { option: '--alerts', path: alerts },
        { option: '--quarantine', path: quarantine },
      ].flatMap(({ option, path }) => (path === null || path === '-' ? [] : [{ option, path }])),
      inputs,
    )
    try {
      if (detections !== null) this.sinks.onDetection = this.#lineWriter(detections, context)
      if (alerts !== null) this.sinks.onAlert = this.#lineWriter(alerts, context)
      if (quarantine !== null) this.sinks.onQuarantined = this.#lineWriter(quarantine, context)
    } catch (error) {
      this.end(true)
      throw error
    }
  }

  /** Gives the files their names, or leaves them as `FILE.partial`. */
  end(isPartial: boolean): void {
    for (const file of this.#files) {
      if (isPartial) file.abandon()
      else file.commit()
    }
  }

  #lineWriter(target: string, context: CommandContext): (line: object) => void {
    if (target === '-') return (line) => context.output.out(`${jsonText(line)}\n`)
    const file = openOutputFile(target)
    this.#files.push(file)
    return (line) => file.write(`${jsonText(line)}\n`)
  }
}

/** Every file that the run reads, as far as outputs could overwrite it. */
function pathsRead(context: CommandContext, rules: readonly string[]): readonly string[] {
  const logs = listInputs(context.operands, { cwd: process.cwd() }).inputs.map((input) => input.path)
  return [...logs, ...rules, ...context.values.references('field-map')]
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}
