import { expect, test } from 'vitest'
import { decodeDefinitions, encodeDefinitions } from '../../../src/engine/definition-section.ts'
import { definitionNamed } from '../../support/rule-set-builder.ts'

function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value))
}

test('definitions come back as they were, lone surrogates included', () => {
  const definitions = [
    definitionNamed('a\uD800b'),
    { ...definitionNamed('ü'), Id: 7, RecommendedAction: 'x' },
  ]

  expect(decodeDefinitions(encodeDefinitions(definitions), 0)).toEqual(definitions)
})

test('definitions with their properties in another order give equal bytes', () => {
  const definition = definitionNamed('a')
  const reversed = Object.fromEntries(Object.entries(definition).toReversed())

  expect(encodeDefinitions([Object.assign(reversed, definition)])).toEqual(encodeDefinitions([definition]))
})

test.each<[string, unknown]>([
  ['no array', { Name: 'a' }],
  ['null', null],
  ['null in place of a definition', [null]],
  ['a property missing', [{ ...definitionNamed('a'), Title: undefined }]],
  ['an unknown severity', [{ ...definitionNamed('a'), Severity: 'Critical' }]],
  ['an unknown category', [{ ...definitionNamed('a'), Category: 'Other' }]],
  ['a fractional Id', [{ ...definitionNamed('a'), Id: 1.5 }]],
  ['a number for a text', [{ ...definitionNamed('a'), RecommendedAction: 5 }]],
  ['a text for a boolean', [{ ...definitionNamed('a'), Enabled: 'true' }]],
])('a section that holds %s is refused', (_, value) => {
  expect(() => decodeDefinitions(encode(value), 64)).toThrow(
    expect.objectContaining({ code: 'bad-definitions', offset: 64 }),
  )
})

test('a section that is not JSON or not UTF-8 is refused', () => {
  for (const bytes of [new Uint8Array(0), Uint8Array.of(0x5b), Uint8Array.of(0x22, 0xff, 0x22)]) {
    expect(() => decodeDefinitions(bytes, 0)).toThrow(expect.objectContaining({ code: 'bad-definitions' }))
  }
})

test('a key called __proto__ in a definition changes nothing', () => {
  const hostile = JSON.stringify([definitionNamed('a')]).replace('{', '{"__proto__":{"Enabled":false},')

  const decoded = decodeDefinitions(new TextEncoder().encode(hostile), 0)

  expect(decoded).toEqual([definitionNamed('a')])
  expect(Object.getPrototypeOf(decoded[0])).toBe(Object.prototype)
})
