import { expect, test } from 'vitest'
import { CompileError } from '../../../../src/engine/compile-error.ts'
import { compileRules } from '../../../../src/engine/compile-rules.ts'
import { ImageFormatError } from '../../../../src/engine/image-format-error.ts'
import { IndexImage } from '../../../../src/engine/image-reader.ts'
import { Matcher } from '../../../../src/engine/matcher.ts'
import { SIDE_A, SIDE_B } from '../../../../src/harness/diff/diff-side.ts'
import { mergeSides } from '../../../../src/harness/diff/merge-sides.ts'
import { rulesOfImage } from '../../../../src/harness/diff/rules-of-image.ts'
import { INDICATOR_TYPES } from '../../../../src/model/indicator.ts'
import type { RuleSet } from '../../../../src/model/rule-set.ts'
import { resealed } from '../../../support/reseal.ts'
import { buildRuleSet, type RuleRow } from '../../../support/rule-set-builder.ts'

const ROWS: readonly RuleRow[] = [
  { Type: 'Sha1', Value: 'ab'.repeat(20), ExpiresAt: 5n, CreatedAt: 3n, Id: 9 },
  { Type: 'Sha256', DetectionFunction: 'StartWith', Value: 'abc' },
  { Type: 'Md5', Value: 'cd'.repeat(16), ExpiresAt: 5n },
  { Type: 'Md5', Value: 'cd'.repeat(16), ExpiresAt: 6n },
  { Type: 'IpAddress', Value: '2001:db8::1' },
  { Type: 'IpAddress', Value: '192.0.2.1', definition: 'other' },
  { Type: 'IpAddress', DetectionFunction: 'Contains', Value: '2.0', definition: 'other' },
  { Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.c2.example' },
]

function imageOf(rules: RuleSet): IndexImage {
  return IndexImage.open(compileRules(rules).image)
}

function mergeImages(a: IndexImage, b: IndexImage): IndexImage {
  return mergeSides({ reference: 'a', image: a, rules: null }, { reference: 'b', image: b, rules: null })
}

test('the rules of an image compile to the same image', () => {
  const image = imageOf(buildRuleSet(ROWS, { emptyDefinitions: ['empty'], disabledDefinitions: ['empty'] }))

  const again = imageOf(rulesOfImage(image))

  expect(Buffer.from(again.bytes).equals(Buffer.from(image.bytes))).toBe(true)
})

test('a merged image holds every definition of both sides, and its Id says whose it is', () => {
  const merged = mergeImages(
    imageOf(buildRuleSet(ROWS)),
    imageOf(
      buildRuleSet([{ Type: 'DomainName', Value: 'c2.example', definition: 'new' }, ...ROWS.slice(0, 2)]),
    ),
  )

  expect(merged.definitions.map(({ Name, Id }) => [Name, Id])).toEqual([
    ['new', SIDE_B],
    ['other', SIDE_A],
    ['test', SIDE_A],
    ['test', SIDE_B],
  ])
  expect(merged.indicatorCount).toBe(ROWS.length + 3)
})

test('a merged image finds for each side what its own image finds', () => {
  const a = imageOf(buildRuleSet(ROWS))
  const b = imageOf(buildRuleSet([{ Type: 'DomainName', Value: 'x.c2.example' }, ...ROWS.slice(5)]))
  const merged = mergeImages(a, b)
  const type = INDICATOR_TYPES.indexOf('DomainName')
  const foundBy = (image: IndexImage, side: number | null): readonly string[] =>
    Matcher.open(image)
      .matchText(type, 'x.c2.example')
      .filter((id) => side === null || image.definitions[image.definitionOf(id)]?.Id === side)
      .map((id) => image.indicator(id).Value)

  expect(foundBy(merged, SIDE_A)).toEqual(foundBy(a, null))
  expect(foundBy(merged, SIDE_B)).toEqual(foundBy(b, null))
  expect(foundBy(b, null)).toEqual(['x.c2.example', '.c2.example'])
})

test('merging the rules gives what merging their images gives', () => {
  const a = buildRuleSet(ROWS)
  const b = buildRuleSet([{ Type: 'DomainName', Value: 'c2.example', definition: 'new' }, ...ROWS.slice(3)])
  const sides = [a, b].map((rules) => ({ reference: '', image: imageOf(rules), rules }))
  const [sideA, sideB] = sides
  if (sideA === undefined || sideB === undefined) throw new Error('no sides')

  const merged = mergeSides(sideA, sideB)

  expect(merged.digest).toBe(mergeImages(sideA.image, sideB.image).digest)
})

test('what an image rejects stays out where the other side allows it', () => {
  const rules = buildRuleSet(ROWS)
  const reject = IndexImage.open(compileRules(rules, { nonEqualsHash: 'reject' }).image)

  const merged = mergeSides(
    { reference: 'a', image: reject, rules },
    { reference: 'b', image: imageOf(rules), rules },
  )

  expect(merged.indicatorCount).toBe(ROWS.length * 2 - 1)
})

test('an image that holds one Name twice is refused', () => {
  const rules = buildRuleSet(ROWS)
  const [first] = rules.definitions
  const twice = first === undefined ? rules : { ...rules, definitions: [first, { ...first, Id: 7 }] }

  expect(() => mergeImages(imageOf(rules), imageOf(twice))).toThrow(/each Name once, found "other" twice/)
})

test('a merged image of two that reject hash fragments rejects them, of one it does not', () => {
  const reject = IndexImage.open(compileRules(buildRuleSet(ROWS), { nonEqualsHash: 'reject' }).image)
  const allow = imageOf(buildRuleSet(ROWS))

  expect(mergeImages(reject, reject).options).toEqual({ nonEqualsHash: 'reject' })
  expect(mergeImages(reject, allow).indicatorCount).toBe(ROWS.length * 2 - 1)
})

test('a forged image is merged or refused, and nothing else happens', () => {
  const image = imageOf(buildRuleSet(ROWS))
  const outcomes = { opened: 0, merged: 0, refused: 0 }

  for (let offset = 0; offset < image.bytes.length; offset += 3) {
    for (const byte of [0x41, 0xff]) {
      const forged = openedOrNull(resealed(image.bytes, [[offset, byte]]))
      if (forged === null) continue
      outcomes.opened += 1
      const error = errorOf(() => mergeImages(image, forged))
      if (error === null) outcomes.merged += 1
      else {
        expect(error instanceof ImageFormatError || error instanceof CompileError).toBe(true)
        outcomes.refused += 1
      }
    }
  }

  expect(outcomes.opened).toBeGreaterThan(100)
  expect(outcomes.merged).toBeGreaterThan(100)
})

function openedOrNull(bytes: Uint8Array): IndexImage | null {
  try {
    return IndexImage.open(bytes)
  } catch {
    return null
  }
}

function errorOf(act: () => unknown): unknown {
  try {
    act()
    return null
  } catch (error) {
    return error
  }
}
