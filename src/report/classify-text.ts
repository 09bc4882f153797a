import type { ClassifiedLog, MappedField, TableSeen } from '../model/classified-log.ts'
import { escapeTerminal } from './escape.ts'
import type { Painter } from './paint.ts'
import { painterFor } from './paint.ts'
import { paragraphLines } from './paragraph.ts'
import { formatCount, formatCountOf } from '../model/count-text.ts'
import { formatBytes } from './quantity.ts'
import type { TableCell, TableColumn } from './text-table.ts'
import { cell, tableLines } from './text-table.ts'
import { padToWidth } from './text-width.ts'

/** How a classification is laid out. */
export interface ClassifyTextOptions {
  readonly color: boolean
  /** Columns of the terminal. */
  readonly width: number
  /** List mapped fields that did not occur: of use for one log, noise for a folder of them. */
  readonly listsUnseen: boolean
}

const LABEL_WIDTH = 8
/** Narrower than this, names of fields would be cut to nothing. */
const LEAST_WIDTH = 60
/** Tables that are listed. */
const SHOWN_TABLES = 10
/** Fields found by shape that are listed. */
const SHOWN_SHAPES = 20

const UNKNOWN_FIELDS = 'none is looked at until a --field-map names it, or with --fields any'
const ANY_FIELD = 'every string is looked at, by its shape'

/** How a text is classified that is no log of any format. */
const UNKNOWN = 'unknown'
/** How a log without any record is classified. */
const EMPTY = 'empty'

const FRAMING_WORDS: { readonly [F in ClassifiedLog['framing']]: string } = {
  lines: 'one JSON object per line',
  container: 'JSON objects in a container',
  delimited: 'rows below a header',
}

/** What one log is, why, and what of it is looked at, with a newline at its end. Everything from the log is escaped. */
export function classifyText(log: ClassifiedLog, options: ClassifyTextOptions): string {
  const paint = painterFor(options)
  const width = Math.max(LEAST_WIDTH, options.width)
  const lines = [paint('strong', escapeTerminal(log.source))]
  for (const [label, text] of factsOf(log)) lines.push(...labelled(label, text, width, paint))
  const fields = log.fields ?? []
  const seen = fields.filter((field) => field.values > 0)
  const unseen = fields.filter((field) => field.values === 0)
  if (seen.length > 0) {
    lines.push('', ...tableLines(FIELD_COLUMNS, seen.map(fieldCells), { width, paint }))
  }
  if (unseen.length > 0 && options.listsUnseen) {
    lines.push('', `  ${paint('faint', 'mapped too, but not in what was read')}`)
    for (const [head, names] of unseenGroups(unseen)) lines.push(...labelledList(head, names, width))
  }
  if (log.shapes.length > 0) lines.push('', ...shapeLines(log, width, paint))
  return `${lines.join('\n')}\n`
}

/** Fields whose strings look like values: what is looked at with `--fields any`, and what a map could name. */
function shapeLines({ shapes }: ClassifiedLog, width: number, paint: Painter): readonly string[] {
  const rows = shapes
    .slice(0, SHOWN_SHAPES)
    .map(({ field, type, values }) => [cell(escapeTerminal(field)), cell(type), cell(formatCount(values))])
  const more = shapes.length - rows.length
  return [
    ...tableLines(SHAPE_COLUMNS, rows, { width, paint }),
    ...(more > 0 ? [`  and ${formatCountOf(more, 'more field')}`] : []),
  ]
}

