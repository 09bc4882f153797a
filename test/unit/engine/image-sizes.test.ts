import { expect, test } from 'vitest'
import { compileRules } from '../../../src/engine/compile-rules.ts'
import { imageSizes } from '../../../src/engine/image-sizes.ts'
import { IndexImage } from '../../../src/engine/image-reader.ts'
import { buildRuleSet } from '../../support/rule-set-builder.ts'
import type { RuleRow } from '../../support/rule-set-builder.ts'

function imageOf(rows: readonly RuleRow[]): IndexImage {
  return IndexImage.open(compileRules(buildRuleSet(rows)).image)
}

const DIGESTS: readonly RuleRow[] = Array.from({ length: 1000 }, (_, i) => ({
  Type: 'Sha256',
  Value: i.toString(16).padStart(8, '0').repeat(8),
}))

test('sizes name each type and operator in use, with its indicators, and leave little of a large image to all', () => {
  const image = imageOf([
    ...DIGESTS,
    { Type: 'IpAddress', Value: '203.0.113.7' },
    { Type: 'IpAddress', Value: '2001:db8::1' },
    { Type: 'DomainName', DetectionFunction: 'Contains', Value: 'cdn' },
    { definition: 'other', Type: 'DomainName', DetectionFunction: 'Contains', Value: 'cdn' },
  ])

  const sizes = imageSizes(image)

  expect(
    sizes.map(({ Type, DetectionFunction, indicators }) => [Type, DetectionFunction, indicators]),
  ).toEqual([
    ['Sha256', 'Equals', 1000],
    ['IpAddress', 'Equals', 2],
    ['DomainName', 'Contains', 2],
  ])
  const own = sizes.reduce((sum, { bytes }) => sum + bytes, 0)
  expect(own).toBeLessThan(image.bytes.length)
  expect(own).toBeGreaterThan(image.bytes.length * 0.8)
  // The key, an eighth of a byte of directory, and 4.1 bytes of filters.
  const [digests] = sizes
  expect(digests?.bytes).toBeGreaterThanOrEqual(36.2 * 1000)
  expect(digests?.bytes).toBeLessThanOrEqual(36.4 * 1000)
})

test('what an operator takes is what its indicators add to an image, but for padding', () => {
  const without = imageOf(DIGESTS)
  const names: readonly RuleRow[] = Array.from({ length: 500 }, (_, i) => ({
    Type: 'DomainName',
    DetectionFunction: 'EndWith',
    Value: `.n${i * 7919}.example`,
  }))

  const image = imageOf([...DIGESTS, ...names])

  const added = image.bytes.length - without.bytes.length
  const own = imageSizes(image).find(({ Type }) => Type === 'DomainName')?.bytes ?? 0
  expect(Math.abs(added - own)).toBeLessThan(64 * 8)
  expect(own).toBeGreaterThan(500 * 8)
})

test('memory of a thread is a table per trie, and a word per pattern of Contains', () => {
  const image = imageOf([
    { Type: 'DomainName', DetectionFunction: 'Contains', Value: 'cdn' },
    { Type: 'DomainName', DetectionFunction: 'Contains', Value: 'edge' },
    { Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.example' },
    { Type: 'DomainName', Value: 'a.example' },
  ])

  expect(
    imageSizes(image).map(({ DetectionFunction, threadBytes }) => [DetectionFunction, threadBytes]),
  ).toEqual([
    ['Equals', 0],
    ['EndWith', 1024],
    ['Contains', 1032],
  ])
})

test('an image without indicators has no sizes', () => {
  expect(imageSizes(imageOf([]))).toEqual([])
})

test('what an operator takes does not count the names of another', () => {
  const ends: readonly RuleRow[] = ['.a.example', '.b.example'].map((Value) => ({
    Type: 'DomainName',
    DetectionFunction: 'EndWith',
    Value,
  }))
  const names: readonly RuleRow[] = ['a', 'b', 'c'].map((first) => ({
    Type: 'DomainName',
    Value: `${first}${'x'.repeat(60)}.example`,
  }))
  const bytesOf = (rows: readonly RuleRow[]): number =>
    imageSizes(imageOf(rows)).find(({ DetectionFunction }) => DetectionFunction === 'EndWith')?.bytes ?? 0

  const [alone, beside] = [bytesOf(ends), bytesOf([...names, ...ends])]

  expect(alone).toBeGreaterThan(20)
  // Filters of both are one size or the other.
  expect(Math.abs(beside - alone)).toBeLessThan(64)
})

test('what names take holds their own bytes', () => {
  const names: readonly RuleRow[] = Array.from({ length: 100 }, (_, i) => ({
    Type: 'DomainName',
    Value: `${'x'.repeat(60)}${i}.example`,
  }))

  expect(imageSizes(imageOf(names))[0]?.bytes).toBeGreaterThan(100 * 68)
})
