import { CARRIAGE_RETURN, LINE_FEED } from '../canonical/ascii.ts'
import { byteSpot, checkEncoding, hexByte, invalidUtf8Offset } from './decode-source.ts'
import type { DocumentContext } from './document-context.ts'
import { indicatorNames, readIndicator } from './indicator-form.ts'
import { OBJECT_LINES, PlainRowReader } from './ingest/plain-row-reader.ts'
import { INGEST_LEAST_BYTES } from './ingest/ingest-kernel.ts'
import type { IocListInput } from './ioc-list.ts'
import { propertiesOf, reportType } from './properties.ts'
import { readJson } from './read-json.ts'
import { SourceText } from './source-text.ts'

/** Whether the name of a list says that each of its lines is a JSON object. */
export function isLineList(file: string): boolean {
  return /\.(?:ndjson|jsonl)$/i.test(file)
}

/**
 * Reads an IOC list with one JSON object on each line, its keys as under `iocs`. Plain lines of large lists are read by
 * the ingest kernel; every other line is read as a small document, so that problems are those of an IOC in a rule file.
 */
export function readIocLines(input: IocListInput): void {
  const { file, bytes, definition, draft, options, diagnostics, ingestKernel } = input
  if (!checkEncoding(file, bytes, diagnostics)) return
  const { columns } = draft
  const sourceFile = draft.sourceIndexOf(file)
  const firstRow = columns.count
  const readBefore = draft.readCount
  const isLarge = ingestKernel === 'on' || bytes.length >= INGEST_LEAST_BYTES
  const plainRows =
    ingestKernel !== 'off' && isLarge
      ? PlainRowReader.open(OBJECT_LINES, columns, options.nonEqualsHash)
      : null
  let place = { offset: bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0, line: 1 }
  while (place.offset < bytes.length) {
    const rowsBefore = columns.count
    place = plainRows?.read(bytes, place) ?? place
    draft.readCount += columns.count - rowsBefore
    if (place.offset >= bytes.length) break
    const feed = bytes.indexOf(LINE_FEED, place.offset)
    const end = feed < 0 ? bytes.length : feed
    readLine(input, sourceFile, place, end)
    place = { offset: end + 1, line: place.line + 1 }
  }
  plainRows?.finish()
  columns.fillList(firstRow, definition, sourceFile)
  if (draft.readCount === readBefore) {
    diagnostics.warn(byteSpot(file, bytes, bytes.length, bytes.length), {
      code: 'CSV012',
      message: 'the list holds no IOC',
      fix: 'Add lines, or delete the list from iocFiles.',
    })
  }
}

function readLine(
  { file, bytes, definition, draft, options, diagnostics }: IocListInput,
  sourceIndex: number,
  { offset, line }: { readonly offset: number; readonly line: number },
  end: number,
): void {
  const range = bytes.subarray(offset, bytes[end - 1] === CARRIAGE_RETURN && end > offset ? end - 1 : end)
  const invalid = invalidUtf8Offset(range)
  if (invalid >= 0) {
    const at = offset + invalid
    draft.readCount++
    draft.rejectedCount++
    diagnostics.error(byteSpot(file, bytes, at, at + 1, { offset, line }), {
      code: 'RULE003',
      message: `expected UTF-8, found the byte ${hexByte(bytes[at])}, which is not`,
      fix: 'Save the list as UTF-8.',
    })
    return
  }
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(range)
  if (text.trim() === '') return
  const source = new SourceText(file, text, line)
  const context: DocumentContext = { source, sourceIndex, notation: 'json', form: 'native', diagnostics }
  const node = readJson(source, diagnostics)
  if (node?.kind !== 'map') {
    draft.readCount++
    draft.rejectedCount++
    if (node !== null) reportType(context, node, 'each line of the list', 'an object (an IOC)', null)
    return
  }
  const properties = propertiesOf(context, node, indicatorNames(context))
  readIndicator(context, node, properties, { kind: 'index', index: definition }, { draft, options })
}
