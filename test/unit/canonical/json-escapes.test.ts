import { expect, test } from 'vitest'
import { JSON_ESCAPES } from '../../../src/canonical/json-escapes.ts'

test('each letter behind a backslash stands for what JSON.parse reads', () => {
  const read = Array.from(JSON_ESCAPES, ([letter]) => JSON.parse(`"\\${letter}"`))

  expect(Array.from(JSON_ESCAPES.values())).toEqual(read)
  expect(Array.from(JSON_ESCAPES.keys()).join('')).toBe('"\\/bfnrt')
})
