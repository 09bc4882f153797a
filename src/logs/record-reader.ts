import { isUtf8 } from 'node:buffer'
import type { EventRecord } from '../model/event-record.ts'
import type { FieldMap } from '../model/field-map.ts'
import { bufferOver } from './bytes.ts'
import { FieldCollector } from './field-collector.ts'
import type { DelimitedLayout } from './frame-delimited.ts'
import { observablesOf } from './observables-of.ts'
import { OpenRecord } from './open-record.ts'
import { PathTree, ROOT_NODE } from './path-tree.ts'
import { forEachCell } from './scan-csv.ts'
import { JsonScanner, NO_NODE } from './scan-json.ts'
import type { ScopeSemantics } from './scope.ts'
import { TableNames } from './table-names.ts'

/** Reads one framed record at a time; `bytes[start, end)` is a record as its framer gave it. Never throws on any bytes. */
export interface RecordReader {
  read(bytes: Uint8Array, start: number, end: number): EventRecord
  /** Finds the fields of a record without decoding them. What is returned serves until the next record is read. */
  open(bytes: Uint8Array, start: number, end: number): OpenRecord
}

/**
 * A reader for records of one field map (semantics 2 to 4). It holds scratch space: use one per thread, one record
 * at a time. `defaultTable` stands in where a record names no table.
 */
export function openRecordReader(
  classification: { readonly fieldMap: FieldMap; readonly delimited: DelimitedLayout | null },
  semantics: ScopeSemantics,
  defaultTable: string | null,
): RecordReader {
  const { fieldMap, delimited } = classification
  const tree = PathTree.of(fieldMap, semantics)
  const collector = new FieldCollector(tree, fieldMap.any)
  const scan = delimited === null ? scanJson(collector) : scanRow(collector, tree, delimited)
  const record = new OpenRecord(collector, new TableNames(fieldMap, defaultTable))
  const open = (bytes: Uint8Array, start: number, end: number): OpenRecord => {
    // One view per record instead of one per string: most of a record's strings are short.
    const view = Buffer.isBuffer(bytes) ? bytes : bufferOver(bytes, 0, bytes.length)
    record.begin(isUtf8(view.subarray(start, end)))
    scan(view, start, end)
    return record
  }
  return { open, read: (bytes, start, end) => inFull(open(bytes, start, end)) }
}

function inFull(record: OpenRecord): EventRecord {
  const { observables, notANameCount } = record.isMatched ? observablesOf(record) : NOTHING_SEEN
  return { ...record.event(notANameCount), observables }
}

const NOTHING_SEEN = { observables: [], notANameCount: 0 }

type ScanRecord = (bytes: Buffer, start: number, end: number) => void

function scanJson(collector: FieldCollector): ScanRecord {
  const scanner = new JsonScanner()
  return (bytes, start, end) => scanner.scan(bytes, start, end, ROOT_NODE, NO_NODE, collector)
}

function scanRow(
  collector: FieldCollector,
  tree: PathTree,
  { columns, separator }: DelimitedLayout,
): ScanRecord {
  const nodes = columns.map((column) => tree.childNamed(ROOT_NODE, column))
  return (bytes, start, end) =>
    forEachCell(bytes, start, end, separator, (cell, cellStart, cellEnd) => {
      const column = columns[cell]
      const node = nodes[cell] ?? NO_NODE
      if (column === undefined || !collector.wantsCell(node)) return
      collector.cell(node, column, bytes, cellStart, cellEnd)
    })
}
