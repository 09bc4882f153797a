import type { Accounting, InputProblem, InputSummary, QuarantinedRecord } from '../model/replay-summary.ts'
import { escapeTerminal } from './escape.ts'
import { paragraphLines } from './paragraph.ts'
import { formatCount, formatCountOf } from '../model/count-text.ts'
import { formatBytes } from './quantity.ts'
import { moreLine } from './summary-layout.ts'
import type { SummaryLayout } from './summary-layout.ts'

const SHOWN_QUARANTINED = 10
const SHOWN_PROBLEMS = 20

/** The part of a result that says what was read. */
export interface ReadInput {
  readonly input: InputSummary
  readonly accounting: Pick<Accounting, 'bytes'>
}

/** What was read: files and their formats, bytes, records, and how many of them were looked at. */
export function inputLines(summary: ReadInput, layout: SummaryLayout): readonly string[] {
  return paragraphLines(readText(summary), { width: layout.width, first: '', rest: '  ' })
}

function readText({ input, accounting }: ReadInput): string {
  const formats = new Map<string, number>()
  for (const file of input.files)
    formats.set(file.format ?? 'unknown format', (formats.get(file.format ?? 'unknown format') ?? 0) + 1)
  const shownFormats = Array.from(
    formats,
    ([format, count]) => `${formatCount(count)} ${escapeTerminal(format)}`,
  )
  const parts = [
    `Read ${formatCountOf(input.files.length, 'file')}`,
    input.files.length > 0 ? ` (${shownFormats.join(', ')})` : '',
    `, ${formatBytes(input.bytes)}, ${formatCountOf(input.records, 'record')}`,
    input.quarantined > 0
      ? `: ${formatCount(input.examined)} examined, ${formatCount(input.quarantined)} quarantined`
      : input.records > 0
        ? ', all examined'
        : '',
    accounting.bytes.skipped > 0
      ? `; ${formatBytes(accounting.bytes.skipped)} skipped (blank, header, wrapper)`
      : '',
  ]
  return parts.join('') + '.'
}

/** The first records that were not looked at, with places and reasons. */
export function quarantineLines(
  { input }: Pick<ReadInput, 'input'>,
  layout: SummaryLayout,
): readonly string[] {
  if (input.quarantined === 0) return []
  const shown = input.quarantine.slice(0, SHOWN_QUARANTINED)
  return [
    layout.paint('error', `Quarantined (${formatCount(input.quarantined)})`) + ': not looked at',
    ...shown.flatMap((record) => quarantinedLines(record, layout)),
    ...moreLine(input.quarantined - shown.length, 'record'),
  ]
}

function quarantinedLines(record: QuarantinedRecord, layout: SummaryLayout): readonly string[] {
  const place = `${escapeTerminal(record.source)}:${record.line}`
  const text = `${place} record ${record.record}, ${formatCountOf(record.bytes, 'byte')}: ${escapeTerminal(record.reason)}`
  return paragraphLines(text, { width: layout.width, first: '  ', rest: '    ' })
}

/** Inputs that could not be read, or not to their end, with remedies. */
export function problemLines({ input }: Pick<ReadInput, 'input'>, layout: SummaryLayout): readonly string[] {
  if (input.problems.length === 0) return []
  const shown = input.problems.slice(0, SHOWN_PROBLEMS)
  return [
    layout.paint('strong', `Problems (${formatCount(input.problems.length)})`),
    ...shown.flatMap((problem) => oneProblem(problem, layout)),
    ...moreLine(input.problems.length - shown.length, 'problem'),
  ]
}

function oneProblem(problem: InputProblem, layout: SummaryLayout): readonly string[] {
  const text = `${problem.severity}: ${escapeTerminal(problem.source)}: ${escapeTerminal(problem.message)}`
  const [first = '', ...rest] = paragraphLines(text, { width: layout.width, first: '  ', rest: '    ' })
  const painted = first.replace(problem.severity, () => layout.paint(problem.severity, problem.severity))
  const fix =
    problem.fix === null
      ? []
      : paragraphLines(`fix: ${escapeTerminal(problem.fix)}`, {
          width: layout.width,
          first: '    ',
          rest: '      ',
        })
  return [painted, ...rest, ...fix]
}
