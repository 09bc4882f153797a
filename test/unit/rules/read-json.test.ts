import { expect, test } from 'vitest'
import { DiagnosticList } from '../../../src/rules/diagnostic-list.ts'
import { readJson } from '../../../src/rules/read-json.ts'
import { readYaml } from '../../../src/rules/read-yaml.ts'
import { NESTING_LIMIT } from '../../../src/rules/rule-node.ts'
import { SourceText } from '../../../src/rules/source-text.ts'

type Row = readonly [text: string, place: string, message: string, fix: string | null]

function faultsOf(text: string): readonly (readonly [string, string, string | null])[] {
  const diagnostics = new DiagnosticList()
  readJson(new SourceText('a.json', text), diagnostics)
  return diagnostics
    .sorted()
    .map(({ span, message, fix }) => [`${span?.line}:${span?.column}+${span?.length}`, message, fix])
}

const OPEN_TEXT = ['the text is not closed on its line', 'Add the closing quote.'] as const
const ESCAPE = ['the backslash begins no JSON escape', 'Write a backslash as \\\\.'] as const
const COMMENT = ['JSON has no comments', 'Delete the comment, or keep the rules in YAML.'] as const

const REFUSED: readonly Row[] = [
  ['', '1:1+1', 'expected a value, found the end of the file', null],
  [
    ' {"a":1} x',
    '1:10+1',
    'expected the end of the file after the value',
    'Keep one JSON value in the file.',
  ],
  ['[', '1:2+1', 'the file ends before the closing ]', 'Add the missing ]; part of the file may be lost.'],
  ['{', '1:2+1', 'the file ends before the closing }', 'Add the missing }; part of the file may be lost.'],
  ['[1', '1:3+1', 'the file ends before the closing ]', 'Add the missing ]; part of the file may be lost.'],
  ['{a:1}', '1:2+1', 'expected a key in double quotes, found "a"', 'Write "a".'],
  ['{:1}', '1:2+1', 'expected a key in double quotes', null],
  ['{"a" 1}', '1:6+1', 'expected a colon after the key "a"', 'Put a colon after the key.'],
  ['[1 ,]', '1:4+1', 'a comma stands before the closing ]', 'Delete the comma.'],
  [
    '[1 "a"]',
    '1:4+1',
    'expected a comma or ] after the element',
    'Put a comma between this element and the one before.',
  ],
  [
    '[1 [2]]',
    '1:4+1',
    'expected a comma or ] after the element',
    'Put a comma between this element and the one before.',
  ],
  [
    '[1 {}]',
    '1:4+1',
    'expected a comma or ] after the element',
    'Put a comma between this element and the one before.',
  ],
  [
    '["a" b]',
    '1:6+1',
    'expected a comma or ] after the element',
    'Put a comma here, or a closing quote where the text before it ends.',
  ],
  ['["\\x"]', '1:3+2', ...ESCAPE],
  ['["\\x0041"]', '1:3+2', ...ESCAPE],
  ['["\\u00g1"]', '1:3+2', ...ESCAPE],
  ['["\\u004"]', '1:3+2', ...ESCAPE],
  ['["\\ug004"]', '1:3+2', ...ESCAPE],
  ['["\\', '1:3+1', ...ESCAPE],
  ['["abc', '1:2+4', ...OPEN_TEXT],
  ['["abc\n"]', '1:2+4', ...OPEN_TEXT],
  ['["abc\r\n"]', '1:2+4', ...OPEN_TEXT],
  ['["a\u001fb"]', '1:4+1', 'the text holds the bare control character U+001F', 'Write it as \\u001F.'],
  ['[True]', '1:2+4', 'expected a JSON value, found the word "True"', 'Write true.'],
  ['[FALSE]', '1:2+5', 'expected a JSON value, found the word "FALSE"', 'Write false.'],
  ['[Null]', '1:2+4', 'expected a JSON value, found the word "Null"', 'Write null.'],
  ['[None]', '1:2+4', 'expected a JSON value, found the word "None"', 'Write "None".'],
  ['[01]', '1:2+2', 'expected a JSON value, found the word "01"', 'Write "01".'],
  ["['a']", '1:2+1', 'JSON text stands in double quotes', 'Use " instead of \'.'],
  ['[/* a */]', '1:2+1', ...COMMENT],
  ['[# a\n]', '1:2+1', ...COMMENT],
  ['[*]', '1:2+1', 'expected a value, found "*"', null],
]

test.for(REFUSED)('the JSON %j is refused at %s: %s', ([text, ...fault]) => {
  expect(faultsOf(text)).toEqual([fault])
})

test('JSON is read down to its limit of nesting and refused behind it', () => {
  const lists = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
  const maps = (depth: number): string => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth)

  expect(faultsOf(lists(NESTING_LIMIT))).toEqual([])
  expect(faultsOf(maps(NESTING_LIMIT))).toEqual([])
  expect(faultsOf(lists(NESTING_LIMIT + 1))).toHaveLength(1)
  expect(faultsOf(maps(NESTING_LIMIT + 1))).toHaveLength(1)
})

test('YAML ends at the same nesting as JSON, and its texts stand one level deeper', () => {
  const faultsOfYaml = (text: string): readonly string[] => {
    const diagnostics = new DiagnosticList()
    readYaml(new SourceText('a.yaml', text), diagnostics)
    return diagnostics.sorted().map(({ message }) => message)
  }
  const lists = (depth: number, inner: string): string => '['.repeat(depth) + inner + ']'.repeat(depth)
  const maps = (depth: number): string => '{a: '.repeat(depth) + '1' + '}'.repeat(depth)
  const tooDeep = [`the file is nested deeper than ${NESTING_LIMIT} levels`]

  for (const inner of ['', 'x', '1']) {
    expect(faultsOfYaml(lists(NESTING_LIMIT, inner))).toEqual([])
    expect(faultsOfYaml(lists(NESTING_LIMIT + 1, inner))).toEqual(tooDeep)
  }
  expect(faultsOfYaml(maps(NESTING_LIMIT))).toEqual([])
  expect(faultsOfYaml(maps(NESTING_LIMIT + 1))).toEqual(tooDeep)
})

test('the bracket that is not closed is shown beside the end of the file', () => {
  const diagnostics = new DiagnosticList()

  readJson(new SourceText('a.json', '[\n {"a": 1'), diagnostics)

  expect(diagnostics.sorted()).toMatchObject([
    { related: [{ message: 'the { stands here', span: { line: 2, column: 2, length: 1 } }] },
  ])
})
