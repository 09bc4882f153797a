import { domainToASCII } from 'node:url'
import { DEFINITIONS } from './definitions.ts'
import type { SampleDefinition, SampleFunction, SampleIoc, SampleType } from './definitions.ts'
import { plainAddress } from './plain-address.ts'
import type { TelemetryFile, WrittenRecord } from './telemetry-files.ts'

/** Columns and what they hold, for the default options (semantics 4). */
const HASH_COLUMNS: readonly (readonly [string, SampleType])[] = [
  ['SHA1', 'Sha1'],
  ['SHA256', 'Sha256'],
  ['MD5', 'Md5'],
  ['InitiatingProcessSHA1', 'Sha1'],
  ['InitiatingProcessSHA256', 'Sha256'],
  ['InitiatingProcessMD5', 'Md5'],
]
const IP_COLUMNS = ['RemoteIP', 'FileOriginIP', 'RequestSourceIP', 'SenderIPv4', 'SenderIPv6'] as const
const HOST_COLUMNS = [
  'RemoteUrl',
  'FileOriginUrl',
  'FileOriginReferrerUrl',
  'Url',
  'UrlDomain',
  'SenderFromDomain',
  'SenderMailFromDomain',
] as const
const NESTED_NAMES = ['DnsQueryString', 'query', 'server_name', 'host'] as const
const UNMATCHED_TABLES: ReadonlySet<string | null> = new Set(['DeviceInfo', 'AlertEvidence'])
const HASH_LENGTHS = { Sha1: 40, Sha256: 64, Md5: 32 } as const
const COMPARISONS: Readonly<Record<SampleFunction, (text: string, value: string) => boolean>> = {
  Equals: (text, value) => text === value,
  StartWith: (text, value) => text.startsWith(value),
  EndWith: (text, value) => text.endsWith(value),
  Contains: (text, value) => text.includes(value),
}
const WINDOW_TICKS = 864_000_000_000n

interface ExpectedDefinition {
  readonly Name: string
  readonly detections: number
  readonly alerts: number
  readonly devices: number
  readonly iocs: number
  readonly iocsFired: number
}

export interface ExpectedRun {
  readonly name: string
  readonly logs: readonly string[]
  readonly rules: readonly string[]
  readonly records: number
  readonly detections: number
  readonly suppressed: number
  readonly alerts: number
  readonly definitions: readonly ExpectedDefinition[]
  readonly iocs: {
    readonly read: number
    readonly compiled: number
    readonly duplicate: number
    readonly disabled: number
    readonly fired: number
    readonly silent: number
    readonly blind: number
  }
  readonly fired: readonly {
    readonly definition: string
    readonly ioc: string
    readonly detections: number
  }[]
}

interface Seen {
  readonly record: WrittenRecord
  readonly iocs: readonly SampleIoc[]
}

interface Value {
  readonly type: SampleType
  readonly text: string
}

/** Counts what a run must report by looking at every value of every record, with the operators spelt out. */
export function countExpected(
  name: string,
  logs: readonly string[],
  files: readonly TelemetryFile[],
): ExpectedRun {
  const records = files.flatMap((file) => file.records)
  const values = records.map((record) => ({ record, values: valuesOf(record) }))
  const perDefinition = activeDefinitions().map(({ definition, iocs }) => {
    const seen = values
      .map(({ record, values }) => ({ record, iocs: iocs.filter((ioc) => isSeen(ioc, record, values)) }))
      .filter((hit) => hit.iocs.length > 0)
    return { definition, iocs, seen, kept: withoutCopies(seen) }
  })
  const definitions = perDefinition.map(({ definition, iocs, kept }) => ({
    Name: definition.Name,
    detections: kept.length,
    alerts: alertCount(kept),
    devices: new Set(kept.map(({ record }) => deviceOf(record))).size,
    iocs: iocs.length,
    iocsFired: iocs.filter((ioc) => kept.some((hit) => hit.iocs.includes(ioc))).length,
  }))
  const total = (of: (definition: ExpectedDefinition) => number): number =>
    definitions.reduce((sum, definition) => sum + of(definition), 0)
  const shownTypes = typesShown(records)
  const all = perDefinition.flatMap(({ iocs, kept }) => iocs.map((ioc) => ({ ioc, kept })))
  const quiet = all.filter(({ ioc, kept }) => !kept.some((hit) => hit.iocs.includes(ioc)))
  const blind = quiet.filter(({ ioc }) => !shownTypes.has(ioc.Type)).length
  return {
    name,
    logs,
    rules: ['samples/rules'],
    records: records.length,
    detections: total((definition) => definition.detections),
    suppressed: perDefinition.reduce((sum, { seen, kept }) => sum + seen.length - kept.length, 0),
    alerts: total((definition) => definition.alerts),
    definitions,
    iocs: {
      ...iocsRead(),
      fired: all.length - quiet.length,
      silent: quiet.length - blind,
      blind,
    },
    fired: perDefinition.flatMap(({ definition, iocs, kept }) =>
      iocs
        .map((ioc) => ({
          definition: definition.Name,
          ioc: `${ioc.Type} ${ioc.DetectionFunction} ${ioc.Value}`,
          detections: kept.filter((hit) => hit.iocs.includes(ioc)).length,
        }))
        .filter((fired) => fired.detections > 0),
    ),
  }
}

function activeDefinitions(): readonly {
  readonly definition: SampleDefinition
  readonly iocs: readonly SampleIoc[]
}[] {
  return DEFINITIONS.filter((definition) => definition.Enabled)
    .map((definition) => ({
      definition,
      iocs: withoutDuplicates(
        [...definition.iocs, ...definition.listed].filter((ioc) => ioc.Enabled !== false),
      ),
    }))
    .toSorted((a, b) => (a.definition.Name < b.definition.Name ? -1 : 1))
}

