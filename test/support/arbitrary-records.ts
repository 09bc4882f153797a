import * as fc from 'fast-check'
import type { SharedValues } from './arbitraries.ts'

/** JSON with a choice of spelling left open: `inString` is JSON that stands in a string. */
export type Json =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'raw'; readonly raw: string }
  | { readonly is: 'array'; readonly items: readonly Json[] }
  | { readonly is: 'object'; readonly members: readonly (readonly [string, Json])[] }
  | { readonly is: 'inString'; readonly json: Json }

/** Chooses spellings: a list of small numbers that repeats. */
export type Spelling = readonly number[]

export const spelling: fc.Arbitrary<Spelling> = fc.oneof(
  { arbitrary: fc.constant([0]), weight: 2 },
  { arbitrary: fc.array(fc.nat(11), { minLength: 1, maxLength: 23 }), weight: 3 },
)

const TABLES = [
  'DeviceNetworkEvents',
  'DeviceFileEvents',
  'DeviceEvents',
  'CloudAppEvents',
  'UrlClickEvents',
  'EmailEvents',
  'DeviceInfo',
  'AlertEvidence',
  'NetworkCommunicationEvents',
  'MiscEvents',
  'NoSuchTable',
]
const HASH_COLUMNS = [
  'SHA1',
  'SHA256',
  'MD5',
  'InitiatingProcessSHA1',
  'InitiatingProcessSHA256',
  'InitiatingProcessMD5',
]
const IP_COLUMNS = [
  'RemoteIP',
  'LocalIP',
  'PublicIP',
  'FileOriginIP',
  'RequestSourceIP',
  'SenderIPv4',
  'SenderIPv6',
  'IPAddress',
  'DestinationIPAddress',
  'InitiatingProcessRemoteSessionIP',
]
const NAME_COLUMNS = [
  'RemoteUrl',
  'FileOriginUrl',
  'FileOriginReferrerUrl',
  'Url',
  'UrlDomain',
  'SenderFromDomain',
  'SenderMailFromDomain',
  'RemoteDeviceName',
  'DestinationDeviceName',
]
const NESTED_NAMES = ['DnsQueryString', 'query', 'server_name', 'host', 'answers', 'DnsQueryResult']
const TIMES = [
  '2026-11-01T10:00:00.1234567Z',
  '2026-11-01T23:00:00Z',
  '2026-11-02T10:00:00.1234567Z',
  '2026-11-03 01:02:03',
  'yesterday',
  '',
]

const text = (value: string): Json => ({ is: 'text', text: value })
const raw = fc
  .constantFrom('42', '-1.5e3', 'true', 'false', 'null', '{}', '[]')
  .map((token): Json => ({ is: 'raw', raw: token }))

/** Texts of a column: shared values as they stand in telemetry, and others. */
export function nameValue(values: SharedValues): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.constantFrom('', '', 'https://', 'http://u@', 'x.'),
      fc.constantFrom(...values.names, ...values.addresses, 'other.example', 'a b', '', 'bücher.example'),
      fc.constantFrom('', '', ':443', '/path?q=1', '.'),
    )
    .map((parts) => parts.join(''))
}

/** Texts of address columns. */
export function addressValue(values: SharedValues): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.constantFrom('', '', '', '::ffff:', '['),
      fc.constantFrom(...values.addresses, '9.9.9.9', '', 'x'),
      fc.constantFrom('', '', ':80', '%eth0', ']:1'),
    )
    .map((parts) => parts.join(''))
}

/** Texts of hash columns. */
export function hashValue(values: SharedValues): fc.Arbitrary<string> {
  const whole = fc.constantFrom(...Object.values(values.hashes), 'a'.repeat(40), '')
  return fc
    .tuple(whole, fc.constantFrom(false, true))
    .map(([hash, upper]) => (upper ? hash.toUpperCase() : hash))
}

