import type { CorpusCoverage, Covered, CoverageGap, CoverageReport } from '../model/coverage-report.ts'
import { escapeTerminal } from './escape.ts'
import type { Ink } from './paint.ts'
import { painterFor } from './paint.ts'
import { paragraphLines } from './paragraph.ts'
import { formatCount, formatCountOf } from '../model/count-text.ts'
import { shownIoc } from './shown-ioc.ts'
import { moreLine } from './summary-layout.ts'
import type { SummaryLayout } from './summary-layout.ts'
import { blindLines, silentLines } from './summary-quiet.ts'
import { cell, tableLines } from './text-table.ts'
import type { TableCell, TableColumn } from './text-table.ts'

/** How the report is laid out. */
export interface CoverageTextOptions {
  readonly color: boolean
  /** Columns of the terminal. */
  readonly width: number
}

/** Gaps that the text names; JSON has up to a thousand. */
const SHOWN_GAPS = 20
/** Narrower terminals get lines of this width. */
const LEAST_WIDTH = 60

/** Coverage as a person wants to read it: the table by definition and operator, what is missing, what logs show. */
export function coverageText(report: CoverageReport, options: CoverageTextOptions): string {
  const paint = painterFor(options)
  const layout: SummaryLayout = { width: Math.max(LEAST_WIDTH, options.width), paint }
  const { tests, byDefinition, byOperator, corpus } = report
  const uncounted = [
    ...(tests.failed > 0 ? [`${formatCount(tests.failed)} failed`] : []),
    ...(tests.skipped > 0 ? [`${formatCount(tests.skipped)} skipped`] : []),
    ...(tests.generated > 0 ? [`${formatCount(tests.generated)} generated`] : []),
  ]
  const lines = [
    `${paint('strong', `${report.percent} % covered`)} by ${formatCountOf(tests.counted, 'written test')}` +
      (uncounted.length > 0 ? `; not counted: ${uncounted.join(', ')}` : ''),
    '',
    ...tableLines(SUMMARY_COLUMNS, summaryRows(report), layout),
    '',
    ...tableLines(
      DEFINITION_COLUMNS,
      byDefinition.map(({ name, isEnabled, firingTests, silentTests, nonEquals, equals }) => [
        cell(escapeTerminal(name), isEnabled ? null : 'faint'),
        isEnabled ? countCell(firingTests) : cell('off', 'faint'),
        isEnabled ? countCell(silentTests) : cell(formatCount(silentTests), 'faint'),
        shareCell(nonEquals.fired, nonEquals.total),
        shareCell(nonEquals.silent, nonEquals.total),
        cell(equals.total === 0 ? '' : `${formatCount(equals.fired)} of ${formatCount(equals.total)}`),
      ]),
      layout,
    ),
    '',
    ...tableLines(
      OPERATOR_COLUMNS,
      byOperator.map(({ Type, DetectionFunction, total, fired, silent }) => [
        cell(`${Type} ${DetectionFunction}`),
        cell(formatCount(total)),
        countCell(fired),
        countCell(silent),
      ]),
      layout,
    ),
    ...gapLines(report, layout),
    ...(corpus === null ? [] : corpusLines(corpus, layout)),
  ]
  return `${lines.join('\n')}\n`
}

const SUMMARY_COLUMNS: readonly TableColumn[] = [
  { title: 'covered', align: 'left', least: null, dropOrder: null },
  { title: 'fire', align: 'right', least: null, dropOrder: null },
  { title: 'proven silent', align: 'right', least: null, dropOrder: null },
]

const DEFINITION_COLUMNS: readonly TableColumn[] = [
  { title: 'definition', align: 'left', least: 16, dropOrder: null },
  { title: 'fires', align: 'right', least: null, dropOrder: null },
  { title: 'silent', align: 'right', least: null, dropOrder: null },
  { title: 'non-Equals fire', align: 'right', least: null, dropOrder: 1 },
  { title: 'silent', align: 'right', least: null, dropOrder: 2 },
  { title: 'Equals fire', align: 'right', least: null, dropOrder: 3 },
]

const OPERATOR_COLUMNS: readonly TableColumn[] = [
  { title: 'operator', align: 'left', least: null, dropOrder: null },
  { title: 'IOCs', align: 'right', least: null, dropOrder: null },
  { title: 'fire', align: 'right', least: null, dropOrder: null },
  { title: 'silent', align: 'right', least: null, dropOrder: null },
]

const CORPUS_COLUMNS: readonly TableColumn[] = [
  { title: 'definition', align: 'left', least: 16, dropOrder: null },
  { title: 'fired', align: 'right', least: null, dropOrder: null },
  { title: 'silent', align: 'right', least: null, dropOrder: null },
  { title: 'blind', align: 'right', least: null, dropOrder: null },
]

function summaryRows({
  definitions,
  operators,
  nonEquals,
  equals,
}: CoverageReport): readonly (readonly TableCell[])[] {
  const row = (name: string, { total, fired, silent }: Covered): readonly TableCell[] => [
    cell(name),
    shareCell(fired, total),
    shareCell(silent, total),
  ]
  return [
    row('definitions', definitions),
    row('operators', operators),
    row('non-Equals IOCs', nonEquals),
    [
      cell('Equals IOCs', 'faint'),
      cell(`${formatCount(equals.fired)} of ${formatCount(equals.total)}`, 'faint'),
      cell('not counted', 'faint'),
    ],
  ]
}

function shareCell(part: number, total: number): TableCell {
  if (total === 0) return cell('')
  const ink: Ink | null = part === total ? 'good' : part === 0 ? 'error' : 'warning'
  return cell(`${formatCount(part)} of ${formatCount(total)}`, ink)
}

function countCell(count: number): TableCell {
  return cell(formatCount(count), count === 0 ? 'error' : null)
}

const MISSING: { readonly [M in CoverageGap['missing']]: string } = {
  fires: 'no written test makes it fire',
  silent: 'no written test proves it silent',
  both: 'no written test makes it fire or proves it silent',
}

function gapLines({ gaps, gapCount }: CoverageReport, layout: SummaryLayout): readonly string[] {
  if (gapCount === 0) return []
  const shown = gaps.slice(0, SHOWN_GAPS)
  return [
    '',
    layout.paint('strong', 'Missing tests'),
    ...shown.flatMap(({ definitionName, ioc, missing }) => {
      const what = ioc === null ? 'the definition' : `${ioc.Type} ${shownIoc(ioc)}`
      const line = `${escapeTerminal(definitionName)}: ${what}: ${MISSING[missing]}`
      return paragraphLines(line, { width: layout.width, first: '  ', rest: '    ' })
    }),
    ...moreLine(gapCount - shown.length, 'gap'),
  ]
}

function corpusLines(corpus: CorpusCoverage, layout: SummaryLayout): readonly string[] {
  const { records, fired, silent, blind, byDefinition } = corpus
  return [
    '',
    `${layout.paint('strong', `Logs of ${formatCountOf(records, 'record')}`)}: ` +
      `${formatCount(fired)} IOCs fired, ${formatCount(silent)} silent, ${formatCount(blind)} blind`,
    '',
    ...tableLines(
      CORPUS_COLUMNS,
      byDefinition.map((definition) => [
        cell(escapeTerminal(definition.name)),
        cell(formatCount(definition.fired)),
        cell(formatCount(definition.silent)),
        cell(formatCount(definition.blind), definition.blind > 0 ? 'warning' : null),
      ]),
      layout,
    ),
    ...[silentLines(corpus, layout), blindLines(corpus, layout)].flatMap((lines) =>
      lines.length > 0 ? ['', ...lines] : [],
    ),
  ]
}
