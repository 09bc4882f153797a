import * as fc from 'fast-check'
import type { Semantics } from '../../src/model/semantics.ts'
import { DEFAULT_SEMANTICS } from '../../src/model/semantics.ts'
import { parseTime, TICKS_PER_SECOND } from '../../src/model/time.ts'
import type { SharedValues } from './arbitraries.ts'
import { ruleSetFor, sharedValues, valuesOf } from './arbitraries.ts'
import { containerFor, delimitedFor, linesFor } from './arbitrary-logs.ts'
import { zeekFor } from './arbitrary-zeek.ts'
import type { Json } from './arbitrary-records.ts'
import { addressValue, hashValue, nameValue, recordBytesFor, recordFor, spell } from './arbitrary-records.ts'
import { spelling } from './arbitrary-records.ts'
import { indicatorType } from './arbitrary-values.ts'
import { naiveIndicatorValue } from './naive-canonical.ts'
import type { NaiveRules } from './naive-rules.ts'

/** One log of a case, decompressed. */
interface CaseLog {
  readonly bytes: Uint8Array
  readonly isZipped: boolean
}

/** Everything of a replay: logs and rules over shared values, every switch, and how the work is cut. */
export interface ReplayCase {
  readonly logs: readonly CaseLog[]
  readonly rules: NaiveRules
  readonly semantics: Semantics
  readonly table: string | null
  readonly chunkBytes: number | 'whole'
  readonly kernel: 'wasm' | 'portable' | 'off'
}

/** The columns of one event; null where it has none. */
type Row = Readonly<Record<string, Json | null>>

/** Many lie exactly one window apart. */
const TIMES = [
  '2026-11-01T00:00:00Z',
  '2026-11-01T10:00:00.1234567Z',
  '2026-11-01T10:00:00.1234568Z',
  '2026-11-01T12:00:00+02:00',
  '2026-11-01T23:59:59.9999999Z',
  '2026-11-02T00:00:00Z',
  '2026-11-02 10:00:00',
  '2026-11-03T00:00:00Z',
  '2026-11-04T00:00:00Z',
  '2026-11-01T00:00:00Z',
  '2026-11-02T00:00:00Z',
  '1601-01-01T00:00:00.0000001Z',
  'yesterday',
  '2026-02-30T00:00:00Z',
]
const EVENT_TABLES = [
  'DeviceNetworkEvents',
  'DeviceNetworkEvents',
  'DeviceNetworkEvents',
  'MiscEvents',
  'UrlClickEvents',
  'CloudAppEvents',
  'DeviceInfo',
]
const ACTION_TYPES = ['ConnectionSuccess', 'DnsQueryResponse']
const COLUMNS = [
  'Timestamp',
  'DeviceId',
  'DeviceName',
  'ReportId',
  'ActionType',
  'TableName',
  'LocalIP',
  'FileName',
  'RemotePort',
  'RemoteUrl',
  'RemoteIP',
  'IPAddress',
  'SHA1',
  'SHA256',
  'MD5',
  'InitiatingProcessSHA1',
  'UrlChain',
  'AdditionalFields',
]

const text = (value: string): Json => ({ is: 'text', text: value })
const raw = (value: string): Json => ({ is: 'raw', raw: value })
const texts = (values: readonly string[]): fc.Arbitrary<Json> => fc.constantFrom(...values.map(text))

/** Present in most events. */
const mostly = (value: fc.Arbitrary<Json>): fc.Arbitrary<Json | null> => fc.option(value, { freq: 5 })
const rarely = (value: fc.Arbitrary<Json>): fc.Arbitrary<Json | null> =>
  fc.tuple(fc.nat(7), value).map(([dice, json]) => (dice === 0 ? json : null))

/** More addresses than are ever listed. */
function manyHosts(values: SharedValues): fc.Arbitrary<Json> {
  return fc.constantFrom(...values.names, ...values.addresses).map((name) => ({
    is: 'array',
    items: Array.from({ length: 104 }, (_, i) => text(`http://${name}/${i}`)),
  }))
}

