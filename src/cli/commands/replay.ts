import type { ImageSpace } from '../../engine/sieve/image-space.ts'
import type { ReplaySummary } from '../../model/replay-summary.ts'
import { replay, type ReplayOptions } from '../../replay/replay.ts'
import { escapeTerminal } from '../../report/escape.ts'
import { summaryText } from '../../report/summary-text.ts'
import { jsonText } from '../../report/escape.ts'
import type { CommandContext } from '../command-context.ts'
import type { ExitCode } from '../exit-code.ts'
import { parseGate } from '../fail-on.ts'
import { textsOf } from '../flag-texts.ts'
import { LineStreams, pathsRead } from '../line-streams.ts'
import { loadRules } from '../load-rules.ts'
import { exitOfRun, readRunSettings, refuseUnknownDefinitions } from '../log-run.ts'
import { printDiagnostics } from '../print-diagnostics.ts'
import { ProgressLine } from '../progress-line.ts'
import { readRuleRequest } from '../read-settings.ts'
import { watchSignals } from '../signals.ts'
import { UsageError } from '../usage-error.ts'

/** `dryfire replay LOGS… -r RULES…`; `ahead` is the image that the rules are, already read. */
export async function runReplay(
  context: CommandContext,
  ahead: Promise<ImageSpace | null> | null,
): Promise<ExitCode> {
  const { operands, flags, output } = context
  if (operands.length === 0) throw new UsageError('no logs given', missingLogsFix(context))
  const gates = textsOf(flags['failOn']).map(parseGate)
  const { options, warnings } = await readRunSettings(context)
  const resolved = await loadRules(await readRuleRequest(context), ahead)
  refuseUnknownDefinitions(options.filters.definitions, resolved.image.definitions)
  const streams = new LineStreams(
    context,
    ['detections', 'alerts', 'quarantine'],
    pathsRead(context, operands, resolved.paths),
  )
  if (streams.isOnStdout && gates.length === 0) output.endWhenUnread()
  const isQuiet = flags['quiet'] === true
  if (!isQuiet) {
    printDiagnostics(output, resolved.warnings)
    for (const warning of warnings) output.error(`warning: ${warning}\n`)
  }
  const progress = new ProgressLine(output)
  const signals = watchSignals()
  try {
    const { summary, isDedupeFull, isRatioExceeded } = await replay(operands, resolved.image, {
      ...options,
      signal: signals.signal,
      ...sinksOf(streams),
      ...(isQuiet ? {} : { onProgress: (state) => progress.show(state) }),
    })
    progress.clear()
    streams.end(summary.partial)
    const { timing } = summary
    if (options.kernel === 'wasm' && timing.kernel === 'portable' && !isQuiet)
      output.error(`warning: ${timing.kernelNote}: the portable kernel gives the same result, more slowly\n`)
    if (!isQuiet) printSummary(context, streams, summary)
    const tripped = gates.filter((gate) => gate.trips(summary))
    for (const { text } of tripped) output.error(`dryfire: --fail-on ${escapeTerminal(text)} holds\n`)
    return exitOfRun({
      input: summary.input,
      isGateTripped: tripped.length > 0,
      isAtLimit: isDedupeFull || isRatioExceeded,
      signal: signals.code(),
    })
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

function printSummary(context: CommandContext, streams: LineStreams, summary: ReplaySummary): void {
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

function sinksOf(streams: LineStreams): Pick<ReplayOptions, 'onDetection' | 'onAlert' | 'onQuarantined'> {
  const onDetection = streams.writer('detections')
  const onAlert = streams.writer('alerts')
  const onQuarantined = streams.writer('quarantine')
  return {
    ...(onDetection === null ? {} : { onDetection }),
    ...(onAlert === null ? {} : { onAlert }),
    ...(onQuarantined === null ? {} : { onQuarantined }),
  }
}
