import { isUtf8 } from 'node:buffer'
import type { Classification } from '../logs/classify.ts'
import { classify } from '../logs/classify.ts'
import { createFramer } from '../logs/frame.ts'
import type { RecordReader } from '../logs/record-reader.ts'
import { openRecordReader } from '../logs/record-reader.ts'
import { validateJson } from '../logs/validate-json.ts'
import type { Diagnostic, SourceSpan } from '../model/diagnostic.ts'
import type { EventRecord } from '../model/event-record.ts'
import type { FieldMap } from '../model/field-map.ts'
import type { QuarantinedRecord } from '../model/replay-summary.ts'
import type { RowLayout } from '../model/row-layout.ts'
import type { Semantics } from '../model/semantics.ts'
import type { RuleTest } from './test-file.ts'

/** Bytes of the beginning that decide the format (semantics 1). */
const HEAD_BYTES = 65_536
/** What rows without an envelope are, where nothing says more. */
const ROW_FORMAT = 'defender-rows'

/** What holds where neither the test nor its file says anything: flags, environment and configuration. */
export interface TestBase {
  readonly semantics: Semantics
  /** For logs and events in text; rows are recognised by themselves. */
  readonly logFormat: string | null
  readonly table: string | null
  readonly fieldMap: FieldMap | null
}

/** A log as a test sees it: its name and its decompressed bytes. */
export interface TestLog {
  readonly name: string
  readonly bytes: Uint8Array
  readonly span: SourceSpan
  /** Line of the test file for each line of the bytes, where they stand there; null for a file of its own. */
  readonly lines: readonly number[] | null
  readonly kind: 'rows' | 'text'
}

/** An event that was read, whatever the rules. */
interface PreparedRecord {
  readonly event: EventRecord
  /** The record's own bytes, for explanations. */
  readonly bytes: Uint8Array
  /** What the header above says of a row, null for JSON. */
  readonly layout: RowLayout | null
  /** 1-based. */
  readonly line: number
  /** 1-based. */
  readonly record: number
  readonly byteOffset: number
}

/** A log whose records were read. */
export interface PreparedLog {
  readonly name: string
  readonly classification: Classification
  readonly fieldMap: FieldMap
  readonly records: readonly PreparedRecord[]
  readonly quarantined: readonly QuarantinedRecord[]
}

/** A test whose events were read: all that is left to do depends on rules. */
export interface PreparedTest {
  readonly test: RuleTest
  readonly semantics: Semantics
  readonly table: string | null
  readonly logs: readonly PreparedLog[]
}

/** A prepared test, or why its events cannot be looked at. */
export type Preparation =
  | { readonly ok: true; readonly prepared: PreparedTest }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] }

/** Reads the events of a test. `fieldMap` is the one that the test names, `logs` the contents of its log files. */
export function prepareTest(
  test: RuleTest,
  logs: readonly TestLog[],
  fieldMap: FieldMap | null,
  base: TestBase,
): Preparation {
  const semantics = { ...base.semantics, ...test.options }
  const table = test.table ?? base.table
  const all = [...inlineLogs(test), ...logs]
  const read = readTestLogs(all, {
    semantics,
    table,
    logFormatOf: (log) => test.logFormat ?? (log.kind === 'rows' ? null : base.logFormat),
    fieldMap: fieldMap ?? base.fieldMap,
  })
  return read.diagnostics.length > 0
    ? { ok: false, diagnostics: read.diagnostics }
    : { ok: true, prepared: { test, semantics, table, logs: read.logs } }
}

/** How logs are read that stand in no test. */
export interface LogReading {
  readonly semantics: Semantics
  readonly table: string | null
  /** The format of a log, or null: found from the content. */
  readonly logFormatOf: (log: TestLog) => string | null
  readonly fieldMap: FieldMap | null
}

/** Reads logs, or says of each that cannot be looked at why. */
export function readTestLogs(
  logs: readonly TestLog[],
  { semantics, table, logFormatOf, fieldMap }: LogReading,
): { readonly logs: readonly PreparedLog[]; readonly diagnostics: readonly Diagnostic[] } {
  const prepared: PreparedLog[] = []
  const diagnostics: Diagnostic[] = []
  for (const log of logs) {
    const options = { logFormat: logFormatOf(log), userMap: fieldMap, fields: semantics.fields, table }
    const classification = classifyLog(log, options)
    if (classification.refused !== null || classification.fieldMap === null)
      diagnostics.push(refusalOf(log, classification))
    else prepared.push(readLog(log, classification, classification.fieldMap, semantics, table))
  }
  return { logs: prepared, diagnostics }
}

