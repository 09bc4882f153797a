import { LINE_FEED } from '../canonical/ascii.ts'
import { canonicalIndicatorBytes } from '../canonical/value-bytes.ts'
import { canonicalIndicatorValue } from '../canonical/value.ts'
import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../model/indicator.ts'
import { parseTime } from '../model/time.ts'
import type { TimeTicks } from '../model/time.ts'
import { rowShapeMistake } from './csv-row-shape.ts'
import { CsvRows } from './csv-rows.ts'
import { byteSpot, checkEncoding, hexByte, invalidUtf8Offset } from './decode-source.ts'
import type { DiagnosticList, Finding, Spot } from './diagnostic-list.ts'
import type { IndicatorColumnsBuilder } from './indicator-columns-builder.ts'
import { readListHeader } from './ioc-list-header.ts'
import { PlainRowReader } from './ingest/plain-row-reader.ts'
import { INGEST_LEAST_BYTES } from './ingest/ingest-kernel.ts'
import type { ListColumn, ListHeader } from './ioc-list-header.ts'
import { refusalByOptions } from './parse-options.ts'
import type { ParseOptions } from './parse-options.ts'
import { malformedTime, unknownMember } from './properties.ts'
import { quoted } from './rule-node.ts'
import type { RuleSetDraft } from './rule-set-draft.ts'

/** A CSV list of indicators and where its rows go. */
export interface IocListInput {
  readonly file: string
  readonly bytes: Uint8Array
  /** Index of the definition that names the list. */
  readonly definition: number
  readonly draft: RuleSetDraft
  readonly options: ParseOptions
  readonly diagnostics: DiagnosticList
  /** Whether the ingest kernel reads plain rows; by default where the list is large enough to be worth it. */
  readonly ingestKernel?: 'on' | 'off'
}

/**
 * Reads an IOC list: CSV with a header, the columns in any order. A plain row goes from the file's bytes into the
 * columns without a string or an object, in large lists by the ingest kernel; whatever is not plain is decoded, judged and
 * reported.
 */
export function readIocList(input: IocListInput): void {
  const { file, bytes, diagnostics } = input
  if (!checkEncoding(file, bytes, diagnostics)) return
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  const rows = new CsvRows(bytes, hasMark ? 3 : 0)
  if (!rows.next()) {
    diagnostics.error(byteSpot(file, bytes, 0, 0), {
      code: 'CSV003',
      message: 'the list is empty',
      fix: 'Begin with the row Type,DetectionFunction,Value.',
    })
    return
  }
  const header = readListHeader(file, rows, diagnostics)
  if (header !== null) new IocListReader(input, rows, header).readRows()
}

/** How much of a list tells how long its rows are. */
const SAMPLE_BYTES = 65_536
const MARGIN = 1.05
/** Rows that are shorter say nothing of the others: an estimate from them would reserve far too much. */
const SHORT_ROW_BYTES = 16
/**
 * Half of a list's bytes are values or fewer, since a digest takes half of its digits. The image that takes their memory
 * over when they are compiled is a little larger. What is not written of it costs nothing.
 */
const VALUE_SHARE = 0.6

class IocListReader {
  readonly #input: IocListInput
  readonly #rows: CsvRows
  readonly #header: ListHeader
  readonly #columns: IndicatorColumnsBuilder
  readonly #sourceFile: number
  /** The last time that was read: a list mostly repeats one. */
  #lastTimeText = ''
  #lastTime: TimeTicks | null = null

  constructor(input: IocListInput, rows: CsvRows, header: ListHeader) {
    this.#input = input
    this.#rows = rows
    this.#header = header
    this.#columns = input.draft.columns
    this.#sourceFile = input.draft.sourceIndexOf(input.file)
  }

