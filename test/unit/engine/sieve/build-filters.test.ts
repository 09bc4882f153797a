import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { MIXED, randomRules } from '../../../../bench/engine/random-rules.ts'
import { compileRules } from '../../../../src/engine/compile-rules.ts'
import { ImageFormatError } from '../../../../src/engine/image-format-error.ts'
import { IndexImage } from '../../../../src/engine/image-reader.ts'
import { buildFilters } from '../../../../src/engine/sieve/build-filters.ts'
import { type FilterPatterns, patternsOf } from '../../../../src/engine/sieve/filter-patterns.ts'
import { planFilters, verifyFilters } from '../../../../src/engine/sieve/filter-plan.ts'
import { FilterWorkshop } from '../../../../src/engine/sieve/filter-workshop.ts'
import { compileKernel } from '../../../../src/engine/sieve/kernel.ts'
import { buildPortableFilters } from '../../../../src/engine/sieve/portable-filters.ts'
import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../../../../src/model/indicator.ts'
import { defenderKeyTable } from '../../../support/defender-key-table.ts'
import { KernelWithRules, patternsFor } from '../../../support/kernel-with-rules.ts'
import { parameters } from '../../../support/runs.ts'

function workshop(): FilterWorkshop {
  const module = compileKernel()
  if (module === null) throw new Error('this machine has no kernel')
  return FilterWorkshop.open(module)
}

const SOUGHT = patternsFor([
  { type: 'Sha256', fn: 'Equals', value: '0123456789abcdef'.repeat(4) },
  { type: 'Sha1', fn: 'Contains', value: 'beef' },
  { type: 'Md5', fn: 'Equals', value: '00ff'.repeat(8) },
  { type: 'IpAddress', fn: 'Equals', value: '192.0.2.1' },
  { type: 'IpAddress', fn: 'Equals', value: '2001:db8::1' },
  { type: 'IpAddress', fn: 'StartWith', value: '10.' },
  { type: 'DomainName', fn: 'Equals', value: 'a.name.of.thirty.two.bytes.example' },
  { type: 'DomainName', fn: 'Equals', value: 'exactly-16.bytes' },
  { type: 'DomainName', fn: 'EndWith', value: '.evil.example' },
  { type: 'DomainName', fn: 'EndWith', value: 'e' },
  { type: 'DomainName', fn: 'Contains', value: 'x'.repeat(253) },
])

test('both builders give the same bytes for every kind of pattern', () => {
  const portable = buildPortableFilters(SOUGHT)

  expect(portable.some((byte, i) => i >= 512 && byte !== 0)).toBe(true)
  expect(workshop().build(SOUGHT)).toEqual(portable)
})

test('for all patterns, both builders give the same bytes', () => {
  const shop = workshop()
  const hex = (digits: number): fc.Arbitrary<string> =>
    fc.string({
      unit: fc.constantFrom(...Array.from('0123456789abcdef')),
      minLength: digits,
      maxLength: digits,
    })
  const text = fc.string({ unit: fc.constantFrom(...Array.from('abc.-0')), minLength: 1, maxLength: 70 })
  const sought = fc.oneof(
    fc.record({ type: fc.constant('Sha256' as const), fn: fc.constant('Equals' as const), value: hex(64) }),
    fc.record({ type: fc.constant('Md5' as const), fn: fc.constant('Equals' as const), value: hex(32) }),
    fc.record({
      type: fc.constant('IpAddress' as const),
      fn: fc.constant('Equals' as const),
      value: fc.ipV4(),
    }),
    fc.record({ type: fc.constant('DomainName' as const), fn: fc.constant('Equals' as const), value: text }),
    fc.record({
      type: fc.constantFrom(...INDICATOR_TYPES),
      fn: fc.constantFrom(...DETECTION_FUNCTIONS.filter((name) => name !== 'Equals')),
      value: text,
    }),
  )
  let texts = 0

  fc.assert(
    fc.property(fc.array(sought, { maxLength: 30 }), fc.nat(), fc.nat(), (list, low, high) => {
      const patterns = { ...patternsFor(list), seed: { low, high } }
      texts += patterns.names.count

      expect(shop.build(patterns)).toEqual(buildPortableFilters(patterns))
    }),
    parameters(0.002),
  )

  expect(texts).toBeGreaterThan(parameters(0.002).numRuns / 2)
})

