import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { generateTelemetry, startCount } from '../../src/harness/generate/generate-telemetry.ts'
import { IndicatorEventMaker } from '../../src/harness/generate/indicator-events.ts'
import type { IndicatorEvent } from '../../src/harness/generate/indicator-events.ts'
import { nearMissTests } from '../../src/harness/generate/near-miss-file.ts'
import { TELEMETRY_FORMATS } from '../../src/harness/generate/telemetry-formats.ts'
import type { TelemetryFormat } from '../../src/harness/generate/telemetry-formats.ts'
import { matchesOne } from '../../src/harness/match-one.ts'
import { TestRules } from '../../src/harness/test-rules.ts'
import { classify } from '../../src/logs/classify.ts'
import { defenderRows } from '../../src/logs/formats/defender-rows.ts'
import type { FieldMap } from '../../src/model/field-map.ts'
import type { Indicator } from '../../src/model/indicator.ts'
import { DETECTION_FUNCTIONS } from '../../src/model/indicator.ts'
import { canonicalIp } from '../../src/canonical/ip.ts'
import { matchingValues } from '../../src/harness/generate/matching-values.ts'
import { DEFAULT_SEMANTICS } from '../../src/model/semantics.ts'
import { parseFieldMap } from '../../src/logs/user-map.ts'
import { replayCase } from '../support/arbitrary-replay.ts'
import { naiveMatches } from '../support/naive-matcher.ts'
import type { NaiveReplay } from '../support/naive-replay.ts'
import { naiveReplay } from '../support/naive-replay.ts'
import { naiveRuleSet } from '../support/naive-rule-set.ts'
import { parameters, runs } from '../support/runs.ts'

const SHARE = 0.001
/** Indicators of one rule set that are looked at. */
const INDICATORS_EACH = 6

const ROWS: FieldMap = defenderRows.fieldMap ?? fail('rows have a field map')

test(
  'for all rules and switches, an IOC fires on its generated hits and its definition is silent on its near misses, says the oracle',
  () => {
    const seen = { hits: 0, misses: 0, late: 0 }

    fc.assert(
      fc.property(replayCase, (one) => {
        const rules = TestRules.compile(naiveRuleSet(one.rules))
        const maker = new IndicatorEventMaker(rules, one.semantics, ROWS)
        const count = Math.min(INDICATORS_EACH, rules.image.indicatorCount)
        for (let id = 0; id < count; id += 1) {
          const { table, hits, misses } = maker.eventsOf(id)
          const name = rules.image.definitions[rules.image.definitionOf(id)]?.Name ?? ''
          const oracle = (event: IndicatorEvent): NaiveReplay =>
            naiveReplay([sourceOf(event, table)], one.rules, one.semantics)
          for (const hit of hits)
            expect(firedIocs(oracle(hit), name)).toContain(keyOf(rules.image.indicator(id)))
          for (const miss of misses) expect(firedIocs(oracle(miss), name)).toEqual([])
          seen.hits += hits.length
          seen.misses += misses.length
          seen.late += misses.filter(({ why }) => why.includes('expired')).length
        }
      }),
      parameters(SHARE),
    )

    const cases = runs(SHARE)
    expect(seen.hits).toBeGreaterThan(cases * 2)
    expect(seen.misses).toBeGreaterThan(cases * 5)
    expect(seen.late).toBeGreaterThan(cases / 10)
  },
  runs(SHARE) * 300,
)

test(
  'for all rules and switches, generated tests are green, and there is one for every IOC that can fire',
  () => {
    let tests = 0

    fc.assert(
      fc.property(replayCase, fc.boolean(), (one, isPerDefinition) => {
        const rules = TestRules.compile(naiveRuleSet(one.rules))
        // What no flag can say is no option of a test either.
        const { maxRecordBytes, groupWindow } = DEFAULT_SEMANTICS
        const semantics = { ...one.semantics, maxRecordBytes, groupWindow }

        const made = nearMissTests(rules, { semantics, fieldMap: ROWS, isPerDefinition })

        tests += made.files.reduce((sum, file) => sum + file.tests, 0)
        expect(made.fired + made.unreachable.length).toBe(rules.image.indicatorCount)
        for (const { text } of made.files) expect(text).toContain('\ngenerated: true\n')
      }),
      parameters(SHARE / 2),
    )

    expect(tests).toBeGreaterThan(runs(SHARE / 2))
  },
  runs(SHARE) * 300,
)

const USER_MAP = parsed(`
fields:
  - { path: [dns, query], kind: domain }
  - { path: dst, kind: ip }
  - { path: hashes, kind: hash-list }
  - { path: extra, kind: json, fields: [{ path: [u], kind: url }] }
envelope: { time: ts, deviceName: host, reportId: id }
`)
const FLAT_MAP = parsed(`
fields:
  - { path: query, kind: domain }
  - { path: dst, kind: ip }
  - { path: sha1, kind: sha1 }
  - { path: sha256, kind: sha256 }
  - { path: md5, kind: md5 }
envelope: { time: ts, deviceName: host, reportId: id }
`)
const EVENTS = 24

