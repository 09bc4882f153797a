import type { DiffOptions } from '../../harness/diff/diff-rules.ts'
import type { DiffSide } from '../../harness/diff/diff-side.ts'
import { diffRules } from '../../harness/diff/diff-rules.ts'
import type { RuleDiff } from '../../model/rule-diff.ts'
import { diffMarkdown } from '../../report/diff-markdown.ts'
import { diffText } from '../../report/diff-text.ts'
import { escapeTerminal, jsonText } from '../../report/escape.ts'
import type { CommandContext } from '../command-context.ts'
import type { DiffGate } from '../diff-gates.ts'
import { parseDiffGate } from '../diff-gates.ts'
import type { ExitCode } from '../exit-code.ts'
import { textsOf } from '../flag-texts.ts'
import { LineStreams, pathsRead } from '../line-streams.ts'
import { exitOfRun, readRunSettings, refuseUnknownDefinitions } from '../log-run.ts'
import { printDiagnostics } from '../print-diagnostics.ts'
import { ProgressLine } from '../progress-line.ts'
import { readRuleRequest } from '../read-settings.ts'
import type { ResolvedRules } from '../resolve-rules.ts'
import type { RuleRequest } from '../rule-request.ts'
import { refusedAgain } from '../rules-in-image.ts'
import { resolveRules } from '../resolve-rules.ts'
import { watchSignals } from '../signals.ts'
import { UsageError } from '../usage-error.ts'

type DiffFormat = 'text' | 'json' | 'markdown'

/** `dryfire diff A B [LOGS…]`. */
export async function runDiff(context: CommandContext): Promise<ExitCode> {
  const { operands, flags, output } = context
  const [a = '', b = '', ...logs] = operands
  const format = formatOf(flags)
  const gates = textsOf(flags['failOn']).map(parseDiffGate)
  if (logs.length === 0) refuseWithoutLogs(gates, flags)
  const { options, warnings } = await readRunSettings(context)
  const [before, after] = resolvePair(a, b, await readRuleRequest(context, [a, b]))
  refuseUnknownDefinitions(options.filters.definitions, [
    ...before.image.definitions,
    ...after.image.definitions,
  ])
  const streams = new LineStreams(
    context,
    ['changes', 'quarantine'],
    pathsRead(context, logs, [...before.paths, ...after.paths]),
    format !== 'text',
  )
  if (streams.isOnStdout && gates.length === 0) output.endWhenUnread()
  const isQuiet = flags['quiet'] === true
  if (!isQuiet) {
    printDiagnostics(output, [...before.warnings, ...after.warnings])
    for (const warning of warnings) output.error(`warning: ${warning}\n`)
  }
  const progress = new ProgressLine(output)
  const signals = watchSignals()
  try {
    const result = await diffRules(sideOf(a, before), sideOf(b, after), logs, {
      ...options,
      ...sinksOf(streams),
      signal: signals.signal,
      ...(isQuiet ? {} : { onProgress: (state) => progress.show(state) }),
    })
    progress.clear()
    const { diff } = result
    streams.end(diff.behaviour?.partial === true)
    if (!isQuiet) printDiff(diff, format, streams, context)
    const tripped = gates.filter((gate) => gate.trips(diff))
    for (const { text } of tripped) output.error(`dryfire: --fail-on ${escapeTerminal(text)} holds\n`)
    return exitOfRun({
      input: diff.behaviour?.input ?? null,
      isGateTripped: tripped.length > 0,
      isAtLimit: result.isDedupeFull || result.isRatioExceeded,
      signal: signals.code(),
    })
  } catch (error) {
    progress.clear()
    streams.end(true)
    throw refusedAgain(error)
  } finally {
    signals.stop()
  }
}

function formatOf(flags: CommandContext['flags']): DiffFormat {
  const given = flags['format']
  const named = given === 'json' || given === 'markdown' || given === 'text' ? given : null
  if (flags['json'] !== true) return named ?? 'text'
  if (named !== null && named !== 'json')
    throw new UsageError(`--json and --format ${named} are two formats`, 'give one of them')
  return 'json'
}

/** A gate that can never trip would be taken for one that holds. */
function refuseWithoutLogs(gates: readonly DiffGate[], flags: CommandContext['flags']): void {
  const gate = gates.find(({ needsLogs }) => needsLogs)
  const stream = ['changes', 'quarantine'].find((name) => flags[name] !== undefined)
  if (gate === undefined && stream === undefined) return
  const option = gate === undefined ? `--${stream}` : `--fail-on ${gate.text}`
  throw new UsageError(`${option} needs logs`, 'name them behind the two rule sets: dryfire diff A B LOGS')
}

/**
 * Both rule sets. Where one is an image and `--non-equals-hash` is not given, the image's own setting holds for both
 * (semantics 4): or hash fragments would differ that nobody changed.
 */
function resolvePair(a: string, b: string, request: RuleRequest): readonly [ResolvedRules, ResolvedRules] {
  const resolve = (reference: string, nonEqualsHash: RuleRequest['nonEqualsHash']): ResolvedRules =>
    resolveRules({ ...request, rules: [reference], iocs: [], nonEqualsHash })
  const before = resolve(a, request.nonEqualsHash)
  const after = resolve(b, request.nonEqualsHash)
  const isAgain = (written: ResolvedRules, other: ResolvedRules): boolean =>
    written.rules !== null &&
    other.rules === null &&
    written.image.options.nonEqualsHash !== other.image.options.nonEqualsHash
  if (isAgain(before, after)) return [resolve(a, after.image.options.nonEqualsHash), after]
  if (isAgain(after, before)) return [before, resolve(b, before.image.options.nonEqualsHash)]
  return [before, after]
}

function sideOf(reference: string, { image, rules }: ResolvedRules): DiffSide {
  return { reference, image, rules }
}

function sinksOf(streams: LineStreams): Pick<DiffOptions, 'onChange' | 'onQuarantined'> {
  const onChange = streams.writer('changes')
  const onQuarantined = streams.writer('quarantine')
  return {
    ...(onChange === null ? {} : { onChange }),
    ...(onQuarantined === null ? {} : { onQuarantined }),
  }
}

function printDiff(diff: RuleDiff, format: DiffFormat, streams: LineStreams, context: CommandContext): void {
  const { output } = context
  if (format === 'json') output.out(`${jsonText(diff)}\n`)
  else if (format === 'markdown') output.out(diffMarkdown(diff))
  else if (streams.isOnStdout) output.error(diffText(diff, { color: output.colorError, width: output.width }))
  else output.out(diffText(diff, { color: output.colorOut, width: output.width }))
}
