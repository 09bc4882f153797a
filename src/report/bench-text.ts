import type { BenchChange, BenchReport, BenchTiming, SlowRecords, Spread } from '../model/bench-report.ts'
import { QUOTA_NOUNS } from '../model/quotas.ts'
import { escapeTerminal } from './escape.ts'
import type { Ink } from './paint.ts'
import { painterFor } from './paint.ts'
import { paragraphLines } from './paragraph.ts'
import { formatCount, formatCountOf } from '../model/count-text.ts'
import { formatBytes, formatDuration } from './quantity.ts'
import { shownIoc } from './shown-ioc.ts'
import type { SummaryLayout } from './summary-layout.ts'
import { moreLine } from './summary-layout.ts'
import { cell, tableLines } from './text-table.ts'
import type { TableCell, TableColumn } from './text-table.ts'

const LEAST_WIDTH = 60
/** IOCs that the text names; JSON has up to a hundred. */
const SHOWN_INDICATORS = 10
/** Smaller logs are replayed on one thread where nobody asks for more. */
const SMALL_LOGS = 50_000_000

/** What `bench` measured, as a person wants to read it. Everything from rules and files is escaped; a newline stands at the end. */
export function benchText(
  report: BenchReport,
  options: { readonly color: boolean; readonly width: number },
): string {
  const layout = { width: Math.max(LEAST_WIDTH, options.width), paint: painterFor(options) }
  const sections = [
    headLines(report, layout),
    timeLines(report, layout),
    throughputLines(report, layout),
    scaleLines(report, layout),
    imageLines(report, layout),
    slowLines(report, layout),
    quotaLines(report, layout),
    comparisonLines(report, layout),
    noteLines(report, layout),
  ]
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n')
}

function headLines(report: BenchReport, layout: SummaryLayout): readonly string[] {
  const { rules, logs, machine, rounds, partial } = report
  const ioc = formatCountOf(rules.indicators.compiled, 'IOC')
  const title = `${ioc} of ${formatCountOf(rules.definitions, 'definition')} on ${logs.isGenerated ? 'generated logs' : formatCountOf(logs.files, 'log')}`
  const facts = [
    `${formatCountOf(logs.records, 'record')}, ${formatBytes(logs.bytes)}${logs.isCut ? ' (not read to the end)' : ''}, ${formatCountOf(logs.detections, 'detection')}`,
    formatCountOf(rounds, 'round'),
  ]
  const host = [
    escapeTerminal(machine.cpu),
    formatCountOf(machine.cores, 'core'),
    `${machine.platform} ${machine.arch}`,
    `Node ${machine.node}`,
    `kernel ${report.kernel}`,
  ]
  return [
    ...(partial ? [layout.paint('warning', 'The run was stopped early: fewer rounds than planned.')] : []),
    layout.paint('strong', title),
    ...paragraphLines(facts.join(' · '), { width: layout.width, first: '  ', rest: '    ' }),
    ...paragraphLines(host.map(escapeTerminal).join(' · '), {
      width: layout.width,
      first: '  ',
      rest: '    ',
    }).map((line) => layout.paint('faint', line)),
  ]
}

const MEDIAN_COLUMNS = (title: string): readonly TableColumn[] => [
  { title, align: 'left', least: null, dropOrder: null },
  { title: 'median', align: 'right', least: null, dropOrder: null },
  { title: 'fastest to slowest', align: 'right', least: null, dropOrder: 1 },
]

function timeLines({ compile }: BenchReport, layout: SummaryLayout): readonly string[] {
  const rows = compile.map(({ key, ms }) => [
    cell(nameOf(key)),
    cell(shortDuration(ms.median)),
    spreadCell(ms),
  ])
  return tableLines(MEDIAN_COLUMNS('time'), rows, layout)
}

function throughputLines({ throughput, logs }: BenchReport, layout: SummaryLayout): readonly string[] {
  const columns = [
    ...MEDIAN_COLUMNS('throughput').slice(0, 2),
    { title: 'slowest to fastest', align: 'right', least: null, dropOrder: 2 },
    { title: 'records', align: 'right', least: null, dropOrder: 1 },
  ] satisfies readonly TableColumn[]
  const rows = throughput.map(({ key, ms, bytesPerSecond, recordsPerSecond }) => [
    cell(nameOf(key)),
    cell(`${formatBytes(bytesPerSecond)}/s`, 'strong'),
    rateCell(ms, logs.bytes),
    cell(`${formatCount(recordsPerSecond)}/s`),
  ])
  return tableLines(columns, rows, layout)
}