test('many patterns, which the workshop takes in batches, have the same filters from both builders', () => {
  const { image } = compileRules(randomRules(80_000, MIXED))
  const patterns = patternsOf(IndexImage.open(image).structures)

  const filters = buildFilters(patterns)

  expect(Buffer.from(filters).equals(buildPortableFilters(patterns))).toBe(true)
  expect(filters.length / 80_000).toBeLessThan(5)
})

test('filters as they were built pass their verification', () => {
  expect(() => verifyFilters(buildPortableFilters(SOUGHT), SOUGHT, 0)).not.toThrow()
  expect(() => verifyFilters(buildPortableFilters(NOTHING), NOTHING, 0)).not.toThrow()
})

const NOTHING: FilterPatterns = patternsFor([])

const [BLOOM, DIRECTORY, TAGS] = planFilters(SOUGHT).parts

test.each<[string, number]>([
  ['another seed', 0],
  ['a Bloom filter elsewhere', 8],
  ['another number of Bloom words', 12],
  ['a directory elsewhere', 16],
  ['more buckets than there are', 20],
  ['tags elsewhere', 24],
  ['an affix filter that nobody planned', 64],
  ['a shift that leaves the bitset', 64 + 16 * 2 + 4],
  ['a byte behind the Bloom words', (BLOOM?.offset ?? 0) + (BLOOM?.bytes ?? 0)],
  ['a first bucket that begins behind others', DIRECTORY?.offset ?? 0],
  ['a last bucket behind all tags', (DIRECTORY?.offset ?? 0) + (DIRECTORY?.bytes ?? 0) - 4],
  ['a tag behind the last one', (TAGS?.offset ?? 0) + (TAGS?.bytes ?? 0)],
])('filters with %s are refused', (_, offset) => {
  const filters = buildPortableFilters(SOUGHT)
  filters[offset]! ^= 0x11

  expect(() => verifyFilters(filters, SOUGHT, 0)).toThrow(ImageFormatError)
})

test('filters with any byte changed are refused, or can be asked without harm', () => {
  const kernel = KernelWithRules.open()
  const records = ['{"SHA1":"BEEF"}', '{"RemoteIP":"10.1.2.3"}', '{"RemoteUrl":"https://www.evil.example/"}']
  const outcomes = { refused: 0, asked: 0 }
  const sieve = kernel.sieve(defenderKeyTable())
  const good = buildPortableFilters(SOUGHT)

  for (let offset = 0; offset < good.length; offset += 3) {
    const filters = good.slice()
    filters[offset] = ~filters[offset]!
    try {
      verifyFilters(filters, SOUGHT, 0)
    } catch (error) {
      expect(error).toBeInstanceOf(ImageFormatError)
      outcomes.refused += 1
      continue
    }
    kernel.loadFilters(filters)
    for (const record of records) sieve.mayMatch(Buffer.from(record), 0, record.length)
    outcomes.asked += 1
  }

  expect(outcomes.refused).toBeGreaterThan(100)
  expect(outcomes.asked).toBeGreaterThan(100)
})

test('filters of another length are refused', () => {
  const filters = buildPortableFilters(SOUGHT)

  expect(() => verifyFilters(filters.subarray(0, -64), SOUGHT, 0)).toThrow('bytes of filters')
  expect(() => verifyFilters(buildPortableFilters(NOTHING), SOUGHT, 0)).toThrow('bytes of filters')
})
