import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { EventChecker } from '../../../src/harness/generate/event-checker.ts'
import { generateTelemetry, startCount } from '../../../src/harness/generate/generate-telemetry.ts'
import type { TelemetryOptions } from '../../../src/harness/generate/generate-telemetry.ts'
import { placesFor, plant } from '../../../src/harness/generate/field-places.ts'
import type { EventRow } from '../../../src/harness/generate/field-places.ts'
import { matchingValues } from '../../../src/harness/generate/matching-values.ts'
import { nearMissTests } from '../../../src/harness/generate/near-miss-file.ts'
import { optionsText } from '../../../src/harness/generate/options-text.ts'
import { flowMap, quotedText } from '../../../src/harness/generate/yaml-flow.ts'
import { TELEMETRY_FORMATS } from '../../../src/harness/generate/telemetry-formats.ts'
import { LOG_FORMATS } from '../../../src/logs/classify.ts'
import { defenderRows } from '../../../src/logs/formats/defender-rows.ts'
import { parseFieldMap } from '../../../src/logs/user-map.ts'
import type { FieldMap } from '../../../src/model/field-map.ts'
import type { DetectionFunction, IndicatorType } from '../../../src/model/indicator.ts'
import { DEFAULT_SEMANTICS } from '../../../src/model/semantics.ts'
import { readYaml } from '../../../src/rules/read-yaml.ts'
import { decodeSource } from '../../../src/rules/decode-source.ts'
import { DiagnosticList } from '../../../src/rules/diagnostic-list.ts'
import { rulesOf, runAll } from '../../support/run-rule-tests.ts'
import { expectGolden } from '../report/golden.ts'

const RULES = rulesOf(`alertDefinitions:
  - Name: "c2: lab"
    Title: T
    Severity: High
    Category: CommandAndControl
    UxDescription: U
    Enabled: true
    iocs:
      - { Type: DomainName, DetectionFunction: EndWith, Value: .c2.example }
      - { Type: DomainName, Value: beacon.test, ExpiresAt: 2026-11-10T00:00:00Z }
      - { Type: DomainName, Value: beacon.test, ExpiresAt: 2026-11-20T00:00:00Z }
      - { Type: IpAddress, DetectionFunction: StartWith, Value: '203.0.113.' }
      - { Type: IpAddress, DetectionFunction: StartWith, Value: '300.' }
      - { Type: Sha1, DetectionFunction: Contains, Value: deadfa11 }
  - Name: broad
    Title: T
    Severity: Low
    Category: Malware
    UxDescription: U
    Enabled: true
    iocs: [{ Type: Sha256, DetectionFunction: StartWith, Value: '0' }]
  - Name: off
    Title: T
    Severity: Low
    Category: Malware
    UxDescription: U
    Enabled: false
    iocs: [{ Type: DomainName, Value: off.test }]
`)
const ROWS: FieldMap = defenderRows.fieldMap ?? NO_MAP()

function NO_MAP(): never {
  throw new Error('rows have a field map')
}

test('the tests of every IOC read as written down, for a rule set with a name, an expiry and a value that is nowhere', () => {
  const options = { semantics: DEFAULT_SEMANTICS, fieldMap: ROWS, isPerDefinition: false }

  const { files, fired, unreachable } = nearMissTests(RULES, options)

  expect(fired).toBe(6)
  expect(unreachable.map(({ indicator }) => indicator.Value)).toEqual(['300.'])
  expectGolden('near-misses.txt', files.map(({ text }) => text).join(''))
})

test('each definition has a file of its own where that is asked for, and switches that are set are pinned in each', () => {
  const semantics = {
    ...DEFAULT_SEMANTICS,
    domainSuffix: 'label',
    ipScope: 'all',
    tables: ['DeviceEvents'],
  } as const

  const { files } = nearMissTests(RULES, { semantics, fieldMap: ROWS, isPerDefinition: true })

  expect(files.map(({ definition, tests }) => [definition, tests])).toEqual([
    ['broad', 1],
    ['c2: lab', 5],
  ])
  for (const { text } of files)
    expect(text).toContain('options: { ip-scope: all, domain-suffix: label, tables: [DeviceEvents] }')
})

test('a generated test fails once its IOC is gone', async () => {
  const { files } = nearMissTests(RULES, {
    semantics: DEFAULT_SEMANTICS,
    fieldMap: ROWS,
    isPerDefinition: false,
  })
  const without = rulesOf(`alertDefinitions:
  - { Name: 'c2: lab', Title: T, Severity: High, Category: Malware, UxDescription: U, iocs: [] }
  - { Name: broad, Title: T, Severity: High, Category: Malware, UxDescription: U, iocs: [] }
`)

  const runs = await runAll(without, files[0]?.text ?? '')

  expect(runs).toHaveLength(6)
  expect(runs.filter(({ failures }) => failures.length === 0)).toEqual([])
})

