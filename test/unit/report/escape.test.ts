import { expect, test } from 'vitest'
import { escapeTerminal, jsonText } from '../../../src/report/escape.ts'

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

test('escapeTerminal leaves no command of a build server in what it shows', () => {
  const commands = [
    ['::error::x', '\\x3a:error::x'],
    ['a ::error file=a.c,line=1::x', 'a \\x3a:error file=a.c,line=1::x'],
    ['a::Stop-Commands::x', 'a\\x3a:Stop-Commands::x'],
    ['::add-mask::x ::set-output name=a::b', '\\x3a:add-mask::x \\x3a:set-output name=a::b'],
    ['##vso[task.setvariable variable=a]b', '\\x23#vso[task.setvariable variable=a]b'],
    ['###[group]a', '#\\x23#[group]a'],
    ["##teamcity[buildNumber 'x']", "\\x23#teamcity[buildNumber 'x']"],
  ] as const

  for (const [raw, shown] of commands) {
    expect(escapeTerminal(raw)).toBe(shown)
    expect(escapeTerminal(shown)).toBe(shown)
  }
})

test('escapeTerminal leaves colons of addresses and methods and heads of Markdown as they stand', () => {
  for (const text of [
    '::1',
    '2001:db8::c2',
    '[Text.Encoding]::UTF8',
    'std::map::find',
    '## Title',
    'a::group',
  ])
    expect(escapeTerminal(text)).toBe(text)
})

test('jsonText holds no command of a build server and is read back as it was', () => {
  const value = { '##[a': '##vso[task.x]::error::y' }

  const text = jsonText(value)

  expect(text).not.toContain('##')
  expect(JSON.parse(text)).toEqual(value)
})
