import { expect, test } from 'vitest'
import { canonicalIp } from '../../../../src/canonical/ip.ts'
import { compileRules } from '../../../../src/engine/compile-rules.ts'
import { IndexImage } from '../../../../src/engine/image-reader.ts'
import { doubledRules, partOfRules } from '../../../../src/harness/bench/vary-rules.ts'
import { buildRuleSet } from '../../../support/rule-set-builder.ts'
import type { RuleRow } from '../../../support/rule-set-builder.ts'

const ROWS: readonly RuleRow[] = [
  { Type: 'Md5', Value: '0123456789abcdef0123456789abcdef' },
  { Type: 'Sha1', DetectionFunction: 'StartWith', Value: '8311e8b3' },
  { Type: 'IpAddress', Value: '203.0.113.7' },
  { Type: 'IpAddress', Value: '2001:db8::1' },
  { Type: 'IpAddress', DetectionFunction: 'Contains', Value: '.113.' },
  { Type: 'DomainName', Value: 'www.c2-lab.example' },
  { Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.c2.example', ExpiresAt: 5n },
  { definition: 'other', Type: 'DomainName', Value: 'a.example', Enabled: false },
]
const rules = buildRuleSet(ROWS)

function imageOf(varied: typeof rules): IndexImage {
  return IndexImage.open(compileRules(varied).image)
}

function valuesOf(image: IndexImage): readonly string[] {
  return Array.from({ length: image.indicatorCount }, (_, id) => {
    const { Type, DetectionFunction, Value } = image.indicator(id)
    return `${Type} ${DetectionFunction} ${Value}`
  })
}

test('a part of the rules keeps as many indicators as its share says, and every definition', () => {
  const many = buildRuleSet(
    Array.from({ length: 100 }, (_, i) => ({ Type: 'DomainName' as const, Value: `n${i}.example` })),
  )

  for (const [share, count] of [
    [0, 0],
    [0.1, 10],
    [0.5, 50],
    [1, 100],
  ] as const) {
    const part = partOfRules(many, share)

    expect(part.indicators.count).toBe(count)
    expect(part.definitions).toEqual(many.definitions)
    const all = new Set(valuesOf(imageOf(many)))
    expect(valuesOf(imageOf(part)).every((value) => all.has(value))).toBe(true)
  }
})

test('all of the rules as a part compile to the same image', () => {
  expect(imageOf(partOfRules(rules, 1)).digest).toBe(imageOf(rules).digest)
})

test('doubled rules hold every indicator and as many of the same kind and length, which are canonical and others', () => {
  const before = valuesOf(imageOf(rules))
  const image = imageOf(doubledRules(rules))
  const after = valuesOf(image)

  expect(image.accounting).toMatchObject({ read: 16, compiled: 14, disabled: 2, duplicate: 0 })
  expect(after).toEqual(expect.arrayContaining([...before]))
  const kinds = (values: readonly string[]): readonly string[] =>
    values.map((value) => value.split(' ').slice(0, 2).join(' ')).toSorted()
  expect(kinds(after)).toEqual(kinds([...before, ...before]))
  const added = after.filter((value) => !before.includes(value))
  expect(added).toHaveLength(7)
  for (const value of added) {
    const [type = '', operator = '', text = ''] = value.split(' ')
    const isAddress = type === 'IpAddress' && operator === 'Equals'
    if (isAddress) expect(canonicalIp(text)).toBe(text)
    else
      expect(before.some((one) => one.length === value.length && one.startsWith(`${type} ${operator}`))).toBe(
        true,
      )
  }
})

test('doubled rules are the same each time', () => {
  expect(imageOf(doubledRules(rules)).digest).toBe(imageOf(doubledRules(rules)).digest)
  expect(imageOf(doubledRules(rules)).digest).not.toBe(imageOf(rules).digest)
})
