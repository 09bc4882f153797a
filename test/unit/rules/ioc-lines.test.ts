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

function parseList(name: string, text: string): ParseResult {
  const files = [{ name: 'a.rules.yaml', bytes: encoder.encode(rulesWith(name)) }]
  return parseRules(files, { readSibling: () => encoder.encode(text) })
}

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
