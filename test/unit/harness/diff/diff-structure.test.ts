import { expect, test } from 'vitest'
import { diffStructure } from '../../../../src/harness/diff/diff-structure.ts'
import type { StructureDiff } from '../../../../src/model/rule-diff.ts'
import { LISTED_INDICATORS_LIMIT } from '../../../../src/model/rule-diff.ts'
import type { OpaqueIndicator, RuleSet } from '../../../../src/model/rule-set.ts'
import { parseTime } from '../../../../src/model/time.ts'
import { buildRuleSet, type RuleRow } from '../../../support/rule-set-builder.ts'

const NAME = { Type: 'DomainName', Value: 'c2.example' } as const
const EARLY = parseTime('2026-12-01T00:00:00Z') ?? 0n
const LATE = parseTime('2027-01-01T00:00:00Z') ?? 0n

function structureOf(a: RuleSet, b: RuleSet, definitions: readonly string[] | null = null): StructureDiff {
  return diffStructure(a, b, { comparedAs: 'written', definitions })
}

function indicatorsOf(before: readonly RuleRow[], after: readonly RuleRow[]): StructureDiff['iocs'] {
  return structureOf(buildRuleSet(before), buildRuleSet(after)).iocs
}

test('an IOC with another operator, type, value or definition is another IOC', () => {
  const others: readonly RuleRow[] = [
    { ...NAME, DetectionFunction: 'EndWith' },
    { ...NAME, Value: 'c3.example' },
    { ...NAME, definition: 'other' },
    { Type: 'IpAddress', Value: '192.0.2.1' },
  ]

  for (const other of others)
    expect(indicatorsOf([NAME], [other])).toEqual({ added: 1, removed: 1, changed: 0, unchanged: 0 })
})

test('an IOC with another expiry, or switched off, is the same IOC, changed', () => {
  const diff = structureOf(
    buildRuleSet([NAME, { Type: 'IpAddress', Value: '192.0.2.1' }]),
    buildRuleSet([
      { ...NAME, ExpiresAt: LATE },
      { Type: 'IpAddress', Value: '192.0.2.1', Enabled: false },
    ]),
  )

  expect(diff.iocs).toEqual({ added: 0, removed: 0, changed: 2, unchanged: 0 })
  expect(diff.byDefinition[0]?.iocs.changed.listed).toEqual([
    {
      Type: 'IpAddress',
      DetectionFunction: 'Equals',
      Value: '192.0.2.1',
      before: { ExpiresAt: null, Enabled: true },
      after: { ExpiresAt: null, Enabled: false },
    },
    {
      Type: 'DomainName',
      DetectionFunction: 'Equals',
      Value: 'c2.example',
      before: { ExpiresAt: null, Enabled: true },
      after: { ExpiresAt: '2027-01-01T00:00:00Z', Enabled: true },
    },
  ])
})

test('an IOC that only the service numbered or dated is unchanged', () => {
  expect(indicatorsOf([NAME], [{ ...NAME, Id: 7, CreatedAt: EARLY }])).toEqual({
    added: 0,
    removed: 0,
    changed: 0,
    unchanged: 1,
  })
})

test('of copies the equal ones are paired first, then the others in order, and the rest is added or removed', () => {
  const before = [NAME, { ...NAME, ExpiresAt: EARLY }, { ...NAME, Id: 3 }]
  const after = [
    { ...NAME, ExpiresAt: LATE },
    { ...NAME, Id: 9 },
  ]

  expect(indicatorsOf(before, after)).toEqual({ added: 0, removed: 1, changed: 1, unchanged: 1 })
  expect(indicatorsOf(after, before)).toEqual({ added: 1, removed: 0, changed: 1, unchanged: 1 })
})

test('a definition that is added or removed brings or takes all its IOCs', () => {
  const one = buildRuleSet([NAME])
  const two = buildRuleSet([
    NAME,
    { ...NAME, definition: 'other' },
    { ...NAME, definition: 'other', Value: 'x.example' },
  ])

  const { definitions, iocs, byDefinition } = structureOf(one, two)

  expect(definitions).toEqual({ added: 1, removed: 0, changed: 0, unchanged: 1 })
  expect(iocs).toEqual({ added: 2, removed: 0, changed: 0, unchanged: 1 })
  expect(byDefinition).toMatchObject([{ Name: 'other', before: null, after: { Name: 'other' }, changed: [] }])
  expect(structureOf(two, one).definitions.removed).toBe(1)
})

