import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileRules } from '../../src/engine/compile-rules.ts'
import { IndexImage } from '../../src/engine/image-reader.ts'
import { Matcher } from '../../src/engine/matcher.ts'
import { ObservedCounter } from '../../src/engine/sieve/count-observed.ts'
import { patternsOf } from '../../src/engine/sieve/filter-patterns.ts'
import { PortableSieve } from '../../src/engine/sieve/portable-sieve.ts'
import { FORMATS } from '../../src/logs/formats/registry.ts'
import { buildKeyTable } from '../../src/logs/key-table.ts'
import type { FieldMap } from '../../src/model/field-map.ts'
import { INDICATOR_TYPES } from '../../src/model/indicator.ts'
import type { Semantics } from '../../src/model/semantics.ts'
import { DEFAULT_SEMANTICS } from '../../src/model/semantics.ts'
import { matchOptions, ruleSetFor, sharedValues } from '../support/arbitraries.ts'
import { mutated, mutation, recordFor, spell, spelling } from '../support/arbitrary-records.ts'
import { KernelWithRules } from '../support/kernel-with-rules.ts'
import { naiveMatches } from '../support/naive-matcher.ts'
import { naiveJsonFields, naiveObserve } from '../support/naive-observe.ts'
import { naiveKeys, naiveOccurrences } from '../support/naive-observed.ts'
import type { NaiveRules } from '../support/naive-rules.ts'
import { buildRuleSet } from '../support/rule-set-builder.ts'
import { parameters, runs } from '../support/runs.ts'

const SIEVE_SHARE = 0.005
const COUNT_SHARE = 0.005
/** Records that one set of rules is tried on. */
const RECORDS = 8

const semantics: fc.Arbitrary<Semantics> = fc
  .record({
    hashScope: fc.constantFrom('object' as const, 'both' as const),
    ipScope: fc.constantFrom('remote' as const, 'all' as const),
    domainScope: fc.constantFrom('contact' as const, 'all' as const),
    dnsAnswers: fc.constantFrom('off' as const, 'on' as const),
    match: matchOptions,
  })
  .map(({ match, ...scopes }) => ({ ...DEFAULT_SEMANTICS, ...scopes, ...match }))
const mapNames = FORMATS.filter((format) => format.shape === 'json' && format.fieldMap !== null).map(
  ({ name }) => name,
)
const changes = fc.oneof(fc.constant([]), fc.array(mutation, { maxLength: 3 }))

test('for all rules and records, every record with a naive match passes both sieves', () => {
  let matchCount = 0
  let droppedCount = 0
  let falseCount = 0
  const kernel = KernelWithRules.open()
  const cases = sharedValues.chain((values) =>
    fc.record({
      rules: ruleSetFor(values),
      records: fc.array(fc.tuple(recordFor(values), spelling, changes), { minLength: 1, maxLength: RECORDS }),
      mapName: fc.constantFrom(...mapNames),
      options: semantics,
    }),
  )

  fc.assert(
    fc.property(cases, ({ rules, records, mapName, options }) => {
      const fieldMap = mapNamed(mapName)
      const ruleSet = buildRuleSet(rules.indicators.map(rowOf))
      const image = IndexImage.open(compileRules(ruleSet).image)
      const matcher = Matcher.open(image, options)
      const opened = PortableSieve.open(buildKeyTable(fieldMap, options), matcher)
      if (!('sieve' in opened)) throw new Error(opened.off)
      kernel.load(patternsOf(image.structures), options.domainEquals === 'subdomains')
      const wasm = kernel.sieve(buildKeyTable(fieldMap, options))

      for (const [json, how, mutations] of records) {
        const record = mutated(spell(json, how), mutations)
        const enabled = rules.indicators.filter((rule) => rule.Enabled)
        const event = naiveObserve(naiveJsonFields(record), fieldMap, options, null)
        const matches = (event?.observables ?? []).flatMap(({ type, value }) =>
          naiveMatches(enabled, type, value, options),
        )

        const mayMatch = opened.sieve.mayMatch(record, 0, record.length)
        const wasmMayMatch = wasm.mayMatch(record, 0, record.length)

        matchCount += matches.length > 0 ? 1 : 0
        droppedCount += mayMatch || wasmMayMatch ? 0 : 1
        falseCount += wasmMayMatch && !mayMatch ? 1 : 0
        if (matches.length > 0)
          expect([mayMatch, wasmMayMatch], Buffer.from(record).toString('latin1')).toEqual([true, true])
      }
    }),
    parameters(SIEVE_SHARE),
  )

  expect(matchCount).toBeGreaterThan(runs(SIEVE_SHARE) / 8)
  expect(droppedCount).toBeGreaterThan(runs(SIEVE_SHARE) / 8)
  expect(falseCount).toBeLessThan(droppedCount / 20) // else the kernel's filters let everything pass
})

