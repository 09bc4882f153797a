import * as fc from 'fast-check'
import type { AlertDefinition } from '../../src/model/alert-definition.ts'
import { SEVERITIES } from '../../src/model/alert-definition.ts'
import type { DetectionFunction, IndicatorType } from '../../src/model/indicator.ts'
import { HASH_DIGITS } from '../../src/model/indicator.ts'
import { parseTime, TICKS_PER_SECOND } from '../../src/model/time.ts'
import {
  canonicalObservable,
  detectionFunction,
  indicatorType,
  ipv4Text,
  nameText,
  rawRuleValue,
} from './arbitrary-values.ts'
import { naiveIndicatorValue } from './naive-canonical.ts'
import type { NaiveIndicator, NaiveMatchOptions } from './naive-matcher.ts'
import type { NaiveRule, NaiveRules } from './naive-rules.ts'

/** Indicators and canonical observables in which many of them are planted, or nearly. */
export interface MatcherCase {
  readonly indicators: readonly NaiveIndicator[]
  readonly observables: readonly { readonly type: IndicatorType; readonly value: string }[]
  readonly options: NaiveMatchOptions
}

interface Cut {
  readonly fn: DetectionFunction
  readonly source: number
  readonly start: number
  readonly length: number
  readonly tweak: 'none' | 'first' | 'last' | 'longer'
}

const cut: fc.Arbitrary<Cut> = fc.record({
  fn: detectionFunction,
  source: fc.nat(7),
  start: fc.nat(40),
  length: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 70 })),
  tweak: fc.constantFrom<Cut['tweak']>('none', 'none', 'none', 'first', 'last', 'longer'),
})

export const matchOptions: fc.Arbitrary<NaiveMatchOptions> = fc.record({
  domainEquals: fc.constantFrom<NaiveMatchOptions['domainEquals']>('exact', 'subdomains'),
  domainSuffix: fc.constantFrom<NaiveMatchOptions['domainSuffix']>('textual', 'label'),
})

/** Rules of one type cut out of observables of that type, with near misses and values of no observable. */
function matcherCaseOf(type: IndicatorType): fc.Arbitrary<Omit<MatcherCase, 'options'>> {
  return fc
    .record({
      values: fc.array(canonicalObservable(type), { minLength: 1, maxLength: 6 }),
      cuts: fc.array(cut, { maxLength: 10 }),
      strangers: fc.array(fc.tuple(detectionFunction, rawRuleValue), { maxLength: 3 }),
    })
    .map(({ values, cuts, strangers }) => {
      const planted = cuts.map(
        (one) => [one.fn, cutOut(values[one.source % values.length] ?? '', one)] as const,
      )
      const indicators = [...planted, ...strangers].flatMap(([fn, raw]): NaiveIndicator[] => {
        const value = naiveIndicatorValue(type, fn, raw)
        return value === null ? [] : [{ Type: type, DetectionFunction: fn, Value: value }]
      })
      return { indicators, observables: values.map((value) => ({ type, value })) }
    })
}

/** Cases over one to three types together, so that a type that looks at another's values is caught. */
export const matcherCase: fc.Arbitrary<MatcherCase> = fc
  .tuple(fc.array(indicatorType.chain(matcherCaseOf), { minLength: 1, maxLength: 3 }), matchOptions)
  .map(([parts, options]) => ({
    indicators: parts.flatMap((part) => part.indicators),
    observables: parts.flatMap((part) => part.observables),
    options,
  }))

/** A part of an observable that the function looks at, perhaps off by one character. */
function cutOut(value: string, { fn, start, length, tweak }: Cut): string {
  const from = start % Math.max(1, value.length)
  const part = {
    Equals: value,
    StartWith: value.slice(0, length),
    EndWith: value.slice(-length),
    Contains: value.slice(from, from + length),
  }[fn]
  if (tweak === 'longer') return `${part}a`
  if (tweak === 'first') return `b${part.slice(1)}`
  return tweak === 'last' ? `${part.slice(0, -1)}1` : part
}