test(
  'for all rules, formats and seeds, exactly the planted events fire, says the oracle',
  () => {
    const seen = { hits: 0, formats: new Set<string>() }
    const format = fc.constantFrom<TelemetryFormat>(...TELEMETRY_FORMATS)

    fc.assert(
      fc.property(replayCase, format, fc.nat(), fc.nat(12), ({ rules }, format, seed, hits) => {
        const semantics = DEFAULT_SEMANTICS
        const fieldMap = format === 'json' ? USER_MAP : format === 'csv' ? FLAT_MAP : null
        const compiled = TestRules.compile(naiveRuleSet(rules))
        const count = startCount()
        const options = { rules: compiled, semantics, format, fieldMap, events: EVENTS, hits, seed }
        const bytes = Buffer.from([...generateTelemetry(options, count)].join(''))
        const again = Buffer.from([...generateTelemetry(options, startCount())].join(''))
        const found = classify(bytes, true, {
          logFormat: null,
          userMap: fieldMap,
          fields: 'mapped',
          table: null,
        })
        const framing = found.delimited?.zeek === undefined ? found.framing : ('zeek' as const)
        const source = { source: 'log', bytes, framing, fieldMap: found.fieldMap ?? ROWS }

        const oracle = naiveReplay([source], rules, semantics)

        expect(again.equals(bytes)).toBe(true)
        expect(oracle.accounting.records).toMatchObject({ examined: EVENTS, quarantined: 0 })
        const records = new Set(oracle.detections.map(({ event }) => event.record))
        expect(records.size).toBe(count.hits + count.accidental)
        seen.hits += count.hits
        seen.formats.add(found.format)
      }),
      parameters(SHARE / 8),
    )

    expect(seen.hits).toBeGreaterThan(runs(SHARE / 8))
    expect(seen.formats.size).toBeGreaterThan(TELEMETRY_FORMATS.length - 3)
  },
  runs(SHARE) * 300,
)

test('for all indicators and values, one indicator matches where the naive matcher says so', () => {
  let matches = 0
  fc.assert(
    fc.property(replayCase, ({ rules, semantics }) => {
      for (const indicator of rules.indicators)
        for (const { Type, Value } of rules.indicators)
          for (const value of [Value, `a${Value}`, `a.${Value}`, `${Value}.a`]) {
            if (Type !== indicator.Type) continue
            const expected = naiveMatches([indicator], Type, value, semantics).length === 1
            expect(matchesOne(indicator, value, semantics)).toBe(expected)
            if (expected) matches += 1
          }
    }),
    parameters(SHARE),
  )
  expect(matches).toBeGreaterThan(runs(SHARE))
})

const address = fc.oneof(
  fc.ipV4(),
  fc
    .array(fc.constantFrom('0', '0', '1', '7f', 'beef', '20c'), { minLength: 8, maxLength: 8 })
    .map((groups) => groups.join(':')),
)

test('for all addresses, a value is found that matches any part of it', () => {
  const seen = { v4: 0, v6: 0 }
  fc.assert(
    fc.property(
      address,
      fc.constantFrom(...DETECTION_FUNCTIONS),
      fc.nat(),
      fc.nat(),
      (text, operator, from, length) => {
        const whole = canonicalIp(text) ?? ''
        const start = operator === 'StartWith' || operator === 'Equals' ? 0 : from % whole.length
        const isToEnd = operator === 'EndWith' || operator === 'Equals'
        const Value = isToEnd
          ? whole.slice(start)
          : whole.slice(start, start + 1 + (length % (whole.length - start)))
        const indicator = { Type: 'IpAddress', DetectionFunction: operator, Value } as const

        const values = matchingValues(indicator, DEFAULT_SEMANTICS)

        expect(values.length).toBeGreaterThan(0)
        for (const value of values) {
          expect(canonicalIp(value)).toBe(value)
          expect(naiveMatches([indicator], 'IpAddress', value, DEFAULT_SEMANTICS)).toEqual([0])
        }
        seen[whole.includes(':') ? 'v6' : 'v4'] += 1
      },
    ),
    parameters(SHARE * 10),
  )
  expect(Math.min(seen.v4, seen.v6)).toBeGreaterThan(runs(SHARE * 10) / 4)
})

function sourceOf({ row }: IndicatorEvent, table: string | null): Parameters<typeof naiveReplay>[0][number] {
  const bytes = Buffer.from(`${JSON.stringify(row)}\n`)
  const source = { source: 'row', bytes, framing: 'lines' as const, fieldMap: ROWS }
  return table === null ? source : { ...source, defaultTable: table }
}

function firedIocs({ detections }: NaiveReplay, name: string): readonly string[] {
  return detections
    .filter(({ definition }) => definition.Name === name)
    .flatMap(({ matches }) => matches.map(({ ioc }) => keyOf(ioc)))
}

function keyOf({
  Type,
  DetectionFunction,
  Value,
}: Pick<Indicator, 'Type' | 'DetectionFunction' | 'Value'>): string {
  return `${Type} ${DetectionFunction} ${Value}`
}

function parsed(text: string): FieldMap {
  const result = parseFieldMap('map.yaml', text)
  return result.ok ? result.map : fail('the map has no mistake')
}

function fail(message: string): never {
  throw new Error(message)
}
