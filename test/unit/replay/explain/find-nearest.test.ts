import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { nearEdits } from '../../../../src/replay/explain/edit-distance.ts'
import { findNearest, patternCountOf } from '../../../../src/replay/explain/find-nearest.ts'
import { INDICATOR_TYPES } from '../../../../src/model/indicator.ts'
import { SEED } from '../../../support/runs.ts'
import { contextOf } from './explain-rules.ts'

const LABEL = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', '-x'), minLength: 2, maxLength: 7 })
const NAME = fc.tuple(LABEL, fc.constantFrom('example', 'invalid', 'ab.test')).map((parts) => parts.join('.'))
/** A name with a few characters put in, taken out or replaced. */
const EDITS = fc.array(fc.tuple(fc.nat(20), fc.constantFrom('', 'a', 'z', 'zz')), { maxLength: 3 })

function edited(name: string, edits: readonly (readonly [number, string])[]): string {
  return edits.reduce((text, [at, put]) => {
    const offset = at % text.length
    return text.slice(0, offset) + put + text.slice(offset + 1)
  }, name)
}

function plainDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, j) => j)
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= right.length; j += 1)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (left[i - 1] === right[j - 1] ? 0 : 1)))
    row = next
  }
  return row[right.length]!
}

test('for all names, the near search finds exactly the spellings that a plain comparison of each finds', () => {
  let found = 0

  fc.assert(
    fc.property(
      fc.uniqueArray(NAME, { minLength: 1, maxLength: 4 }),
      fc.nat(3),
      EDITS,
      (values, base, edits) => {
        const seen = edited(values[base % values.length]!, edits)
        const { image } = contextOf(values.map((Value) => ({ Type: 'DomainName', Value })))
        const expected = values.filter((value) => {
          const isRelated = value.endsWith(`.${seen}`) || seen.endsWith(`.${value}`)
          const distance = plainDistance(value, seen)
          return !isRelated && distance > 0 && distance <= nearEdits(value.length)
        })

        const nearest = findNearest(image, { type: 'DomainName', value: seen }, new Set())

        const spellings = nearest.filter((near) => near.kind === 'spelling')
        found += spellings.length
        expect(spellings.map((near) => image.indicator(near.indicator).Value).sort()).toEqual(expected.sort())
        expect(nearest.map((near) => near.score)).toEqual(
          nearest.map((near) => near.score).sort((a, b) => a - b),
        )
      },
    ),
    { numRuns: 1000, seed: SEED },
  )

  expect(found).toBeGreaterThan(300)
})

test('the near search finds every digest within three replaced digits and none beyond', () => {
  const value = '7e8b043c504831d1df098a85c16bd12ec4192b65'
  const replaced = (count: number): string => 'f'.repeat(count) + value.slice(count)
  const { image } = contextOf([1, 2, 3, 4].map((count) => ({ Type: 'Sha1', Value: replaced(count) })))

  const nearest = findNearest(image, { type: 'Sha1', value }, new Set())

  expect(nearest.map((near) => image.indicator(near.indicator).Value)).toEqual([1, 2, 3].map(replaced))
})

test('the near search leaves out the indicators that it is told of, not others of the same value', () => {
  const { image } = contextOf([
    { definition: 'a', Type: 'DomainName', Value: 'evil.example' },
    { definition: 'b', Type: 'DomainName', Value: 'evil.example' },
  ])

  const nearest = findNearest(image, { type: 'DomainName', value: 'evi1.example' }, new Set([0]))

  expect(nearest.map((near) => near.indicator)).toEqual([1])
})

test('the comparisons of a search are the distinct values of the type', () => {
  const { image } = contextOf([
    { definition: 'a', Type: 'DomainName', Value: 'evil.example' },
    { definition: 'b', Type: 'DomainName', Value: 'evil.example' },
    { Type: 'DomainName', DetectionFunction: 'Contains', Value: 'evil' },
    { Type: 'IpAddress', Value: '203.0.113.7' },
    { Type: 'IpAddress', Value: '2001:db8::7' },
  ])

  const counts = INDICATOR_TYPES.map((_, type) => patternCountOf(image, type))

  expect(counts).toEqual([0, 0, 0, 2, 2])
})
