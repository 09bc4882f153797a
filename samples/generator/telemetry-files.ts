import { gzipSync } from 'node:zlib'
import { Background, BACKGROUND_COUNTS } from './background.ts'
import { TENANT_ID } from './estate.ts'
import { Incidents } from './incidents.ts'
import { Random, guid } from './random.ts'
import { RowWriter, timeText } from './rows.ts'
import type { Row, SampleEvent } from './rows.ts'

const SEED = 20_261_102
/** The streaming API delivers at least once: every so many network events one comes again an hour later. */
const REDELIVERED_EVERY = 70
const HOUR_TICKS = 36_000_000_000n

/** One record as it stands in a file: the row that a reader sees and the table it can know. */
export interface WrittenRecord {
  readonly file: string
  /** Null where the file does not say it (a hunting export). */
  readonly table: string | null
  readonly time: bigint
  readonly row: Row
}

export interface TelemetryFile {
  readonly name: string
  readonly bytes: Uint8Array
  readonly records: readonly WrittenRecord[]
}

const EXPORTED_COLUMNS = [
  'Timestamp',
  'DeviceId',
  'DeviceName',
  'ActionType',
  'RemoteIP',
  'RemotePort',
  'RemoteUrl',
  'LocalIP',
  'Protocol',
  'InitiatingProcessFileName',
  'InitiatingProcessCommandLine',
  'InitiatingProcessSHA1',
  'InitiatingProcessAccountName',
  'ReportId',
] as const

/** All telemetry files of the samples, in the order of their names. */
export function telemetryFiles(): readonly TelemetryFile[] {
  const random = new Random(SEED)
  const rows = new RowWriter(random)
  const background = new Background(random, rows)
  const incidents = new Incidents(random, rows)
  const counts = BACKGROUND_COUNTS
  const partner = incidents.partner()
  const streamed = [
    ...background.many(counts.network, () => background.network()),
    ...background.many(counts.process, () => background.process()),
    ...background.many(counts.file, () => background.file()),
    ...background.many(counts.imageLoad, () => background.imageLoad()),
    ...background.many(counts.device, () => background.deviceEvent()),
    ...background.many(counts.logon, () => background.logon()),
    ...background.many(counts.cloud, () => background.cloud()),
    ...background.many(counts.mail, () => background.mail()),
    ...background.many(counts.link, () => background.link()),
    ...background.many(counts.click, () => background.click()),
    ...incidents.phishing(),
    ...incidents.tidewater(),
    ...incidents.lantern(),
    ...incidents.quarry(),
    ...incidents.tunnel(),
    ...incidents.spraying(),
    ...incidents.retired(),
    ...incidents.saltmarsh(),
    ...incidents.inventory(),
  ]
  const exported = [
    ...background.many(counts.hunting, () => background.network()),
    ...incidents.exportedBeacons(),
  ]
  const bare = [
    ...background.many(counts.bare, () => background.network()),
    ...background.many(counts.registry, () => background.registry()),
    ...partner,
  ]
  const of = (...tables: readonly string[]): readonly SampleEvent[] =>
    streamed.filter((event) => tables.includes(event.table))
  return [
    bareRows('bare-rows.ndjson', bare),
    storageBlob('device-events.ndjson', of('DeviceEvents'), '\r\n'),
    storageBlob('device-file.ndjson', of('DeviceFileEvents'), '\n'),
    storageBlob('device-image-load.ndjson', of('DeviceImageLoadEvents'), '\n'),
    storageBlob('device-logon.ndjson', of('DeviceLogonEvents'), '\n'),
    storageBlob('device-network.ndjson', of('DeviceNetworkEvents'), '\r\n', REDELIVERED_EVERY),
    gzipped('device-process.json.gz', of('DeviceProcessEvents')),
    huntingExport('hunting-network.csv', exported),
    storageBlob('inventory.ndjson', of('DeviceInfo', 'AlertEvidence'), '\n'),
    storageBlob(
      'mail-and-cloud.ndjson',
      of('CloudAppEvents', 'EmailEvents', 'EmailUrlInfo', 'UrlClickEvents'),
      '\n',
    ),
  ]
}

/** What the streaming API writes to a storage account: one envelope per line, no wrapper, absent values null. */
function storageBlob(
  name: string,
  events: readonly SampleEvent[],
  lineEnd: string,
  redeliverEvery = Infinity,
): TelemetryFile {
  const delivered = byTime(events).map((event, i) => ({ event, received: receivedTime(event.time, i) }))
  const again = delivered
    .filter((_, i) => i % redeliverEvery === redeliverEvery - 1)
    .map(({ event, received }) => ({ event, received: received + HOUR_TICKS }))
  const all = [...delivered, ...again].sort((a, b) => compareTimes(a.received, b.received))
  const lines = all.map(({ event, received }) => JSON.stringify(envelope(event, received)) + lineEnd)
  const records = all.map(({ event }) => ({
    file: name,
    table: event.table,
    time: event.time,
    row: event.row,
  }))
  return { name, bytes: Buffer.from(lines.join('')), records }
}

function gzipped(name: string, events: readonly SampleEvent[]): TelemetryFile {
  const plain = storageBlob(name, events, '\r\n')
  return { ...plain, bytes: gzipSync(plain.bytes, { level: 9 }) }
}

/** Rows without an envelope, as scripts write them from API replies, with the table's name in a field. */
function bareRows(name: string, events: readonly SampleEvent[]): TelemetryFile {
  const sorted = byTime(events)
  const lines = sorted.map((event) => JSON.stringify({ TableName: event.table, ...event.row }) + '\n')
  const records = sorted.map(({ table, time, row }) => ({ file: name, table, time, row }))
  return { name, bytes: Buffer.from(lines.join('')), records }
}

/** What the portal's Export button gives for a query: chosen columns, no table name, byte order mark, CRLF. */
function huntingExport(name: string, events: readonly SampleEvent[]): TelemetryFile {
  const records = byTime(events).map(({ time, row }) => ({
    file: name,
    table: null,
    time,
    row: exportedRow(row),
  }))
  const lines = [
    EXPORTED_COLUMNS.join(','),
    ...records.map(({ row }) => EXPORTED_COLUMNS.map((column) => csvCell(row[column] ?? null)).join(',')),
  ]
  return { name, bytes: Buffer.from('\ufeff' + lines.map((line) => line + '\r\n').join('')), records }
}

function exportedRow(row: Row): Row {
  return Object.fromEntries(EXPORTED_COLUMNS.map((column) => [column, row[column] ?? null]))
}

function csvCell(value: string | number | boolean | null): string {
  const text = value === null ? '' : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function envelope(event: SampleEvent, received: bigint): Readonly<Record<string, unknown>> {
  return {
    time: timeText(received),
    tenantId: TENANT_ID,
    operationName: 'Publish',
    category: `AdvancedHunting-${event.table}`,
    _TimeReceivedBySvc: timeText(received - 12_345_678n),
    properties: event.row,
    Tenant: 'DefaultTenant',
  }
}

/** The service receives an event some minutes after it happened; derived from the event, so that no random number is drawn. */
function receivedTime(time: bigint, index: number): bigint {
  const minutes = BigInt(Number.parseInt(guid(`${time} ${index}`).slice(0, 4), 16) % 6) + 2n
  return time + minutes * 600_000_000n
}

function byTime(events: readonly SampleEvent[]): readonly SampleEvent[] {
  return events.toSorted((a, b) => compareTimes(a.time, b.time))
}

function compareTimes(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}
