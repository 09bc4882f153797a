import { expect, test } from 'vitest'
import { indicatorAt } from '../../../src/rules/indicator-at.ts'
import {
  acceptedRules,
  nativeFile,
  parseTexts,
  refusalDiagnostics,
  refusals,
  rowTexts,
} from './rule-texts.ts'
import type { Texts } from './rule-texts.ts'

type Properties = Readonly<Record<string, unknown>>

function definition(Name: string, more: Properties = {}): Properties {
  return { Name, Title: 'A', Severity: 'Low', Category: 'Malware', UxDescription: 'A', ...more }
}

const HOST = { Type: 'DomainName', Value: 'a.example' }

/** One JSON file with such a body. */
function body(contents: Properties): Texts {
  return { 'a.json': JSON.stringify(contents) }
}

test('an opaque indicator keeps its words', () => {
  const opaque = '{ Type: Url, DetectionFunction: Matches, Value: x, ExpiresAt: soon, Enabled: false }'

  const rules = acceptedRules({ 'a.yaml': `${nativeFile('a')}    opaque: [${opaque}]\n` })

  expect(rules.opaque).toEqual([
    {
      definitionName: 'a',
      Type: 'Url',
      DetectionFunction: 'Matches',
      Value: 'x',
      ExpiresAt: 'soon',
      Enabled: false,
    },
  ])
})

test('opaque indicators are sorted property by property, those without a time last', () => {
  const opaque = [
    '{ Type: Ab, Value: x }',
    '{ Type: Ab, Value: x, ExpiresAt: soon }',
    '{ Type: Ab, DetectionFunction: A, Value: x }',
    '{ Type: A, DetectionFunction: c, Value: x }',
  ]

  const rules = acceptedRules({ 'a.yaml': `${nativeFile('a')}    opaque: [${opaque.join(', ')}]\n` })

  expect(rules.opaque.every(({ Enabled }) => Enabled)).toBe(true)

  expect(
    rules.opaque.map(({ Type, DetectionFunction, ExpiresAt }) =>
      [Type, DetectionFunction, ExpiresAt].join(' '),
    ),
  ).toEqual(['A c ', 'Ab A ', 'Ab Equals soon', 'Ab Equals '])
})

test('an opaque indicator without a value is refused once and counted', () => {
  const result = parseTexts({ 'a.yaml': `${nativeFile('a')}    opaque: [{ Type: Url, Value: }]\n` })

  expect(result).toMatchObject({
    ok: false,
    rejected: 1,
    diagnostics: [{ code: 'IOC001', message: 'the opaque IOC has no Value' }],
  })
})

test('what a reply holds and the rules refuse is kept under the definition that its Id names', () => {
  const bind = { 'AlertDefinition@odata.bind': 'AlertDefinitions(3)' }
  const refused = { Type: 'DomainName', Value: 'a b', ...bind }

  const result = parseTexts({
    'a.json': JSON.stringify({ value: [definition('other', { Id: 2 }), definition('own', { Id: 3 })] }),
    'b.json': JSON.stringify({ value: [refused, { ...HOST, ...bind }] }),
  })

  expect(result).toMatchObject({
    ok: true,
    rules: { opaque: [{ definitionName: 'own', Type: 'DomainName', Value: 'a b' }] },
    accounting: { read: 2, kept: 1, opaque: 1, rejected: 0 },
  })
})

test('an indicator of a reply whose words are no texts is refused and not kept', () => {
  const wrong = { ...HOST, DetectionFunction: 7, 'AlertDefinition@odata.bind': 'AlertDefinitions(3)' }

  const result = parseTexts(body({ value: [definition('a', { Id: 3 }), wrong] }))

  expect(result).toMatchObject({ ok: false, rejected: 1 })
})

test.each([
  ['a value', '{ Type: DomainName, Value: a b }'],
  ['a time', '{ Type: DomainName, Value: a.example, ExpiresAt: soon }'],
])('an indicator that is refused for %s is counted', (_, indicator) => {
  expect(parseTexts({ 'a.yaml': nativeFile('a', indicator) })).toMatchObject({ ok: false, rejected: 1 })
})

test('an indicator that names no definition is counted, and the nearest Ids are named in order', () => {
  const orphan = { ...HOST, 'AlertDefinition@odata.bind': 'AlertDefinitions(5)' }

  const result = parseTexts({
    'a.json': JSON.stringify({ value: [9, 6, 4].map((Id) => definition(`n${Id}`, { Id })) }),
    'b.json': JSON.stringify({ iocs: [orphan] }),
  })

  expect(result).toMatchObject({
    ok: false,
    rejected: 1,
    diagnostics: [
      {
        message: 'no definition of the rules has the Id 5; the nearest are 4 "n4", 6 "n6" and 9 "n9"',
      },
    ],
  })
})

test('of three definitions with one Name or one Id the second and the third point to the first', () => {
  const relatedLines = (...definitions: readonly Properties[]): unknown => {
    const lines = definitions.map((item) => JSON.stringify(item)).join(',\n')
    return refusalDiagnostics({ 'a.json': `{"value":[\n${lines}]}` }).map(({ code, span, related }) => [
      code,
      span?.line,
      related[0]?.span.line,
    ])
  }

  expect(relatedLines(definition('a'), definition('a'), definition('a'))).toEqual([
    ['DEF005', 3, 2],
    ['DEF005', 4, 2],
  ])
  expect(
    relatedLines(definition('a', { Id: 1 }), definition('b', { Id: 1 }), definition('c', { Id: 1 })),
  ).toEqual([
    ['DEF008', 3, 2],
    ['DEF008', 4, 2],
  ])
})

test('a definition that stands inside two indicators is read once, however it is spelt the second time', () => {
  const expanded = definition('a', { Id: 3 })
  const turned = Object.fromEntries(Object.entries(expanded).toReversed())
  const other = { Type: 'DomainName', Value: 'b.example' }

  const same = acceptedRules(
    body({
      iocs: [
        { ...HOST, AlertDefinition: expanded },
        { ...other, AlertDefinition: turned },
      ],
    }),
  )
  const withoutId = acceptedRules(
    body({ iocs: [HOST, other].map((ioc) => ({ ...ioc, AlertDefinition: definition('a') })) }),
  )

  expect(rowTexts(same)).toEqual(['a DomainName Equals a.example', 'a DomainName Equals b.example'])
  expect(rowTexts(withoutId)).toEqual(rowTexts(same))
})

test.each([
  ['the first', 'Severe', 'Low'],
  ['the second', 'Low', 'Severe'],
])('copies of a definition are not compared where %s has an error', (_, first, second) => {
  const iocs = [first, second].map((Severity) => ({
    ...HOST,
    AlertDefinition: definition('a', { Id: 3, Severity }),
  }))

  expect(refusals(body({ iocs })).map((text) => text.slice(0, 6))).toEqual(['DEF004'])
})

test('a row that does not exist is the mistake of the caller', () => {
  const rules = acceptedRules({ 'a.yaml': nativeFile('a', '{ Type: DomainName, Value: a.example }') })
  const { indicators } = rules
  const strange = (columns: Partial<typeof indicators>): (() => unknown) => {
    return () => indicatorAt({ ...rules, indicators: { ...indicators, ...columns } }, 0)
  }

  expect(() => indicatorAt(rules, 7)).toThrow(new RangeError('no row 7'))
  expect(strange({ type: Uint8Array.of(9) })).toThrow(new RangeError('no row 0'))
  expect(strange({ detectionFunction: Uint8Array.of(9) })).toThrow(new RangeError('no row 0'))
})
