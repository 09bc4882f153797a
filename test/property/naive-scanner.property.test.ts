import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parameters } from '../support/runs.ts'
import { keysOf, printPath, scanFields } from '../support/second-scanner.ts'

const bytesOf = (text: string) => Buffer.from(text, 'utf8')
const shown = (text: string) => scanFields(bytesOf(text)).map((s) => `${printPath(s.path)}=${s.text}`)

test('the second scanner gives keys to values as the law says, row by row', () => {
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['{"a":"x","b":{"c":"y"}}', ['a=x', 'b.c=y']],
    ['{"a":["x",["y","z"],{"b":"w"}]}', ['a[0]=x', 'a[1][0]=y', 'a[1][1]=z', 'a[2].b=w']],
    ['{"a":"x" "y","b":"z"}', ['a=x', 'b=z']],
    ['{"a":"b":"c"}', ['b=c']],
    ['{"a":,"b"}', []],
    ['{"a" \t\r\n : "x"}', ['a=x']],
    ['{"a":"x"}}]{"b":"y"}', ['a=x', 'b=y']],
    ['{"a":["x"},"b":"y"}', ['a[0]=x', 'b=y']],
    [String.raw`{"\u0061":"e\u0076il\/\q\u12"}`, [String.raw`a=evil/\q\u12`]],
    [String.raw`{"a":"\ud83d\ude00\ud83d"}`, ['a=\u{1F600}\uFFFD']],
    [String.raw`{"a":"x\\","b":"y\""}`, ['a=x\\', 'b=y"']],
    ['{"a":"x', ['a=x']],
    ['{"a":"x","a":"y"}', ['a=x', 'a=y']],
    ['{"id.orig_h":"x"}', ['id.orig_h=x']],
  ]

  for (const [text, expected] of rows) expect(shown(text), text).toEqual(expected)
})

test('for all JSON objects, the second scanner finds the strings that JSON.parse finds', () => {
  let stringCount = 0
  const objects = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 4 }), { minKeys: 1 })

  fc.assert(
    fc.property(objects, (object) => {
      const text = JSON.stringify(object)
      const expected = stringsOf(JSON.parse(text), [])
      stringCount += expected.length

      const found = scanFields(bytesOf(text)).map((s) => `${keysOf(s.path).join('\u0000')}=${s.text}`)

      expect(found).toEqual(expected)
    }),
    parameters(0.005),
  )

  expect(stringCount).toBeGreaterThan(500)
})

/** JSON strings cannot carry lone surrogates through UTF-8, so both sides are made well-formed. */
function stringsOf(value: unknown, path: readonly string[]): string[] {
  if (typeof value === 'string') return [`${path.join('\u0000')}=${value.toWellFormed()}`]
  if (Array.isArray(value)) return value.flatMap((item) => stringsOf(item, path))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, item]) => stringsOf(item, [...path, key.toWellFormed()]))
}
