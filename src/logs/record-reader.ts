import { isUtf8 } from 'node:buffer'
import type { EventRecord } from '../model/event-record.ts'
import type { FieldEntry, FieldMap } from '../model/field-map.ts'
import { bufferOver } from './bytes.ts'
import type { DelimitedLayout } from './frame-delimited.ts'
import { FieldCollector } from './field-collector.ts'
import { PathTree, ROOT_NODE, presentTableName } from './path-tree.ts'
import { observablesOf } from './observables-of.ts'
import { cellText, forEachCell } from './scan-csv.ts'
import { JsonScanner, NO_NODE } from './scan-json.ts'
import type { ScopeSemantics } from './scope.ts'

/** Reads one framed record in full. */
export interface RecordReader {
  /** `bytes[start, end)` is a record as its framer gave it; never throws on any bytes. */
  read(bytes: Uint8Array, start: number, end: number): EventRecord
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
  const tables = new TableNames(fieldMap, defaultTable)
  return delimited === null
    ? new JsonReader(collector, tables)
    : new DelimitedReader(collector, tables, tree, delimited)
}

class JsonReader implements RecordReader {
  readonly #collector: FieldCollector
  readonly #tables: TableNames
  readonly #scanner = new JsonScanner()

  constructor(collector: FieldCollector, tables: TableNames) {
    this.#collector = collector
    this.#tables = tables
  }

  read(bytes: Uint8Array, start: number, end: number): EventRecord {
    this.#collector.begin()
    const record = asBuffer(bytes)
    this.#scanner.scan(record, start, end, ROOT_NODE, NO_NODE, this.#collector)
    return toRecord(this.#collector, this.#tables, !isUtf8(record.subarray(start, end)))
  }
}

class DelimitedReader implements RecordReader {
  readonly #collector: FieldCollector
  readonly #tables: TableNames
  readonly #layout: DelimitedLayout
  /** The node of each column, or `NO_NODE`. */
  readonly #nodes: readonly number[]

  constructor(collector: FieldCollector, tables: TableNames, tree: PathTree, layout: DelimitedLayout) {
    this.#collector = collector
    this.#tables = tables
    this.#layout = layout
    this.#nodes = layout.columns.map((column) => tree.childNamed(ROOT_NODE, column))
  }

  read(bytes: Uint8Array, start: number, end: number): EventRecord {
    const collector = this.#collector
    collector.begin()
    const row = asBuffer(bytes)
    forEachCell(row, start, end, this.#layout.separator, (cell, cellStart, cellEnd) => {
      const column = this.#layout.columns[cell]
      const node = this.#nodes[cell] ?? NO_NODE
      if (column === undefined || !collector.wantsCell(node)) return
      collector.cell(node, column, cellText(row, cellStart, cellEnd))
    })
    return toRecord(collector, this.#tables, !isUtf8(row.subarray(start, end)))
  }
}

/** Names of tables as records write them, and what is known of each. */
class TableNames {
  readonly #fieldMap: FieldMap
  readonly #default: string | null
  readonly #unmatched: ReadonlySet<string>
  /** Tables that some entry names. For all others the entries of every table hold (semantics 4). */
  readonly #named: ReadonlySet<string>

  constructor(fieldMap: FieldMap, defaultTable: string | null) {
    this.#fieldMap = fieldMap
    this.#default = defaultTable === null ? null : presentTableName(defaultTable, fieldMap)
    this.#unmatched = new Set(fieldMap.unmatchedTables.map((table) => presentTableName(table, fieldMap)))
    this.#named = new Set(tablesIn(fieldMap.entries).map((table) => presentTableName(table, fieldMap)))
  }

  presentName(name: string | null): string | null {
    return name === null ? this.#default : presentTableName(name, this.#fieldMap)
  }

  isMatched(table: string | null): boolean {
    return table === null || !this.#unmatched.has(table)
  }

  /** The table by which entries are chosen; null: the union of all. */
  choosing(table: string | null): string | null {
    return table !== null && this.#named.has(table) ? table : null
  }
}

/** One view per record instead of one per string: most of a record's strings are short. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : bufferOver(bytes, 0, bytes.length)
}

function tablesIn(entries: readonly FieldEntry[]): string[] {
  return entries.flatMap((entry) => [...(entry.tables ?? []), ...tablesIn(entry.nested)])
}

function toRecord(collector: FieldCollector, tables: TableNames, isRepaired: boolean): EventRecord {
  const table = tables.presentName(collector.envelope('table'))
  const time = collector.envelope('time')
  const represents = Number(collector.envelope('represents') ?? Number.NaN)
  const seen = tables.isMatched(table)
    ? observablesOf(collector, tables.choosing(table))
    : { observables: [], notANameCount: 0, wrongTypeCount: 0 }
  return {
    time: time ?? collector.envelope('receivedTime'),
    isTimeOfReceipt: time === null && collector.envelope('receivedTime') !== null,
    table,
    deviceId: collector.envelope('deviceId'),
    deviceName: collector.envelope('deviceName'),
    computer: collector.envelope('computer'),
    localEnd: collector.envelope('localEnd'),
    reportId: collector.envelope('reportId'),
    actionType: collector.envelope('actionType'),
    represents: Number.isFinite(represents) ? represents : null,
    context: collector.context(),
    observables: seen.observables,
    wrongTypeCount: seen.wrongTypeCount,
    notANameCount: seen.notANameCount,
    repaired: isRepaired,
  }
}