test('tests are generated for the fields of a map, also where values stand in a document in a field', () => {
  const parsed = parseFieldMap(
    'map.yaml',
    'fields: [{ path: doc, kind: json, fields: [{ path: [], kind: url }] }, { path: "id.h", kind: hash-list }]\n',
  )
  if (!parsed.ok) throw new Error('the map has no mistake')

  const { files, fired } = nearMissTests(RULES, {
    semantics: DEFAULT_SEMANTICS,
    fieldMap: parsed.map,
    isPerDefinition: false,
  })

  expect(fired).toBe(6)
  expect(files[0]?.text).toContain('- { doc: "[\\"a.c2.example\\"]" } # fires')
  expect(files[0]?.text).toContain('- { id.h: "SHA1=5d0f7a3c9b1e8426deadfa115d0f7a3c9b1e8426" } # fires')
})

const PLAIN: TelemetryOptions = {
  rules: null,
  semantics: DEFAULT_SEMANTICS,
  format: 'defender-storage',
  fieldMap: null,
  events: 50,
  hits: 0,
  seed: 1,
}

function textOf(options: Partial<TelemetryOptions>): string {
  return [...generateTelemetry({ ...PLAIN, ...options }, startCount())].join('')
}

test('the same seed gives the same telemetry on every machine, in every format', () => {
  const formats = [
    'defender-storage',
    'defender-event-hub',
    'defender-hunting-api',
    'defender-rows',
    'defender-csv',
  ] as const

  const digests = formats.map((format) =>
    createHash('sha256').update(textOf({ format })).digest('hex').slice(0, 16),
  )

  expectGolden('telemetry-digests.txt', formats.map((format, i) => `${format} ${digests[i]}`).join('\n'))
  expect(new Set(digests).size).toBe(formats.length)
  expect(textOf({ seed: 2 })).not.toBe(textOf({}))
})

test('telemetry can be written in every format that is read, and holds every table that has columns to look at', () => {
  const lines = textOf({ events: 1500 }).trimEnd().split('\n')
  const tables = new Set(lines.map((line): string => JSON.parse(line).category))
  const columns = (defenderRows.fieldMap?.entries ?? []).map(({ path }) => path[0] ?? '')

  expect([...TELEMETRY_FORMATS].sort()).toEqual([...LOG_FORMATS].sort())
  expect([...tables].sort()).toEqual([
    'AdvancedHunting-AADSignInEventsBeta',
    'AdvancedHunting-CloudAppEvents',
    'AdvancedHunting-DeviceEvents',
    'AdvancedHunting-DeviceFileEvents',
    'AdvancedHunting-DeviceImageLoadEvents',
    'AdvancedHunting-DeviceInfo',
    'AdvancedHunting-DeviceLogonEvents',
    'AdvancedHunting-DeviceNetworkEvents',
    'AdvancedHunting-DeviceProcessEvents',
    'AdvancedHunting-DeviceRegistryEvents',
    'AdvancedHunting-EmailAttachmentInfo',
    'AdvancedHunting-EmailEvents',
    'AdvancedHunting-EmailUrlInfo',
    'AdvancedHunting-GraphApiAuditEvents',
    'AdvancedHunting-IdentityDirectoryEvents',
    'AdvancedHunting-IdentityLogonEvents',
    'AdvancedHunting-IdentityQueryEvents',
    'AdvancedHunting-UrlClickEvents',
  ])
  const filled = new Set(
    lines.flatMap((line) =>
      Object.entries(JSON.parse(line).properties).flatMap(([name, value]) => (value === null ? [] : [name])),
    ),
  )
  const oldNames = ['ComputerName', 'RemoteComputerName']
  expect([...new Set(columns)].filter((name) => !filled.has(name))).toEqual(oldNames)
})

test("telemetry of a user's own format holds the fields that the map names, and only those", () => {
  const parsed = parseFieldMap(
    'map.yaml',
    `fields:
  - { path: [dns, query], kind: domain }
  - { path: dst, kind: ip }
  - { path: src, kind: ip, role: local }
  - { path: hashes, kind: hash-list }
  - { path: [__proto__, md5], kind: md5 }
  - { path: doc, kind: json, fields: [{ path: [], kind: url }] }
envelope: { time: ts, deviceName: host, reportId: id, context: [user] }
`,
  )
  if (!parsed.ok) throw new Error('the map has no mistake')

  const json = textOf({ format: 'json', fieldMap: parsed.map, events: 6, hits: 3, rules: RULES })
  const csv = textOf({
    format: 'csv',
    fieldMap: { ...parsed.map, entries: parsed.map.entries.slice(1, 3) },
    events: 3,
  })

  expectGolden('telemetry-of-a-map.txt', `${json}${csv.replaceAll('\r\n', '␍\n')}`)
})

test('nothing is written for no events but what the format needs around them', () => {
  expect(textOf({ events: 0 })).toBe('')
  expect(textOf({ events: 0, format: 'defender-event-hub' })).toBe('')
  expect(JSON.parse(textOf({ events: 0, format: 'defender-hunting-api' }))).toMatchObject({ Results: [] })
})

