import type {
  BehaviourDiff,
  ChangeKind,
  ChangeTotals,
  DayChanges,
  DefinitionChanges,
  DetectionChange,
  DeviceChanges,
} from '../model/rule-diff.ts'
import { CHANGE_SIGNS, signedChanges } from './diff-words.ts'
import { escapeTerminal } from './escape.ts'
import type { Ink } from './paint.ts'
import { paragraphLines } from './paragraph.ts'
import { formatCount } from '../model/count-text.ts'
import { shownIoc } from './shown-ioc.ts'
import { moreLine } from './summary-layout.ts'
import type { SummaryLayout } from './summary-layout.ts'
import type { TableCell, TableColumn } from './text-table.ts'
import { cell, tableLines } from './text-table.ts'

/** What is listed; the JSON diff has it all. */
const SHOWN_DEFINITIONS = 50
const SHOWN_DEVICES = 10
const SHOWN_DAYS = 31
const SHOWN_EXAMPLES = 10

const INKS: { readonly [K in ChangeKind]: Ink } = { gained: 'good', lost: 'error', relabelled: 'warning' }

const DEFINITION_COLUMNS: readonly TableColumn[] = [
  { title: 'definition', align: 'left', least: 12, dropOrder: null },
  { title: 'alerts', align: 'right', least: null, dropOrder: 2 },
  { title: 'gained', align: 'right', least: null, dropOrder: null },
  { title: 'lost', align: 'right', least: null, dropOrder: null },
  { title: 'relabelled', align: 'right', least: null, dropOrder: 1 },
  { title: 'in detections', align: 'right', least: null, dropOrder: 3 },
  { title: 'devices', align: 'right', least: null, dropOrder: 4 },
]

const DEVICE_COLUMNS: readonly TableColumn[] = [
  { title: 'device', align: 'left', least: 16, dropOrder: null },
  { title: 'alerts', align: 'right', least: null, dropOrder: null },
  { title: 'detections', align: 'right', least: null, dropOrder: 1 },
  { title: 'device id', align: 'left', least: 12, dropOrder: 2 },
]

const DAY_COLUMNS: readonly TableColumn[] = [
  { title: 'day (UTC)', align: 'left', least: null, dropOrder: null },
  { title: 'alerts', align: 'right', least: null, dropOrder: null },
  { title: 'detections', align: 'right', least: null, dropOrder: 1 },
]

/** The definitions that fire differently. */
export function firingLines({ byDefinition }: BehaviourDiff, layout: SummaryLayout): readonly string[] {
  if (byDefinition.length === 0) return []
  const shown = byDefinition.slice(0, SHOWN_DEFINITIONS)
  return [
    layout.paint('strong', 'What fires'),
    ...tableLines(DEFINITION_COLUMNS, shown.map(definitionRow), layout),
    ...moreLine(byDefinition.length - shown.length, 'definition'),
  ]
}

/** The devices and the days on which something changes; `+` gained, `-` lost, `~` relabelled. */
export function placeLines(behaviour: BehaviourDiff, layout: SummaryLayout): readonly string[] {
  const { byDevice, byDay, input } = behaviour
  if (byDevice.length === 0) return []
  const sources = new Set(input.files.map((file) => file.source))
  const devices = byDevice.slice(0, SHOWN_DEVICES)
  const days = byDay.slice(0, SHOWN_DAYS)
  return [
    layout.paint('strong', 'Where and when'),
    ...tableLines(
      DEVICE_COLUMNS,
      devices.map((changes) => deviceRow(changes, sources)),
      layout,
    ),
    ...moreLine(byDevice.length - devices.length, 'device'),
    '',
    ...tableLines(DAY_COLUMNS, days.map(dayRow), layout),
    ...moreLine(byDay.length - days.length, 'day'),
    layout.paint('faint', '  + gained  - lost  ~ relabelled'),
  ]
}

/** A few changed detections with their evidence. */
export function exampleLines({ byDefinition }: BehaviourDiff, layout: SummaryLayout): readonly string[] {
  const examples = firstExamples(byDefinition, SHOWN_EXAMPLES)
  if (examples.length === 0) return []
  return [layout.paint('strong', 'Examples'), ...examples.flatMap((change) => oneExample(change, layout))]
}

/** Of each definition and kind the first example, then the second: so that no noisy definition hides another. */
export function firstExamples(
  byDefinition: readonly DefinitionChanges[],
  limit: number,
): readonly DetectionChange[] {
  const ranked = byDefinition.flatMap(({ examples }) =>
    [...Map.groupBy(examples, ({ change }) => change).values()].flatMap((same) =>
      same.map((example, rank) => ({ example, rank })),
    ),
  )
  return ranked
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, limit)
    .map(({ example }) => example)
}

function definitionRow(changes: DefinitionChanges): readonly TableCell[] {
  const { Name, alerts, detections, devices } = changes
  return [
    cell(escapeTerminal(Name)),
    cell(shownStep(alerts)),
    countCell('gained', alerts),
    countCell('lost', alerts),
    countCell('relabelled', alerts),
    cell(signedChanges(detections)),
    cell(formatCount(devices)),
  ]
}

function countCell(kind: ChangeKind, counts: ChangeTotals): TableCell {
  return counts[kind] === 0 ? cell('0') : cell(formatCount(counts[kind]), INKS[kind])
}

/** `12 → 15`. */
export function shownStep({ before, after }: ChangeTotals): string {
  return before === after ? formatCount(after) : `${formatCount(before)} → ${formatCount(after)}`
}

/** Named as people name it, the id beside it. Events that name no device are grouped by the file they stand in. */
function deviceRow(changes: DeviceChanges, sources: ReadonlySet<string>): readonly TableCell[] {
  const { device, deviceName, alerts, detections } = changes
  const isNamed = deviceName !== null && deviceName.toLowerCase() !== device
  const nameless = sources.has(device) ? `(none named) ${device}` : device
  return [
    cell(escapeTerminal(isNamed ? deviceName : nameless)),
    cell(signedChanges(alerts), 'strong'),
    cell(signedChanges(detections)),
    cell(isNamed ? escapeTerminal(device) : ''),
  ]
}

function dayRow({ day, alerts, detections }: DayChanges): readonly TableCell[] {
  return [
    cell(day ?? 'no readable time'),
    cell(signedChanges(alerts), 'strong'),
    cell(signedChanges(detections)),
  ]
}

function oneExample(change: DetectionChange, layout: SummaryLayout): readonly string[] {
  const { definition, event, matches, matchCount } = change
  const sign = CHANGE_SIGNS[change.change]
  const facts = [definition.Name, event.time ?? 'no time', event.deviceName ?? event.deviceId ?? 'no device']
  const [head = '', ...rest] = paragraphLines(facts.map(escapeTerminal).join(' · '), {
    width: layout.width,
    first: `  ${sign} `,
    rest: '      ',
  })
  const inner = { width: layout.width, first: '      ', rest: '        ' }
  const [match] = matches
  const more = matchCount > 1 ? ` and ${formatCount(matchCount - 1)} more` : ''
  return [
    `  ${layout.paint(INKS[change.change], sign)}${head.slice(3)}`,
    ...rest,
    ...(match === undefined
      ? []
      : paragraphLines(
          `${shownIoc(match.ioc)} in ${escapeTerminal(match.field)} (${match.role}): "${escapeTerminal(match.text)}"${more}`,
          inner,
        )),
    ...paragraphLines(`${escapeTerminal(event.source)}:${event.line} record ${event.record}`, inner),
  ]
}