function scaleLines({ scale, logs }: BenchReport, layout: SummaryLayout): readonly string[] {
  const columns = [
    { title: 'rules, one core', align: 'left', least: null, dropOrder: null },
    { title: 'IOCs', align: 'right', least: null, dropOrder: null },
    { title: 'image', align: 'right', least: null, dropOrder: 1 },
    { title: 'median', align: 'right', least: null, dropOrder: null },
    { title: 'slowest to fastest', align: 'right', least: null, dropOrder: 2 },
  ] satisfies readonly TableColumn[]
  const rows = scale.map(({ share, indicators, imageBytes, bytesPerSecond, ms }) => [
    cell(SHARE_NAMES.get(share) ?? `${share} of them`),
    cell(formatCount(indicators)),
    cell(formatBytes(imageBytes)),
    cell(`${formatBytes(bytesPerSecond)}/s`),
    rateCell(ms, logs.bytes),
  ])
  return tableLines(columns, rows, layout)
}

const SHARE_NAMES: ReadonlyMap<number, string> = new Map([
  [0.1, 'a tenth'],
  [0.5, 'half'],
  [1, 'all'],
  [2, 'double'],
])

function imageLines({ image }: BenchReport, layout: SummaryLayout): readonly string[] {
  const columns = [
    { title: 'operator', align: 'left', least: null, dropOrder: null },
    { title: 'IOCs', align: 'right', least: null, dropOrder: null },
    { title: 'image', align: 'right', least: null, dropOrder: null },
    { title: 'per IOC', align: 'right', least: null, dropOrder: 2 },
    { title: 'per thread', align: 'right', least: null, dropOrder: 1 },
  ] satisfies readonly TableColumn[]
  const indicators = image.operators.reduce((sum, operator) => sum + operator.indicators, 0)
  const row = (
    name: string,
    count: number,
    bytes: number,
    threadBytes: number,
    ink: Ink | null,
  ): TableCell[] => [
    cell(name, ink),
    cell(formatCount(count), ink),
    cell(formatBytes(bytes), ink),
    cell(count === 0 ? '' : formatBytes(Math.round(bytes / count)), ink),
    cell(threadBytes === 0 ? '' : formatBytes(threadBytes), ink),
  ]
  const rows = [
    ...image.operators.map((operator) =>
      row(
        `${operator.Type} ${operator.DetectionFunction}`,
        operator.indicators,
        operator.bytes,
        operator.threadBytes,
        null,
      ),
    ),
    [cell('common to all'), cell(''), cell(formatBytes(image.commonBytes)), cell(''), cell('')],
    row('all', indicators, image.bytes, image.threadBytes, 'strong'),
  ]
  return tableLines(columns, rows, layout)
}

function slowLines({ slowPath }: BenchReport, layout: SummaryLayout): readonly string[] {
  const { sampledRecords, isWhole, records, undetected, indicators, indicatorCount, doubt, unfiltered } =
    slowPath
  const sample = isWhole ? '' : ` in the first ${formatBytes(slowPath.sampledBytes)}`
  const { width, paint } = layout
  const share = records === 0 ? 'No record' : `${shareText(records, sampledRecords)} of records`
  const counted =
    records === 0
      ? `of ${formatCount(sampledRecords)}${sample} is read in full`
      : `are read in full: ${formatCount(records)} of ${formatCount(sampledRecords)}${sample}, ${formatCount(undetected)} of them without a detection`
  const head = paragraphLines(`${share} ${counted}`, { width, first: '', rest: '  ' }).map((line) =>
    line.replace(share, (shown) => paint('strong', shown)),
  )
  if (records === 0) return head
  const columns = [
    { title: 'read in full because of', align: 'left', least: 24, dropOrder: null },
    { title: 'definition', align: 'left', least: 12, dropOrder: 1 },
    { title: 'records', align: 'right', least: null, dropOrder: null },
    { title: 'undetected', align: 'right', least: null, dropOrder: null },
  ] satisfies readonly TableColumn[]
  const cause = (name: string, definition: string, counts: SlowRecords): TableCell[] => [
    cell(name),
    cell(definition),
    cell(formatCount(counts.records)),
    cell(formatCount(counts.undetected), counts.undetected > 0 ? 'warning' : null),
  ]
  const rows = [
    ...unfiltered.map((counts) => cause(`no filter: ${escapeTerminal(counts.reason)}`, '', counts)),
    ...(doubt.records === 0 ? [] : [cause('what the filter cannot judge', '', doubt)]),
    ...indicators
      .slice(0, SHOWN_INDICATORS)
      .map((counts) => cause(shownIoc(counts.ioc), escapeTerminal(counts.definitionName), counts)),
  ]
  return [
    ...head,
    ...tableLines(columns, rows, layout),
    ...moreLine(indicatorCount - Math.min(SHOWN_INDICATORS, indicators.length), 'IOC'),
  ]
}

