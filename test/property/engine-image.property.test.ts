import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { CompileError } from '../../src/engine/compile-error.ts'
import { compileRules } from '../../src/engine/compile-rules.ts'
import { ImageFormatError } from '../../src/engine/image-format-error.ts'
import type { ImageFormatCode } from '../../src/engine/image-format-error.ts'
import { FILTER_SECTION, HEADER, HEADER_WORDS, SECTIONS } from '../../src/engine/image-layout.ts'
import { IndexImage } from '../../src/engine/image-reader.ts'
import { Matcher } from '../../src/engine/matcher.ts'
import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../../src/model/indicator.ts'
import { DEFAULT_SEMANTICS } from '../../src/model/semantics.ts'
import { naiveMatches } from '../support/naive-matcher.ts'
import { resealed, sealImage } from '../support/reseal.ts'
import { buildRuleSet } from '../support/rule-set-builder.ts'
import type { RuleRow } from '../support/rule-set-builder.ts'
import { parameters, runs } from '../support/runs.ts'

/** Every structure, every kind of column, values that are shared and values that overlap. */
const ROWS: readonly RuleRow[] = [
  { definition: 'one', Type: 'Sha1', Value: 'ab'.repeat(20), ExpiresAt: 5n },
  { definition: 'one', Type: 'Sha256', Value: '01'.repeat(32), Id: 7 },
  { definition: 'two', Type: 'Sha256', Value: '01'.repeat(32), CreatedAt: 3n },
  { definition: 'two', Type: 'Sha256', Value: '23'.repeat(32) },
  { definition: 'one', Type: 'Md5', Value: '45'.repeat(16) },
  { definition: 'one', Type: 'Md5', DetectionFunction: 'Contains', Value: '4545' },
  { definition: 'one', Type: 'IpAddress', Value: '192.0.2.1' },
  { definition: 'one', Type: 'IpAddress', Value: '2001:db8::1' },
  { definition: 'two', Type: 'IpAddress', DetectionFunction: 'StartWith', Value: '192.0' },
  { definition: 'one', Type: 'DomainName', Value: 'evil.example' },
  { definition: 'two', Type: 'DomainName', Value: 'evil.example' },
  { definition: 'two', Type: 'DomainName', Value: 'bad.example', ExpiresAt: 9n },
  { definition: 'one', Type: 'DomainName', DetectionFunction: 'StartWith', Value: 'evil' },
  { definition: 'one', Type: 'DomainName', DetectionFunction: 'StartWith', Value: 'evil.ex' },
  { definition: 'one', Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.example' },
  { definition: 'one', Type: 'DomainName', DetectionFunction: 'EndWith', Value: 'vil.example' },
  { definition: 'one', Type: 'DomainName', DetectionFunction: 'Contains', Value: 'vil' },
  { definition: 'one', Type: 'DomainName', DetectionFunction: 'Contains', Value: 'evil' },
  { definition: 'two', Type: 'DomainName', DetectionFunction: 'Contains', Value: 'il.e' },
]
const TEXTS = [...ROWS.map((row) => row.Value), 'x.evil.example', 'aaaa', '192.0.2.77', '']
/** An endless loop over a hostile image must fail the test, not hang it; the ordinary run takes a tenth of this. */
const TIME_CAP_MS = 45_000
/** Sealing writes the checksum anew. */
const FREE_WORDS: readonly number[] = [HEADER.checksumLow, HEADER.checksumHigh]
const IMAGE = compileRules(buildRuleSet(ROWS)).image

function codeOf(bytes: Uint8Array): ImageFormatCode | 'opened' {
  try {
    IndexImage.open(bytes)
    return 'opened'
  } catch (error) {
    if (error instanceof ImageFormatError) return error.code
    throw error
  }
}

test('an image with any single byte changed in any bit is refused (D10)', () => {
  const codes = new Set<string>()

  for (let offset = 0; offset < IMAGE.length; offset += 1) {
    const original = IMAGE[offset] ?? 0
    for (let bit = 0; bit < 8; bit += 1) {
      IMAGE[offset] = original ^ (1 << bit)
      codes.add(codeOf(IMAGE))
    }
    IMAGE[offset] = original
  }

  expect([...codes].toSorted()).toEqual([
    'bad-checksum',
    'bad-magic',
    'newer-version',
    'older-version',
    'trailing-bytes',
    'truncated',
    'wrong-byte-order',
  ])
  expect(codeOf(IMAGE)).toBe('opened')
})

test('an image with any byte replaced by any other byte is refused', () => {
  let refused = 0

  fc.assert(
    fc.property(fc.nat({ max: IMAGE.length - 1 }), fc.integer({ min: 1, max: 255 }), (offset, change) => {
      const altered = IMAGE.slice()
      altered[offset] = (altered[offset] ?? 0) ^ change
      refused += 1

      expect(codeOf(altered)).not.toBe('opened')
    }),
    parameters(0.01),
  )

  expect(refused).toBe(runs(0.01))
})

test('an image cut off at any length is refused as truncated (D09)', () => {
  for (let length = 0; length < IMAGE.length; length += 1) {
    expect(codeOf(IMAGE.slice(0, length))).toBe('truncated')
  }
})

test('an image with bytes behind it is refused with where they begin (D09)', () => {
  for (const extra of [1, 3, 4, 63, 64, 4096]) {
    const longer = new Uint8Array(IMAGE.length + extra)
    longer.set(IMAGE)

    expect(() => IndexImage.open(longer)).toThrow(
      expect.objectContaining({ code: 'trailing-bytes', offset: IMAGE.length }),
    )
  }
})

test('equal rules give equal bytes whatever the order of rows and definitions', () => {
  let reordered = 0

  fc.assert(
    fc.property(fc.shuffledSubarray([...ROWS], { minLength: ROWS.length }), (rows) => {
      if (rows.some((row, i) => row !== ROWS[i])) reordered += 1

      expect(compileRules(buildRuleSet(rows, { order: 'given' })).image).toEqual(IMAGE)
    }),
    parameters(0.001),
  )

  expect(reordered).toBeGreaterThan(runs(0.001) * 0.9)
})

test('for all values, canonical or not, compile refuses them by name or the image opens', () => {
  const outcomes = { refused: 0, opened: 0 }
  const row = fc.record({
    Type: fc.constantFrom(...INDICATOR_TYPES),
    DetectionFunction: fc.constantFrom(...DETECTION_FUNCTIONS),
    Value: fc.oneof(
      fc.constantFrom(
        'a',
        '.b',
        '::1',
        '192.0.2.1',
        'ab'.repeat(16),
        'ab'.repeat(20),
        '',
        'A',
        '::ffff:1.2.3.4',
      ),
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.string({ minLength: 250, maxLength: 256 }),
    ),
  })

  fc.assert(
    fc.property(fc.array(row, { maxLength: 2 }), (rows) => {
      const image = compiledOrNull(rows)
      outcomes[image === null ? 'refused' : 'opened'] += 1

      if (image !== null) expect(codeOf(image)).toBe('opened')
    }),
    parameters(0.005),
  )

  expect(Math.min(outcomes.refused, outcomes.opened)).toBeGreaterThan(runs(0.005) / 5)
})

function compiledOrNull(rows: readonly RuleRow[]): Uint8Array | null {
  try {
    return compileRules(buildRuleSet(rows)).image
  } catch (error) {
    if (error instanceof CompileError) return null
    throw error
  }
}

/** Whatever opens must answer like a walk over its own indicators, in bounded time. */
function outcomeOf(bytes: Uint8Array): 'refused' | 'opened' {
  if (codeOf(bytes) !== 'opened') return 'refused'
  const image = IndexImage.open(bytes)
  const matcher = Matcher.open(image)
  const indicators = Array.from({ length: image.indicatorCount }, (_, id) => {
    expect(image.definitions[image.definitionOf(id)]).toBeDefined()
    return image.indicator(id)
  })
  for (const type of INDICATOR_TYPES) {
    for (const text of TEXTS) {
      const expected = naiveMatches(indicators, type, text, DEFAULT_SEMANTICS)
      expect(matcher.matchText(INDICATOR_TYPES.indexOf(type), text)).toEqual(expected)
    }
  }
  return 'opened'
}

test('an image altered and sealed again is refused or answers like a walk over its own indicators (D11)', () => {
  const outcomes = { refused: 0, opened: 0 }
  const change = fc.tuple(
    fc.nat({ max: IMAGE.length - 1 }),
    fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(0, 1, 2, 0x7f, 0x80, 0xff)),
  )

  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      outcomes[outcomeOf(resealed(IMAGE, changes))] += 1
    }),
    { ...parameters(0.02), interruptAfterTimeLimit: TIME_CAP_MS, markInterruptAsFailure: true },
  )

  expect(outcomes.refused).toBeGreaterThan(runs(0.02) / 2)
  expect(outcomes.opened).toBeGreaterThan(runs(0.02) / 200)
})

