import { expect, test } from 'vitest'
import { kindOf, parseJson, property } from '../../../../src/sync/json-text.ts'

test('JSON nests 64 levels and no more', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)

  expect(parseJson(nested(64))).toBeInstanceOf(Array)
  expect(parseJson(nested(65))).toBeUndefined()
  expect(parseJson(nested(1_000_000))).toBeUndefined()
})

test.each([`["${'['.repeat(100)}"]`, `["\\"${'{'.repeat(100)}"]`, `["\\\\", "${'['.repeat(100)}"]`])(
  'brackets inside texts do not nest',
  (text) => {
    expect(parseJson(text)).toEqual(JSON.parse(text))
  },
)

test.each(['', '{', '{}x', '{}{}', 'NaN', "{'a':1}", '"', '"\\', '[1,]', '\u00a0{}'])(
  '%j is no JSON',
  (text) => {
    expect(parseJson(text)).toBeUndefined()
  },
)

test('properties of the prototype are no data', () => {
  const record = JSON.parse('{"__proto__":{"Id":7}}')

  expect(property(record, 'Id')).toBeUndefined()
  expect(property(record, 'constructor')).toBeUndefined()
  expect(property({}, 'toString')).toBeUndefined()
})

test('kinds of values are named without the values', () => {
  expect([undefined, null, [], {}, 'secret', 7, true].map(kindOf)).toEqual([
    'nothing',
    'null',
    'a list',
    'an object',
    'a string',
    'a number',
    'a boolean',
  ])
})
