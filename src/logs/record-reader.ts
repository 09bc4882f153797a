import { isUtf8 } from 'node:buffer'
import type { EventRecord } from '../model/event-record.ts'
import type { FieldMap } from '../model/field-map.ts'
import type { RowLayout } from '../model/row-layout.ts'
import { bufferOver } from './bytes.ts'
import { FieldCollector } from './field-collector.ts'
import { observablesOf } from './observables-of.ts'
import { OpenRecord } from './open-record.ts'
import { PathTree, ROOT_NODE } from './path-tree.ts'
import { forEachCell } from './scan-csv.ts'
import { JsonScanner, NO_NODE } from './scan-json.ts'
import { forEachZeekCell, forEachZeekValue } from './scan-zeek.ts'
import type { ScopeSemantics } from './scope.ts'
import { TableNames } from './table-names.ts'
import { isZeekUtf8 } from './zeek-escapes.ts'

/** Reads one framed record at a time; `bytes[start, end)` is a record as its framer gave it. Never throws on any bytes. */
export interface RecordReader {
  read(bytes: Uint8Array, start: number, end: number): EventRecord
  /** Finds the fields of a record without decoding them. What is returned serves until the next record is read. */
  open(bytes: Uint8Array, start: number, end: number): OpenRecord
  /** Reads rows as another header of the same log says. */
  enterLayout(layout: RowLayout): void
}

/**
 * A reader for records of one field map (semantics 2 to 4). It holds scratch space: use one per thread, one record
 * at a time. `defaultTable` stands in where a record names no table.
 */
export function openRecordReader(
  classification: { readonly fieldMap: FieldMap; readonly delimited: RowLayout | null },
  semantics: ScopeSemantics,
  defaultTable: string | null,
): RecordReader {
  const { fieldMap, delimited } = classification
  const tree = PathTree.of(fieldMap, semantics)
  const collector = new FieldCollector(tree, fieldMap.any)
  let zeek = delimited?.zeek
  let scan = delimited === null ? scanJson(collector) : scanRow(collector, tree, delimited)
  const record = new OpenRecord(collector, new TableNames(fieldMap, defaultTable))
  const open = (bytes: Uint8Array, start: number, end: number): OpenRecord => {
    // One view per record instead of one per string: most of a record's strings are short.
    const view = Buffer.isBuffer(bytes) ? bytes : bufferOver(bytes, 0, bytes.length)
    if (zeek === undefined) record.begin(isUtf8(view.subarray(start, end)))
    else record.begin(isZeekUtf8(view, start, end), zeek.path)
    scan(view, start, end)
    return record
  }
  const enterLayout = (layout: RowLayout): void => {
    zeek = layout.zeek
    scan = scanRow(collector, tree, layout)
  }
  return { open, read: (bytes, start, end) => inFull(open(bytes, start, end)), enterLayout }
}

function inFull(record: OpenRecord): EventRecord {
  const { observables, notANameCount } = record.isMatched ? observablesOf(record) : NOTHING_SEEN
  return { ...record.event(notANameCount, true), observables }
}

const NOTHING_SEEN = { observables: [], notANameCount: 0 }

type ScanRecord = (bytes: Buffer, start: number, end: number) => void

function scanJson(collector: FieldCollector): ScanRecord {
  const scanner = new JsonScanner()
  return (bytes, start, end) => scanner.scan(bytes, start, end, ROOT_NODE, NO_NODE, collector)
}

function scanRow(collector: FieldCollector, tree: PathTree, layout: RowLayout): ScanRecord {
  const { columns, separator } = layout
  const nodes = columns.map((column) => tree.childNamed(ROOT_NODE, column))
  const isWanted = (cell: number): boolean =>
    cell < columns.length && collector.wantsCell(nodes[cell] ?? NO_NODE)
  if (layout.zeek !== undefined) {
    return (bytes, start, end) =>
      forEachZeekCell(bytes, start, end, separator, (cell, cellStart, cellEnd) => {
        if (!isWanted(cell)) return
        const [node = NO_NODE, column = ''] = [nodes[cell], columns[cell]]
        forEachZeekValue(layout, cell, bytes, cellStart, cellEnd, (index, text, from, to) => {
          collector.text(node, index === null ? column : `${column}[${index}]`, text, from, to)
        })
      })
  }
  return (bytes, start, end) =>
    forEachCell(bytes, start, end, separator, (cell, cellStart, cellEnd) => {
      if (isWanted(cell))
        collector.cell(nodes[cell] ?? NO_NODE, columns[cell] ?? '', bytes, cellStart, cellEnd)
    })
}