test('an image with any section word replaced and sealed again is refused or answers like its own walk (D11)', () => {
  const outcomes = { refused: 0, opened: 0 }
  const header = new Uint32Array(IMAGE.buffer)
  const firstSection = header[HEADER_WORDS] ?? 0
  const filters = header[HEADER_WORDS + FILTER_SECTION * 2] ?? 0 // the matcher does not ask them
  const words = [0, 1, 2, 0x7fffffff, 0x80000000, 0x80000001, 0xffffffff]

  for (let offset = firstSection; offset < filters; offset += 4) {
    for (const word of words) {
      const copy = IMAGE.slice()
      new Uint32Array(copy.buffer)[offset / 4] = word
      sealImage(copy)
      outcomes[outcomeOf(copy)] += 1
    }
  }

  expect(outcomes.refused).toBeGreaterThan(2000)
  expect(outcomes.opened).toBeGreaterThan(50)
})

test('an image whose header or table makes huge claims is refused before anything is allocated (D12)', () => {
  const before = process.memoryUsage().rss
  const claims = [0xffffffff, 0xfffffff8, 0x80000000, 0x40000000, 0x00ffffff]
  const tableWords = SECTIONS.length * 2

  for (let word = HEADER.sectionCount; word < HEADER_WORDS + tableWords; word += 1) {
    for (const claim of claims) {
      const copy = IMAGE.slice()
      new Uint32Array(copy.buffer)[word] = claim
      sealImage(copy)
      const code = codeOf(copy)
      if (code === 'opened') expect(FREE_WORDS).toContain(word)
    }
  }

  expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20)
})
