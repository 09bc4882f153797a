import { expect, test } from 'vitest'
import { compileRules } from '../../../src/engine/compile-rules.ts'
import { IdList } from '../../../src/engine/id-list.ts'
import { IndexImage } from '../../../src/engine/image-reader.ts'
import { Matcher, typeIndexOf } from '../../../src/engine/matcher.ts'
import type { MatcherOptions } from '../../../src/engine/matcher.ts'
import { openMatcher } from '../../../src/engine/open-matcher.ts'
import { buildRuleSet } from '../../support/rule-set-builder.ts'
import type { RuleRow } from '../../support/rule-set-builder.ts'

const DOMAIN = typeIndexOf('DomainName')

function matcherOf(rows: readonly RuleRow[], options: Partial<MatcherOptions> = {}): Matcher {
  return Matcher.open(IndexImage.open(compileRules(buildRuleSet(rows)).image), options)
}

test('the matcher lists the ids of all four functions once each and in ascending order', () => {
  const matcher = matcherOf([
    { Type: 'DomainName', DetectionFunction: 'Contains', Value: 'evil' },
    { Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.example' },
    { Type: 'DomainName', DetectionFunction: 'StartWith', Value: 'x.' },
    { Type: 'DomainName', DetectionFunction: 'Equals', Value: 'x.evil.example' },
    { Type: 'DomainName', DetectionFunction: 'Equals', Value: 'evil.example' },
  ])

  const ids = matcher.matchText(DOMAIN, 'x.evil.example')

  expect(ids.map((id) => matcher.image.indicator(id).DetectionFunction)).toEqual([
    'Equals',
    'StartWith',
    'EndWith',
    'Contains',
  ])
  expect(ids).toEqual([1, 2, 3, 4])
})

test('the matcher appends behind ids that a list already holds', () => {
  const matcher = matcherOf([{ Type: 'DomainName', Value: 'evil.example' }])
  const out = new IdList()
  const bytes = new TextEncoder().encode('evil.example')
  out.push(77)

  matcher.match(DOMAIN, bytes, 0, bytes.length, out)

  expect(out.toArray()).toEqual([77, 0])
})

test('the matcher looks only at the bytes between start and end', () => {
  const matcher = matcherOf([{ Type: 'DomainName', Value: 'evil.example' }])
  const bytes = new TextEncoder().encode('"evil.example"')

  expect(matcher.hasMatch(DOMAIN, bytes, 1, bytes.length - 1)).toBe(true)
  expect(matcher.hasMatch(DOMAIN, bytes, 0, bytes.length - 1)).toBe(false)
  expect(matcher.hasMatch(DOMAIN, bytes, 1, bytes.length)).toBe(false)
})

test('the matcher takes ends outside the bytes as the ends of the bytes', () => {
  const matcher = matcherOf([
    { Type: 'DomainName', Value: 'evil.example' },
    { Type: 'DomainName', DetectionFunction: 'EndWith', Value: '.example' },
  ])
  const bytes = new TextEncoder().encode('evil.example')
  const out = new IdList()

  matcher.match(DOMAIN, bytes, -3, bytes.length + 3, out)

  expect(out.toArray()).toEqual([0, 1])
  expect(matcher.hasMatch(DOMAIN, bytes, -3, bytes.length + 3)).toBe(true)
})

test('the matcher lists only what lies between start and end', () => {
  const matcher = matcherOf([
    { Type: 'DomainName', Value: 'evil.example' },
    { Type: 'DomainName', DetectionFunction: 'Contains', Value: 'x' },
    { Type: 'DomainName', DetectionFunction: 'Contains', Value: '"' },
  ])
  const bytes = new TextEncoder().encode('"evil.example"')
  const out = new IdList()

  matcher.match(DOMAIN, bytes, 1, bytes.length - 1, out)

  expect(out.toArray()).toEqual([0, 2])
})

test('an opened matcher is a matcher over the verified bytes, with the options given', () => {
  const { image } = compileRules(buildRuleSet([{ Type: 'DomainName', Value: 'evil.example' }]))

  expect(openMatcher(image).matchText(DOMAIN, 'x.evil.example')).toEqual([])
  expect(openMatcher(image, { domainEquals: 'subdomains' }).matchText(DOMAIN, 'x.evil.example')).toEqual([0])
  expect(() => openMatcher(image.slice(1))).toThrow('expected an index image')
})

test('the matcher matches nothing for a type that does not exist', () => {
  const matcher = matcherOf([{ Type: 'DomainName', Value: 'evil.example' }])

  expect(matcher.matchText(5, 'evil.example')).toEqual([])
  expect(matcher.matchText(-1, 'evil.example')).toEqual([])
  expect(matcher.hasMatch(5, new Uint8Array(3), 0, 3)).toBe(false)
})

test('the matcher keeps to exact names and textual suffixes unless asked otherwise', () => {
  const rows: RuleRow[] = [
    { Type: 'DomainName', DetectionFunction: 'Equals', Value: 'evil.example' },
    { Type: 'DomainName', DetectionFunction: 'EndWith', Value: 'bad.example' },
  ]

  const asGiven = matcherOf(rows)
  const asked = matcherOf(rows, { domainEquals: 'subdomains', domainSuffix: 'label' })

  expect(asGiven.matchText(DOMAIN, 'x.evil.example')).toEqual([])
  expect(asked.matchText(DOMAIN, 'x.evil.example')).toEqual([0])
  expect(asGiven.matchText(DOMAIN, 'notbad.example')).toEqual([1])
  expect(asked.matchText(DOMAIN, 'notbad.example')).toEqual([])
})
