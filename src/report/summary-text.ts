import type { Severity } from '../model/alert-definition.ts'
import { SEVERITIES } from '../model/alert-definition.ts'
import type { ReplaySummary } from '../model/replay-summary.ts'
import { painterFor } from './paint.ts'
import { paragraphLines } from './paragraph.ts'
import { formatCount, formatCountOf } from '../model/count-text.ts'
import { definitionLines, iocLines } from './summary-definitions.ts'
import { deviceLines } from './summary-devices.ts'
import { inputLines, problemLines, quarantineLines } from './summary-input.ts'
import type { SummaryLayout } from './summary-layout.ts'
import { noteLines, timingLine } from './summary-notes.ts'
import { blindLines, silentLines } from './summary-quiet.ts'

/** Narrower terminals get lines of this width. */
const LEAST_WIDTH = 40

/**
 * Prints the verdict of a replay for a terminal: what fires, through what, what stayed silent, what the log was blind to, what was read.
 * Lines are at most `width` columns wide (at least 40); everything from logs and rules is escaped;
 * a newline stands at the end.
 */
export function summaryText(
  summary: ReplaySummary,
  options: { readonly color: boolean; readonly width: number },
): string {
  const layout: SummaryLayout = {
    width: Math.max(LEAST_WIDTH, options.width),
    paint: painterFor(options),
  }
  const sections = [
    headLines(summary, layout),
    definitionLines(summary, layout),
    iocLines(summary, layout),
    deviceLines(summary, layout),
    // Where nothing was read, every IOC is blind, and a table of all of them would only bury the reason.
    ...(summary.input.records === 0
      ? []
      : [silentLines(summary.iocs, layout), blindLines(summary.iocs, layout)]),
    inputLines(summary, layout),
    quarantineLines(summary, layout),
    problemLines(summary, layout),
    noteLines(summary, layout),
    [timingLine(summary, layout)],
  ]
  const texts = sections.filter((lines) => lines.length > 0).map((lines) => `${lines.join('\n')}\n`)
  return texts.join('\n')
}

function headLines(summary: ReplaySummary, layout: SummaryLayout): readonly string[] {
  const ink = summary.alerts.total === 0 ? 'good' : summary.alerts.bySeverity.High > 0 ? 'error' : 'warning'
  const wrap = { width: layout.width, first: '', rest: '  ' }
  const lines = paragraphLines(headline(summary), wrap).map((line) => layout.paint(ink, line))
  const severities = severityText(summary.alerts.bySeverity)
  const partial = 'The run was stopped early: everything here is complete only up to there.'
  return [
    ...(summary.partial ? paragraphLines(partial, wrap).map((line) => layout.paint('warning', line)) : []),
    ...lines,
    ...(severities === '' ? [] : paragraphLines(severities, { ...wrap, first: '  ' })),
  ]
}

function headline({ alerts, detections, rules, input }: ReplaySummary): string {
  const all = formatCountOf(rules.enabledDefinitions, 'definition')
  if (input.records === 0) return 'No alert: no record was read'
  if (alerts.total === 0) return `No alert: none of ${all} fires on ${formatCountOf(input.records, 'record')}`
  const firing = alerts.byDefinition.filter((verdict) => verdict.alerts > 0).length
  const counts = `${formatCountOf(alerts.total, 'alert')} from ${formatCountOf(detections.total, 'detection')}`
  const verb = firing === 1 ? 'fires' : 'fire'
  return `${counts}: ${formatCount(firing)} of ${all} ${verb}, ${placesText(alerts, input)}`
}

/** Events that name no device are grouped by the file they stand in, which is no device. */
function placesText(alerts: ReplaySummary['alerts'], input: ReplaySummary['input']): string {
  const sources = new Set(input.files.map((file) => file.source))
  const nameless = alerts.byDevice.filter(({ device }) => sources.has(device)).length
  const devices = alerts.byDevice.length - nameless
  const texts = [
    ...(devices > 0 ? [`on ${formatCountOf(devices, 'device')}`] : []),
    ...(nameless > 0 ? [`in ${formatCountOf(nameless, 'file')} whose events name no device`] : []),
  ]
  return texts.join(' and ')
}

/** `High 5 · Low 2`, the most severe first, without those that did not occur. */
function severityText(bySeverity: Readonly<Record<Severity, number>>): string {
  return SEVERITIES.toReversed()
    .filter((severity) => bySeverity[severity] > 0)
    .map((severity) => `${severity} ${formatCount(bySeverity[severity])}`)
    .join(' · ')
}
