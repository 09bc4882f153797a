import { expect, test } from 'vitest'
import { parseRules, type ParseResult } from '../../../src/rules/parse-rules.ts'
import { compileRules } from '../../../src/engine/compile-rules.ts'

const encoder = new TextEncoder()

const rulesWith = (list: string): string => `alertDefinitions:
  - Name: a
    Title: A
    Severity: Low
    Category: General
    UxDescription: A
    iocFiles: [${list}]
`

function parseList(name: string, content: string | Uint8Array): ParseResult {
  const files = [{ name: 'a.rules.yaml', bytes: encoder.encode(rulesWith(name)) }]
  const bytes = typeof content === 'string' ? encoder.encode(content) : content
  return parseRules(files, { readSibling: () => bytes })
}

function messagesOf(result: ParseResult): readonly string[] {
  const diagnostics = result.ok ? result.rules.warnings : result.diagnostics
  return diagnostics.map(
    ({ code, span, message, fix }) => `${code} ${span?.line}:${span?.column} ${message} | ${fix}`,
  )
}

const HOST = '{"Type":"DomainName","Value":"a.example"}'

function placesOf(result: ParseResult): readonly string[] {
  const diagnostics = result.ok ? result.rules.warnings : result.diagnostics
  return diagnostics.map(({ code, span }) => `${code} ${span?.line}:${span?.column}`)
}

test('a list of JSON objects gives the same image as the CSV list of the same IOCs', () => {
  const digest = (i: number): string => (i * 7919).toString(16).padStart(40, '0')
  const numbers = Array.from({ length: 4000 }, (_, i) => i)
  const csv = numbers.map((i) => `Sha1,${digest(i)},2027-01-01T00:00:00Z,${i % 3 === 0}\n`)
  const lines = numbers.map((i) => {
    const ioc = { Value: digest(i), Type: 'Sha1', ExpiresAt: '2027-01-01T00:00:00Z', Enabled: i % 3 === 0 }
    return `${JSON.stringify(ioc)}\n`
  })

  const fromCsv = parseList('list.csv', `Type,Value,ExpiresAt,Enabled\n${csv.join('')}`)
  const fromLines = parseList('list.ndjson', lines.join(''))

  if (!fromCsv.ok || !fromLines.ok) throw new Error('refused')
  expect(Buffer.from(compileRules(fromLines.rules).image)).toEqual(
    Buffer.from(compileRules(fromCsv.rules).image),
  )
  expect(fromLines.rules.indicators.count).toBe(4000)
  expect(fromLines.rules.indicators.sourceColumn[0]).toBe('{"Value":'.length + 1)
})

test('every problem of a list of JSON objects is reported at its line and column', () => {
  const lines = [
    '{"Type":"IpAddress","Value":"192.0.2.1"}',
    '',
    '{"Type":"IpAddress","Value":"192.0.2.256"}',
    '  {"Type":"IpAdress","Value":"192.0.2.1"}',
    '{"Value":"192.0.2.1"}',
    '[1]',
    '{"Type":"IpAddress","Value":"192.0.2.1",}',
    '{"Type":"DomainName","Value":"a.example","Enabled":"true"}',
    '{"Type":"DomainName"',
  ]

  const result = parseList('list.JSONL', lines.join('\r\n'))

  expect(result.ok).toBe(false)
  expect(placesOf(result)).toEqual([
    'IOC027 3:29',
    'IOC002 4:11',
    'IOC001 5:2',
    'RULE015 6:1',
    'RULE007 7:40',
    'RULE015 8:52',
    'RULE006 9:21',
  ])
})

test('a list of JSON objects without one is a warning', () => {
  expect(placesOf(parseList('list.ndjson', '\n\n'))).toEqual(['CSV012 3:1'])
})

test('a list of JSON objects is told by the end of its name, in any letters', () => {
  expect(parseList('list.NDJSON', HOST).ok).toBe(true)
  expect(parseList('list.jsonl', HOST).ok).toBe(true)
  expect(parseList('list.jsonl.csv', HOST).ok).toBe(false)
})

test.each([
  ['a byte order mark', [0xef, 0xbb, 0xbf], []],
  ['another character of three bytes', [0xef, 0x80, 0xbf], ['RULE006 1:1']],
  ['a character that ends otherwise', [0xef, 0xbb, 0xbe], ['RULE006 1:1']],
  ['bytes that only end like a mark', [0x7b, 0xbb, 0xbf], ['RULE003 1:2']],
  ['a mark of UTF-16', [0xff, 0xfe], ['RULE002 1:1']],
])('a list of JSON objects that begins with %s is judged by it', (_, start, expected) => {
  const result = parseList('list.ndjson', Uint8Array.from([...start, ...encoder.encode(`${HOST}\n`)]))

  expect(placesOf(result)).toEqual(expected)
  expect(result.ok).toBe(expected.length === 0)
})

