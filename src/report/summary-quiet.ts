import type { QuietGroup } from '../model/replay-summary.ts'
import { escapeTerminal } from './escape.ts'
import { paragraphLines } from './paragraph.ts'
import { formatCount } from '../model/count-text.ts'
import { shownIoc } from './shown-ioc.ts'
import { moreLine } from './summary-layout.ts'
import type { SummaryLayout } from './summary-layout.ts'
import { cell, tableLines } from './text-table.ts'
import type { TableCell, TableColumn } from './text-table.ts'

/** Groups that are listed of each verdict; the JSON summary has them all. */
const SHOWN_GROUPS = 20
const SHOWN_EXAMPLES = 2
const EXAMPLE_LENGTH = 32
/** Hashes are recognised by their beginning; whole ones would fill the line. */
const EXAMPLE_HASH_LENGTH = 12
const WHOLE_HASH = /^[0-9a-f]{32,64}$/

const COLUMNS: readonly TableColumn[] = [
  { title: 'definition', align: 'left', least: 12, dropOrder: null },
  { title: 'type', align: 'left', least: null, dropOrder: null },
  { title: 'IOCs', align: 'right', least: null, dropOrder: null },
  { title: 'for example', align: 'left', least: 16, dropOrder: 1 },
]
const SILENT_COLUMNS: readonly TableColumn[] = [
  ...COLUMNS.slice(0, 3),
  { title: 'values seen', align: 'right', least: null, dropOrder: 2 },
  ...COLUMNS.slice(3),
]

/** What these lines know of a run; the summary of a replay fits, and corpus coverage. */
export interface QuietIocs {
  readonly silent: number
  readonly blind: number
  readonly quiet: readonly QuietGroup[]
}

/** IOCs that did not fire though the log shows values of their type: their silence says something. */
export function silentLines(iocs: QuietIocs, layout: SummaryLayout): readonly string[] {
  const groups = groupsOf(iocs, 'silent')
  if (groups.length === 0) return []
  const rows = groups.slice(0, SHOWN_GROUPS).map((group) => row(group, [cell(formatCount(group.valuesSeen))]))
  return [
    ...heading('Silent', iocs.silent, 'values of their type were seen, none matches', layout),
    ...tableLines(SILENT_COLUMNS, rows, layout),
    ...moreLine(groups.length - rows.length, 'group'),
  ]
}

/** IOCs that could not have fired, because the log shows no value of their type at all. */
export function blindLines(iocs: QuietIocs, layout: SummaryLayout): readonly string[] {
  const groups = groupsOf(iocs, 'blind')
  if (groups.length === 0) return []
  const rows = groups.slice(0, SHOWN_GROUPS).map((group) => row(group, []))
  return [
    ...heading('Blind', iocs.blind, 'no value of their type was seen: the log could not show them', layout),
    ...tableLines(COLUMNS, rows, layout),
    ...moreLine(groups.length - rows.length, 'group'),
  ]
}

function groupsOf(iocs: QuietIocs, verdict: QuietGroup['verdict']): readonly QuietGroup[] {
  return iocs.quiet.filter((group) => group.verdict === verdict && group.count > 0)
}

function heading(
  title: 'Silent' | 'Blind',
  count: number,
  meaning: string,
  layout: SummaryLayout,
): readonly string[] {
  const shown = `${title} IOCs (${formatCount(count)})`
  const painted = layout.paint(title === 'Blind' ? 'warning' : 'strong', shown)
  return shown.length + 2 + meaning.length <= layout.width
    ? [`${painted}: ${meaning}`]
    : [`${painted}:`, ...paragraphLines(meaning, { width: layout.width, first: '  ', rest: '  ' })]
}

function row(group: QuietGroup, between: readonly TableCell[]): readonly TableCell[] {
  return [
    cell(escapeTerminal(group.definitionName)),
    cell(group.type),
    cell(formatCount(group.count)),
    ...between,
    cell(examplesOf(group)),
  ]
}

function examplesOf(group: QuietGroup): string {
  const shown = group.examples
    .slice(0, SHOWN_EXAMPLES)
    .map((ioc) => shownIoc({ ...ioc, Value: short(ioc.Value) }))
  const left = group.count - shown.length
  return shown.join(', ') + (left > 0 ? `, … ${formatCount(left)} more` : '')
}

function short(value: string): string {
  const length = WHOLE_HASH.test(value) ? EXAMPLE_HASH_LENGTH : EXAMPLE_LENGTH
  return value.length > length ? `${value.slice(0, length)}…` : value
}
