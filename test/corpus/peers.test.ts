import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
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
const HASHES: readonly IndicatorType[] = ['Sha1', 'Sha256', 'Md5']
const HASH_TYPES: ReadonlyMap<string, IndicatorType> = new Map([
  ['SHA1', 'Sha1'],
  ['SHA256', 'Sha256'],
  ['MD5', 'Md5'],
])

/** The values of a Sigma rule that an indicator can express. */
function sigmaValues(rule: string, node: unknown, key = ''): readonly PeerValue[] {
  if (Array.isArray(node)) return node.flatMap((item) => sigmaValues(rule, item, key))
  if (typeof node === 'object' && node !== null)
    return Object.entries(node).flatMap(([name, value]) => sigmaValues(rule, value, name))
  if (typeof node !== 'string' || /[*?]/.test(node)) return []
  const [field = '', modifier = '', ...more] = key.split('|')
  const operator = OPERATORS.get(modifier)
  if (operator === undefined || more.length > 0) return []
  if (NAME_FIELDS.includes(field))
    return [{ rule, Type: 'DomainName', DetectionFunction: operator, value: node }]
  if (field === 'DestinationIp')
    return [{ rule, Type: 'IpAddress', DetectionFunction: operator, value: node }]
  const [algorithm = '', digest = ''] = field === 'Hashes' ? node.split('=') : []
  const Type = HASH_TYPES.get(algorithm)
  return Type === undefined ? [] : [{ rule, Type, DetectionFunction: 'Equals', value: digest }]
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

test('values of Sigma rules fire exactly where Sigma’s own operators hold', async (context) => {
  if (!existsSync(SIGMA)) context.skip(ABSENT)
  const all = readdirSync(SIGMA).flatMap((name) =>
    sigmaValues(name, parse(readFileSync(join(SIGMA, name), 'utf8')).detection),
  )
  const values = all.filter(
    ({ Type, DetectionFunction, value }) => canonicalIndicatorValue(Type, DetectionFunction, value).ok,
  )
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
  expect(new Set(values.map(({ DetectionFunction }) => DetectionFunction)).size).toBe(4)
  expect(all.length - values.length).toBeLessThan(all.length / 10)
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

test('indicators of Zeek’s intelligence framework fire on what its own tests saw, as often as there', async (context) => {
  if (!existsSync(ZEEK)) context.skip(ABSENT)
  let cases = 0
  for (const folder of readdirSync(ZEEK)) {
    const read = (name: RegExp): readonly ReadonlyMap<string, string>[] =>
      readdirSync(join(ZEEK, folder))
        .filter((file) => name.test(file))
        .flatMap((file) => zeekRows(readFileSync(join(ZEEK, folder, file), 'utf8')))
    const typed = (rows: readonly ReadonlyMap<string, string>[], value: string, type: string) =>
      rows.flatMap((row) => {
        const Type = ZEEK_TYPES.get(row.get(type) ?? '')
        return Type === undefined
          ? []
          : [{ Type, value: row.get(value) ?? '', remove: row.get('meta.remove') }]
      })
    const intel = typed(read(/^intel\.dat$/), 'indicator', 'indicator_type')
    const hits = typed(read(/^expected_/), 'seen.indicator', 'seen.indicator_type')
    // An indicator that the peer removes while its test runs has no counterpart here.
    const removed = new Set(intel.filter(({ remove }) => remove === 'T').map(({ value }) => value))
    const kept = hits.filter(({ value }) => !removed.has(value))
    const rules = rulesOfPeers(
      intel.map(({ Type, value }) => ({ rule: 'zeek', Type, DetectionFunction: 'Equals', value })),
    )
    const events = kept.map(({ Type, value }) => ({ [FIELD_OF[Type]]: value }))
    const others = [
      { RemoteIP: '1.2.3.5' },
      { RemoteUrl: 'pantz.org' },
      { RemoteUrl: 'www.pantz.org.example' },
    ]

    const runs = await runAll(
      rules,
      JSON.stringify({
        table: 'DeviceNetworkEvents',
        tests: [
          { name: 'seen', events, fires: [{ definition: 'zeek', count: kept.length }] },
          { name: 'not seen', events: others, silent: ['zeek'] },
        ],
      }),
    )

    expect(runs.flatMap(({ failures }) => failures.map(({ message }) => `${folder}: ${message}`))).toEqual([])
    cases += kept.length
  }
  expect(cases).toBeGreaterThanOrEqual(9)
})
