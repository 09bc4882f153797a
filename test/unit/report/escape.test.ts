import { expect, test } from 'vitest'
import { escapeTerminal } from '../../../src/report/escape.ts'

test('escapeTerminal leaves visible text unchanged, also beyond ASCII', () => {
  const text = 'C:\\Users\\ana\\Müller & Söhne 日本語 🦊 e\u0301 ~!'

  expect(escapeTerminal(text)).toBe(text)
})

test('escapeTerminal shows terminal sequences of an event field as text (H01)', () => {
  const sequences = [
    ['\x1b[2Jcleared', '\\x1b[2Jcleared'],
    ['\x1b]0;owned\x07', '\\x1b]0;owned\\x07'],
    ['\x1b]8;;https://c2.example\x1b\\here', '\\x1b]8;;https://c2.example\\x1b\\here'],
    ['\x1b]52;c;ZXZpbA==\x07', '\\x1b]52;c;ZXZpbA==\\x07'],
    ['\x1bP1;2|payload\x1b\\', '\\x1bP1;2|payload\\x1b\\'],
    ['\u009b2J\u009d\u0090', '\\x9b2J\\x9d\\x90'],
    ['\0\x7f', '\\x00\\x7f'],
  ] as const

  for (const [raw, shown] of sequences) expect(escapeTerminal(raw)).toBe(shown)
})

test('escapeTerminal shows a hostile file name and rule title as text (H02)', () => {
  expect(escapeTerminal('logs/\x1b[31mred\n.ndjson')).toBe('logs/\\x1b[31mred\\x0a.ndjson')
  expect(escapeTerminal('Title\ttabbed')).toBe('Title\\x09tabbed')
})

test('escapeTerminal shows carriage return and backspace, so that nothing is overwritten (H03)', () => {
  expect(escapeTerminal('evil\rGOOD')).toBe('evil\\x0dGOOD')
  expect(escapeTerminal('evil\b\b\b\bgood')).toBe('evil\\x08\\x08\\x08\\x08good')
})

test('escapeTerminal shows bidi controls and zero-width characters by their code points (H04)', () => {
  expect(escapeTerminal('invoice\u202efdp.exe')).toBe('invoice<U+202E>fdp.exe')
  expect(escapeTerminal('a\u2066b\u2069')).toBe('a<U+2066>b<U+2069>')
  expect(escapeTerminal('c2\u200b.example\ufeff')).toBe('c2<U+200B>.example<U+FEFF>')
  expect(escapeTerminal('soft\u00adhyphen')).toBe('soft<U+00AD>hyphen')
  expect(escapeTerminal('tag\u{e0041}\u{e0100}')).toBe('tag<U+E0041><U+E0100>')
  expect(escapeTerminal('filler\u3164\u2800')).toBe('filler<U+3164><U+2800>')
})

test('escapeTerminal keeps a value with line breaks of any kind on one line (H05)', () => {
  expect(escapeTerminal('one\ntwo\r\nthree\u2028four\u2029five\u0085six')).toBe(
    'one\\x0atwo\\x0d\\x0athree<U+2028>four<U+2029>five\\x85six',
  )
})

test('escapeTerminal names lone surrogates and keeps pairs', () => {
  expect(escapeTerminal('\ud800x\udc00')).toBe('<U+D800>x<U+DC00>')
  expect(escapeTerminal('\u{1f98a}')).toBe('\u{1f98a}')
})
