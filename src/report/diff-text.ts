import type { BehaviourDiff, RuleDiff } from '../model/rule-diff.ts'
import { exampleLines, firingLines, placeLines } from './diff-behaviour-lines.ts'
import { structureLines } from './diff-structure-lines.ts'
import { behaviourSentence, structureNotes, structureSentence } from './diff-words.ts'
import { escapeTerminal } from './escape.ts'
import { painterFor } from './paint.ts'
import { paragraphLines } from './paragraph.ts'
import { formatCountOf } from '../model/count-text.ts'
import { inputLines, problemLines, quarantineLines } from './summary-input.ts'
import type { SummaryLayout } from './summary-layout.ts'
import { groupingText, timingLine } from './summary-notes.ts'

/** Narrower terminals get lines of this width. */
const LEAST_WIDTH = 40

/**
 * Prints a diff of two rule sets for a terminal: what the rules say differently, what fires differently, where, when, through what.
 * Lines are at most `width` columns wide (at least 40); everything from logs and rules is escaped; a newline stands at the end.
 */
export function diffText(
  diff: RuleDiff,
  options: { readonly color: boolean; readonly width: number },
): string {
  const layout: SummaryLayout = {
    width: Math.max(LEAST_WIDTH, options.width),
    paint: painterFor(options),
  }
  const { behaviour } = diff
  const sections = [
    headLines(diff, layout),
    structureLines(diff, layout),
    ...(behaviour === null ? [] : behaviourSections(behaviour, layout)),
    noteLines(diff, layout),
    ...(behaviour === null ? [] : [[timingLine(timedRun(diff, behaviour), layout)]]),
  ]
  const texts = sections.filter((lines) => lines.length > 0).map((lines) => `${lines.join('\n')}\n`)
  return texts.join('\n')
}

function headLines(diff: RuleDiff, layout: SummaryLayout): readonly string[] {
  const { a, b, behaviour } = diff
  const title = `From ${escapeTerminal(a.reference)} to ${escapeTerminal(b.reference)}`
  const firing = behaviourSentence(diff)
  return [
    ...(behaviour?.partial === true
      ? wrapped(
          'The run was stopped early: what fires is complete only up to there.',
          ['', '  '],
          layout,
        ).map((line) => layout.paint('warning', line))
      : []),
    ...wrapped(title, ['', '  '], layout).map((line) => layout.paint('strong', line)),
    ...wrapped(structureSentence(diff), ['  ', '    '], layout),
    ...(firing === null ? [] : wrapped(firing, ['  ', '    '], layout)),
  ]
}

function behaviourSections(behaviour: BehaviourDiff, layout: SummaryLayout): readonly (readonly string[])[] {
  return [
    firingLines(behaviour, layout),
    placeLines(behaviour, layout),
    exampleLines(behaviour, layout),
    inputLines(behaviour, layout),
    quarantineLines(behaviour, layout),
    problemLines(behaviour, layout),
  ]
}

function noteLines(diff: RuleDiff, layout: SummaryLayout): readonly string[] {
  const notes = diffNotes(diff)
  if (notes.length === 0) return []
  return [
    layout.paint('strong', 'Notes'),
    ...notes.flatMap((note) => wrapped(note, ['  - ', '    '], layout)),
  ]
}

/** What a reader must know to judge the numbers. */
export function diffNotes(diff: RuleDiff): readonly string[] {
  const { behaviour } = diff
  return [
    ...structureNotes(diff),
    ...(behaviour === null || behaviour.alerts.before + behaviour.alerts.after === 0
      ? []
      : [groupingText(behaviour.semantics)]),
    ...(behaviour === null || behaviour.suppressed === 0
      ? []
      : [
          `${formatCountOf(behaviour.suppressed, 'detection')} left out as copies of an earlier one, both sides counted.`,
        ]),
  ]
}

function timedRun({ a, b }: RuleDiff, behaviour: BehaviourDiff): Parameters<typeof timingLine>[0] {
  const compiled = a.indicators.compiled + b.indicators.compiled
  return { ...behaviour, rules: { indicators: { compiled } } }
}

function wrapped(
  text: string,
  [first, rest]: readonly [string, string],
  { width }: SummaryLayout,
): readonly string[] {
  return paragraphLines(text, { width, first, rest })
}