function inlineLogs({ events, file }: RuleTest): readonly TestLog[] {
  if (events === null) return []
  const { bytes, span, lines, kind } = events
  return [{ name: file, bytes, span, lines, kind }]
}

function classifyLog(log: TestLog, options: Parameters<typeof classify>[2]): Classification {
  const head = log.bytes.subarray(0, HEAD_BYTES)
  const isWhole = log.bytes.length < HEAD_BYTES
  const found = classify(head, isWhole, options)
  // A row with one or two columns is too little to be recognised, and yet what a test of one IOC needs.
  const isBareRow = log.kind === 'rows' && options.logFormat === null && found.fieldMap === null
  return isBareRow && found.refused === null
    ? classify(head, isWhole, { ...options, logFormat: ROW_FORMAT })
    : found
}

function refusalOf(log: TestLog, { refused }: Classification): Diagnostic {
  return {
    code: 'TEST014',
    severity: 'error',
    message: refused?.reason ?? 'no log format is recognised, so no field of the events is looked at',
    fix: refused?.fix ?? 'Give logFormat, or table for bare rows, or name the fields with fieldMap.',
    span: log.span,
    related: [],
  }
}

function readLog(
  log: TestLog,
  classification: Classification,
  fieldMap: FieldMap,
  semantics: Semantics,
  table: string | null,
): PreparedLog {
  const reader = readerFor(classification, fieldMap, semantics, table)
  const records: PreparedRecord[] = []
  const quarantined: QuarantinedRecord[] = []
  const lineOf = (line: number): number =>
    log.lines?.[line] ?? (log.lines === null ? line + 1 : log.span.line)
  let record = 0
  let layout = classification.delimited
  const refuse = (reason: string, line: number, byteOffset: number, bytes: number): void => {
    quarantined.push({ source: log.name, record, line: lineOf(line), byteOffset, bytes, reason })
  }
  const framer = createFramer(
    classification,
    { maxRecordBytes: semantics.maxRecordBytes, firstByteOffset: 0, skipFirstLine: false, ownedEnd: null },
    {
      record: (bytes, start, end, line, byteOffset) => {
        record += 1
        const own = bytes.slice(start, end)
        const fault = semantics.validate === 'strict' ? faultOf(own, classification) : null
        if (fault !== null) refuse(fault, line, byteOffset, own.length)
        else
          records.push({
            event: reader.read(own, 0, own.length),
            bytes: own,
            layout,
            line: lineOf(line),
            record,
            byteOffset,
          })
      },
      quarantine: (reason, line, byteOffset, length) => {
        record += 1
        refuse(reason, line, byteOffset, length)
      },
      layout: (next) => {
        layout = next
        reader.enterLayout(next)
      },
    },
  )
  framer.push(log.bytes, 0, log.bytes.length)
  framer.finish()
  return { name: log.name, classification, fieldMap, records, quarantined }
}

/** Opening a reader costs more than reading an event, and a thousand tests need the same few. */
const openReaders = new WeakMap<FieldMap, Map<string, RecordReader>>()

function readerFor(
  { delimited }: Classification,
  fieldMap: FieldMap,
  semantics: Semantics,
  table: string | null,
): RecordReader {
  if (delimited !== null) return openRecordReader({ fieldMap, delimited }, semantics, table)
  const { hashScope, ipScope, domainScope, dnsAnswers } = semantics
  const key = JSON.stringify([hashScope, ipScope, domainScope, dnsAnswers, table])
  const ofMap = openReaders.get(fieldMap) ?? new Map<string, RecordReader>()
  openReaders.set(fieldMap, ofMap)
  const known = ofMap.get(key)
  if (known !== undefined) return known
  const reader = openRecordReader({ fieldMap, delimited }, semantics, table)
  if (ofMap.size < OPEN_READERS_LIMIT) ofMap.set(key, reader)
  return reader
}

/** Readers kept for one field map; a hostile file may name a table per test. */
const OPEN_READERS_LIMIT = 100

/** What strict validation finds: a row is no JSON, so only its encoding can be judged. */
function faultOf(bytes: Uint8Array, { framing }: Classification): string | null {
  if (framing !== 'delimited') return validateJson(bytes, 0, bytes.length)
  return isUtf8(bytes) ? null : 'the row is not valid UTF-8'
}
