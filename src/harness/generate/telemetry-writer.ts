import { assertNever } from '../../model/assert-never.ts'
import { TABLE_PREFIX } from '../../logs/formats/defender-columns.ts'
import type { EventRow } from './field-places.ts'
import type { TelemetryEvent } from './telemetry-event.ts'
import type { TelemetryFormat } from './telemetry-formats.ts'
import { zeekJson, zeekRowWriter } from './zeek-writer.ts'

/** Writes events one after the other: `head`, each event as `lead` and `record`, then `tail`. */
export interface TelemetryWriter {
  readonly head: string
  /** The event as the record that a reader gets. */
  record(event: TelemetryEvent): string
  /** What stands before the next record; called once for each, in order. */
  lead(): string
  tail(): string
}

/** Records of one Event Hub message. */
const MESSAGE_RECORDS = 25
const TENANT_ID = '0d3f7c1e-5b7a-4b5e-9a53-1c2d3e4f5a6b'
/** The table of a row that stands outside of an envelope. */
const TABLE_COLUMN = '$table'

/** A writer for a format; `columns` are the header of delimited ones and the schema of hunting replies. */
export function openTelemetryWriter(format: TelemetryFormat, columns: readonly string[]): TelemetryWriter {
  switch (format) {
    case 'defender-storage':
      return lineWriter((event) => JSON.stringify(envelope(event)))
    case 'defender-event-hub':
      return messageWriter()
    case 'defender-hunting-api':
      return replyWriter(columns)
    case 'defender-rows':
      return lineWriter((event) => JSON.stringify(tableRow(event)))
    case 'defender-csv':
      return delimitedWriter(['Timestamp', TABLE_COLUMN, ...columns.filter((name) => name !== 'Timestamp')])
    case 'zeek-tsv':
      return { ...lineWriter(zeekRowWriter().record), head: zeekRowWriter().head }
    case 'zeek-json':
      return lineWriter(zeekJson)
    case 'json':
      return lineWriter(({ row }) => JSON.stringify(row))
    case 'csv':
      return delimitedWriter(columns)
    default:
      return assertNever(format)
  }
}

/** True for formats with a header row, which is CSV. */
export function isDelimited(format: TelemetryFormat): boolean {
  return format === 'defender-csv' || format === 'csv'
}

/** The header's cells, for formats that have one. */
export function headerOf(format: TelemetryFormat, columns: readonly string[]): readonly string[] {
  return format === 'defender-csv'
    ? ['Timestamp', TABLE_COLUMN, ...columns.filter((name) => name !== 'Timestamp')]
    : columns
}

function lineWriter(record: TelemetryWriter['record']): TelemetryWriter {
  let count = 0
  return {
    head: '',
    record,
    lead: () => {
      count += 1
      return count === 1 ? '' : '\n'
    },
    tail: () => (count === 0 ? '' : '\n'),
  }
}

function messageWriter(): TelemetryWriter {
  let count = 0
  return {
    head: '',
    record: (event) => JSON.stringify(envelope(event)),
    lead: () => {
      count += 1
      if (count === 1) return '{"records":['
      return count % MESSAGE_RECORDS === 1 ? ']}\n{"records":[' : ','
    },
    tail: () => (count === 0 ? '' : ']}\n'),
  }
}

function replyWriter(columns: readonly string[]): TelemetryWriter {
  const schema = [TABLE_COLUMN, ...columns].map((Name) => ({ Name, Type: 'String' }))
  let count = 0
  return {
    head: `{"Schema":${JSON.stringify(schema)},"Results":[\n`,
    record: (event) => JSON.stringify(tableRow(event)),
    lead: () => {
      count += 1
      return count === 1 ? '' : ',\n'
    },
    tail: () => '\n]}\n',
  }
}

/** What the portal's export gives: a byte order mark, a header, CRLF. */
function delimitedWriter(header: readonly string[]): TelemetryWriter {
  return {
    head: `\ufeff${header.map(cell).join(',')}\r\n`,
    record: (event) => {
      const row = tableRow(event)
      return header.map((column) => cell(row[column])).join(',')
    },
    lead: () => '',
    tail: () => '',
  }
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return ''
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function tableRow({ table, row }: TelemetryEvent): EventRow {
  return table === null ? row : { [TABLE_COLUMN]: table, ...row }
}

function envelope({ table, time, row }: TelemetryEvent): EventRow {
  return {
    time,
    tenantId: TENANT_ID,
    operationName: 'Publish',
    category: `${TABLE_PREFIX}${table ?? ''}`,
    properties: row,
    Tenant: 'DefaultTenant',
  }
}