/** Values that records and rules of one case share, so that rules fire. */
export interface SharedValues {
  readonly hashes: Readonly<Record<'Sha1' | 'Sha256' | 'Md5', string>>
  readonly addresses: readonly string[]
  readonly names: readonly string[]
}

const digits = (count: number): fc.Arbitrary<string> =>
  fc.constantFrom('0', '1', 'a', 'f').map((digit) => digit.repeat(count - 1) + '7')

export const sharedValues: fc.Arbitrary<SharedValues> = fc.record({
  hashes: fc.record({ Sha1: digits(40), Sha256: digits(64), Md5: digits(32) }),
  addresses: fc.array(fc.oneof(ipv4Text, fc.constantFrom('fe80::1', '2001:db8::a', '::1')), {
    minLength: 2,
    maxLength: 4,
  }),
  names: fc.array(nameText, { minLength: 2, maxLength: 4 }),
})

const BASE_TIME = parseTime('2026-11-01T00:00:00Z') ?? 0n
const hours = (count: number): bigint => BASE_TIME + BigInt(count) * 3600n * TICKS_PER_SECOND

/** Hour of the recorded week that a time stands in, as ticks. */
const ticks: fc.Arbitrary<bigint> = fc.integer({ min: -30, max: 80 }).map(hours)
const maybeTicks = fc.option(ticks, { freq: 3 })

/** Definitions with Names that sort differently by code units and by UTF-8 bytes. */
function definitionsArbitrary(): fc.Arbitrary<readonly AlertDefinition[]> {
  const names = fc.uniqueArray(fc.constantFrom('a', 'B', 'c2-lab', 'ﬀ', '😀', 'é', 'a b'), {
    minLength: 1,
    maxLength: 4,
  })
  return names.chain((list) =>
    fc.tuple(
      ...list.map((Name) =>
        fc
          .record({
            Severity: fc.constantFrom(...SEVERITIES),
            Id: fc.option(fc.nat(9)),
            Enabled: fc.boolean(),
          })
          .map(({ Severity, Id, Enabled }) => ({
            Id,
            Name,
            Title: `Title of ${Name}`,
            Severity,
            Category: 'Malware' as const,
            UxDescription: 'Planted.',
            RecommendedAction: null,
            InternalDescription: null,
            Enabled: Enabled || list.length === 1,
          })),
      ),
    ),
  )
}

/** A rule set over shared values: whole values and fragments, copies, disabled ones, times. */
export function ruleSetFor(values: SharedValues): fc.Arbitrary<NaiveRules> {
  return definitionsArbitrary().chain((definitions) =>
    fc.record({
      definitions: fc.constant(definitions),
      indicators: fc
        .array(ruleArbitrary(values, definitions), { minLength: 1, maxLength: 12 })
        .map((list) => list.flat()),
    }),
  )
}

function ruleArbitrary(
  values: SharedValues,
  definitions: readonly AlertDefinition[],
): fc.Arbitrary<readonly NaiveRule[]> {
  return fc
    .record({
      type: indicatorType,
      one: cut,
      definition: fc.constantFrom(...definitions),
      ExpiresAt: maybeTicks,
      CreatedAt: maybeTicks,
      Id: fc.option(fc.nat(20)),
      Enabled: fc.integer({ min: 0, max: 7 }).map((n) => n > 0),
      copies: fc.constantFrom(1, 1, 1, 2),
    })
    .map(({ type, one, definition, copies, ...rest }) => {
      const pool = valuesOf(values, type)
      const raw = cutOut(pool[one.source % pool.length] ?? '', one)
      const Value = naiveIndicatorValue(type, one.fn, raw)
      if (Value === null) return []
      const rule = { ...rest, Type: type, DetectionFunction: one.fn, Value, definitionName: definition.Name }
      return Array.from({ length: copies }, () => rule)
    })
}

/** Canonical texts of the shared values of a type. */
export function valuesOf(values: SharedValues, type: IndicatorType): readonly string[] {
  if (type === 'IpAddress') return values.addresses
  if (type === 'DomainName') return values.names.map((name) => name.toLowerCase().replace(/\.+$/, ''))
  return [values.hashes[type].slice(0, HASH_DIGITS[type])]
}
