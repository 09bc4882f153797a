import { openByteSource } from '../../files/byte-source.ts'
import { EVERY_STRING } from '../../logs/every-string.ts'
import { createFramer } from '../../logs/frame.ts'
import { decompress } from '../../logs/decompress.ts'
import type { RecordReader } from '../../logs/record-reader.ts'
import { openRecordReader } from '../../logs/record-reader.ts'
import { isScopeOn } from '../../logs/scope.ts'
import type {
  ClassifiedLog,
  MappedField,
  SampledLog,
  ShapedField,
  TableSeen,
} from '../../model/classified-log.ts'
import type { FieldEntry, FieldMap, FieldScope, Role } from '../../model/field-map.ts'
import type { IndicatorType } from '../../model/indicator.ts'
import type { Semantics } from '../../model/semantics.ts'
import type { ClassifiedInput } from '../classify-input.ts'
import { SCOPE_WORDS } from './obstacle.ts'

/** Decompressed bytes of the beginning that are read to see which tables and fields a log holds. */
const SAMPLE_BYTES = 1_048_576
const BLOCK_BYTES = 65_536
/** Tables that are told apart; a hostile log may name a new one in every record. */
const TABLE_LIMIT = 100
/** Fields found by shape that are told apart, for the same reason. */
const SHAPE_LIMIT = 200

/** Says of a classified input which tables and fields its beginning holds, and which of them are looked at. */
export async function explainLog(
  input: ClassifiedInput,
  semantics: Semantics,
  defaultTable: string | null,
): Promise<ClassifiedLog> {
  const { classification } = input
  const { fieldMap, delimited } = classification
  const seen = new SeenInSample(fieldMap)
  const sample =
    classification.refused === null
      ? await readSample(input, semantics, readerOf(input, semantics, defaultTable), seen)
      : { bytes: 0, isWhole: false, records: 0, quarantined: 0, problems: [] }
  return {
    schemaVersion: 1,
    source: input.name,
    bytes: input.size,
    compression: input.compression,
    format: classification.format,
    framing: classification.framing,
    hasByteOrderMark: classification.bomBytes > 0,
    evidence: classification.evidence,
    columns: delimited?.columns ?? [],
    sample,
    tables: seen.tables(),
    fields: fieldMap === null ? null : mappedFields(fieldMap, semantics, seen.values),
    shapes: fieldMap === null || fieldMap.any ? seen.shapes() : [],
    refused: classification.refused,
  }
}

/** A reader that sees the fields of every scope and table. */
function readerOf(input: ClassifiedInput, semantics: Semantics, defaultTable: string | null): RecordReader {
  const { fieldMap, delimited } = input.classification
  return openRecordReader(
    { fieldMap: { ...(fieldMap ?? EVERY_STRING), unmatchedTables: [] }, delimited },
    { ...semantics, hashScope: 'both', ipScope: 'all', domainScope: 'all', dnsAnswers: 'on' },
    defaultTable,
  )
}

/** Counts what records hold. */
class SeenInSample {
  readonly values: Map<string, number> = new Map()
  readonly #tables = new Map<string | null, number>()
  readonly #shapes = new Map<string, ShapedField>()
  readonly #unmatched: ReadonlySet<string | null>

  constructor(fieldMap: FieldMap | null) {
    this.#unmatched = new Set(fieldMap?.unmatchedTables ?? [])
  }

  read(reader: RecordReader, bytes: Uint8Array, start: number, end: number): void {
    const { table, observables } = reader.read(bytes, start, end)
    if (this.#tables.size < TABLE_LIMIT || this.#tables.has(table))
      this.#tables.set(table, (this.#tables.get(table) ?? 0) + 1)
    for (const { field, role, scope, type } of observables) {
      const path = field.replaceAll(/\[\d+\]/g, '')
      const key = fieldKey(path, role, scope)
      this.values.set(key, (this.values.get(key) ?? 0) + 1)
      this.#countShape(path, type)
    }
  }

  shapes(): readonly ShapedField[] {
    return [...this.#shapes.values()].sort((a, b) => b.values - a.values || compareNames(a.field, b.field))
  }

  #countShape(field: string, type: IndicatorType): void {
    const key = `${type} ${field}`
    const values = (this.#shapes.get(key)?.values ?? 0) + 1
    if (values > 1 || this.#shapes.size < SHAPE_LIMIT) this.#shapes.set(key, { field, type, values })
  }

  tables(): readonly TableSeen[] {
    const counts = [...this.#tables].map(([table, records]) => ({
      table,
      records,
      isMatched: !this.#unmatched.has(table),
    }))
    return counts.sort((a, b) => b.records - a.records || compareNames(a.table, b.table))
  }
}

/** One field may be mapped twice, for different tables. */
function fieldKey(field: string, role: Role, scope: FieldScope | null): string {
  return `${role} ${scope} ${field}`
}

function compareNames(left: string | null, right: string | null): number {
  if (left === right) return 0
  if (left === null) return 1
  return right !== null && left < right ? -1 : 1
}

async function readSample(
  input: ClassifiedInput,
  semantics: Semantics,
  reader: RecordReader,
  seen: SeenInSample,
): Promise<SampledLog> {
  const source = input.chunks === null ? openByteSource(input.path, input.name) : null
  const problems: string[] = []
  const framer = createFramer(
    input.classification,
    {
      maxRecordBytes: semantics.maxRecordBytes,
      firstByteOffset: 0,
      skipFirstLine: false,
      ownedEnd: null,
    },
    {
      record: (bytes, start, end) => seen.read(reader, bytes, start, end),
      quarantine: (reason, line) => {
        if (problems.length < PROBLEM_LIMIT) problems.push(`line ${line + 1} is quarantined: ${reason}`)
      },
      layout: (layout) => reader.enterLayout(layout),
    },
  )
  let bytes = 0
  let isWhole = true
  try {
    const chunks = input.chunks ?? source!.chunks(BLOCK_BYTES) // a source is opened where there are no chunks
    const plain = decompress(input.compression, chunks, ({ message }) => problems.push(message))
    for await (const chunk of plain) {
      bytes += chunk.length
      framer.push(chunk, 0, chunk.length)
      if (bytes < SAMPLE_BYTES) continue
      isWhole = false
      break
    }
  } finally {
    source?.close()
  }
  if (isWhole) framer.finish()
  const { records, quarantined } = framer.counts
  return { bytes, isWhole, records, quarantined, problems }
}

const PROBLEM_LIMIT = 5

/** Fields of the map with what the sample holds under them; entries of one path and kind are one field. */
function mappedFields(
  fieldMap: FieldMap,
  semantics: Semantics,
  values: ReadonlyMap<string, number>,
): readonly MappedField[] {
  const fields: MappedField[] = []
  const collect = (entries: readonly FieldEntry[], above: string): void => {
    for (const { path, kind, role, scope, tables, nested } of entries) {
      const field = [...(above === '' ? [] : [above]), ...path].join('.')
      if (kind === 'json') {
        collect(nested, field)
        continue
      }
      const isLookedAt = isScopeOn(scope, semantics)
      fields.push({
        field,
        kind,
        role,
        scope,
        isLookedAt,
        waitsFor: isLookedAt || scope === null ? null : SCOPE_WORDS[scope].flag,
        tables,
        values: values.get(fieldKey(field, role, scope)) ?? 0,
      })
    }
  }
  collect(fieldMap.entries, '')
  return fields
}
