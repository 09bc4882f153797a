import { expect, test } from 'vitest'
import type { Diagnostic } from '../../../src/model/diagnostic.ts'
import { diagnosticText } from '../../../src/report/diagnostic-text.ts'

const PLAIN = { color: false } as const

function diagnosticAt(lineText: string, column: number, length: number): Diagnostic {
  return {
    code: 'IOC021',
    severity: 'error',
    message: 'Sha1 needs 40 hex digits, found 39',
    fix: 'write all 40 digits',
    span: { file: 'rules/a.rules.yaml', line: 6, column, length, lineText },
    related: [],
  }
}

/** The text above the carets, by terminal columns of one character each. */
function markedText(shown: string): string {
  const [, line = '', carets = ''] = shown.split('\n')
  return line.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)
}

test('diagnosticText prints place, code, message, the marked line and the fix', () => {
  const lineText = '      - { Type: Sha1, Value: 8311e8b377736fb93b18b15372355f3f26c4cd2 }'

  const shown = diagnosticText(diagnosticAt(lineText, 30, 39), PLAIN)

  expect(shown).toBe(
    [
      'rules/a.rules.yaml:6:30 IOC021 error: Sha1 needs 40 hex digits, found 39',
      '  6 |       - { Type: Sha1, Value: 8311e8b377736fb93b18b15372355f3f26c4cd2 }',
      '    |                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^',
      '  fix: write all 40 digits',
    ].join('\n'),
  )
})

test('diagnosticText prints related places as further blocks before the fix', () => {
  const shown = diagnosticText(
    {
      code: 'IOC007',
      severity: 'warning',
      message: 'Name c2-lab stands twice',
      fix: 'rename one of them',
      span: { file: 'b.rules.yaml', line: 12, column: 11, length: 6, lineText: '  - Name: c2-lab' },
      related: [
        {
          message: 'the first one stands here',
          span: { file: 'a.rules.yaml', line: 2, column: 11, length: 6, lineText: '  - Name: c2-lab' },
        },
      ],
    },
    PLAIN,
  )

  expect(shown).toBe(
    [
      'b.rules.yaml:12:11 IOC007 warning: Name c2-lab stands twice',
      '  12 |   - Name: c2-lab',
      '     |           ^^^^^^',
      'a.rules.yaml:2:11 note: the first one stands here',
      '  2 |   - Name: c2-lab',
      '    |           ^^^^^^',
      '  fix: rename one of them',
    ].join('\n'),
  )
})

test('diagnosticText prints no place where there is no span, and no fix where there is none', () => {
  const shown = diagnosticText(
    {
      code: 'IOC001',
      severity: 'error',
      message: 'rules/ holds no rule file',
      fix: null,
      span: null,
      related: [],
    },
    PLAIN,
  )

  expect(shown).toBe('IOC001 error: rules/ holds no rule file')
})

test('diagnosticText keeps the caret under the token after tabs', () => {
  const shown = diagnosticText(diagnosticAt('\tab\tType: Sha', 5, 4), PLAIN)

  expect(shown.split('\n')[1]).toBe('  6 |     ab  Type: Sha')
  expect(markedText(shown)).toBe('Type')
})

test('diagnosticText counts wide characters as two columns and combining marks as none', () => {
  const shown = diagnosticText(diagnosticAt('日本 e\u0301 Name', 7, 4), PLAIN)

  expect(shown.split('\n').slice(1, 3)).toEqual(['  6 | 日本 e\u0301 Name', '    |        ^^^^'])
})

test('diagnosticText shows control characters of the line as text and moves the caret along (H02)', () => {
  const shown = diagnosticText(diagnosticAt('\x1b[2J Name', 6, 4), PLAIN)

  expect(shown).not.toContain('\x1b')
  expect(markedText(shown)).toBe('Name')
})

test('diagnosticText cuts a long line around its mark', () => {
  const lineText = `${'a'.repeat(5000)} Sha9 ${'b'.repeat(5000)}`

  const shown = diagnosticText(diagnosticAt(lineText, 5002, 4), PLAIN)

  const line = shown.split('\n')[1] ?? ''
  expect(markedText(shown)).toBe('Sha9')
  expect(line).toMatch(/^ {2}6 \| …a+ Sha9 b+…$/)
  expect(line.length).toBeLessThanOrEqual(110)
})

test('diagnosticText cuts only the end of a long line whose mark stands at its start', () => {
  const shown = diagnosticText(diagnosticAt(`Value: ${'b'.repeat(500)}`, 1, 5), PLAIN)

  expect(shown.split('\n')[1]).toMatch(/^ {2}6 \| Value: b+…$/)
  expect(markedText(shown)).toBe('Value')
})

test('diagnosticText marks what is shown of a token that is longer than the line may be', () => {
  const shown = diagnosticText(diagnosticAt(`Value: ${'b'.repeat(500)}`, 8, 500), PLAIN)

  expect(markedText(shown)).toMatch(/^b+$/)
})

test('diagnosticText marks the end of the line where the span lies beyond the text', () => {
  const shown = diagnosticText(diagnosticAt('Value:', 40, 3), PLAIN)

  expect(shown.split('\n')[2]).toBe('    |       ^')
})

test('diagnosticText uses colours only when asked, and the same text with them', () => {
  const diagnostic = diagnosticAt('Type: Sha', 7, 3)

  const plain = diagnosticText(diagnostic, PLAIN)
  const coloured = diagnosticText(diagnostic, { color: true })

  expect(plain).not.toContain('\x1b')
  expect(coloured).toContain('\x1b[1;31m')
  expect(coloured.replace(/\x1b\[[\d;]*m/g, '')).toBe(plain)
})
