import type {
  BehaviourDiff,
  DefinitionDiff,
  DetectionChange,
  IndicatorDiffs,
  OpaqueDiff,
  RuleDiff,
} from '../model/rule-diff.ts'
import { firstExamples, shownStep } from './diff-behaviour-lines.ts'
import { diffNotes } from './diff-text.ts'
import {
  attributesOf,
  behaviourSentence,
  CHANGE_SIGNS,
  definitionFacts,
  definitionSign,
  indicatorFacts,
  signedChanges,
  structureSentence,
} from './diff-words.ts'
import { htmlCode, markdownCode } from './markdown-code.ts'
import { formatCount, formatCountOf } from '../model/count-text.ts'
import { formatBytes } from './quantity.ts'

/** Rows of a table and items of a list; the JSON diff has them all. */
const SHOWN_ROWS = 20
const SHOWN_IOCS = 10
const SHOWN_EXAMPLES = 10
/** A comment on a pull request holds 65,536 characters; tables and notes need the rest. */
const DEFINITIONS_ROOM = 36_000

/**
 * Prints a diff of two rule sets as Markdown for a pull request: the numbers first, everything long folded away.
 * Short enough for one comment. Every text from logs and rules stands as code and stays text.
 */
export function diffMarkdown(diff: RuleDiff): string {
  const { a, b, behaviour } = diff
  const firing = behaviourSentence(diff)
  const sections = [
    `## Rules: ${markdownCode(a.reference)} → ${markdownCode(b.reference)}`,
    ...(behaviour?.partial === true
      ? ['**The run was stopped early: what fires is complete only up to there.**']
      : []),
    structureSentence(diff),
    ...(firing === null ? [] : [firing]),
    ...(behaviour === null ? [] : behaviourSections(behaviour)),
    ...structureSections(diff),
    ...(behaviour === null ? [] : [readSection(behaviour)]),
    ...diffNotes(diff).map((note) => `*${note}*`),
  ]
  return `${sections.join('\n\n')}\n`
}

function behaviourSections(behaviour: BehaviourDiff): readonly string[] {
  const { byDefinition, byDevice, byDay } = behaviour
  if (byDefinition.length === 0) return []
  const rows = byDefinition
    .slice(0, SHOWN_ROWS)
    .map(({ Name, alerts, detections, devices }) => [
      markdownCode(Name),
      shownStep(alerts),
      formatCount(alerts.gained),
      formatCount(alerts.lost),
      formatCount(alerts.relabelled),
      signedChanges(detections),
      formatCount(devices),
    ])
  const deviceRows = byDevice
    .slice(0, SHOWN_ROWS)
    .map(({ device, deviceName, alerts, detections }) => [
      markdownCode(deviceName ?? device),
      signedChanges(alerts),
      signedChanges(detections),
    ])
  const dayRows = byDay
    .slice(0, SHOWN_ROWS)
    .map(({ day, alerts, detections }) => [
      day ?? 'no readable time',
      signedChanges(alerts),
      signedChanges(detections),
    ])
  const examples = firstExamples(byDefinition, SHOWN_EXAMPLES)
  return [
    table(
      ['Definition', 'Alerts', 'Gained', 'Lost', 'Relabelled', 'In detections', 'Devices'],
      rows,
      byDefinition.length,
    ),
    folded(
      `Where: ${formatCountOf(byDevice.length, 'device')}`,
      table(['Device', 'Alerts', 'Detections'], deviceRows, byDevice.length),
    ),
    folded(
      `When: ${formatCountOf(byDay.length, 'day')}`,
      table(['Day (UTC)', 'Alerts', 'Detections'], dayRows, byDay.length),
    ),
    folded(formatCountOf(examples.length, 'example'), examples.map(exampleItem).join('\n')),
  ]
}

/** Folded lists of what each definition says differently, as many as there is room for. */
function structureSections({ structure }: RuleDiff): readonly string[] {
  const sections: string[] = []
  let room = DEFINITIONS_ROOM
  for (const definition of structure.byDefinition) {
    const section = definitionSection(definition)
    room -= section.length
    if (room < 0) break
    sections.push(section)
  }
  const left = structure.byDefinition.length - sections.length
  return left === 0 ? sections : [...sections, `… ${formatCountOf(left, 'more definition')}`]
}

