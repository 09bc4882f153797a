import type { EventRecord } from '../../../src/model/event-record.ts'
import type { FieldEntry, FieldMap, ObservableKind } from '../../../src/model/field-map.ts'
import { DEFAULT_SEMANTICS, type Semantics } from '../../../src/model/semantics.ts'
import { NO_ENVELOPE } from '../../../src/logs/formats/envelope.ts'
import { FORMATS } from '../../../src/logs/formats/registry.ts'
import { openRecordReader } from '../../../src/logs/record-reader.ts'
import { bytesOf } from './collect-records.ts'

/** Every field that any switch turns on. */
export const EVERY_SCOPE: Semantics = {
  ...DEFAULT_SEMANTICS,
  ipScope: 'all',
  domainScope: 'all',
  dnsAnswers: 'on',
}

/** The field map of a built-in format. */
export function mapOf(format: string): FieldMap {
  const map = FORMATS.find(({ name }) => name === format)?.fieldMap ?? null
  if (map === null) throw new Error(`${format} has no field map`)
  return map
}

/** An entry with the usual rest. */
export function entry(
  path: readonly string[],
  kind: ObservableKind,
  rest: Partial<FieldEntry> = {},
): FieldEntry {
  return { path, kind, role: 'remote', scope: null, tables: null, nested: [], ...rest }
}

/** A map of these entries without an envelope. */
export function mapWith(...entries: readonly FieldEntry[]): FieldMap {
  return {
    name: 'test',
    entries,
    envelope: NO_ENVELOPE,
    unmatchedTables: [],
    tableAliases: {},
    tablePrefix: '',
    any: false,
  }
}

/** Reads one JSON record. */
export function read(
  fieldMap: FieldMap,
  record: string | Uint8Array,
  semantics: Semantics = DEFAULT_SEMANTICS,
  defaultTable: string | null = null,
): EventRecord {
  const bytes = typeof record === 'string' ? bytesOf(record) : record
  return openRecordReader({ fieldMap, delimited: null }, semantics, defaultTable).read(bytes, 0, bytes.length)
}

/** Observables as `field type value`. */
export function shown(record: EventRecord): string[] {
  return record.observables.map(({ field, type, value }) => `${field} ${type} ${value}`)
}
