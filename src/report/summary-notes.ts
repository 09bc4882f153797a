import type { ReplaySummary } from '../model/replay-summary.ts'
import type { IndicatorAccounting } from '../model/rule-set.ts'
import { escapeTerminal } from './escape.ts'
import { paragraphLines } from './paragraph.ts'
import { formatCount, formatCountOf } from '../model/count-text.ts'
import { formatBytes, formatDuration } from './quantity.ts'
import type { SummaryLayout } from './summary-layout.ts'

/** What a reader must know to judge the numbers; counts of zero are not mentioned. */
export function noteLines(summary: ReplaySummary, layout: SummaryLayout): readonly string[] {
  const notes = [
    ...groupingNote(summary),
    ...detectionNotes(summary),
    ...indicatorNotes(summary),
    ...recordNotes(summary),
  ]
  if (notes.length === 0) return []
  return [
    layout.paint('strong', 'Notes'),
    ...notes.flatMap((note) => paragraphLines(note, { width: layout.width, first: '  - ', rest: '    ' })),
  ]
}

/** The part of a result that says how fast it was and with what. */
interface TimedRun extends Pick<ReplaySummary, 'timing' | 'input'> {
  readonly rules: { readonly indicators: Pick<IndicatorAccounting, 'compiled'> }
}

/** How fast it was and with what; the only part that may differ between two runs. */
export function timingLine({ timing, rules, input }: TimedRun, layout: SummaryLayout): string {
  const parts = [
    formatDuration(timing.milliseconds),
    `${formatBytes(Math.round(timing.bytesPerSecond))}/s`,
    timing.workers === 0 ? 'this thread' : formatCountOf(timing.workers, 'worker'),
    `kernel ${timing.kernel}${timing.kernelNote === null ? '' : ` (${escapeTerminal(timing.kernelNote)})`}`,
    `${formatCount(timing.survivors)} of ${formatCountOf(input.records, 'record')} read in full`,
    formatCountOf(rules.indicators.compiled, 'IOC'),
  ]
  return paragraphLines(parts.join(' · '), { width: layout.width, first: '', rest: '  ' })
    .map((line) => layout.paint('faint', line))
    .join('\n')
}

function groupingNote({ alerts, semantics }: ReplaySummary): readonly string[] {
  return alerts.total === 0 ? [] : [groupingText(semantics)]
}

/** That grouping is a model, and with which window. */
export function groupingText(semantics: ReplaySummary['semantics']): string {
  const window = semantics['groupWindow']
  const length =
    typeof window === 'string' || typeof window === 'number' ? ` of ${escapeTerminal(String(window))}` : ''
  return `An alert groups the detections of one definition on one device in a window${length}. That is a model: how the portal groups is not documented.`
}

function detectionNotes({ detections }: ReplaySummary): readonly string[] {
  const { suppressed, untimed, fromExpiredToday } = detections
  return [
    ...when(suppressed, `${formatCountOf(suppressed, 'detection')} left out as copies of an earlier one.`),
    ...when(
      untimed,
      `${formatCountOf(untimed, 'detection')} from events without a readable time: expiry could not be judged.`,
    ),
    ...when(
      fromExpiredToday,
      `${formatCountOf(fromExpiredToday, 'detection')} from IOCs that were active at the time of the event and are expired today.`,
    ),
  ]
}

function indicatorNotes({ rules }: ReplaySummary): readonly string[] {
  const { duplicate, disabled, opaque, rejected } = rules.indicators
  const disabledDefinitions = rules.definitions - rules.enabledDefinitions
  const left = [
    ...when(duplicate, `${formatCount(duplicate)} duplicate`),
    ...when(disabled, `${formatCount(disabled)} disabled`),
    ...when(rules.expired, `${formatCount(rules.expired)} expired`),
    ...when(opaque, `${formatCount(opaque)} kept but not understood`),
    ...when(rejected, `${formatCount(rejected)} rejected`),
  ]
  return [
    ...when(left.length, `IOCs not looked for: ${left.join(', ')}.`),
    ...when(disabledDefinitions, `${formatCountOf(disabledDefinitions, 'definition')} disabled.`),
  ]
}

function recordNotes({ input, detections }: ReplaySummary): readonly string[] {
  // detections.wrongType stays in the JSON: nulls are normal in logs and tell a reader nothing.
  return [
    ...when(
      input.repaired,
      `${formatCountOf(input.repaired, 'record')} with detections had bytes that are not UTF-8.`,
    ),
    ...when(
      detections.notAName,
      `${formatCountOf(detections.notAName, 'text')} under name fields of records with detections cannot be a host name.`,
    ),
  ]
}

function when(count: number, note: string): readonly string[] {
  return count > 0 ? [note] : []
}