  readRows(): void {
    const { draft, bytes, file, diagnostics } = this.#input
    const rows = this.#rows
    const readBefore = draft.readCount
    const firstRow = this.#columns.count
    this.#columns.reserve(rowEstimate(bytes, rows.rowEnd), bytes.length * VALUE_SHARE)
    const plainRows = this.#openPlainRows()
    this.#readPlainRows(plainRows)
    while (rows.next()) {
      draft.readCount++
      if (!this.#columns.beginValue()) {
        this.#reject(byteSpot(file, bytes, rows.rowStart, rows.rowEnd), {
          code: 'RULE022',
          message: 'the values of the rule set are larger than 4 GiB together',
          fix: 'Split the rules into several sets.',
        })
        break
      }
      if (this.#isWellShaped()) this.#readRow()
      this.#readPlainRows(plainRows)
    }
    plainRows?.finish()
    this.#columns.fillList(firstRow, this.#input.definition, this.#sourceFile)
    if (draft.readCount === readBefore) {
      diagnostics.warn(byteSpot(file, bytes, bytes.length, bytes.length), {
        code: 'CSV012',
        message: 'the list holds no IOC below its header',
        fix: 'Add rows, or delete the list from iocFiles.',
      })
    }
  }

  #openPlainRows(): PlainRowReader | null {
    const { bytes, options, ingestKernel } = this.#input
    const isWorthIt = ingestKernel === 'on' || bytes.length - this.#rows.nextOffset >= INGEST_LEAST_BYTES
    if (ingestKernel === 'off' || !isWorthIt) return null
    return PlainRowReader.open(this.#header, this.#columns, options.nonEqualsHash)
  }

  /** Lets the kernel read the rows that follow, up to one that it does not understand. */
  #readPlainRows(plainRows: PlainRowReader | null): void {
    if (plainRows === null) return
    const { bytes, draft } = this.#input
    const rows = this.#rows
    const rowsBefore = this.#columns.count
    rows.moveTo(plainRows.read(bytes, { offset: rows.nextOffset, line: rows.nextLine }))
    draft.readCount += this.#columns.count - rowsBefore
  }

  #isWellShaped(): boolean {
    const mistake = rowShapeMistake(this.#rows, this.#header.cellCount)
    if (mistake === null) return true
    this.#reject(this.#spot(mistake.start, mistake.end), mistake.finding)
    return false
  }

  /** Reads the current row into the columns, or reports why not. */
  #readRow(): void {
    const { cellOf } = this.#header
    const rows = this.#rows
    const columns = this.#columns
    const { draft, diagnostics } = this.#input
    const errorsBefore = diagnostics.errorCount
    const type = this.#member('Type', INDICATOR_TYPES, -1)
    const detectionFunction = this.#member('DetectionFunction', DETECTION_FUNCTIONS, 0)
    const expiresAt = cellOf.ExpiresAt < 0 ? null : this.#time(cellOf.ExpiresAt)
    const enabled = cellOf.Enabled < 0 ? true : this.#enabled(cellOf.Enabled)
    const length = type < 0 || detectionFunction < 0 ? -1 : this.#value(type, detectionFunction)
    if (length < 0 || diagnostics.errorCount > errorsBefore) {
      draft.rejectedCount++
      return
    }
    const valueStart = rows.cellStart[cellOf.Value] ?? 0
    columns.enabled[columns.count] = enabled ? 1 : 0
    if (rows.isOneLine) {
      columns.commitListRow(type, detectionFunction, length, rows.line, this.#columnOnRow(valueStart))
    } else {
      const { line, column } = this.#placeByCount(valueStart)
      columns.commitListRow(type, detectionFunction, length, line, column)
    }
    if (expiresAt !== null) columns.expireLastRow(expiresAt)
  }

  /** Index of the member that a cell names; `otherwise` where there is none; -1 after a diagnostic. */
  #member(column: ListColumn, members: readonly string[], otherwise: number): number {
    const cell = this.#header.cellOf[column]
    if (cell < 0) return otherwise
    const { bytes, cellStart, cellEnd } = this.#rows
    const start = cellStart[cell] ?? 0
    const end = cellEnd[cell] ?? 0
    for (let member = 0; member < members.length; member++) {
      if (isSameWord(bytes, start, end, members[member] ?? '')) return member
    }
    const text = this.#text(cell)
    if (text === null) return -1
    const word = text.trim()
    const lower = word.toLowerCase()
    const index = members.findIndex((member) => member.toLowerCase() === lower)
    if (index >= 0) return index
    if (word === '' && otherwise >= 0) return otherwise
    const finding =
      word === ''
        ? { code: 'IOC001', message: `the row has no ${column}`, fix: `Fill in ${column}.` }
        : { code: 'IOC002', ...unknownMember(column, word, members) }
    this.#input.diagnostics.error(this.#cellSpot(cell), finding)
    return -1
  }

  #time(cell: number): TimeTicks | null {
    const text = this.#text(cell)?.trim() ?? ''
    if (text === '') return null
    if (text === this.#lastTimeText) return this.#lastTime
    const time = parseTime(text)
    if (time === null) {
      const finding = { code: 'IOC003', ...malformedTime('ExpiresAt', text) }
      this.#input.diagnostics.error(this.#cellSpot(cell), finding)
      return null
    }
    this.#lastTimeText = text
    this.#lastTime = time
    return time
  }

  #enabled(cell: number): boolean {
    const text = this.#text(cell)
    const word = text?.trim().toLowerCase() ?? ''
    if (word !== '' && word !== 'true' && word !== 'false') {
      this.#input.diagnostics.error(this.#cellSpot(cell), {
        code: 'CSV011',
        message: `Enabled must be true or false, found ${quoted(text ?? '')}`,
        fix: 'Write true or false, or leave the cell empty for true.',
      })
    }
    return word !== 'false'
  }

  /** Writes the canonical value where the columns expect it and gives its length; -1 after a diagnostic. */
  #value(type: number, detectionFunction: number): number {
    const cell = this.#header.cellOf.Value
    const { bytes, cellStart, cellEnd } = this.#rows
    const columns = this.#columns
    const { nonEqualsHash } = this.#input.options
    const start = cellStart[cell] ?? 0
    const end = cellEnd[cell] ?? 0
    if (nonEqualsHash === 'allow') {
      const { valueBytes, valueEnd } = columns
      const length = canonicalIndicatorBytes(type, detectionFunction, bytes, start, end, valueBytes, valueEnd)
      if (length >= 0) return length
    }
    return this.#valueByText(type, detectionFunction, cell)
  }

  #valueByText(type: number, detectionFunction: number, cell: number): number {
    const { diagnostics, options } = this.#input
    const raw = this.#text(cell)
    if (raw === null) return -1
    const typeName = INDICATOR_TYPES[type] ?? 'Sha1'
    const functionName = DETECTION_FUNCTIONS[detectionFunction] ?? 'Equals'
    const spot = this.#cellSpot(cell)
    const refusal = refusalByOptions(typeName, functionName, options)
    if (refusal !== null) diagnostics.error(spot, refusal)
    const result = canonicalIndicatorValue(typeName, functionName, raw)
    if (!result.ok) {
      diagnostics.error(spot, result.problem)
      return -1
    }
    for (const warning of result.warnings) diagnostics.warn(spot, warning)
    const { valueBytes, valueEnd } = this.#columns
    for (let i = 0; i < result.value.length; i++) valueBytes[valueEnd + i] = result.value.charCodeAt(i)
    return result.value.length
  }

  /** The text of a cell; null after a diagnostic where it is not UTF-8. */
  #text(cell: number): string | null {
    const text = this.#rows.cellText(cell)
    if (text !== null) return text
    const { bytes, cellStart, cellEnd } = this.#rows
    const start = cellStart[cell] ?? 0
    const at = start + Math.max(0, invalidUtf8Offset(bytes.subarray(start, cellEnd[cell])))
    this.#input.diagnostics.error(this.#spot(at, at + 1), {
      code: 'RULE003',
      message: `expected UTF-8, found the byte ${hexByte(bytes[at])}, which is not`,
      fix: 'Save the list as UTF-8.',
    })
    return null
  }

  #columnOnRow(offset: number): number {
    const { bytes, rowStart } = this.#rows
    let column = 1
    for (let i = rowStart; i < offset; i++) if (((bytes[i] ?? 0) & 0xc0) !== 0x80) column++
    return column
  }

  #placeByCount(offset: number): { line: number; column: number } {
    const { bytes, rowStart } = this.#rows
    let { line } = this.#rows
    let column = 1
    for (let i = rowStart; i < offset; i++) {
      const byte = bytes[i] ?? 0
      if (byte === LINE_FEED) {
        line++
        column = 1
      } else if ((byte & 0xc0) !== 0x80) column++
    }
    return { line, column }
  }

  #cellSpot(cell: number): Spot {
    return this.#spot(this.#rows.cellStart[cell] ?? 0, this.#rows.cellEnd[cell] ?? 0)
  }

  #spot(start: number, end: number): Spot {
    const { rowStart, line } = this.#rows
    return byteSpot(this.#input.file, this.#input.bytes, start, end, { offset: rowStart, line })
  }

  #reject(spot: Spot, finding: Finding): void {
    this.#input.draft.rejectedCount++
    this.#input.diagnostics.error(spot, finding)
  }
}

/** Rows that are likely to follow the header, judged by the first ones, and some more: to grow costs a copy. */
function rowEstimate(bytes: Uint8Array, headerEnd: number): number {
  const sample = bytes.subarray(headerEnd, headerEnd + SAMPLE_BYTES)
  let lineFeeds = 0
  for (let at = sample.indexOf(LINE_FEED); at >= 0; at = sample.indexOf(LINE_FEED, at + 1)) lineFeeds++
  const rowBytes = Math.max(sample.length / Math.max(lineFeeds, 1), SHORT_ROW_BYTES)
  return Math.ceil(((bytes.length - headerEnd) / rowBytes) * MARGIN) + 1
}

/** Whether bytes spell a word, whatever the case of their ASCII letters. */
function isSameWord(bytes: Uint8Array, start: number, end: number, word: string): boolean {
  if (end - start !== word.length) return false
  for (let i = 0; i < word.length; i++) {
    const byte = bytes[start + i] ?? 0
    const unit = word.charCodeAt(i)
    if (byte !== unit && ((byte | 0x20) !== (unit | 0x20) || (unit | 0x20) < 0x61 || (unit | 0x20) > 0x7a)) {
      return false
    }
  }
  return true
}