function longUrl(values: SharedValues): fc.Arbitrary<Json> {
  return fc
    .tuple(fc.constantFrom(...values.names), fc.constantFrom(1000, 1020, 1023, 1024, 1025, 1200))
    .map(([name, length]) => text(`https://${name}/`.padEnd(length - 1, 'x') + '\u{1F600}'))
}

function additionalFields(values: SharedValues): fc.Arbitrary<Json> {
  return fc
    .record({
      name: fc.constantFrom('DnsQueryString', 'query', 'server_name', 'host'),
      value: nameValue(values),
      answers: fc.array(fc.oneof(addressValue(values), nameValue(values)), { maxLength: 2 }),
      represents: fc.constantFrom<Json | null>(null, null, raw('12'), text('7'), text('many')),
      isInString: fc.boolean(),
    })
    .map(({ name, value, answers, represents, isInString }): Json => {
      const json: Json = {
        is: 'object',
        members: [
          [name, text(value)],
          ['answers', { is: 'array', items: answers.map(text) }],
          ...(represents === null ? [] : [['uniqueEventsAggregated', represents] as const]),
        ],
      }
      return isInString ? { is: 'inString', json } : json
    })
}

/** An event as the service writes it, complete enough for copies and windows to occur. */
function rowArbitrary(values: SharedValues): fc.Arbitrary<Row> {
  const name = fc
    .oneof(
      { arbitrary: fc.constantFrom(...values.names), weight: 2 },
      { arbitrary: nameValue(values), weight: 2 },
    )
    .map(text)
  const address = fc
    .oneof(
      { arbitrary: fc.constantFrom(...values.addresses), weight: 2 },
      { arbitrary: addressValue(values), weight: 2 },
    )
    .map(text)
  const hash = (type: 'Sha1' | 'Sha256' | 'Md5'): fc.Arbitrary<Json> =>
    fc
      .oneof(
        { arbitrary: fc.constantFrom(values.hashes[type], values.hashes[type].toUpperCase()), weight: 3 },
        { arbitrary: hashValue(values), weight: 1 },
      )
      .map(text)
  return fc.record({
    Timestamp: mostly(texts(TIMES)),
    DeviceId: mostly(texts(['d1', 'd2', ''])),
    DeviceName: mostly(texts(['WS-1.example', 'ws-1.EXAMPLE', 'Ärger'])),
    ReportId: mostly(fc.constantFrom(raw('77'), raw('78'), text('77'), raw('null'))),
    ActionType: mostly(texts(ACTION_TYPES)),
    TableName: mostly(texts(EVENT_TABLES)),
    LocalIP: rarely(address),
    FileName: mostly(texts(['a.exe', 'Ünï "quoted",\nname', ''])),
    RemotePort: rarely(fc.constantFrom(raw('443'), text('443'))),
    RemoteUrl: mostly(
      fc.oneof(
        { arbitrary: name, weight: 20 },
        { arbitrary: longUrl(values), weight: 3 },
        { arbitrary: manyHosts(values), weight: 2 },
      ),
    ),
    RemoteIP: mostly(address),
    IPAddress: rarely(address),
    SHA1: mostly(hash('Sha1')),
    SHA256: rarely(hash('Sha256')),
    MD5: rarely(hash('Md5')),
    InitiatingProcessSHA1: rarely(hash('Sha1')),
    UrlChain: rarely(fc.array(name, { maxLength: 3 }).map((items) => ({ is: 'array', items }))),
    AdditionalFields: rarely(additionalFields(values)),
  })
}

