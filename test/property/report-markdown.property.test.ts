import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { escapeTerminal } from '../../src/report/escape.ts'
import { htmlCode, markdownCode } from '../../src/report/markdown-code.ts'
import { textWidth } from '../../src/report/text-width.ts'
import { parameters, runs } from '../support/runs.ts'

const SHARE = 0.02

/** Pieces that mean something in Markdown, in HTML or to a forge, among plain and arbitrary ones. */
const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '`',
        '``',
        '|',
        '\\',
        '\\|',
        '<',
        '>',
        '&',
        '&#96;',
        '</code>',
        '<script>',
        '</summary>',
      ),
      fc.constantFrom(
        '@all',
        '#1',
        '[a](b)',
        '![',
        '**',
        '~~',
        '\n',
        '\r\n\r\n',
        '    ',
        '\t',
        '\u202e',
        '\u001b[31m',
      ),
      fc.constantFrom('plain', 'c2.example', 'https://c2.example', 'x@c2.example', ' ', 'é', '漢'),
      fc.string({ maxLength: 5, unit: 'binary' }),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''))

/** What a renderer shows of a code span or of a code element without any structure inside; null: it is neither. */
function rendered(code: string): string | null {
  if (code === '(blank)') return ''
  const span = /^`([^`|\\\n]+)`$/.exec(code)
  if (span?.[1] !== undefined) return span[1]
  const element = /^<code>([^<>]*)<\/code>$/.exec(code)?.[1]
  return element === undefined
    ? null
    : element.replace(/&#(\d+);/g, (_, codePoint: string) => String.fromCodePoint(Number(codePoint)))
}

test('for all texts, code in Markdown and in HTML shows the escaped text and nothing of it is structure', () => {
  const seen = { spans: 0, elements: 0, blank: 0 }

  fc.assert(
    fc.property(hostileText, (text) => {
      const escaped = escapeTerminal(text)
      const shown = textWidth(escaped) <= 160 ? escaped : null
      const code = markdownCode(text)
      seen.spans += code.startsWith('`') ? 1 : 0
      seen.elements += code.startsWith('<') ? 1 : 0
      seen.blank += code === '(blank)' ? 1 : 0

      for (const form of [code, htmlCode(text)]) {
        const content = rendered(form)
        expect(content).not.toBeNull()
        expect(form).not.toMatch(/\||\\|\n/)
        if (shown !== null) expect(content?.trim()).toBe(shown.trim())
      }
      if (code.startsWith('<')) expect(code).toMatch(/^<code>(?:[\p{L}\p{N} ]|&#\d+;)*<\/code>$/u)
    }),
    parameters(SHARE),
  )

  expect(seen.spans).toBeGreaterThan(runs(SHARE) / 20)
  expect(seen.elements).toBeGreaterThan(runs(SHARE) / 4)
  expect(seen.blank).toBeGreaterThan(0)
})
