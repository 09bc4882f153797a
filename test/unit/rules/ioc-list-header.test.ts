import { expect, test } from 'vitest'
import type { Diagnostic } from '../../../src/model/diagnostic.ts'
import { acceptedRules, listFile, refusalDiagnostics, refusals, rowTexts } from './rule-texts.ts'

const HOST = 'evil.example'

function diagnosticsOf(list: string): readonly Diagnostic[] {
  return refusalDiagnostics({ 'a.yaml': listFile('a', 'a.csv'), 'a.csv': list })
}

test.each([
  ['the names in other letters', `TYPE,value\nDomainName,${HOST}\n`],
  ['blanks around the names', ` Type ,\tValue \nDomainName,${HOST}\n`],
  ['quoted names', `"Type","Value"\nDomainName,${HOST}\n`],
  ['all columns in another order', `Enabled,ExpiresAt,Value,DetectionFunction,Type\n,,${HOST},,DomainName\n`],
  ['a byte order mark', `\ufeffType,Value\nDomainName,${HOST}\n`],
  ['blank lines above', `\n \nType,Value\nDomainName,${HOST}\n`],
])('a header with %s is read', (_, list) => {
  const rules = acceptedRules({ 'a.yaml': listFile('a', 'a.csv'), 'a.csv': list })

  expect(rowTexts(rules)).toEqual([`a DomainName Equals ${HOST}`])
})

test.each<[string, string, readonly string[]]>([
  [
    'without a name that is known',
    'md5,d41d8\n',
    [
      'CSV004 1:1 the first row must name the columns, found "md5,d41d8" | Put the row Type,DetectionFunction,Value above it.',
    ],
  ],
  [
    'separated by semicolons',
    'type; Value\n',
    ['CSV014 1:1 the columns must be separated by commas | Write type,Value.'],
  ],
  [
    'separated by tabs',
    'Value\tx\n',
    ['CSV014 1:1 the columns must be separated by commas | Write Value,x.'],
  ],
  ['separated by bars', 'a|Type\n', ['CSV014 1:1 the columns must be separated by commas | Write a,Type.']],
  [
    'of other words between semicolons',
    'a;b\n',
    [
      'CSV004 1:1 the first row must name the columns, found "a;b" | Put the row Type,DetectionFunction,Value above it.',
    ],
  ],
  [
    'with semicolons in one of several cells',
    'Type;Value,x\n',
    [
      'CSV004 1:1 the first row must name the columns, found "Type;Value,x" | Put the row Type,DetectionFunction,Value above it.',
    ],
  ],
  [
    'with a column twice',
    'Type,Value,type\n',
    ['CSV006 1:12 the column Type stands twice | Delete one of the two.'],
  ],
  ['with a misspelt column', 'Typ,Value\n', ['CSV005 1:1 a list has no column "Typ" | Did you mean Type?']],
  [
    'with a column without a name',
    'Type,,Value\n',
    [
      'CSV005 1:6 a column has no name | Delete it, or use one of Type, DetectionFunction, Value, ExpiresAt and Enabled.',
    ],
  ],
  [
    'with a strange column',
    'Type,Value,Comment\n',
    [
      'CSV005 1:12 a list has no column "Comment" | Delete it, or use one of Type, DetectionFunction, Value, ExpiresAt and Enabled.',
    ],
  ],
  [
    'without values',
    'Type,Enabled\n',
    ['CSV007 1:1 the list has no column Value | Add the column Value, as in Type,DetectionFunction,Value.'],
  ],
  [
    'without types and with a misspelt value',
    'Valeu,Enabled\n',
    [
      'CSV005 1:1 a list has no column "Valeu" | Did you mean Value?',
      'CSV007 1:1 the list has no column Type | Add the column Type, as in Type,DetectionFunction,Value.',
    ],
  ],
])('a header %s is refused', (_, list, expected) => {
  const found = diagnosticsOf(list).map(
    ({ code, span, message, fix }) => `${code} ${span?.line}:${span?.column} ${message} | ${fix}`,
  )

  expect(found.toSorted()).toEqual(expected.toSorted())
})

test.each([
  ['another character of three bytes', [0xef, 0x80, 0xbf], 'CSV005 1:1'],
  ['a character that ends otherwise', [0xef, 0xbb, 0xbe], 'CSV005 1:1'],
  ['a letter and bytes that end like a mark', [0x61, 0xbb, 0xbf], 'CSV005 1:1'],
])('a header that begins with %s has no byte order mark', (_, start, expected) => {
  const list = Uint8Array.from([...start, ...new TextEncoder().encode(`Type,Value\nDomainName,${HOST}\n`)])

  const [found] = refusals({ 'a.yaml': listFile('a', 'a.csv'), 'a.csv': list })

  expect(found).toBe(expected)
})

test('a header of hostile width is read without end in sight', () => {
  const [first] = diagnosticsOf(`Type,Value,${'Enabled,'.repeat(1000)}\n`)

  expect(first?.code).toBe('CSV006')
})

test('a header between semicolons and blanks is known by its columns', () => {
  const [found] = refusalDiagnostics({ 'a.yaml': listFile('a', 'a.csv'), 'a.csv': 'Type ; Value\n' })

  expect(found).toMatchObject({ code: 'CSV014', fix: 'Write Type,Value.' })
})
