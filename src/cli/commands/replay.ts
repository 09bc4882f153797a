import { realpathSync } from 'node:fs'
import type { Alert, Detection } from '../../model/detection.ts'
import type { QuarantinedRecord, ReplaySummary } from '../../model/replay-summary.ts'
import { TICKS_PER_MS } from '../../model/time.ts'
import { openOutputFile, type OutputFile } from '../../files/output-file.ts'
import { listInputs } from '../../files/list-inputs.ts'
import { replay } from '../../replay/replay.ts'
import { diagnosticText } from '../../report/diagnostic-text.ts'
import { escapeTerminal } from '../../report/escape.ts'
import { summaryText } from '../../report/summary-text.ts'
import type { CommandContext } from '../command-context.ts'
import { EXIT, type ExitCode, strongestExit } from '../exit-code.ts'
import { parseGate } from '../fail-on.ts'
import { ProgressLine } from '../progress-line.ts'
import { readFieldMap, readFilters, readRuleRequest, readSemantics, readWorkers } from '../read-settings.ts'
import { resolveRules } from '../resolve-rules.ts'
import { watchSignals } from '../signals.ts'
import { UsageError } from '../usage-error.ts'

/** A reader who wrote `-r rules/ logs/` must learn where the logs went. */
const NO_LOGS_FIX =
  'name files or folders, or - for standard input, before the options: -r and --ioc take every word after them'

/** `dryfire replay LOGS… -r RULES…`. */
export async function runReplay(context: CommandContext): Promise<ExitCode> {
  const { operands, values, flags, output } = context
  if (operands.length === 0) throw new UsageError('no logs given', NO_LOGS_FIX)
  const now = BigInt(Date.now()) * TICKS_PER_MS
  const semantics = readSemantics(values, now)
  const filters = readFilters(values)
  const gates = textsOf(flags['failOn']).map(parseGate)
  const { workers, warning } = readWorkers(values)
  const fieldMap = readFieldMap(values)
  const resolved = resolveRules(readRuleRequest(values))
  const streams = new Streams(context)
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
    const { summary, isDedupeFull } = await replay(operands, resolved.image, {
      semantics,
      filters,
      logFormat: values.one('log-format'),
      fieldMap,
      table: values.one('table'),
      include: textsOf(flags['include']),
      workers: workers ?? 'auto',
      kernel: kernel === 'off' ? 'off' : 'portable',
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
    return exitOf(summary, tripped.length > 0, isDedupeFull, signals.code())
  } catch (error) {
    progress.clear()
    streams.end(true)
    throw error
  } finally {
    signals.stop()
  }
}

function printSummary(context: CommandContext, streams: Streams, summary: ReplaySummary): void {
  const { output, flags } = context
  if (flags['json'] === true) {
    output.out(`${JSON.stringify(summary)}\n`)
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
  isDedupeFull: boolean,
  signal: ExitCode | null,
): ExitCode {
  const { input } = summary
  const isIncomplete = input.quarantined > 0 || input.problems.some((problem) => problem.severity === 'error')
  return strongestExit([
    ...(signal === null ? [] : [signal]),
    ...(isGateTripped ? [EXIT.gate] : []),
    ...(isDedupeFull ? [EXIT.limit] : []),
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

  constructor(context: CommandContext) {
    const { flags } = context
    const targets = { detections: textOf(flags['detections']), alerts: textOf(flags['alerts']) }
    const onStdout = [targets.detections === '-', targets.alerts === '-', flags['json'] === true]
    if (onStdout.filter(Boolean).length > 1)
      throw new UsageError(
        'two outputs on standard output cannot be told apart',
        'write one of them to a file',
      )
    this.isOnStdout = targets.detections === '-' || targets.alerts === '-'
    const quarantine = textOf(flags['quarantine'])
    refuseOverwritingInputs([targets.detections, targets.alerts, quarantine], context.operands)
    if (targets.detections !== null) this.sinks.onDetection = this.#lineWriter(targets.detections, context)
    if (targets.alerts !== null) this.sinks.onAlert = this.#lineWriter(targets.alerts, context)
    if (quarantine !== null) this.sinks.onQuarantined = this.#lineWriter(quarantine, context)
  }

  /** Gives the files their names, or leaves them as `FILE.partial`. */
  end(isPartial: boolean): void {
    for (const file of this.#files) {
      if (isPartial) file.abandon()
      else file.commit()
    }
  }

  #lineWriter(target: string, context: CommandContext): (line: object) => void {
    if (target === '-') return (line) => context.output.out(`${JSON.stringify(line)}\n`)
    const file = openOutputFile(target)
    this.#files.push(file)
    return (line) => file.write(`${JSON.stringify(line)}\n`)
  }
}

function refuseOverwritingInputs(targets: readonly (string | null)[], operands: readonly string[]): void {
  const files = targets.filter((target) => target !== null && target !== '-')
  if (files.length === 0) return
  const inputs = new Set(
    listInputs(operands, { cwd: process.cwd() }).inputs.map((input) => realPath(input.path)),
  )
  for (const file of files) {
    if (file !== null && inputs.has(realPath(file)))
      throw new UsageError(`${escapeTerminal(file)} is one of the logs to read`, 'write to another file')
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path // does not exist yet: it cannot be an input
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}