test('changed attributes of a definition are named, its Id is not', () => {
  const before = buildRuleSet([NAME])
  const after = {
    ...before,
    definitions: before.definitions.map((definition) => ({
      ...definition,
      Id: 12,
      Severity: 'High' as const,
      RecommendedAction: 'Isolate it.',
      Enabled: false,
    })),
  }

  const { definitions, byDefinition } = structureOf(before, after)

  expect(definitions).toEqual({ added: 0, removed: 0, changed: 1, unchanged: 0 })
  expect(byDefinition[0]?.changed).toEqual(['Severity', 'RecommendedAction', 'Enabled'])
})

test('a definition whose IOCs alone differ is unchanged itself, and listed', () => {
  const { definitions, byDefinition } = structureOf(
    buildRuleSet([NAME], { emptyDefinitions: ['empty'] }),
    buildRuleSet([{ ...NAME, Value: 'c3.example' }], { emptyDefinitions: ['empty'] }),
  )

  expect(definitions).toEqual({ added: 0, removed: 0, changed: 0, unchanged: 2 })
  expect(byDefinition).toMatchObject([{ Name: 'test', changed: [] }])
})

test('only the definitions asked for are compared', () => {
  const before = buildRuleSet([NAME, { ...NAME, definition: 'other' }])
  const after = buildRuleSet([], { emptyDefinitions: ['test', 'other'] })

  expect(structureOf(before, after, ['other']).iocs.removed).toBe(1)
  expect(structureOf(before, after, []).byDefinition).toEqual([])
})

test('a list of IOCs ends at its limit, its count does not', () => {
  const many = Array.from({ length: LISTED_INDICATORS_LIMIT + 5 }, (_, i) => ({
    ...NAME,
    Value: `c${i}.example`,
  }))

  const [diff] = structureOf(buildRuleSet([NAME]), buildRuleSet([NAME, ...many])).byDefinition

  expect(diff?.iocs.added.count).toBe(LISTED_INDICATORS_LIMIT + 5)
  expect(diff?.iocs.added.listed).toHaveLength(LISTED_INDICATORS_LIMIT)
})

const OPAQUE: OpaqueIndicator = {
  definitionName: 'test',
  Type: 'IpAddress',
  DetectionFunction: 'Equals',
  Value: '203.0.113.0/24',
  ExpiresAt: null,
  Enabled: true,
}

function opaqueOf(before: readonly OpaqueIndicator[], after: readonly OpaqueIndicator[]): StructureDiff {
  return structureOf(buildRuleSet([NAME], { opaque: before }), buildRuleSet([NAME], { opaque: after }))
}

test('an opaque IOC that comes, goes or changes is told one by one, as the service words it', () => {
  const kept = { ...OPAQUE, Value: '010.8.8.8' }

  const diff = opaqueOf(
    [kept, OPAQUE, { ...OPAQUE, Value: 'gone' }],
    [kept, { ...OPAQUE, Enabled: false }, { ...OPAQUE, Type: 'Url', Value: 'new' }],
  )

  expect(diff.iocs).toEqual({ added: 0, removed: 0, changed: 0, unchanged: 1 })
  expect(diff.opaque).toEqual({ added: 1, removed: 1, changed: 1, unchanged: 1 })
  expect(diff.definitions).toEqual({ added: 0, removed: 0, changed: 0, unchanged: 1 })
  expect(diff.byDefinition[0]?.opaque).toMatchObject({
    added: { listed: [{ Type: 'Url', Value: 'new', before: null }] },
    removed: { listed: [{ Value: 'gone', after: null }] },
    changed: { listed: [{ Value: '203.0.113.0/24', before: { Enabled: true }, after: { Enabled: false } }] },
  })
})

test('opaque IOCs of a definition that comes or goes come and go with it, and only their own definition counts', () => {
  const other = { ...OPAQUE, definitionName: 'other' }
  const a = buildRuleSet([NAME], { opaque: [OPAQUE], emptyDefinitions: ['other'] })
  const b = buildRuleSet([], { opaque: [other], emptyDefinitions: ['other'] })

  const { opaque, byDefinition } = structureOf(a, b)

  expect(opaque).toEqual({ added: 1, removed: 1, changed: 0, unchanged: 0 })
  expect(byDefinition.map(({ Name, opaque: own }) => [Name, own?.added.count, own?.removed.count])).toEqual([
    ['other', 1, 0],
    ['test', 0, 1],
  ])
})

test('where a side is an image, which holds only their number, opaque IOCs are not compared', () => {
  const rules = buildRuleSet([NAME], { opaque: [OPAQUE] })

  const diff = diffStructure(rules, buildRuleSet([NAME]), { comparedAs: 'compiled', definitions: null })

  expect(diff).toMatchObject({ opaque: null, byDefinition: [] })
})