/** Records that the sieve once dropped although the reader finds an observable in them. */
const REGRESSIONS: readonly (readonly [string, string])[] = [
  [
    'a string of JSON inside a string of JSON',
    String.raw`{"AdditionalFields":"\"{\\\"query\\\":\\\"evil.example\\\"}\""}`,
  ],
  ['a port behind the address of a DNS answer', '{"AdditionalFields":{"answers":"192.0.2.1:443"}}'],
]

for (const [what, text] of REGRESSIONS)
  test(`each sieve passes ${what}`, () => {
    const everything: Semantics = { ...DEFAULT_SEMANTICS, dnsAnswers: 'on' }
    const record = Buffer.from(text)
    const fieldMap = mapNamed('defender-rows')
    const opened = PortableSieve.open(buildKeyTable(fieldMap, everything), { hasMatch: () => true })
    if (!('sieve' in opened)) throw new Error(opened.off)

    const kernel = KernelWithRules.open()
    kernel.seek(...INDICATOR_TYPES.map((type) => ({ type, fn: 'Contains' as const, value: 'e' })), {
      type: 'IpAddress',
      fn: 'Equals',
      value: '192.0.2.1',
    })
    const passed = opened.sieve.mayMatch(record, 0, record.length)
    const wasmPassed = kernel.sieve(buildKeyTable(fieldMap, everything)).mayMatch(record, 0, record.length)

    expect(naiveObserve(naiveJsonFields(record), fieldMap, everything, null)?.observables).toHaveLength(1)
    expect([passed, wasmPassed]).toEqual([true, true])
  })

test('for all records, sieves and counter count every key as often as the law says', () => {
  let occurrenceCount = 0
  const kernel = KernelWithRules.open()
  const records = sharedValues
    .chain((values) => fc.tuple(recordFor(values), spelling, changes))
    .map(([json, how, mutations]) => mutated(spell(json, how), mutations))

  fc.assert(
    fc.property(records, fc.constantFrom(...mapNames), semantics, (record, mapName, options) => {
      const fieldMap = mapNamed(mapName)
      const table = buildKeyTable(fieldMap, options)
      const expected = table.keys.map((key) => naiveOccurrences(record, key))
      occurrenceCount += expected.reduce((sum, count) => sum + count, 0)
      const counter = ObservedCounter.open(table)
      const opened = PortableSieve.open(table, { hasMatch: () => false })
      if (!('sieve' in opened)) throw new Error(opened.off)

      counter.count(record, 0, record.length)
      opened.sieve.mayMatch(record, 0, record.length)
      const wasm = kernel.sieve(table)
      wasm.mayMatch(record, 0, record.length)

      expect([...wasm.observed]).toEqual(expected)
      expect([...counter.observed]).toEqual(expected)
      expect([...opened.sieve.observed]).toEqual(expected)
    }),
    parameters(COUNT_SHARE),
  )

  expect(occurrenceCount).toBeGreaterThan(runs(COUNT_SHARE))
})

test('for every built-in map and all scopes, the key table holds the keys that the law says', () => {
  const byKey = (a: { readonly key: string }, b: { readonly key: string }): number => (a.key < b.key ? -1 : 1)

  fc.assert(
    fc.property(fc.constantFrom(...mapNames), semantics, (mapName, options) => {
      const fieldMap = mapNamed(mapName)
      const expected = naiveKeys(fieldMap, options).toSorted(byKey)

      const { keys, incompleteReason } = buildKeyTable(fieldMap, options)

      expect(keys.map(({ key, kinds, isNested }) => ({ key, kinds, isNested })).toSorted(byKey)).toEqual(
        expected,
      )
      expect(keys.every(({ key, bytes }) => Buffer.from(bytes).toString('utf8') === key)).toBe(true)
      expect(incompleteReason).toBeNull()
    }),
    parameters(0),
  )
})

function mapNamed(name: string): FieldMap {
  const found = FORMATS.find((format) => format.name === name)?.fieldMap
  if (found === undefined || found === null) throw new Error(`no map named ${name}`)
  return found
}

function rowOf({ Type, DetectionFunction, Value, Enabled }: NaiveRules['indicators'][number]) {
  return { Type, DetectionFunction, Value, Enabled }
}