test('a list of JSON objects says what is wrong with a line and how to mend it', () => {
  const bytes = encoder.encode(`${HOST}\n \t\n[1]\n{"Value":"k?"}\n`)
  bytes[bytes.indexOf(0x3f)] = 0xf6

  expect(messagesOf(parseList('list.ndjson', bytes))).toEqual([
    expect.stringMatching(/^RULE015 3:1 each line of the list must be an object \(an IOC\), found a list/),
    'RULE003 4:12 expected UTF-8, found the byte F6, which is not | Save the list as UTF-8.',
  ])
  expect(messagesOf(parseList('list.ndjson', ' \n'))).toEqual([
    'CSV012 2:1 the list holds no IOC | Add lines, or delete the list from iocFiles.',
  ])
})

test('rows of a list of JSON objects keep their own definition and file', () => {
  const rule = rulesWith('x.ndjson')
  const second = rule
    .slice(rule.indexOf('  - '))
    .replace('Name: a', 'Name: b')
    .replace('x.ndjson', 'y.ndjson')
  const files = [{ name: 'a.rules.yaml', bytes: encoder.encode(rule + second) }]

  const result = parseRules(files, {
    readSibling: () => encoder.encode(`${HOST}\r\n${HOST.replace('a.ex', 'b.ex')}`),
  })

  if (!result.ok) throw new Error('refused')
  const { definition, sourceFile, sourceLine } = result.rules.indicators
  expect([...definition]).toEqual([0, 0, 1, 1])
  expect(Array.from(sourceFile, (file) => result.rules.sources[file])).toEqual([
    'x.ndjson',
    'x.ndjson',
    'y.ndjson',
    'y.ndjson',
  ])
  expect([...sourceLine]).toEqual([1, 2, 1, 2])
})

test.each([1, 4000])('a list of %i JSON objects belongs to the definition that names it', (lines) => {
  const second = rulesWith('list.ndjson').split('\n').slice(1).join('\n').replace('Name: a', 'Name: b')
  const first = rulesWith('').replace('    iocFiles: []\n', '')

  const result = parseRules([{ name: 'a.rules.yaml', bytes: encoder.encode(first + second) }], {
    readSibling: () => encoder.encode(`${HOST}\n`.repeat(lines)),
  })

  if (!result.ok) throw new Error('refused')
  const { definition, sourceFile } = result.rules.indicators
  expect(definition).toHaveLength(lines)
  expect(new Set(Array.from(definition, (index) => result.rules.definitions[index]?.Name))).toEqual(
    new Set(['b']),
  )
  expect(new Set(Array.from(sourceFile, (file) => result.rules.sources[file]))).toEqual(
    new Set(['list.ndjson']),
  )
})

test('a line of a list of JSON objects that cannot be read is counted as rejected', () => {
  const first = parseList('list.ndjson', Uint8Array.of(0xff, 0x0a))
  const lines = parseList('list.ndjson', `${HOST}\n{\n[1]\n\ufeff${HOST}\n`)

  expect([messagesOf(first), first]).toMatchObject([
    ['RULE003 1:1 expected UTF-8, found the byte FF, which is not | Save the list as UTF-8.'],
    { rejected: 1 },
  ])
  expect(lines).toMatchObject({ ok: false, rejected: 3 })
  expect(messagesOf(parseList('list.ndjson', `[1]\n${HOST}\n`))).toHaveLength(1)
  expect(
    messagesOf(parseList('list.ndjson', Uint8Array.of(0xff, 0x0a, ...encoder.encode(`${HOST}\n`)))),
  ).toHaveLength(1)
})

test('a value of a JSON object that is no text is to be put in quotes', () => {
  const result = parseList('list.ndjson', '{"Type":"DomainName","Value":7}\n')

  expect(messagesOf(result)[0]).toContain('Value must be text, found the number 7 | Put it in quotes: "7".')
})

test('a list of JSON objects may begin with an empty line', () => {
  const result = parseList('list.ndjson', `\n${HOST}\n${HOST.replace('a.', 'b.')}\n`)

  if (!result.ok) throw new Error('refused')
  expect(Array.from(result.rules.indicators.sourceLine)).toEqual([2, 3])
})
