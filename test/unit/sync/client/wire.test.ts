import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { isRecord } from '../../../../src/sync/json-text.ts'
import type { JsonRecord } from '../../../../src/sync/json-text.ts'
import { RemoteError } from '../../../../src/sync/remote-error.ts'
import {
  definitionOf,
  entitiesOfPage,
  indicatorOf,
  keyOfReference,
  nextLinkOf,
  singleEntity,
} from '../../../../src/sync/wire.ts'
import { definition, indicator } from '../../../support/hostile-tenant.ts'
import { parameters, runs } from '../../../support/runs.ts'

const SHARE = 0.01

/** A page of entities that are right but for a few changed places. */
function mutatedPages(): fc.Arbitrary<unknown> {
  const change = fc.tuple(
    fc.constantFrom('Id', 'Name', 'Title', 'Value', 'Type', 'Enabled', 'ExpiresAt', 'CreatedBy', '__proto__'),
    fc.jsonValue(),
  )
  const entity = fc
    .tuple(fc.boolean(), fc.array(change, { maxLength: 2 }))
    .map(([isDefinition, changes]) => ({
      ...(isDefinition ? definition(3) : indicator(4, 3)),
      ...Object.fromEntries(changes),
    }))
  return fc.oneof(
    { weight: 4, arbitrary: fc.record({ value: fc.array(entity, { maxLength: 3 }) }) },
    { weight: 1, arbitrary: fc.jsonValue() },
  )
}

/** What reading a page gives: entities of checked shape, or a RemoteError. Anything else escapes and fails the law. */
function readAll(page: JsonRecord): readonly object[] | RemoteError {
  try {
    nextLinkOf(page, '@odata.nextLink', 'GET x')
    return entitiesOfPage(page, 'GET x').map((record) =>
      Object.hasOwn(record, 'Value') ? indicatorOf(record, 'GET x') : definitionOf(record, 'GET x'),
    )
  } catch (error) {
    if (error instanceof RemoteError) return error
    throw error
  }
}

test('for all pages, the reader gives entities of the right shape or a RemoteError, and hides no entity', () => {
  let good = 0
  let bad = 0
  fc.assert(
    fc.property(mutatedPages(), (value) => {
      const page: unknown = JSON.parse(JSON.stringify(value))
      if (!isRecord(page)) return
      const result = readAll(page)
      if (result instanceof RemoteError) {
        bad++
        expect(result.message.startsWith('GET x')).toBe(true)
        return
      }
      good++
      expect(result).toHaveLength(entitiesOfPage(page, '').length)
      for (const entity of result) {
        expect(entity).toMatchObject({ Id: expect.any(Number), Enabled: expect.any(Boolean) })
        expect(Object.getPrototypeOf(entity)).toBe(Object.prototype)
      }
    }),
    parameters(SHARE),
  )
  expect(good).toBeGreaterThan(runs(SHARE) / 20)
  expect(bad).toBeGreaterThan(runs(SHARE) / 20)
})

test('absent audit properties and texts that may be null are null', () => {
  const bare = { Id: 1, Name: 'a', Title: 'b', Severity: 'Low', Category: 'Trojan', Enabled: false }

  expect(definitionOf(bare, 'GET x')).toEqual({
    ...bare,
    UxDescription: null,
    RecommendedAction: null,
    InternalDescription: null,
    CreatedAt: null,
    CreatedBy: null,
    LastModifiedAt: null,
    LastModifiedBy: null,
  })
})

test('unknown members of enumerations are kept as they were sent', () => {
  const read = indicatorOf(
    indicator(4, 3, { Type: 'Url', DetectionFunction: 'Regex', Value: '10.0.0.0/8' }),
    'GET x',
  )

  expect([read.Type, read.DetectionFunction, read.Value]).toEqual(['Url', 'Regex', '10.0.0.0/8'])
})

test('a single entity is taken bare and out of a list of one, and nothing else is taken for one (F21)', () => {
  const entity = definition(3)

  expect(singleEntity(entity, 'GET x')).toBe(entity)
  expect(singleEntity({ value: [entity] }, 'GET x')).toBe(entity)
  expect(() => singleEntity({ value: [] }, 'GET x')).toThrow('expected one entity, found 0')
  expect(() => singleEntity({ value: [entity, entity] }, 'GET x')).toThrow('expected one entity, found 2')
})

test.each([
  ['AlertDefinitions(6)', 6],
  ['https://host.example/V1.0/AlertDefinitions(6)', 6],
  ['AlertDefinitions(0)', null],
  ['AlertDefinitions(9007199254740993)', null],
  ['AlertDefinitions(6)/x', null],
  ['XAlertDefinitions(6)', null],
  ['IndicatorsOfCompromise(6)', null],
  ['AlertDefinitions(-6)', null],
  [6, null],
  [undefined, null],
])('the reference %j has the key %j', (reference, key) => {
  expect(keyOfReference(reference)).toBe(key)
})