function iocsRead(): Pick<ExpectedRun['iocs'], 'read' | 'compiled' | 'duplicate' | 'disabled'> {
  const read = DEFINITIONS.flatMap((definition) =>
    [...definition.iocs, ...definition.listed].map((ioc) => definition.Enabled && ioc.Enabled !== false),
  )
  const enabled = read.filter((isEnabled) => isEnabled).length
  const compiled = activeDefinitions().reduce((sum, { iocs }) => sum + iocs.length, 0)
  return { read: read.length, compiled, duplicate: enabled - compiled, disabled: read.length - enabled }
}

function withoutDuplicates(iocs: readonly SampleIoc[]): readonly SampleIoc[] {
  const key = (ioc: SampleIoc): string =>
    [ioc.Type, ioc.DetectionFunction, ioc.Value, ioc.ExpiresAt].join(' ')
  return iocs.filter((ioc, i) => iocs.findIndex((other) => key(other) === key(ioc)) === i)
}

function isSeen(ioc: SampleIoc, record: WrittenRecord, values: readonly Value[]): boolean {
  const isExpired = ioc.ExpiresAt !== undefined && record.time >= BigInt(Date.parse(ioc.ExpiresAt)) * 10_000n
  return (
    !isExpired &&
    values.some(
      (value) => value.type === ioc.Type && COMPARISONS[ioc.DetectionFunction](value.text, ioc.Value),
    )
  )
}

function valuesOf({ table, row }: WrittenRecord): readonly Value[] {
  if (UNMATCHED_TABLES.has(table)) return []
  const values: Value[] = []
  for (const [column, type] of HASH_COLUMNS) {
    const text = row[column]
    if (typeof text === 'string' && type in HASH_LENGTHS && text.length === hashLength(type))
      values.push({ type, text: text.toLowerCase() })
  }
  for (const column of IP_COLUMNS) values.push(...addressValue(row[column]))
  if (table === 'CloudAppEvents') values.push(...addressValue(row['IPAddress']))
  for (const column of HOST_COLUMNS) values.push(...hostValue(row[column]))
  for (const text of parsedList(row['UrlChain'])) values.push(...hostValue(text))
  const nested = parsedObject(row['AdditionalFields'])
  for (const name of NESTED_NAMES) values.push(...hostValue(nested[name]))
  return values
}

function hashLength(type: SampleType): number {
  return type === 'Sha1' || type === 'Sha256' || type === 'Md5' ? HASH_LENGTHS[type] : -1
}

function addressValue(text: unknown): readonly Value[] {
  const address = typeof text === 'string' ? plainAddress(text) : null
  return address === null ? [] : [{ type: 'IpAddress', text: address }]
}

/** The host of a URL or a bare name, lower-case, in ASCII, without trailing dots; an address is an address. */
function hostValue(text: unknown): readonly Value[] {
  if (typeof text !== 'string' || text === '') return []
  const authority = text.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/[/?#].*$/, '')
  const host = authority
    .replace(/^.*@/, '')
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
  const address = plainAddress(host)
  if (address !== null) return [{ type: 'IpAddress', text: address }]
  return [{ type: 'DomainName', text: domainToASCII(host.toLowerCase().replace(/\.+$/, '')) }]
}

function parsedList(text: unknown): readonly unknown[] {
  const parsed: unknown = typeof text === 'string' ? JSON.parse(text) : []
  return Array.isArray(parsed) ? parsed : []
}

function parsedObject(text: unknown): Readonly<Record<string, unknown>> {
  const parsed: unknown = typeof text === 'string' ? JSON.parse(text) : {}
  return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {}
}

/** Drops what the stream delivered twice: same table, device, time and ReportId (the evidence is then the same as well). */
function withoutCopies(seen: readonly Seen[]): readonly Seen[] {
  const keys = new Set<string>()
  return seen.filter(({ record }) => {
    const { DeviceId, Timestamp, ReportId } = record.row
    if (record.table === null || typeof DeviceId !== 'string') return true
    const key = [record.table, DeviceId, Timestamp, ReportId].join(' ')
    const isFirst = !keys.has(key)
    keys.add(key)
    return isFirst
  })
}

function deviceOf({ row, file }: WrittenRecord): string {
  return typeof row['DeviceId'] === 'string' ? row['DeviceId'] : file
}

/** Alerts of one definition: per device windows of 24 hours, each anchored at its first detection. */
function alertCount(seen: readonly Seen[]): number {
  const anchors = new Map<string, bigint>()
  let count = 0
  for (const { record } of seen.toSorted((a, b) => (a.record.time < b.record.time ? -1 : 1))) {
    const anchor = anchors.get(deviceOf(record))
    if (anchor !== undefined && record.time < anchor + WINDOW_TICKS) continue
    anchors.set(deviceOf(record), record.time)
    count += 1
  }
  return count
}

/** Types of which the records show at least one value, in whatever table (semantics 9). */
function typesShown(records: readonly WrittenRecord[]): ReadonlySet<SampleType> {
  const types = new Set<SampleType>()
  for (const { row } of records) {
    for (const [column, type] of HASH_COLUMNS) if (typeof row[column] === 'string') types.add(type)
    const hasHost = HOST_COLUMNS.some((column) => typeof row[column] === 'string')
    if (hasHost) types.add('DomainName')
    if (hasHost || IP_COLUMNS.some((column) => typeof row[column] === 'string')) types.add('IpAddress')
  }
  return types
}
