import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Diagnostic } from '../../src/model/diagnostic.ts'
import { diagnosticText } from '../../src/report/diagnostic-text.ts'
import { escapeTerminal } from '../../src/report/escape.ts'
import { textWidth } from '../../src/report/text-width.ts'

const SEED = 20261123
const RUNS = 2000
/** Columns of a shown line, its number of at most four digits and the rule beside it. */
const WIDEST_LINE = 100 + 9

/** Characters of every width, and such as must be escaped. */
const anyCharacter = fc.constantFrom(
  'a',
  ' ',
  ':',
  'é',
  '\t',
  '日',
  '🦊',
  '\u0301',
  '\x1b',
  '\u202e',
  '\ud800',
)
const anyLine = fc
  .array(anyCharacter, { minLength: 1, maxLength: 260, size: 'max' })
  .map((characters) => characters.join(''))
const plainLine = fc
  .array(fc.constantFrom('a', 'b', '-', ':', ' '), { minLength: 1, maxLength: 90, size: 'max' })
  .map((characters) => characters.join(''))

function diagnosticAt(lineText: string, column: number, length: number): Diagnostic {
  const span = { file: 'a\u202e.yaml', line: 42, column, length, lineText }
  return {
    code: 'IOC001',
    severity: 'error',
    message: 'bad\nvalue',
    fix: null,
    span,
    related: [{ message: 'the first', span }],
  }
}

test('for all lines and spans, the excerpt is bounded, free of control characters, and marked within itself', () => {
  let cutCount = 0

  fc.assert(
    fc.property(anyLine, fc.nat(300), fc.integer({ min: 1, max: 300 }), (lineText, before, length) => {
      const lines = diagnosticText(diagnosticAt(lineText, before + 1, length), { color: false }).split('\n')
      const [, line = '', carets = ''] = lines

      cutCount += line.includes('…') ? 1 : 0
      expect(lines).toHaveLength(6)
      expect(lines.filter((text) => escapeTerminal(text) !== text)).toEqual([])
      expect(lines.filter((text) => textWidth(text) > WIDEST_LINE)).toEqual([])
      expect(carets).toMatch(/^ +\| *\^+$/)
      expect(carets.length).toBeLessThanOrEqual(textWidth(line) + 1)
    }),
    { numRuns: RUNS, seed: SEED },
  )

  expect(cutCount).toBeGreaterThan(RUNS / 4)
})

test('for all short plain lines and spans inside them, the carets stand under the very text', () => {
  fc.assert(
    fc.property(plainLine, fc.nat(89), fc.integer({ min: 1, max: 90 }), (lineText, before, wanted) => {
      const start = before % lineText.length
      const length = Math.min(wanted, lineText.length - start)

      const shown = diagnosticText(diagnosticAt(lineText, start + 1, length), { color: false })

      const [, line = '', carets = ''] = shown.split('\n')
      const marked = line.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)
      expect(marked).toBe(lineText.slice(start, start + length))
    }),
    { numRuns: RUNS, seed: SEED },
  )
})
