import { escapeTerminal } from './escape.ts'
import { painterFor } from './paint.ts'
import { paragraphLines } from './paragraph.ts'
import { formatCount, formatCountOf } from '../model/count-text.ts'

/** What became of a plan, as far as the text tells it. */
export interface AppliedView {
  readonly outcome: 'done' | 'stopped'
  readonly writes: {
    readonly planned: number
    readonly acknowledged: number
    readonly provenAbsent: number
    readonly unknown: number
  }
  readonly createdDefinitions: number
  readonly createdIndicators: number
  readonly patchedDefinitions: number
  readonly patchedIndicators: number
  readonly reboundIndicators: number
  readonly deletedDefinitions: number
  readonly deletedIndicators: number
  readonly fallenIndicators: number
  readonly requests: number
  readonly problems: readonly {
    readonly code: string
    readonly message: string
    readonly place: { readonly file: string; readonly line: number; readonly column: number } | null
    readonly fix: string | null
  }[]
  readonly surplus: readonly {
    readonly what: 'definition' | 'indicator'
    readonly Id: number
    readonly definition: { readonly Name: string }
    readonly isDeleted: boolean
  }[]
}

/** Surplus copies that are named; the JSON report has them all. */
const SHOWN_SURPLUS = 20

/**
 * Prints what an apply did, what stopped it, and how to go on. Lines are at most `width` columns wide; everything
 * from rules and from the service is escaped; a newline stands at the end.
 */
export function applyText(
  report: AppliedView,
  { color, width }: { readonly color: boolean; readonly width: number },
): string {
  const paint = painterFor({ color })
  const wrapped = (text: string, first = ''): readonly string[] =>
    paragraphLines(text, { width, first, rest: `${' '.repeat(first.length)}  `, longWords: 'break' })
  const isDone = report.outcome === 'done'
  return [
    ...wrapped(headline(report)).map((line) => paint(isDone ? 'good' : 'error', line)),
    ...countLines(report).flatMap((line) => wrapped(line, '  ')),
    ...report.surplus.slice(0, SHOWN_SURPLUS).flatMap((copy) => wrapped(surplusLine(copy), '  ')),
    ...report.problems.flatMap(({ code, message, place, fix }, index) => [
      ...wrapped(`${placeText(place)}${code} ${escapeTerminal(message)}`),
      // What helps against a row of problems alike is said once, below the last.
      ...(fix === null || fix === report.problems[index + 1]?.fix
        ? []
        : wrapped(`fix: ${escapeTerminal(fix)}`, '  ')),
    ]),
    ...(isDone ? [] : wrapped(wayOn(report))),
  ]
    .map((line) => `${line}\n`)
    .join('')
}

function wayOn({ writes }: AppliedView): string {
  return writes.acknowledged === writes.planned
    ? 'Nothing is left to write; `dryfire apply --resume` checks the tenant once more.'
    : 'The journal holds what was done: `dryfire apply --resume` goes on with it.'
}

function headline({ outcome, writes, requests }: AppliedView): string {
  if (outcome === 'done' && writes.planned === 0) return 'Nothing to do: the tenant is as the rules say'
  const sent = formatCountOf(requests, 'writing request')
  if (outcome === 'done') return `Applied: all ${formatCountOf(writes.planned, 'change')}, in ${sent}`
  if (writes.acknowledged === writes.planned)
    return `Applied but not confirmed: all ${formatCountOf(writes.planned, 'change')}, in ${sent}`
  const open = writes.unknown > 0 ? `, ${formatCount(writes.unknown)} unknown` : ''
  return `Stopped: ${formatCount(writes.acknowledged)} of ${formatCountOf(writes.planned, 'change')} applied, ${formatCount(writes.provenAbsent)} not${open}, in ${sent}`
}

function countLines(report: AppliedView): readonly string[] {
  const line = (noun: string, counts: readonly (readonly [number, string])[]): readonly string[] => {
    const parts = counts
      .filter(([count]) => count > 0)
      .map(([count, word]) => `${formatCount(count)} ${word}`)
    return parts.length === 0 ? [] : [`${noun}: ${parts.join(', ')}`]
  }
  return [
    ...line('definitions', [
      [report.createdDefinitions, 'created'],
      [report.patchedDefinitions, 'changed'],
      [report.deletedDefinitions, 'deleted'],
    ]),
    ...line('IOCs', [
      [report.createdIndicators, 'created'],
      [report.patchedIndicators, 'changed'],
      [report.reboundIndicators, 'bound to another definition'],
      [report.deletedIndicators, 'deleted'],
      [report.fallenIndicators, 'deleted with their definition'],
    ]),
  ]
}

function surplusLine({ what, Id, definition, isDeleted }: AppliedView['surplus'][number]): string {
  const noun = what === 'definition' ? 'definition' : 'IOC of'
  const fate = isDeleted ? 'deleted again' : 'left as it is: delete it by hand if it is not wanted'
  return `a second copy of the ${noun} ${escapeTerminal(definition.Name)} appeared (Id ${Id}), ${fate}`
}

function placeText(place: AppliedView['problems'][number]['place']): string {
  return place === null ? '' : `${escapeTerminal(place.file)}:${place.line}:${place.column} `
}
