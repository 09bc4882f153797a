import { compileRules } from '../engine/compile-rules.ts'
import { IndexImage } from '../engine/image-reader.ts'
import { pickRows } from '../harness/select-rules.ts'
import { formatCountOf } from '../model/count-text.ts'
import type { ReplaySummary } from '../model/replay-summary.ts'
import type { RuleSet } from '../model/rule-set.ts'
import { parseTime, TICKS_PER_MS } from '../model/time.ts'
import { replay } from '../replay/replay.ts'
import { escapeTerminal } from '../report/escape.ts'
import { candidateRows } from '../sync/plan/candidates.ts'
import { checkFlood, projectionText, type SampleHits } from '../sync/plan/check-flood.ts'
import type { Refusal } from '../sync/plan/refusal.ts'
import type { Plan } from '../sync/plan.ts'
import type { CommandContext } from './command-context.ts'
import { textsOf } from './flag-texts.ts'
import { InterruptedError } from './interrupted-error.ts'
import { readRunSettings } from './log-run.ts'
import { ProgressLine } from './progress-line.ts'
import { watchSignals } from './signals.ts'
import { UsageError } from './usage-error.ts'

/** What a sample of events says about a plan. */
export interface Preview {
  readonly refusals: readonly Refusal[]
  readonly notes: readonly string[]
}

/**
 * Replays sampled logs (`--preview LOGS…`) against what the plan would newly let fire, and refuses a plan that would flood.
 * Without logs it says nothing. Throws a UsageError where the sample holds no event.
 */
export async function previewPlan(plan: Plan, rules: RuleSet, context: CommandContext): Promise<Preview> {
  const logs = textsOf(context.flags['preview'])
  const allowed = textsOf(context.flags['allowNoisy'])
  if (logs.length === 0 && allowed.length > 0)
    throw new UsageError('--allow-noisy goes with --preview LOGS', 'name logs to sample')
  if (logs.length === 0) return { refusals: [], notes: [] }
  const rows = candidateRows(plan, rules)
  if (rows.length === 0)
    return { refusals: [], notes: ['Nothing that could fire anew: the sample was not read.'] }
  const hits = hitsOf(await sample(logs, { ...rules, indicators: pickRows(rules.indicators, rows) }, context))
  const fired = hits.byIoc.reduce((sum, { detections }) => sum + detections, 0)
  const note =
    `On ${formatCountOf(hits.examined, 'sampled event')} ${formatCountOf(rows.length, 'IOC')} that could fire anew fired ` +
    `${formatCountOf(fired, 'time')}. ${projectionText(hits)}`
  return { refusals: checkFlood(hits, allowed), notes: [note] }
}

async function sample(
  logs: readonly string[],
  rules: RuleSet,
  context: CommandContext,
): Promise<ReplaySummary> {
  const { output } = context
  const { options } = await readRunSettings(context)
  const { nonEqualsHash = 'allow' } = options.semantics
  const image = IndexImage.open(compileRules(rules, { nonEqualsHash }).image)
  const progress = new ProgressLine(output)
  const watch = watchSignals()
  try {
    const { summary } = await replay(logs, image, {
      ...options,
      signal: watch.signal,
      onProgress: (state) => progress.show(state),
    })
    const code = watch.code()
    if (code !== null) throw new InterruptedError(code)
    progress.clear()
    for (const { source, message } of summary.input.problems)
      output.error(`dryfire: warning: ${escapeTerminal(source)}: ${escapeTerminal(message)}\n`)
    if (summary.input.examined === 0)
      throw new UsageError('--preview: the sample holds no event', 'name logs that can be read')
    return summary
  } finally {
    progress.clear()
    watch.stop()
  }
}

const DAY_TICKS = 86_400_000n * TICKS_PER_MS

function hitsOf({ input, alerts }: ReplaySummary): SampleHits {
  const times = alerts.byDefinition
    .flatMap(({ firstTime, lastTime }) => [firstTime, lastTime])
    .map((time) => (time === null ? null : parseTime(time)))
    .filter((time) => time !== null)
    .sort((a, b) => (a < b ? -1 : 1))
  const span = (times.at(-1) ?? 0n) - (times[0] ?? 0n)
  const days = Math.max(1, Number(span) / Number(DAY_TICKS))
  return { examined: input.examined, alerts: alerts.total, days, byIoc: alerts.byIoc }
}