test('telemetry comes in parts, and planted events are spread over all of it', () => {
  const count = startCount()

  const parts = [...generateTelemetry({ ...PLAIN, rules: RULES, events: 400, hits: 4 }, count)]

  const form = { fieldMap: ROWS, delimited: null, table: null }
  const checker = EventChecker.open(RULES, DEFAULT_SEMANTICS, form)
  const lines = parts.join('').trimEnd().split('\n')
  const firing = lines.flatMap((line, i) => {
    const row: EventRow = JSON.parse(line).properties
    return checker.check(Buffer.from(JSON.stringify(row))).definitions.size > 0 ? [i] : []
  })
  expect(parts.length).toBeGreaterThan(5)
  expect(firing).toEqual([99, 199, 299, 399])
  expect(count).toMatchObject({ events: 400, hits: 4, accidental: 0 })
  expect(count.planted.size).toBe(4)
})

test('rules that match nearly anything are counted, not looped over', () => {
  const iocs = (['Sha1', 'Sha256', 'IpAddress', 'DomainName'] as const).flatMap((type) =>
    Array.from(
      '0123456789abcdef',
      (digit) => `{ Type: ${type}, DetectionFunction: Contains, Value: '${digit}' }`,
    ),
  )
  const broad = rulesOf(`alertDefinitions:
  - { Name: all, Title: T, Severity: High, Category: Malware, UxDescription: U, iocs: [${iocs.join(', ')}] }
`)
  const count = startCount()

  const parts = [...generateTelemetry({ ...PLAIN, rules: broad, events: 20 }, count)]

  expect(parts.join('').trimEnd().split('\n')).toHaveLength(20)
  expect(count.accidental).toBeGreaterThan(5)
})

const VALUES: readonly (readonly [IndicatorType, DetectionFunction, string, string])[] = [
  ['IpAddress', 'StartWith', '10.1', '10.1.1.2'],
  ['IpAddress', 'EndWith', ':5', '2001:db8::5'],
  ['IpAddress', 'Contains', '.113.', '1.113.1.2'],
  ['IpAddress', 'StartWith', '64:ff9b::', '64:ff9b::'],
  ['DomainName', 'EndWith', '-cdn.example', 'a-cdn.example'],
  ['DomainName', 'StartWith', 'evil.', 'evil.example'],
  ['DomainName', 'Contains', '.t-relay.', 'a.t-relay.example'],
  ['Md5', 'StartWith', 'ba5eba11', 'ba5eba115d0f7a3c9b1e84265d0f7a3c'],
]

for (const [Type, DetectionFunction, Value, expected] of VALUES)
  test(`a value that ${Type} ${DetectionFunction} ${Value} matches is ${expected}`, () => {
    const [value] = matchingValues({ Type, DetectionFunction, Value }, DEFAULT_SEMANTICS)

    expect(value).toBe(expected)
  })

test('texts stay texts in YAML, whatever they are', () => {
  const texts = [
    'plain',
    'no',
    '1e5',
    '2026-11-01',
    'a: b',
    '- x',
    '# c',
    '"',
    '\\',
    '\u0085',
    '\u2028',
    '\ufeff',
    'é',
    '',
    ' a',
    '~',
    '.5',
  ]
  const row = Object.fromEntries(texts.map((text, i) => [`k${i}`, text]))
  const diagnostics = new DiagnosticList()
  const source = decodeSource(
    'a.yaml',
    Buffer.from(`${flowMap({ ...row, n: 7, b: true, z: null, l: ['no'], o: {} })}\n`),
    diagnostics,
  )

  const node = source === null ? null : readYaml(source, diagnostics)

  expect(diagnostics.sorted()).toEqual([])
  const values =
    node?.kind === 'map'
      ? node.entries.map(({ value }) => (value.kind === 'text' ? value.value : value.kind))
      : []
  expect(values).toEqual([...texts, 'number', 'boolean', 'null', 'list', 'map'])
  expect(quotedText('a.b-c')).toBe('a.b-c')
})

test('only switches that are set are written as options', () => {
  expect(optionsText(DEFAULT_SEMANTICS, DEFAULT_SEMANTICS)).toBeNull()
  expect(
    optionsText(
      { ...DEFAULT_SEMANTICS, asOf: 0n, groupWindow: 54_000_000_000n, dedupe: 'off' },
      DEFAULT_SEMANTICS,
    ),
  ).toBe('{ as-of: "1970-01-01T00:00:00Z", group-window: "90m", dedupe: "off" }')
})

test('a value goes into a document that is there already, and begins one where there is none', () => {
  const [, document] = placesFor(ROWS, 'DomainName').filter(
    ({ chain }) => chain[0]?.[0] === 'AdditionalFields',
  )
  const row: EventRow = { AdditionalFields: '{"kept":1}', UrlChain: 7 }

  plant(row, document?.chain ?? [], 'a.example')
  plant(row, [['UrlChain'], []], 'b.example')

  expect(row).toEqual({ AdditionalFields: '{"kept":1,"query":"a.example"}', UrlChain: '["b.example"]' })
})
