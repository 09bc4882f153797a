import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { escapeTerminal } from '../../src/report/escape.ts'

const SEED = 20261123
const RUNS = 4000

/** Any code unit, with the hostile ones (controls, bidi, zero-width, separators, surrogates) in half of the places. */
const codeUnit = fc.oneof(
  fc.constantFrom(
    0,
    7,
    9,
    10,
    13,
    27,
    127,
    0x85,
    0x9b,
    0xad,
    0x200b,
    0x2028,
    0x202e,
    0x2066,
    0xfeff,
    0xd800,
    0xdc00,
  ),
  fc.integer({ min: 0, max: 0xffff }),
)
const hostileText = fc
  .array(codeUnit, { maxLength: 40, size: 'max' })
  .map((units) => String.fromCharCode(...units))

/** Written from the list of what must not pass, by code point and not by the expression under test. */
function isForbidden(codePoint: number): boolean {
  const isControl = codePoint < 0x20 || (codePoint >= 0x7f && codePoint <= 0x9f)
  const isSeparator = codePoint === 0x2028 || codePoint === 0x2029
  const isBidi =
    codePoint === 0x61c ||
    codePoint === 0x200e ||
    codePoint === 0x200f ||
    (codePoint >= 0x202a && codePoint <= 0x202e) ||
    (codePoint >= 0x2066 && codePoint <= 0x2069)
  const isInvisible =
    codePoint === 0xad ||
    codePoint === 0xfeff ||
    (codePoint >= 0x200b && codePoint <= 0x200d) ||
    (codePoint >= 0x2060 && codePoint <= 0x206f) ||
    (codePoint >= 0xfe00 && codePoint <= 0xfe0f) ||
    (codePoint >= 0xfff9 && codePoint <= 0xfffb) ||
    (codePoint >= 0xe0000 && codePoint <= 0xe0fff)
  const isSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff
  return isControl || isSeparator || isBidi || isInvisible || isSurrogate
}

test('for all strings, escapeTerminal gives no forbidden code point and is idempotent', () => {
  let escapedCount = 0

  fc.assert(
    fc.property(hostileText, (text) => {
      const shown = escapeTerminal(text)

      escapedCount += shown === text ? 0 : 1
      expect(Array.from(shown).filter((character) => isForbidden(character.codePointAt(0) ?? 0))).toEqual([])
      expect(escapeTerminal(shown)).toBe(shown)
    }),
    { numRuns: RUNS, seed: SEED },
  )

  expect(escapedCount).toBeGreaterThan(RUNS / 2)
})

test('for all strings, escapeTerminal leaves the permitted code points in their order', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), hostileText, (plain, hostile) => {
      expect(escapeTerminal(plain + hostile)).toBe(plain + escapeTerminal(hostile))
    }),
    { numRuns: RUNS, seed: SEED },
  )
})