/** A row in the streaming envelope or bare. */
function recordOf(row: Row, isStreamed: boolean): Json {
  const columns = Object.entries(row).flatMap(([key, json]) => (json === null ? [] : [[key, json] as const]))
  if (!isStreamed) return { is: 'object', members: columns }
  const table = row['TableName']
  return {
    is: 'object',
    members: [
      ['time', text('2026-11-05T00:00:00Z')],
      ...(table?.is === 'text' ? [['category', text(`AdvancedHunting-${table.text}`)] as const] : []),
      ['properties', { is: 'object', members: columns.filter(([key]) => key !== 'TableName') }],
    ],
  }
}

/** Puts a byte that is no UTF-8 into the file's name, where there is one. */
function withBadByte(bytes: Uint8Array): Uint8Array {
  const changed = Buffer.from(bytes)
  const at = changed.indexOf('.exe')
  if (at >= 0) changed[at] = 0xff
  return changed
}

/** A hunting export of some of the columns. */
function exportOf(rows: readonly Row[]): fc.Arbitrary<Uint8Array> {
  return fc
    .record({
      columns: fc.shuffledSubarray(COLUMNS, { minLength: 4 }),
      chosen: fc.array(fc.constantFrom(...rows), { maxLength: 5 }),
      separator: fc.constantFrom(',', ',', ',', ';', '\t'),
      end: fc.constantFrom('\n', '\r\n'),
      bom: fc.constantFrom('', '\ufeff'),
      stray: fc.constantFrom('', '', '', '\n', 'one,two\n', '"'),
    })
    .map(({ columns, chosen, separator, end, bom, stray }) => {
      const lines = [
        columns.join(separator),
        ...chosen.map((row) =>
          columns.map((column) => quoted(cellText(row[column] ?? null))).join(separator),
        ),
      ]
      return Buffer.from(bom + lines.join(end) + end + stray, 'utf8')
    })
}

function cellText(json: Json | null): string {
  if (json === null || (json.is === 'raw' && json.raw === 'null')) return ''
  if (json.is === 'text') return json.text
  return Buffer.from(spell(json.is === 'inString' ? json.json : json, [0])).toString('utf8')
}