const KINDS = ['added', 'changed', 'removed'] as const

function definitionSection(diff: DefinitionDiff): string {
  const { Name, before, after, iocs, opaque } = diff
  const only = before === null ? after : after === null ? before : null
  const items = [
    ...(only === null ? [] : [`- ${definitionFacts(only).join(' · ')} · ${markdownCode(only.Title)}`]),
    ...attributesOf(diff).map(
      ({ name, before: old, after: now }) => `- ${name}: ${markdownCode(old)} → ${markdownCode(now)}`,
    ),
    ...indicatorItems('added', iocs.added),
    ...indicatorItems('changed', iocs.changed),
    ...indicatorItems('removed', iocs.removed),
    ...(opaque === null ? [] : KINDS.flatMap((kind) => indicatorItems(`opaque ${kind}`, opaque[kind]))),
  ]
  const changed = KINDS.flatMap((kind) => {
    const count = iocs[kind].count + (opaque?.[kind].count ?? 0)
    return count === 0 ? [] : [`${formatCount(count)} ${kind}`]
  })
  const words = { '+': ' added', '-': ' removed', '~': '' }[definitionSign(diff)]
  const summary = `${htmlCode(Name)}${words}${changed.length === 0 ? '' : `; IOCs: ${changed.join(', ')}`}`
  return folded(summary, items.join('\n'))
}

function indicatorItems(kind: string, { count, listed }: IndicatorDiffs<OpaqueDiff>): readonly string[] {
  const shown = listed.slice(0, SHOWN_IOCS)
  const left = count - shown.length
  return [
    ...shown.map((ioc) => `- ${kind}: ${indicatorText(ioc)}`),
    ...(left === 0 ? [] : [`- ${kind}: … ${formatCount(left)} more`]),
  ]
}

function indicatorText(ioc: OpaqueDiff): string {
  const facts = indicatorFacts(ioc)
  const kind = [ioc.Type, ioc.DetectionFunction].map((word) =>
    /^[A-Za-z0-9]*$/.test(word) ? word : markdownCode(word),
  )
  return `${kind.join(' ')} ${markdownCode(ioc.Value)}${facts.length === 0 ? '' : `, ${facts.join(', ')}`}`
}

function exampleItem({ change, definition, event, matches }: DetectionChange): string {
  const [match] = matches
  const evidence =
    match === undefined
      ? ''
      : `, ${match.ioc.DetectionFunction} ${markdownCode(match.ioc.Value)} in ${markdownCode(match.field)}: ${markdownCode(match.text)}`
  const device = event.deviceName ?? event.deviceId
  return (
    `- \`${CHANGE_SIGNS[change]}\` ${change}: ${markdownCode(definition.Name)}` +
    `${event.time === null ? '' : ` at ${markdownCode(event.time)}`}${device === null ? '' : ` on ${markdownCode(device)}`}` +
    `${evidence} (${markdownCode(`${event.source}:${event.line}`)})`
  )
}

function readSection({ input }: BehaviourDiff): string {
  const errors = input.problems.filter((problem) => problem.severity === 'error').length
  const parts = [
    `Read ${formatCountOf(input.files.length, 'file')}, ${formatBytes(input.bytes)}, ${formatCountOf(input.records, 'record')}`,
    ...(input.quarantined === 0 ? [] : [`**${formatCountOf(input.quarantined, 'record')} quarantined**`]),
    ...(errors === 0 ? [] : [`**${formatCountOf(errors, 'problem')} with the logs**`]),
  ]
  return `${parts.join(', ')}.`
}

/** `total` rows, of which `rows` are shown; cells are Markdown already. */
function table(titles: readonly string[], rows: readonly (readonly string[])[], total: number): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const rule = titles.map((_, i) => (i === 0 ? '---' : '---:'))
  const left = total - rows.length
  return [
    line(titles),
    line(rule),
    ...rows.map(line),
    ...(left === 0 ? [] : ['', `… ${formatCount(left)} more`]),
  ].join('\n')
}

/** The blank lines let Markdown begin inside the element again. */
function folded(summary: string, content: string): string {
  return `<details><summary>${summary}</summary>\n\n${content}\n\n</details>`
}