function quotaLines({ quotas }: BenchReport, layout: SummaryLayout): readonly string[] {
  const columns = [
    { title: 'quota', align: 'left', least: null, dropOrder: null },
    { title: 'used', align: 'right', least: null, dropOrder: null },
    { title: 'of', align: 'right', least: null, dropOrder: null },
    { title: 'share', align: 'right', least: null, dropOrder: null },
    { title: '', align: 'left', least: null, dropOrder: 1 },
  ] satisfies readonly TableColumn[]
  const rows = quotas.map(({ quota, used, isLeast, limit, isAssumed }) => [
    cell(QUOTA_NOUNS[quota]),
    cell(`${isLeast ? 'at least ' : ''}${formatCount(used)}`),
    cell(formatCount(limit)),
    cell(limit === 0 ? '' : shareText(used, limit), used > limit ? 'error' : null),
    cell(isAssumed ? 'assumed' : '', 'faint'),
  ])
  return tableLines(columns, rows, layout)
}

const VERDICT_INKS: { readonly [V in BenchChange['verdict']]: Ink | null } = {
  better: 'good',
  worse: 'error',
  same: null,
  'too few samples': 'warning',
}

function comparisonLines({ comparison }: BenchReport, layout: SummaryLayout): readonly string[] {
  if (comparison === null) return []
  const columns = [
    { title: 'row', align: 'left', least: null, dropOrder: null },
    { title: 'before', align: 'right', least: null, dropOrder: 1 },
    { title: 'now', align: 'right', least: null, dropOrder: null },
    { title: 'time', align: 'right', least: null, dropOrder: null },
    { title: 'verdict', align: 'left', least: null, dropOrder: null },
  ] satisfies readonly TableColumn[]
  const rows = comparison.rows.map(({ key, before, after, ratio, verdict }) => [
    cell(nameOf(key)),
    cell(shortDuration(before.median)),
    cell(shortDuration(after.median)),
    cell(percentText(ratio)),
    cell(verdict === 'same' ? 'within the spread' : verdict, VERDICT_INKS[verdict]),
  ])
  return [
    layout.paint('strong', `Compared with ${escapeTerminal(comparison.file)}`),
    ...tableLines(columns, rows, layout),
  ]
}

function noteLines(report: BenchReport, layout: SummaryLayout): readonly string[] {
  const { logs, throughput, comparison, slowPath } = report
  const notes = [
    ...(logs.isGenerated
      ? ['The logs are made up and their hits planted: your own logs may look different to the filter.']
      : []),
    ...(logs.isCut
      ? [
          'A pass ends before the end of the logs, so that the run stays within --seconds; times and rates are those of the part that is read.',
        ]
      : []),
    ...(throughput.length > 1 && !logs.isCut && logs.bytes < SMALL_LOGS
      ? [
          'Starting threads is included. It takes most of the time on logs this small, which replay would read on one thread.',
        ]
      : []),
    'Double the rules: every IOC once more with other letters and digits; what such rules would match is not known.',
    ...(slowPath.indicators.length > 0
      ? ['A record counts under every IOC that matches the value by which it passed the filter.']
      : []),
    ...(comparison === null
      ? []
      : [
          'Better and worse: the slowest of the one is faster than the fastest of the other.',
          ...(comparison.rows.some(({ verdict }) => verdict === 'too few samples')
            ? ['A verdict needs five rounds on both sides: give both runs more --seconds.']
            : []),
          ...comparison.notes.map((note) => `${escapeTerminal(note)}.`),
        ]),
  ]
  return [
    layout.paint('strong', 'Notes'),
    ...notes.flatMap((note) => paragraphLines(note, { width: layout.width, first: '  - ', rest: '    ' })),
  ]
}

const NAMES: ReadonlyMap<BenchTiming['key'], string> = new Map([
  ['read-rules', 'read the rules'],
  ['compile', 'compile them'],
  ['open-image', 'open the image'],
  ['one-core', 'one core'],
  ['rules-0.1', 'a tenth of the rules'],
  ['rules-0.5', 'half of the rules'],
  ['rules-2', 'double the rules'],
])

function nameOf(key: string): string {
  const workers = /^workers-(\d+)$/.exec(key)?.[1]
  if (workers !== undefined) return formatCountOf(Number(workers), 'worker')
  return NAMES.get(key) ?? escapeTerminal(key)
}

function spreadCell({ low, high }: Spread): TableCell {
  return cell(`${shortDuration(low)} to ${shortDuration(high)}`, 'faint')
}

function rateCell({ low, high }: Spread, bytes: number): TableCell {
  return cell(`${rateText(bytes, high)} to ${rateText(bytes, low)}`, 'faint')
}

function rateText(bytes: number, ms: number): string {
  return ms === 0 ? '?' : `${formatBytes(Math.round((bytes * 1000) / ms))}/s`
}

/** Below ten milliseconds with two digits behind the point. */
function shortDuration(ms: number): string {
  return ms < 10 ? `${ms.toFixed(2)} ms` : formatDuration(ms)
}

function percentText(ratio: number): string {
  const percent = (ratio - 1) * 100
  return `${percent < 0 ? '-' : '+'}${Math.abs(percent).toFixed(0)} %`
}

function shareText(part: number, whole: number): string {
  if (whole === 0) return '0 %'
  const percent = (part / whole) * 100
  return `${percent.toFixed(percent > 0 && percent < 1 ? 3 : 1)} %`
}
