import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { TestContext } from 'vitest'
import { parse } from 'yaml'
import { canonicalIndicatorValue } from '../../src/canonical/value.ts'
import type { TestRules } from '../../src/harness/test-rules.ts'
import type { DetectionFunction, IndicatorType } from '../../src/model/indicator.ts'
import { DATA_FOLDER } from '../support/data-folder.ts'
import { rulesOf, runAll } from '../support/run-rule-tests.ts'

const SIGMA = join(DATA_FOLDER, 'oracles/sigma_ioc_rules')
const ZEEK = join(DATA_FOLDER, 'oracles/zeek_intel')
const ABSENT = 'the folder of peers’ rules is not on this machine'

/** A value of a peer's rule with the operator that it means. */
interface PeerValue {
  readonly rule: string
  readonly Type: IndicatorType
  readonly DetectionFunction: DetectionFunction
  readonly value: string
}

const OPERATORS: ReadonlyMap<string, DetectionFunction> = new Map([
  ['', 'Equals'],
  ['startswith', 'StartWith'],
  ['endswith', 'EndWith'],
  ['contains', 'Contains'],
])
const NAME_FIELDS = ['QueryName', 'DestinationHostname', 'query', 'cs-host']
const ADDRESS_FIELDS = ['DestinationIp', 'dst_ip', 'src_ip', 'answers']
const HASHES: readonly IndicatorType[] = ['Sha1', 'Sha256', 'Md5']
const HASH_TYPES: ReadonlyMap<string, IndicatorType> = new Map([
  ['SHA1', 'Sha1'],
  ['SHA256', 'Sha256'],
  ['MD5', 'Md5'],
])

/** A value that stands in a peer's rule under a field of names, addresses or digests, and no indicator can express. */
interface SkippedValue {
  readonly rule: string
  readonly reason: string
}

/** Names and addresses that a rule looks for, by the field of the log that it looks into. */
const FIELD_TYPES: ReadonlyMap<string, IndicatorType> = new Map([
  ...NAME_FIELDS.map((field) => [field, 'DomainName'] as const),
  ...ADDRESS_FIELDS.map((field) => [field, 'IpAddress'] as const),
])

/** The values of a Sigma rule under fields that carry names, addresses and digests, each as an indicator or with why not. */
function sigmaValues(rule: string, node: unknown, key = ''): readonly (PeerValue | SkippedValue)[] {
  if (Array.isArray(node)) return node.flatMap((item) => sigmaValues(rule, item, key))
  if (typeof node === 'object' && node !== null)
    return Object.entries(node).flatMap(([name, value]) => sigmaValues(rule, value, name))
  const [field = '', modifier = '', ...more] = key.split('|')
  if (field !== 'Hashes' && !FIELD_TYPES.has(field)) return []
  const operator = OPERATORS.get(modifier)
  if (more.length > 0) return [{ rule, reason: 'all of several values at once' }]
  if (operator === undefined) return [{ rule, reason: `the modifier ${modifier}` }]
  if (typeof node !== 'string') return [{ rule, reason: 'no text' }]
  const [algorithm = '', digest = ''] = field === 'Hashes' ? node.split('=') : []
  const Type = field === 'Hashes' ? HASH_TYPES.get(algorithm) : FIELD_TYPES.get(field)
  if (Type === undefined) return [{ rule, reason: `digests of the kind ${algorithm}` }]
  const found: PeerValue =
    field === 'Hashes'
      ? { rule, Type, DetectionFunction: 'Equals', value: digest }
      : { rule, Type, DetectionFunction: operator, value: node }
  const canonical = canonicalIndicatorValue(Type, found.DetectionFunction, found.value)
  return [canonical.ok ? found : { rule, reason: 'no value that the type can have' }]
}

/** True when Sigma's operator holds, by its own words: without regard to case. */
function sigmaHolds({ DetectionFunction, value }: PeerValue, text: string): boolean {
  const seen = text.toLowerCase()
  const wanted = value.toLowerCase()
  switch (DetectionFunction) {
    case 'Equals':
      return seen === wanted
    case 'StartWith':
      return seen.startsWith(wanted)
    case 'EndWith':
      return seen.endsWith(wanted)
    case 'Contains':
      return seen.includes(wanted)
    default:
      return false
  }
}

