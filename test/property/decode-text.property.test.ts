import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeJsonString, decodeUtf8 } from '../../src/logs/decode-string.ts'
import { TextCache } from '../../src/logs/text-cache.ts'
import { unescapeJson } from '../../src/logs/unescape-json.ts'
import { parameters, runs } from '../support/runs.ts'

const SHARE = 0.01

const piece = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 4 }),
  fc.constantFrom('\\"', '\\\\', '\\/', '\\b', '\\n', '\\u00ae', '\\u0041', '\\u20AC', '\\u0000'),
  fc.constantFrom('\\', '\\x', '\\u12', '\\ud83d', '\\ude00', '\\ud83d\\ude00', '{\\"a\\":\\"b\\"}'),
)

test('for all strings of JSON, unescaped bytes are the bytes of the decoded text', () => {
  let escapedCount = 0
  const strings = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('').toWellFormed())

  fc.assert(
    fc.property(strings, (text) => {
      const bytes = Buffer.from(text, 'utf8')

      const unescaped = unescapeJson(bytes, 0, bytes.length)

      if (unescaped === null) return
      if (text.includes('\\')) escapedCount += 1
      expect(unescaped.toString('utf8')).toBe(decodeJsonString(bytes, 0, bytes.length, true))
    }),
    parameters(SHARE),
  )

  expect(escapedCount).toBeGreaterThan(runs(SHARE) / 10)
})

test('for all texts in any order, a cache gives the text of the bytes', () => {
  const cache = new TextCache()
  const seen = new Set<string>()
  let repeated = 0
  // Equal ends and lengths, so that texts fall on one entry.
  const texts = fc.oneof(
    fc.tuple(fc.constantFrom('ws-', 'srv'), fc.nat(99)).map(([name, n]) => `${name}${n}00x.corp`),
    fc.string({ unit: fc.constantFrom('a', 'b', 'ü'), maxLength: 6 }),
    fc.nat(300).map((n) => 'x'.repeat(n)),
  )

  fc.assert(
    fc.property(texts, fc.nat(4), (text, offset) => {
      const bytes = Buffer.from(`${'!'.repeat(offset)}${text}!`, 'utf8')
      if (seen.has(text)) repeated += 1
      seen.add(text)

      const found = cache.textOf(bytes, offset, bytes.length - 1)

      expect(found).toBe(text)
      expect(found).toBe(decodeUtf8(bytes, offset, bytes.length - 1))
    }),
    parameters(SHARE),
  )

  expect(repeated).toBeGreaterThan(runs(SHARE) / 4)
})
