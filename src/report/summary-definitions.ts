import type { Severity } from '../model/alert-definition.ts'
import { SEVERITIES } from '../model/alert-definition.ts'
import type { DefinitionVerdict, IndicatorHits, ReplaySummary } from '../model/replay-summary.ts'
import { escapeTerminal } from './escape.ts'
import type { Ink } from './paint.ts'
import { formatCount } from '../model/count-text.ts'
import { shownIoc } from './shown-ioc.ts'
import { moreLine } from './summary-layout.ts'
import type { SummaryLayout } from './summary-layout.ts'
import { cell, tableLines, tableWidth } from './text-table.ts'
import type { TableCell, TableColumn } from './text-table.ts'

/** Definitions and IOCs that are listed; the JSON summary has them all. */
const SHOWN_DEFINITIONS = 50
const SHOWN_IOCS = 15
/** Fields that are named beside an IOC; on a narrow terminal a second one would only be cut. */
const SHOWN_FIELDS = { narrow: 1, wide: 2 } as const
const WIDE_COLUMNS = 120

const SEVERITY_INK: { readonly [S in Severity]: Ink | null } = {
  High: 'error',
  Medium: 'warning',
  Low: 'accent',
  Informational: null,
}

const SEVERITY_WORD: { readonly [S in Severity]: string } = {
  High: 'High',
  Medium: 'Medium',
  Low: 'Low',
  Informational: 'Info',
}

/** Columns of a name that is not cut. */
const WHOLE_NAME = 40
/** Columns of what stands beside it in every case: severity, alerts and the gaps. */
const BESIDE_NAME = 24

const SPAN_TITLE = 'first and last seen (UTC)'

const DEFINITION_COLUMNS: readonly TableColumn[] = [
  { title: 'severity', align: 'left', least: null, dropOrder: null },
  { title: 'definition', align: 'left', least: 16, dropOrder: null },
  { title: 'alerts', align: 'right', least: null, dropOrder: null },
  { title: 'detections', align: 'right', least: null, dropOrder: 1 },
  { title: 'devices', align: 'right', least: null, dropOrder: 2 },
  { title: SPAN_TITLE, align: 'left', least: null, dropOrder: 4 },
  { title: 'IOCs hit', align: 'right', least: null, dropOrder: 3 },
]

/** Takes the place of the column of times on a narrow terminal. */
const DAYS_COLUMN: TableColumn = { title: 'seen (UTC)', align: 'left', least: null, dropOrder: 4 }

const IOC_COLUMNS: readonly TableColumn[] = [
  { title: 'IOC', align: 'left', least: 22, dropOrder: null },
  { title: 'detections', align: 'right', least: null, dropOrder: null },
  { title: 'seen through', align: 'left', least: 28, dropOrder: 1 },
  { title: 'definition', align: 'left', least: 12, dropOrder: 2 },
]

/** The table of definitions that fire, and a line that names those that do not. */
export function definitionLines(summary: ReplaySummary, layout: SummaryLayout): readonly string[] {
  const fired = summary.alerts.byDefinition.filter((verdict) => verdict.alerts > 0).toSorted(byWeight)
  if (fired.length === 0) return []
  const shown = fired.slice(0, SHOWN_DEFINITIONS)
  const rows = shown.map((verdict) => definitionRow(verdict, shownSpan))
  const columns = columnsFor(layout)
  // A name says more than the minute: where both do not fit, days will do.
  const isWide = tableWidth(columns, rows) > layout.width
  return [
    layout.paint('strong', 'Definitions that fire'),
    ...(isWide
      ? tableLines(
          columns.map((column) => (column.title === SPAN_TITLE ? DAYS_COLUMN : column)),
          shown.map((verdict) => definitionRow(verdict, shownDays)),
          layout,
        )
      : tableLines(columns, rows, layout)),
    ...moreLine(fired.length - shown.length, 'definition'),
  ]
}

/** Columns are left out before a name of usual length is cut, on any terminal that has room for it. */
function columnsFor({ width }: SummaryLayout): readonly TableColumn[] {
  return DEFINITION_COLUMNS.map((column) =>
    column.least === null
      ? column
      : { ...column, least: Math.max(column.least, Math.min(WHOLE_NAME, width - BESIDE_NAME)) },
  )
}