const FIELD_OF: { readonly [T in IndicatorType]: string } = {
  Sha1: 'SHA1',
  Sha256: 'SHA256',
  Md5: 'MD5',
  IpAddress: 'RemoteIP',
  DomainName: 'RemoteUrl',
}

/** Texts around a value: the value itself, with more before and behind, cut, and in the other case. */
function textsAround({ Type, value }: PeerValue): readonly string[] {
  const around =
    Type === 'DomainName'
      ? [
          value,
          `a${value}`,
          `${value}b`,
          `a${value}b`,
          value.slice(1),
          value.slice(0, -1),
          value.toUpperCase(),
        ]
      : [value, value.toUpperCase(), value.replace(/.$/, (last) => (last === '0' ? '1' : '0'))]
  // Dots at either end are no part of a name that an event shows.
  return around.filter((text) => /^[^.].*[^.]$/.test(text) && !text.includes('..'))
}

function rulesOfPeers(values: readonly PeerValue[]): TestRules {
  const byRule = Map.groupBy(values, ({ rule }) => rule)
  const definitions = Array.from(byRule, ([Name, own]) => ({
    Name,
    Title: Name,
    Severity: 'Low',
    Category: 'Malware',
    UxDescription: Name,
    iocs: own.map(({ Type, DetectionFunction, value }) => ({ Type, DetectionFunction, Value: value })),
  }))
  return rulesOf(JSON.stringify({ alertDefinitions: definitions }), 'peers.rules.json')
}

/** How many there are of each. */
function countsOf(texts: readonly string[]): Readonly<Record<string, number>> {
  const groups = Map.groupBy(texts, (text) => text)
  return Object.fromEntries([...groups].map(([text, all]) => [text, all.length]))
}

/** Whatever cannot be expressed is told as a reason with its number, so that nothing is left out unseen. */
async function annotateSkips(context: TestContext, skipped: Readonly<Record<string, number>>): Promise<void> {
  for (const [reason, count] of Object.entries(skipped))
    await context.annotate(`left out: ${count}, ${reason}`)
}

test('values of Sigma rules fire exactly where Sigma’s own operators hold', async (context) => {
  if (!existsSync(SIGMA)) context.skip(ABSENT)
  const all = readdirSync(SIGMA).flatMap((name) =>
    sigmaValues(name, parse(readFileSync(join(SIGMA, name), 'utf8')).detection),
  )
  const values = all.filter((found) => 'value' in found)
  const skipped = countsOf(all.flatMap((found) => ('reason' in found ? [found.reason] : [])))
  await annotateSkips(context, skipped)
  // Lists of drivers hold thousands of digests, all of one kind: every tenth is planted, all are looked for.
  const planted = values.filter(({ Type }, i) => !HASHES.includes(Type) || i % 10 === 0)
  const events = planted.flatMap((value) => textsAround(value).map((text) => ({ Type: value.Type, text })))
  const expected = events.map(({ Type, text }) => [
    ...new Set(
      values.filter((value) => value.Type === Type && sigmaHolds(value, text)).map(({ rule }) => rule),
    ),
  ])
  const tests = events.map(({ Type, text }, i) => ({
    name: `event ${i}`,
    events: [{ [FIELD_OF[Type]]: text }],
    fires: expected[i],
    strict: true,
  }))

  const runs = await runAll(rulesOfPeers(values), JSON.stringify({ table: 'DeviceNetworkEvents', tests }))

  expect(
    runs.filter(({ failures }) => failures.length > 0).map(({ prepared }) => prepared.test.name),
  ).toEqual([])
  expect(countsOf(values.map(({ Type, DetectionFunction }) => `${Type} ${DetectionFunction}`))).toEqual({
    'DomainName Contains': 88,
    'DomainName EndWith': 382,
    'DomainName Equals': 18,
    'DomainName StartWith': 3,
    'IpAddress Equals': 11,
    'Md5 Equals': 1328,
    'Sha1 Equals': 1394,
    'Sha256 Equals': 1471,
  })
  expect(skipped).toEqual({
    'all of several values at once': 2,
    'digests of the kind IMPHASH': 633,
    'no value that the type can have': 3,
    'the modifier cidr': 75,
    'the modifier expand': 2,
    'the modifier re': 2,
  })
  expect(expected.filter((rules) => rules.length > 0).length).toBeGreaterThan(1000)
  expect(expected.filter((rules) => rules.length === 0).length).toBeGreaterThan(400)
})

