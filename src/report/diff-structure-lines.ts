import type { DefinitionDiff, IndicatorDiffs, OpaqueDiff, RuleDiff } from '../model/rule-diff.ts'
import { attributesOf, definitionFacts, definitionSign, indicatorFacts } from './diff-words.ts'
import { escapeTerminal } from './escape.ts'
import type { Ink } from './paint.ts'
import { paragraphLines } from './paragraph.ts'
import { formatCount } from '../model/count-text.ts'
import { moreLine } from './summary-layout.ts'
import type { SummaryLayout } from './summary-layout.ts'
import { cutToWidth } from './text-width.ts'

/** Definitions that are listed; the JSON diff has them all. */
const SHOWN_DEFINITIONS = 50
/** IOC lines of one kind below one definition. */
const SHOWN_IOCS = 10
/** Columns of one side of a changed text. */
const SHOWN_TEXT = 60

type Sign = '+' | '-' | '~'
const INKS: { readonly [S in Sign]: Ink } = { '+': 'good', '-': 'error', '~': 'warning' }

/** What the rules themselves say differently, by definition. */
export function structureLines({ structure }: RuleDiff, layout: SummaryLayout): readonly string[] {
  const { byDefinition } = structure
  if (byDefinition.length === 0) return []
  const shown = byDefinition.slice(0, SHOWN_DEFINITIONS)
  return [
    layout.paint('strong', 'What the rules say'),
    ...shown.flatMap((definition) => definitionLines(definition, layout)),
    ...moreLine(byDefinition.length - shown.length, 'definition'),
  ]
}

function definitionLines(diff: DefinitionDiff, layout: SummaryLayout): readonly string[] {
  const { Name, before, after, iocs, opaque } = diff
  const only = before === null ? after : after === null ? before : null
  const facts = only === null ? [] : [...definitionFacts(only), only.Title].map(escapeTerminal)
  return [
    ...signLines(definitionSign(diff), escapeTerminal(Name), '  ', layout),
    ...(only === null
      ? []
      : paragraphLines(facts.join(' · '), { width: layout.width, first: '      ', rest: '        ' })),
    ...attributesOf(diff).flatMap(({ name, before: old, after: now, isText }) =>
      signLines('~', `${name} ${valueText(old, isText)} → ${valueText(now, isText)}`, '      ', layout),
    ),
    ...indicatorLines('+', iocs.added, layout),
    ...indicatorLines('~', iocs.changed, layout),
    ...indicatorLines('-', iocs.removed, layout),
    ...(opaque === null
      ? []
      : [
          ...indicatorLines('+', opaque.added, layout, 'opaque '),
          ...indicatorLines('~', opaque.changed, layout, 'opaque '),
          ...indicatorLines('-', opaque.removed, layout, 'opaque '),
        ]),
  ]
}

function indicatorLines(
  sign: Sign,
  { count, listed }: IndicatorDiffs<OpaqueDiff>,
  layout: SummaryLayout,
  noun: '' | 'opaque ' = '',
): readonly string[] {
  const shown = listed.slice(0, SHOWN_IOCS)
  const left = count - shown.length
  return [
    ...shown.flatMap((ioc) => signLines(sign, noun + indicatorText(ioc), '      ', layout)),
    ...(left === 0
      ? []
      : signLines(sign, `… ${formatCount(left)} more${noun === '' ? '' : ' opaque'}`, '      ', layout)),
  ]
}

function indicatorText(ioc: OpaqueDiff): string {
  const facts = indicatorFacts(ioc)
  const value = escapeTerminal(ioc.Value)
  return `${escapeTerminal(ioc.Type)} ${escapeTerminal(ioc.DetectionFunction)} ${value}${facts.length === 0 ? '' : `: ${facts.join(', ')}`}`
}

function valueText(text: string, isText: boolean): string {
  const shown = cutToWidth(escapeTerminal(text), SHOWN_TEXT)
  return isText ? `"${shown}"` : shown
}

/** Wraps a text behind its painted sign. */
function signLines(sign: Sign, text: string, indent: string, layout: SummaryLayout): readonly string[] {
  const [head = '', ...rest] = paragraphLines(text, {
    width: layout.width,
    first: `${indent}${sign} `,
    rest: `${indent}    `,
  })
  return [indent + layout.paint(INKS[sign], sign) + head.slice(indent.length + 1), ...rest]
}