function factsOf(log: ClassifiedLog): readonly (readonly [label: string, text: string])[] {
  const { evidence, refused, sample, tables } = log
  if (refused !== null)
    return [
      ['refused', refused.reason],
      ['fix', refused.fix],
    ]
  if (log.format === EMPTY) return [['format', `empty: ${evidence.join('; ')}`]]
  const layout = [
    FRAMING_WORDS[log.framing],
    ...(log.compression === 'none' ? [] : [`compressed with ${log.compression}`]),
    ...(log.hasByteOrderMark ? ['with a byte order mark'] : []),
  ]
  const amount = sample.isWhole ? 'all' : 'the first'
  return [
    [
      'format',
      `${log.format === UNKNOWN ? 'none that is known, read as' : `${log.format}:`} ${layout.join(', ')}`,
    ],
    ['because', evidence.join('; ')],
    ['read', `${amount} ${formatBytes(sample.bytes)}: ${recordsInWords(log)}`],
    ...(tables.some(({ table }) => table !== null) ? [['tables', tablesInWords(tables)] as const] : []),
    ...(tables.length > 0 && tables.every(({ isMatched }) => !isMatched)
      ? [['note', 'no record is of a table that fires anything'] as const]
      : []),
    ...sample.problems.map((problem) => ['problem', problem] as const),
    ...(log.fields === null ? [['fields', UNKNOWN_FIELDS] as const] : []),
    ...(log.fields?.length === 0 ? [['fields', ANY_FIELD] as const] : []),
  ]
}

function recordsInWords({ sample }: ClassifiedLog): string {
  const records = formatCountOf(sample.records, 'record')
  return sample.quarantined === 0 ? records : `${records}, ${formatCount(sample.quarantined)} quarantined`
}

function tablesInWords(tables: readonly TableSeen[]): string {
  const shown = tables
    .slice(0, SHOWN_TABLES)
    .map(
      ({ table, records, isMatched }) =>
        `${table ?? 'no table'} (${formatCount(records)}${isMatched ? '' : ', not matched'})`,
    )
  const more = tables.length - shown.length
  return [...shown, ...(more > 0 ? [`${formatCount(more)} more`] : [])].join(', ')
}

function labelled(label: string, text: string, width: number, paint: Painter): readonly string[] {
  const head = padToWidth(label, LABEL_WIDTH)
  const first = `  ${head}  `
  const [line = '', ...more] = paragraphLines(escapeTerminal(text), {
    width,
    first,
    rest: ' '.repeat(first.length),
  })
  return [line.replace(head, () => paint('faint', head)), ...more]
}

const SHAPE_COLUMNS: readonly TableColumn[] = [
  { title: 'field', align: 'left', least: 20, dropOrder: null },
  { title: 'looks like', align: 'left', least: null, dropOrder: null },
  { title: 'values', align: 'right', least: null, dropOrder: null },
]

const FIELD_COLUMNS: readonly TableColumn[] = [
  { title: 'field', align: 'left', least: 20, dropOrder: null },
  { title: 'kind', align: 'left', least: null, dropOrder: null },
  { title: 'role', align: 'left', least: null, dropOrder: null },
  { title: 'values', align: 'right', least: null, dropOrder: 1 },
  { title: 'looked at', align: 'left', least: 16, dropOrder: null },
]

function fieldCells({ field, kind, role, values, waitsFor, tables }: MappedField): readonly TableCell[] {
  const where =
    tables === null ? '' : ` in ${tables.length > 2 ? `${tables.length} tables` : tables.join(', ')}`
  return [
    cell(escapeTerminal(field)),
    cell(kind),
    cell(role),
    cell(formatCount(values)),
    waitsFor === null
      ? cell(escapeTerminal(`yes${where}`), 'good')
      : cell(escapeTerminal(`with ${waitsFor}${where}`), 'warning'),
  ]
}

/** Names of fields by the switch that they wait for, without what all paths begin with. */
function unseenGroups(fields: readonly MappedField[]): ReadonlyMap<string, readonly string[]> {
  const [first = ''] = fields.map(({ field }) => field.split('.')[0] ?? '')
  const isShared = fields.every(({ field }) => field.startsWith(`${first}.`))
  const groups = new Map<string, string[]>()
  for (const { field, waitsFor } of fields) {
    const name = isShared ? field.slice(first.length + 1) : field
    const head = waitsFor === null ? 'looked at' : `with ${waitsFor}`
    const names = groups.get(head) ?? []
    if (!names.includes(name)) names.push(name)
    groups.set(head, names)
  }
  return groups
}

function labelledList(head: string, names: readonly string[], width: number): readonly string[] {
  const text = `${head}: ${names.map(escapeTerminal).join(', ')}`
  return paragraphLines(text, { width, first: '  ', rest: '    ' })
}