/** What may stand under a column instead of its plain text. */
function cellValue(plain: fc.Arbitrary<string>): fc.Arbitrary<Json> {
  const strings = plain.map(text)
  return fc.oneof(
    { arbitrary: strings, weight: 12 },
    { arbitrary: raw, weight: 1 },
    {
      arbitrary: fc.array(strings, { maxLength: 3 }).map((items): Json => ({ is: 'array', items })),
      weight: 1,
    },
    {
      arbitrary: fc
        .tuple(strings, strings)
        .map(([a, b]): Json => ({ is: 'array', items: [{ is: 'array', items: [a] }, b] })),
      weight: 1,
    },
    { arbitrary: strings.map((item): Json => ({ is: 'object', members: [['Value', item]] })), weight: 1 },
  )
}

function additionalFields(values: SharedValues): fc.Arbitrary<readonly [string, Json]> {
  const member = fc.tuple(fc.constantFrom(...NESTED_NAMES), cellValue(nameValue(values)))
  const object = fc.array(member, { maxLength: 3 }).map((members): Json => ({ is: 'object', members }))
  const wrapped = object.chain((inner) =>
    fc.constantFrom<Json>(
      inner,
      { is: 'inString', json: inner },
      { is: 'inString', json: { is: 'array', items: [inner] } },
      { is: 'inString', json: { is: 'inString', json: inner } },
      { is: 'object', members: [['AdditionalFields', { is: 'inString', json: inner }]] },
      { is: 'array', items: [inner, { is: 'inString', json: inner }] },
    ),
  )
  return wrapped.map((json) => ['AdditionalFields', json] as const)
}

function urlChain(values: SharedValues): fc.Arbitrary<readonly [string, Json]> {
  return fc
    .tuple(fc.array(nameValue(values).map(text), { maxLength: 3 }), fc.boolean())
    .map(([items, isInString]) => {
      const list: Json = { is: 'array', items }
      return ['UrlChain', isInString ? { is: 'inString', json: list } : list] as const
    })
}

/** A row of advanced hunting: some columns, some twice. */
export function rowFor(values: SharedValues): fc.Arbitrary<Json> {
  const column = (
    names: readonly string[],
    plain: fc.Arbitrary<string>,
  ): fc.Arbitrary<readonly [string, Json]> => fc.tuple(fc.constantFrom(...names), cellValue(plain))
  const observed = fc.oneof(
    { arbitrary: column(HASH_COLUMNS, hashValue(values)), weight: 3 },
    { arbitrary: column(IP_COLUMNS, addressValue(values)), weight: 4 },
    { arbitrary: column(NAME_COLUMNS, nameValue(values)), weight: 4 },
    { arbitrary: additionalFields(values), weight: 2 },
    { arbitrary: urlChain(values), weight: 1 },
    { arbitrary: column(['Comment', '__proto__', 'constructor', ''], nameValue(values)), weight: 1 },
  )
  const about = fc.oneof(
    fc.tuple(fc.constantFrom('Timestamp', 'EventTime'), fc.constantFrom(...TIMES).map(text)),
    fc.tuple(
      fc.constantFrom('DeviceName', 'ComputerName'),
      fc.constantFrom('WS-1.example', 'ws-1.example', 'srv', '').map(text),
    ),
    fc.tuple(
      fc.constantFrom('DeviceId', 'MachineId'),
      fc.constantFrom<Json>(text('d1'), text('d2'), text(''), { is: 'raw', raw: 'null' }),
    ),
    fc.tuple(
      fc.constant('ReportId'),
      fc.constantFrom<Json>({ is: 'raw', raw: '77' }, { is: 'raw', raw: '78' }, text('77'), text('r')),
    ),
    fc.tuple(
      fc.constant('ActionType'),
      fc.constantFrom('ConnectionSuccess', 'DnsQueryResponse', 'DnsConnectionAggregatedReport').map(text),
    ),
    fc.tuple(
      fc.constant('uniqueEventsAggregated'),
      fc.constantFrom<Json>({ is: 'raw', raw: '5' }, text('6')),
    ),
  )
  return fc
    .array(fc.oneof({ arbitrary: observed, weight: 3 }, { arbitrary: about, weight: 2 }), {
      minLength: 1,
      maxLength: 8,
    })
    .map((members): Json => ({ is: 'object', members }))
}

