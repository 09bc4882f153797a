import type { FieldMap } from '../../src/model/field-map.ts'
import type { ObservedKey } from '../../src/model/replay-summary.ts'
import type { Semantics } from '../../src/model/semantics.ts'
import type { NaiveFrameOptions, NaiveFrames, NaiveRecord } from './naive-frame.ts'
import type { NaiveFields } from './naive-observe.ts'
import { naiveObservedCells } from './naive-observed.ts'
import { isUtf8, type ScannedValue } from './second-scanner.ts'

/** A header as it stands: what its lines say, word by word. */
interface Header {
  readonly words: ReadonlyMap<string, string>
  readonly separator: string
  readonly isBroken: boolean
}

/** A row of a Zeek log with the header above it. */
export interface NaiveZeekRow {
  readonly path: string | null
  readonly columns: readonly string[]
  /** Per column: whether it says anything, and its texts with their index in a list. */
  readonly cells: readonly (readonly { readonly index: number | null; readonly text: string }[] | null)[]
  readonly isUtf8: boolean
}

const NO_HEADER: Header = { words: new Map(), separator: '\t', isBroken: false }

/** Frames a whole Zeek log, line by line (semantics 1). `rows` has one entry per record that is not quarantined. */
export function naiveZeekFrames(
  source: Uint8Array,
  options: Pick<NaiveFrameOptions, 'maxRecordBytes' | 'validate'>,
): NaiveFrames & { readonly rows: ReadonlyMap<NaiveRecord, NaiveZeekRow> } {
  const text = Buffer.from(source).toString('latin1')
  const records: NaiveRecord[] = []
  const rows = new Map<NaiveRecord, NaiveZeekRow>()
  const byteCount = { total: text.length, examined: 0, quarantined: 0, skipped: 0 }
  let header = NO_HEADER
  let start = text.startsWith('\xef\xbb\xbf') ? 3 : 0
  byteCount.skipped += start
  let lineNumber = 1
  for (const line of text.slice(start).split(/(?<=\n)/)) {
    const content = line.replace(/\n$/, '')
    const row = content.replace(/\r$/, '')
    const isTooLong = content.length > options.maxRecordBytes
    if (content.startsWith('#')) header = isTooLong ? { ...NO_HEADER, isBroken: true } : read(header, row)
    if (!isTooLong && (/^[ \t\r]*$/.test(content) || content.startsWith('#')))
      byteCount.skipped += line.length
    else {
      const found = isTooLong ? 'too-long' : rowOf(header, row)
      const isRefused =
        typeof found !== 'string' && options.validate === 'strict' && !isUtf8(Buffer.from(row, 'latin1'))
      const quarantine = typeof found === 'string' ? found : isRefused ? 'strict' : null
      const end = start + (quarantine === null || quarantine === 'strict' ? row : content).length
      const record: NaiveRecord = {
        record: records.length + 1,
        line: lineNumber,
        byteOffset: start,
        end,
        bytes: source.slice(start, end),
        quarantine,
      }
      records.push(record)
      if (typeof found !== 'string' && quarantine === null) rows.set(record, found)
      byteCount[quarantine === null ? 'examined' : 'quarantined'] += line.length
    }
    start += line.length
    lineNumber += 1
  }
  return { records, header: [], byteCount, rows }
}

function read(header: Header, line: string): Header {
  if (line.startsWith('#separator ')) {
    const separator = unescaped(line.slice('#separator '.length))
    const isBroken = separator.length !== 1 || '\n\r#'.includes(separator)
    return { words: new Map(), separator: isBroken ? '\t' : separator, isBroken }
  }
  const word = /^#(set_separator|empty_field|unset_field|path|fields|types)/.exec(line)?.[1]
  if (word === undefined || line.charAt(word.length + 1) !== header.separator) return header
  const value = line.slice(word.length + 2)
  const words = new Map(header.words).set(word, value)
  if (word === 'fields') words.delete('types')
  const count = value.split(header.separator).length
  const isBroken =
    header.isBroken ||
    (word === 'set_separator' && unescaped(value).length !== 1) ||
    (word.endsWith('_field') && unescaped(value).length > 16) ||
    (word === 'fields' && count > 1024) ||
    (word === 'types' && count !== (header.words.get('fields')?.split(header.separator).length ?? 0))
  // A line that is not understood leaves what was said before.
  return isBroken && !header.isBroken ? { ...header, isBroken } : { ...header, words }
}

function rowOf({ words, separator, isBroken }: Header, line: string): NaiveZeekRow | 'column-count' {
  const columns = words.get('fields')?.split(separator)
  const cells = line.split(separator)
  if (isBroken || columns === undefined || cells.length !== columns.length) return 'column-count'
  const nothing = ['', words.get('unset_field') ?? '-', words.get('empty_field') ?? '(empty)'].map(unescaped)
  const types = words.get('types')?.split(separator) ?? []
  const members = unescaped(words.get('set_separator') ?? ',')
  const path = words.get('path') ?? null
  return {
    path: path === null || path === unescaped(words.get('unset_field') ?? '-') ? null : utf8(path),
    columns: columns.map(utf8),
    cells: cells.map((cell, i) => {
      if (nothing.includes(cell)) return null
      if (!/^(set|vector|table)\b/.test(types[i] ?? '')) return [{ index: null, text: utf8(cell) }]
      return cell
        .split(members)
        .flatMap((member, index) => (nothing.includes(member) ? [] : [{ index, text: utf8(member) }]))
    }),
    isUtf8: isUtf8(Buffer.from(line, 'latin1')) && isUtf8(Buffer.from(unescaped(line), 'latin1')),
  }
}

/** Undone from left to right: `\xNN` is a byte, two backslashes are one. */
function unescaped(text: string): string {
  let plain = ''
  for (let at = 0; at < text.length; at += 1) {
    const rest = text.slice(at)
    if (/^\\x[0-9a-f]{2}/i.test(rest)) {
      plain += String.fromCharCode(parseInt(rest.slice(2, 4), 16))
      at += 3
    } else if (rest.startsWith('\\\\')) {
      plain += '\\'
      at += 1
    } else plain += text.charAt(at)
  }
  return plain
}

function utf8(latin1: string): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.from(unescaped(latin1), 'latin1'))
}

/** Fields of a row: one key per column; of a list one value per member. */
export function naiveZeekFields(row: NaiveZeekRow): NaiveFields {
  const values = row.cells.flatMap((texts, i) =>
    (texts ?? []).map(({ index, text }): ScannedValue => {
      const path = index === null ? [row.columns[i] ?? ''] : [row.columns[i] ?? '', index]
      return { is: 'string', string: { path, text, repaired: false } }
    }),
  )
  return { values, repaired: !row.isUtf8 }
}

/** What was looked at: cells of mapped columns that say anything, header by header (semantics 9). */
export function naiveZeekObserved(
  rows: Iterable<NaiveZeekRow>,
  fieldMap: FieldMap,
  semantics: Semantics,
): readonly (readonly ObservedKey[])[] {
  const counts = [...rows].map(({ columns, cells }) =>
    naiveObservedCells(columns, [cells.map((texts) => (texts === null ? '' : 'x'))], fieldMap, semantics),
  )
  return [naiveObservedCells([], [], fieldMap, semantics), ...counts]
}
