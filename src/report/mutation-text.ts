import { assertNever } from '../model/assert-never.ts'
import type { MutantCount, Mutation, MutationReport, SurvivingMutant } from '../model/mutation-report.ts'
import { escapeTerminal } from './escape.ts'
import type { Painter } from './paint.ts'
import { painterFor } from './paint.ts'
import { formatCount, formatCountOf } from '../model/count-text.ts'
import { formatDuration } from './quantity.ts'
import { shownIoc } from './shown-ioc.ts'
import { cell, tableLines } from './text-table.ts'
import type { TableCell, TableColumn } from './text-table.ts'

/** How the report is laid out. */
export interface MutationTextOptions {
  readonly color: boolean
  /** Columns of the terminal. */
  readonly width: number
}

const LEAST_WIDTH = 60
/** Survivors that the text names; JSON has up to a thousand. */
const SHOWN_SURVIVORS = 20

const MUTATION_WORDS: { readonly [M in Mutation]: string } = {
  drop: 'an IOC is dropped',
  operator: 'another operator',
  cut: 'a character less',
  lengthen: 'a character more',
  type: 'another type',
  expiry: 'no expiry',
  disable: 'a definition is disabled',
}

/** A mutation score as a person wants to read it: the score, the tables, and the survivors with the tests to add. */
export function mutationText(report: MutationReport, options: MutationTextOptions): string {
  const paint = painterFor(options)
  const layout = { width: Math.max(LEAST_WIDTH, options.width), paint }
  const { byMutation, byDefinition, timing } = report
  const lines = [
    ...headLines(report, paint),
    ...(byMutation.length === 0
      ? []
      : [
          '',
          ...tableLines(
            columnsFor('mutation'),
            byMutation.map(({ mutation, ...count }) => rowOf(MUTATION_WORDS[mutation], count)),
            layout,
          ),
          '',
          ...tableLines(
            columnsFor('definition'),
            byDefinition.map(({ definitionName, ...count }) => rowOf(escapeTerminal(definitionName), count)),
            layout,
          ),
        ]),
    ...survivorLines(report, paint),
    ...(report.partial ? ['', paint('warning', 'The run ended before the last mutant.')] : []),
    '',
    paint('faint', `seed ${report.seed}, ${formatDuration(timing.milliseconds)}`),
  ]
  return `${lines.join('\n')}\n`
}

function headLines(report: MutationReport, paint: Painter): readonly string[] {
  const { score, mutants, equalsHashes, tests } = report
  const uncounted = [
    ...(tests.failed > 0 ? [`${formatCount(tests.failed)} failed`] : []),
    ...(tests.skipped > 0 ? [`${formatCount(tests.skipped)} skipped`] : []),
    ...(tests.generated > 0 ? [`${formatCount(tests.generated)} generated`] : []),
  ]
  const by = `${formatCountOf(tests.counted, 'written test')}${uncounted.length > 0 ? ` (not counted: ${uncounted.join(', ')})` : ''}`
  const isOfHashes = mutants.evaluated === 0 && equalsHashes.evaluated > 0
  return [
    score === null
      ? `${paint('strong', 'No mutant')} of the rules was tried; ${by}`
      : `${paint('strong', `${score} %`)} of the mutants noticed by ${by}`,
    ...(isOfHashes || mutants.possible === 0 ? [] : [`  ${countInWords(mutants, '')}`]),
    ...(equalsHashes.possible === 0
      ? []
      : [
          `  apart${isOfHashes ? ', and the score for want of others' : ''}: ${countInWords(equalsHashes, ' of Equals hashes')}`,
        ]),
  ]
}

function countInWords({ possible, evaluated, killed }: MutantCount, which: string): string {
  const sampled = evaluated < possible ? `, a sample of ${formatCount(possible)}` : ''
  return `${formatCount(killed)} of ${formatCountOf(evaluated, 'mutant')}${which} noticed${sampled}`
}

function columnsFor(title: string): readonly TableColumn[] {
  return [
    { title, align: 'left', least: 16, dropOrder: null },
    { title: 'mutants', align: 'right', least: null, dropOrder: null },
    { title: 'noticed', align: 'right', least: null, dropOrder: null },
    { title: 'survived', align: 'right', least: null, dropOrder: null },
  ]
}

function rowOf(
  name: string,
  { evaluated, killed }: Pick<MutantCount, 'evaluated' | 'killed'>,
): readonly TableCell[] {
  const survived = evaluated - killed
  return [
    cell(name),
    cell(formatCount(evaluated)),
    cell(formatCount(killed)),
    cell(formatCount(survived), survived > 0 ? 'warning' : 'faint'),
  ]
}

function survivorLines({ survivors, survivorCount }: MutationReport, paint: Painter): readonly string[] {
  if (survivorCount === 0) return []
  const shown = survivors.slice(0, SHOWN_SURVIVORS)
  const left = survivorCount - shown.length
  return [
    '',
    paint('strong', 'No test notices'),
    ...shown.flatMap((survivor) => ['', ...survivorOf(survivor, paint)]),
    ...(left > 0 ? ['', `  and ${formatCount(left)} more; --json lists them`] : []),
  ]
}

function survivorOf(survivor: SurvivingMutant, paint: Painter): readonly string[] {
  const { definitionName, place, test } = survivor
  const at =
    place === null ? '' : `  ${paint('faint', `${escapeTerminal(place.file)}:${place.line}:${place.column}`)}`
  return [
    `  ${paint('accent', escapeTerminal(definitionName))}: ${changeInWords(survivor)}${at}`,
    ...(test === null
      ? ['    no event was found that tells the two apart: another IOC may say the same']
      : test
          .trimEnd()
          .split('\n')
          .map((line) => `    ${escapeTerminal(line)}`)),
  ]
}

function changeInWords({ mutation, ioc, changed }: SurvivingMutant): string {
  const before = ioc === null ? '' : `${ioc.Type} ${shownIoc(ioc)}`
  switch (mutation) {
    case 'disable':
      return 'the definition is disabled'
    case 'drop':
      return `${before} is dropped`
    case 'expiry':
      return `${before} never expires`
    case 'operator':
      return `${ioc?.Type} ${ioc?.DetectionFunction} ${escapeTerminal(ioc?.Value ?? '')} becomes ${changed?.DetectionFunction}`
    case 'type':
      return `${before} becomes ${changed?.Type}`
    case 'cut':
    case 'lengthen':
      return `${before} becomes ${escapeTerminal(changed?.Value ?? '')}`
    default:
      return assertNever(mutation)
  }
}