/** A record of the streaming API, or a bare row. */
export function recordFor(values: SharedValues): fc.Arbitrary<Json> {
  const table = fc.constantFrom(...TABLES)
  return fc
    .record({
      row: rowFor(values),
      table: fc.option(table, { freq: 5 }),
      prefix: fc.constantFrom('AdvancedHunting-', 'AdvancedHunting-', ''),
      time: fc.constantFrom(...TIMES),
      isBare: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
    })
    .map(({ row, table, prefix, time, isBare }): Json => {
      if (isBare) return row
      const category: readonly (readonly [string, Json])[] =
        table === null ? [] : [['category', text(prefix + table)]]
      return { is: 'object', members: [['time', text(time)], ...category, ['properties', row]] }
    })
}

/** Prints JSON as bytes in a spelling: blanks, escapes, upper and lower hex. */
export function spell(json: Json, how: Spelling): Uint8Array {
  let at = 0
  const next = (): number => how[at++ % how.length] ?? 0
  const blank = (): string => ['', '', '', '', '', '', '', ' ', '\t', '  ', '', '\r'][next()] ?? ''
  const quote = (value: string): string => {
    const style = next()
    const plain = JSON.stringify(value.toWellFormed())
    if (style < 7) return plain
    const i = next() % Math.max(1, value.length)
    return `"${Array.from(value.toWellFormed(), (c, n) => (style > 9 || n === i ? escaped(c) : JSON.stringify(c).slice(1, -1))).join('')}"`
  }
  const print = (one: Json): string => {
    switch (one.is) {
      case 'text':
        return quote(one.text)
      case 'raw':
        return one.raw
      case 'array':
        return `[${blank()}${one.items.map(print).join(`${blank()},`)}${blank()}]`
      case 'object':
        return `{${blank()}${one.members.map(([key, item]) => `${quote(key)}${blank()}:${blank()}${print(item)}`).join(`,${blank()}`)}${blank()}}`
      case 'inString':
        return quote(print(one.json))
      default:
        throw new Error('unreachable')
    }
  }
  return Buffer.from(print(json), 'utf8')
}

function escaped(character: string): string {
  if (character === '/') return String.raw`\/`
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}

/** One change of a record's bytes. */
export interface Mutation {
  readonly at: number
  readonly cut: number
  readonly insert: readonly number[]
}

const SIGNS = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  ' ',
  'a',
  '0',
  '\\"',
  '\\u',
  '\\ud83d',
  '"RemoteIP":',
  '"a":',
  '{"',
  '],',
]

export const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(600),
  cut: fc.constantFrom(0, 0, 1, 1, 2, 7, 40),
  insert: fc.oneof(
    fc.constant<readonly number[]>([]),
    fc.constantFrom(...SIGNS).map((sign) => [...Buffer.from(sign)]),
    fc.constantFrom<readonly number[]>(
      [0xff],
      [0xc3],
      [0xc0, 0xaf],
      [0xed, 0xa0, 0x80],
      [0xef, 0xbb, 0xbf],
      [0xf0, 0x9f],
      [0],
    ),
  ),
})

export function mutated(bytes: Uint8Array, mutations: readonly Mutation[]): Uint8Array {
  let changed = bytes
  for (const { at, cut, insert } of mutations) {
    const from = at % (changed.length + 1)
    changed = Buffer.concat([changed.subarray(0, from), Buffer.from(insert), changed.subarray(from + cut)])
  }
  return changed
}

/** Bytes of one record, as it was written or broken; perhaps no record any more. */
export function recordBytesFor(values: SharedValues): fc.Arbitrary<Uint8Array> {
  return fc
    .record({
      json: recordFor(values),
      how: spelling,
      mutations: fc.oneof(
        { arbitrary: fc.constant([]), weight: 3 },
        { arbitrary: fc.array(mutation, { maxLength: 4 }), weight: 1 },
      ),
    })
    .map(({ json, how, mutations }) => mutated(spell(json, how), mutations))
}