/** The IOCs with the most detections, and through which fields and in which role they were seen. */
export function iocLines(summary: ReplaySummary, layout: SummaryLayout): readonly string[] {
  const hits = summary.alerts.byIoc.toSorted((a, b) => b.detections - a.detections)
  if (hits.length === 0) return []
  const shown = hits.slice(0, SHOWN_IOCS)
  return [
    layout.paint('strong', `IOCs that fire (${formatCount(summary.iocs.fired)})`),
    ...tableLines(
      IOC_COLUMNS,
      shown.map((hit) => iocRow(hit, layout)),
      layout,
    ),
    ...moreLine(Math.max(hits.length, summary.iocs.fired) - shown.length, 'IOC'),
  ]
}

/** The most severe first, of equal severity those with the most alerts; the rest keeps the summary's order. */
function byWeight(a: DefinitionVerdict, b: DefinitionVerdict): number {
  const severity = SEVERITIES.indexOf(b.definition.Severity) - SEVERITIES.indexOf(a.definition.Severity)
  return severity !== 0 ? severity : b.alerts - a.alerts
}

function definitionRow(
  verdict: DefinitionVerdict,
  span: (verdict: DefinitionVerdict) => string,
): readonly TableCell[] {
  const { Severity, Name } = verdict.definition
  return [
    cell(SEVERITY_WORD[Severity], SEVERITY_INK[Severity]),
    cell(escapeTerminal(Name)),
    cell(formatCount(verdict.alerts), 'strong'),
    cell(formatCount(verdict.detections)),
    cell(formatCount(verdict.devices)),
    cell(span(verdict)),
    cell(`${formatCount(verdict.iocsFired)}/${formatCount(verdict.iocs)}`),
  ]
}

function iocRow(hits: IndicatorHits, layout: SummaryLayout): readonly TableCell[] {
  const fieldCount = layout.width < WIDE_COLUMNS ? SHOWN_FIELDS.narrow : SHOWN_FIELDS.wide
  return [
    cell(shownIoc(hits.ioc)),
    cell(formatCount(hits.detections), 'strong'),
    cell(shownFields(hits.fields, fieldCount)),
    cell(escapeTerminal(hits.definitionName)),
  ]
}

/** The same column in files of different form (with and without the envelope) is one place for the reader. */
function shownFields(fields: IndicatorHits['fields'], fieldCount: number): string {
  const places = new Set(fields.map(({ field, role }) => `${columnOf(field)} (${role})`))
  const shown = Array.from(places).slice(0, fieldCount)
  const left = places.size - shown.length
  return shown.join(', ') + (left > 0 ? `, … ${formatCount(left)} more` : '')
}

function columnOf(field: string): string {
  return escapeTerminal(field.startsWith('properties.') ? field.slice('properties.'.length) : field)
}

/** `2026-11-02 09:05 to 11-03 11:40`: the later time repeats neither the year nor the day that it shares with the first. */
function shownSpan({ firstTime, lastTime }: DefinitionVerdict): string {
  if (firstTime === null || lastTime === null) return '-'
  const first = minuteOf(firstTime)
  const last = minuteOf(lastTime)
  if (first === last) return first
  const [day = ''] = first.split(' ')
  if (last.startsWith(`${day} `)) return `${first} to ${last.slice(day.length + 1)}`
  const year = first.slice(0, 5)
  return `${first} to ${last.startsWith(year) ? last.slice(year.length) : last}`
}

/** `11-02 to 11-03`, or with the years where they differ. */
function shownDays({ firstTime, lastTime }: DefinitionVerdict): string {
  if (firstTime === null || lastTime === null) return '-'
  const [first = ''] = minuteOf(firstTime).split(' ')
  const [last = ''] = minuteOf(lastTime).split(' ')
  if (first === last) return first
  const year = first.slice(0, 5)
  return last.startsWith(year) ? `${first.slice(5)} to ${last.slice(5)}` : `${first} to ${last}`
}

/** `2026-11-02 09:05` of an ISO time; any other text as it stands. */
function minuteOf(time: string): string {
  const iso = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?Z?$/.exec(time)
  return iso === null ? escapeTerminal(time) : `${iso[1]} ${iso[2]}`
}