const ZEEK_TYPES: ReadonlyMap<string, IndicatorType> = new Map([
  ['Intel::ADDR', 'IpAddress'],
  ['Intel::DOMAIN', 'DomainName'],
  ['Intel::CERT_HASH', 'Sha1'],
])

/** Rows of a Zeek log as objects. */
function zeekRows(text: string): readonly ReadonlyMap<string, string>[] {
  const lines = text.split('\n')
  const header = lines.find((line) => /^#(?:fields|value)\t/.test(line)) ?? ''
  const columns = header.startsWith('#fields') ? header.split('\t').slice(1) : header.slice(1).split('\t')
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => new Map(line.split('\t').map((cell, i) => [columns[i] ?? '', cell])))
}

interface ZeekCase {
  readonly indicators: readonly PeerValue[]
  /** What the peer's own test saw, in its order. */
  readonly seen: readonly PeerValue[]
  /** How often the peer's log names each value. */
  readonly hits: Readonly<Record<string, number>>
  readonly skipped: readonly string[]
}

/** A folder of the peer's: its indicators, what it saw (where that is not written down, what it found) and what it found. */
function zeekCase(folder: string): ZeekCase {
  const rowsIn = (name: RegExp): readonly ReadonlyMap<string, string>[] =>
    readdirSync(join(ZEEK, folder))
      .filter((file) => name.test(file))
      .flatMap((file) => zeekRows(readFileSync(join(ZEEK, folder, file), 'utf8')))
  const skipped: string[] = []
  const valuesOf = (
    rows: readonly ReadonlyMap<string, string>[],
    value: string,
    type: string,
  ): readonly PeerValue[] =>
    rows.flatMap((row) => {
      const Type = ZEEK_TYPES.get(row.get(type) ?? '')
      if (Type === undefined) skipped.push(`${row.get(type)} is no type of ours`)
      else if (removed.has(row.get(value) ?? ''))
        skipped.push('the peer removes the indicator while its test runs')
      else return [{ rule: 'zeek', Type, DetectionFunction: 'Equals', value: row.get(value) ?? '' }]
      return []
    })
  const intel = rowsIn(/^intel\.dat$/)
  const removed = new Set(
    intel.filter((row) => row.get('meta.remove') === 'T').map((row) => row.get('indicator') ?? ''),
  )
  const indicators = valuesOf(intel, 'indicator', 'indicator_type')
  const found = valuesOf(rowsIn(/^expected_/), 'seen.indicator', 'seen.indicator_type')
  const seen = valuesOf(rowsIn(/^seen\.tsv$/), 'value', 'type')
  const hits = countsOf(found.map(({ value }) => value))
  return { indicators, seen: seen.length === 0 ? found : seen, hits, skipped }
}

test('indicators of Zeek’s intelligence framework fire on what its own tests saw, as often as there', async (context) => {
  if (!existsSync(ZEEK)) context.skip(ABSENT)
  const cases = readdirSync(ZEEK).map(zeekCase)
  const skipped = countsOf(cases.flatMap((one) => one.skipped))
  await annotateSkips(context, skipped)
  const near = [
    { RemoteIP: '1.2.3.5' },
    { RemoteIP: '10.0.0.1' },
    { RemoteUrl: 'pantz.org' },
    { RemoteUrl: 'www.pantz.org.example' },
  ]

  const found = []
  for (const { indicators, seen } of cases) {
    const events = seen.map(({ Type, value }) => ({ [FIELD_OF[Type]]: value }))
    const text = JSON.stringify({
      table: 'DeviceNetworkEvents',
      tests: [
        { name: 'seen', events, detections: seen.length },
        { name: 'not seen', events: near, silent: ['zeek'] },
      ],
    })
    found.push(await runAll(rulesOfPeers(indicators), text))
  }

  expect(found.flatMap((runs) => runs.flatMap(({ failures }) => failures))).toEqual([])
  expect(
    found.map(([run]) =>
      countsOf((run?.outcome.detections ?? []).map(({ matches }) => matches[0]?.observable ?? '')),
    ),
  ).toEqual(cases.map(({ hits }) => hits))
  expect(cases.map(({ seen }) => seen.length)).toEqual([1, 2, 7])
  expect(skipped).toEqual({
    'Intel::EMAIL is no type of ours': 3,
    'the peer removes the indicator while its test runs': 4,
  })
})
