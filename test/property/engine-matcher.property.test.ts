import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileRules } from '../../src/engine/compile-rules.ts'
import { IndexImage } from '../../src/engine/image-reader.ts'
import { Matcher, typeIndexOf } from '../../src/engine/matcher.ts'
import type { MatcherOptions } from '../../src/engine/matcher.ts'
import { DETECTION_FUNCTIONS, HASH_DIGITS, INDICATOR_TYPES } from '../../src/model/indicator.ts'
import type { DetectionFunction, IndicatorType } from '../../src/model/indicator.ts'
import { naiveMatches } from '../support/naive-matcher.ts'
import { buildRuleSet } from '../support/rule-set-builder.ts'
import type { RuleRow } from '../support/rule-set-builder.ts'
import { parameters, runs } from '../support/runs.ts'

/** Share of the run count that the twin's law takes; its floors follow from it. */
const TWIN_SHARE = 0.02

/** Few letters, so that random values share prefixes, suffixes and substrings. */
const NAME = fc.string({ unit: fc.constantFrom('a', 'b', '.'), minLength: 1, maxLength: 6 })
const LONG_NAME = fc
  .tuple(fc.constantFrom('a', 'ab'), fc.integer({ min: 60, max: 110 }), NAME)
  .map(([unit, count, end]) => unit.repeat(count) + end)
const HEX = fc.string({ unit: fc.constantFrom('0', 'a'), minLength: 1, maxLength: 6 })
const IPV4 = fc.array(fc.constantFrom(0, 1, 10, 255), { minLength: 4, maxLength: 4 }).map((p) => p.join('.'))
const IPV6 = fc.constantFrom('::', '::1', '2001:db8::1', 'fe80::a:0:0:1', '1:2:3:4:5:6:7:8', '::c000:201')
const IP_PART = fc.string({ unit: fc.constantFrom('1', '0', '.', ':', 'a'), minLength: 1, maxLength: 4 })

function digestOf(type: 'Sha1' | 'Sha256' | 'Md5'): fc.Arbitrary<string> {
  return fc.tuple(HEX, fc.constantFrom('0', 'a')).map(([end, fill]) => end.padStart(HASH_DIGITS[type], fill))
}

function valueOf(type: IndicatorType, detectionFunction: DetectionFunction): fc.Arbitrary<string> {
  if (type === 'DomainName')
    return fc.oneof({ weight: 9, arbitrary: NAME }, { weight: 1, arbitrary: LONG_NAME })
  if (type === 'IpAddress') return detectionFunction === 'Equals' ? fc.oneof(IPV4, IPV6) : IP_PART
  return detectionFunction === 'Equals' ? digestOf(type) : HEX
}

const ROW: fc.Arbitrary<RuleRow> = fc
  .tuple(
    fc.constantFrom(...INDICATOR_TYPES),
    fc.constantFrom(...DETECTION_FUNCTIONS),
    fc.constantFrom('one', 'two'),
  )
  .chain(([Type, DetectionFunction, definition]) =>
    valueOf(Type, DetectionFunction).map((Value) => ({ Type, DetectionFunction, definition, Value })),
  )

/** Texts around a planted value, and texts that are nothing. */
const NOISE = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', '.', '0', ':'), maxLength: 8 }),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
)
const HOSTILE = fc.constantFrom('', '\0', 'a'.repeat(4096), '.'.repeat(300), 'A', 'ü.a', 'a..b', '01.1.1.1')

interface Question {
  readonly rows: readonly RuleRow[]
  readonly type: IndicatorType
  readonly text: string
}

const QUESTION: fc.Arbitrary<Question> = fc
  .tuple(fc.array(ROW, { minLength: 1, maxLength: 24 }), fc.nat(), NOISE, NOISE, fc.nat({ max: 9 }), HOSTILE)
  .map(([rows, pick, before, after, shape, hostile]) => {
    const planted = rows[pick % rows.length]
    const value = planted?.Value ?? ''
    const texts = [value, before + value, value + after, before + value + after, `${before}.${value}`]
    return { rows, type: planted?.Type ?? 'Md5', text: texts[shape] ?? (shape === 9 ? hostile : value) }
  })

const OPTIONS: fc.Arbitrary<MatcherOptions> = fc.record({
  domainEquals: fc.constantFrom('exact', 'subdomains'),
  domainSuffix: fc.constantFrom('textual', 'label'),
})

test('for all rules, options and texts, the matcher lists exactly the indicators that the naive twin lists', () => {
  let hits = 0
  let misses = 0

  fc.assert(
    fc.property(QUESTION, OPTIONS, ({ rows, type, text }, options) => {
      const image = IndexImage.open(compileRules(buildRuleSet(rows)).image)
      const matcher = Matcher.open(image, options)
      const indicators = Array.from({ length: image.indicatorCount }, (_, id) => image.indicator(id))
      const expected = naiveMatches(indicators, type, text.toWellFormed(), options)
      const bytes = new TextEncoder().encode(text)
      if (expected.length > 0) hits += 1
      else misses += 1

      expect(matcher.matchText(typeIndexOf(type), text)).toEqual(expected)
      expect(matcher.hasMatch(typeIndexOf(type), bytes, 0, bytes.length)).toBe(expected.length > 0)
    }),
    parameters(TWIN_SHARE),
  )

  expect(hits).toBeGreaterThan(runs(TWIN_SHARE) / 2)
  expect(misses).toBeGreaterThan(runs(TWIN_SHARE) / 50)
})

test('for all rules, the image holds exactly the distinct enabled indicators that went in', () => {
  let merged = 0

  fc.assert(
    fc.property(fc.array(ROW, { maxLength: 40 }), fc.nat({ max: 9 }), (distinct, copies) => {
      const rows = [...distinct, ...distinct.slice(0, copies)]
      const { image: bytes, accounting } = compileRules(buildRuleSet(rows))
      const image = IndexImage.open(bytes)
      const keyOf = (row: RuleRow): string =>
        [row.definition, row.Type, row.DetectionFunction, row.Value].join(' ')
      const expected = new Set(rows.map(keyOf))
      merged += rows.length - expected.size

      const held = Array.from({ length: image.indicatorCount }, (_, id) => {
        const { Type, DetectionFunction, Value } = image.indicator(id)
        const definition = image.definitions[image.definitionOf(id)]?.Name ?? ''
        return keyOf({ definition, Type, DetectionFunction, Value })
      })

      expect(held.toSorted()).toEqual([...expected].toSorted())
      expect(accounting).toEqual({
        read: rows.length,
        compiled: expected.size,
        duplicate: rows.length - expected.size,
        disabled: 0,
        opaque: 0,
        rejected: 0,
      })
    }),
    parameters(0.003),
  )

  expect(merged).toBeGreaterThan(runs(0.003))
})

test('for all rules, one matcher asked many texts answers like a fresh one each time', () => {
  let hits = 0

  fc.assert(
    fc.property(
      fc.array(ROW, { minLength: 1, maxLength: 20 }),
      fc.array(NOISE, { maxLength: 6 }),
      (rows, noise) => {
        const image = IndexImage.open(compileRules(buildRuleSet(rows)).image)
        const used = Matcher.open(image)
        const texts = [...noise, ...rows.map((row) => row.Value), ...noise]

        for (const text of texts) {
          for (const type of INDICATOR_TYPES.keys()) {
            const answer = used.matchText(type, text)
            hits += answer.length
            expect(answer).toEqual(Matcher.open(image).matchText(type, text))
          }
        }
      },
    ),
    parameters(0.0005),
  )

  expect(hits).toBeGreaterThan(runs(0.0005) * 8)
})