function quoted(cell: string): string {
  return /[",;\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}

/** Some events, and others that differ from them in one column: nearly copies. */
function rowsArbitrary(values: SharedValues): fc.Arbitrary<readonly Row[]> {
  const change = fc.record({
    index: fc.nat(3),
    column: fc.constantFrom(
      'ReportId',
      'Timestamp',
      'DeviceId',
      'DeviceName',
      'TableName',
      'RemoteUrl',
      'ActionType',
    ),
    other: rowArbitrary(values),
  })
  return fc
    .tuple(fc.array(rowArbitrary(values), { minLength: 1, maxLength: 3 }), fc.array(change, { maxLength: 3 }))
    .map(([rows, changes]) => [
      ...rows,
      ...changes.map(({ index, column, other }) => ({
        ...rows[index % rows.length],
        [column]: other[column] ?? null,
      })),
    ])
}

/** Logs of every kind over a few events, which therefore repeat within a log and from one to another. */
function logsArbitrary(values: SharedValues): fc.Arbitrary<readonly CaseLog[]> {
  return rowsArbitrary(values).chain((events) => {
    const event = fc
      .tuple(fc.constantFrom(...events), fc.constantFrom(true, true, false), spelling, fc.nat(5))
      .map(([row, isStreamed, how, dice]) => {
        const bytes = spell(recordOf(row, isStreamed), how)
        return dice === 0 ? withBadByte(bytes) : bytes
      })
    const line = fc.oneof({ arbitrary: event, weight: 4 }, { arbitrary: recordBytesFor(values), weight: 1 })
    // What is broken inside a container moves the borders of its elements; framing has its own laws.
    const whole = fc.tuple(recordFor(values), spelling).map(([json, how]) => spell(json, how))
    const element = fc.oneof({ arbitrary: event, weight: 4 }, { arbitrary: whole, weight: 1 })
    const bytes = fc.oneof(
      { arbitrary: linesFor(line), weight: 5 },
      { arbitrary: containerFor(element), weight: 2 },
      { arbitrary: exportOf(events), weight: 2 },
      { arbitrary: delimitedFor(values), weight: 1 },
      { arbitrary: zeekFor(values), weight: 2 },
    )
    const isZipped = fc.nat(7).map((dice) => dice === 0)
    return fc.array(fc.record({ bytes, isZipped }), { minLength: 1, maxLength: 4 })
  })
}

const hour = 3600n * TICKS_PER_SECOND
const clock = parseTime('2026-11-02T06:00:00Z') ?? 0n

const switches: fc.Arbitrary<Semantics> = fc
  .record({
    hashScope: fc.constantFrom('both' as const, 'object' as const),
    ipScope: fc.constantFrom('remote' as const, 'all' as const),
    domainScope: fc.constantFrom('contact' as const, 'all' as const),
    dnsAnswers: fc.constantFrom('off' as const, 'on' as const),
    domainEquals: fc.constantFrom('exact' as const, 'subdomains' as const),
    domainSuffix: fc.constantFrom('textual' as const, 'label' as const),
    asOf: fc.constantFrom('event' as const, 'event' as const, clock),
    activation: fc.constantFrom(
      'always' as const,
      'always' as const,
      'created' as const,
      'created+20m' as const,
    ),
    groupWindow: fc.constantFrom(24n * hour, 24n * hour, 24n * hour, 48n * hour, hour, 1n),
    dedupe: fc.constantFrom('on' as const, 'on' as const, 'off' as const),
    tables: fc.constantFrom(null, null, null, null, null, ['DeviceNetworkEvents', 'DeviceEvents']),
    actionTypes: fc.constantFrom(null, null, null, null, null, ['ConnectionSuccess']),
    validate: fc.constantFrom('lenient' as const, 'lenient' as const, 'lenient' as const, 'strict' as const),
    maxRecordBytes: fc.constantFrom(1_000_000, 1_000_000, 1_000_000, 1_000_000, 1_000_000, 600),
  })
  .map((chosen) => ({ ...DEFAULT_SEMANTICS, ...chosen }))

/** Rules that fire: whole values and ends of them, under the first definition, which is enabled then. */
function plantedRules(values: SharedValues): fc.Arbitrary<NaiveRules> {
  const time = fc.constantFrom(null, null, ...TIMES.slice(1, 5).map(parseTime))
  const planted = fc
    .record({
      Type: indicatorType,
      pick: fc.nat(3),
      DetectionFunction: fc.constantFrom('Equals' as const, 'Equals' as const, 'EndWith' as const),
      ExpiresAt: time,
      CreatedAt: time,
    })
    .map(({ Type, pick, ...rest }) => {
      const pool = valuesOf(values, Type)
      const whole = pool[pick % pool.length] ?? ''
      const Value = naiveIndicatorValue(Type, rest.DetectionFunction, whole)
      return Value === null ? [] : [{ ...rest, Type, Value, Id: null, Enabled: true }]
    })
  return fc
    .tuple(ruleSetFor(values), fc.array(planted, { minLength: 3, maxLength: 8 }))
    .map(([{ definitions, indicators }, more]) => {
      const [first, ...others] = definitions
      if (first === undefined) return { definitions, indicators }
      const own = more.flat().map((rule) => ({ ...rule, definitionName: first.Name }))
      return { definitions: [{ ...first, Enabled: true }, ...others], indicators: [...indicators, ...own] }
    })
}

export const replayCase: fc.Arbitrary<ReplayCase> = sharedValues.chain((values) =>
  fc.record({
    logs: logsArbitrary(values),
    rules: plantedRules(values),
    semantics: switches,
    table: fc.constantFrom(null, null, null, 'MiscEvents', 'UrlClickEvents', 'AlertEvidence'),
    chunkBytes: fc.oneof(fc.constant('whole' as const), fc.integer({ min: 60, max: 2000 }), fc.constant(17)),
    kernel: fc.constantFrom('wasm' as const, 'wasm' as const, 'portable' as const, 'off' as const),
  }),
)
