import { expect, test } from 'vitest'
import {
  acceptedRules,
  lints,
  listFile,
  nativeFile,
  refusalDiagnostics,
  refusals,
  rowTexts,
} from './rule-texts.ts'

const SHA1 = '8311e8b377736fb93b18b15372355f3f26c4cd29'
const SHA256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'

function ofIndicators(...indicators: readonly string[]): Readonly<Record<string, string>> {
  return { 'a.yaml': nativeFile('a', ...indicators) }
}

test('A01 an empty rule file is refused at 1:1 with the smallest valid file as the fix', () => {
  const [diagnostic] = refusalDiagnostics({ 'a.yaml': '' })

  expect(diagnostic?.code).toBe('RULE001')
  expect(diagnostic?.span).toMatchObject({ line: 1, column: 1 })
  const fix = (diagnostic?.fix ?? '').replace('Begin with: ', '')
  expect(acceptedRules({ 'a.yaml': fix }).definitions).toHaveLength(1)
})

test('A01 the smallest valid file for JSON is itself accepted', () => {
  const [diagnostic] = refusalDiagnostics({ 'a.json': '' })

  const fix = (diagnostic?.fix ?? '').replace('Begin with: ', '')
  expect(acceptedRules({ 'a.json': fix }).definitions).toHaveLength(1)
})

test.each([
  ['"text"', 'the text "text"'],
  ['7', 'the number 7'],
  ['null', 'nothing (null)'],
  ['[]', 'a list'],
])('A02 the top level %s is refused with the found and the expected type at 1:1', (text, found) => {
  const [diagnostic] = refusalDiagnostics({ 'a.json': text })

  expect(diagnostic?.span).toMatchObject({ line: 1, column: 1 })
  expect(diagnostic?.message).toContain(found)
  expect(diagnostic?.message).toContain('must be an object')
})

test('A03 a trailing comma after the third indicator is refused at the comma itself', () => {
  const items = ['a', 'b', 'c'].map((name) => `    {"Type": "DomainName", "Value": "${name}.example"},`)
  const text = `{"alertDefinitions": [{"Name": "a", "Title": "A", "Severity": "Low",
  "Category": "Malware", "UxDescription": "A",
  "iocs": [
${items.join('\n')}
  ]}]}`

  const found = refusals({ 'a.json': text })

  expect(found).toEqual([`RULE007 6:${(items[2] ?? '').length}`])
})

test('A04 the key Valeu is refused at the key and only once, with Value as the fix', () => {
  const diagnostics = refusalDiagnostics(ofIndicators('{ Type: DomainName, Valeu: a.example }'))

  expect(diagnostics).toHaveLength(1)
  expect(diagnostics[0]).toMatchObject({ code: 'RULE014', fix: 'Did you mean Value?' })
  expect(diagnostics[0]?.span).toMatchObject({ line: 8, column: 29, length: 5 })
})

test('A05 sha256 is accepted and Sha-256 and SHA 256 are refused with the five types', () => {
  const rules = acceptedRules(ofIndicators(`{ Type: sha256, Value: ${SHA256} }`))
  const diagnostics = refusalDiagnostics(
    ofIndicators(`{ Type: Sha-256, Value: ${SHA256} }`, `{ Type: SHA 256, Value: ${SHA256} }`),
  )

  expect(rowTexts(rules)).toEqual([`a Sha256 Equals ${SHA256}`])
  expect(diagnostics.map(({ code }) => code)).toEqual(['IOC002', 'IOC002'])
  expect(diagnostics[0]?.message).toContain('Sha1, Sha256, Md5, IpAddress or DomainName')
})

test.each([
  ['Equal', 'Equals'],
  ['StartsWith', 'StartWith'],
  ['EndsWith', 'EndWith'],
  ['Contain', 'Contains'],
])('A06 the function %s is refused with the word %s of the API', (word, wanted) => {
  const indicator = `{ Type: DomainName, DetectionFunction: ${word}, Value: a.example }`

  const diagnostics = refusalDiagnostics(ofIndicators(indicator))

  expect(diagnostics[0]).toMatchObject({ code: 'IOC002', fix: `Write ${wanted}.` })
})

test('A07 Sha1 values of 39, 41 and 64 digits are refused with both lengths', () => {
  const values = [SHA1.slice(1), `${SHA1}0`, SHA256]

  const diagnostics = refusalDiagnostics(
    ofIndicators(...values.map((value) => `{ Type: Sha1, Value: ${value} }`)),
  )

  expect(diagnostics.map(({ code, span }) => `${code} ${span?.length}`)).toEqual([
    'IOC025 39',
    'IOC025 41',
    'IOC025 64',
  ])
  expect(diagnostics[0]?.message).toContain('40 hex digits')
  expect(diagnostics[2]?.fix).toBe('Set Type to Sha256.')
})

test('A08 an empty Value is refused with each of the four functions', () => {
  const functions = ['Equals', 'StartWith', 'EndWith', 'Contains']

  const found = refusals(
    ofIndicators(...functions.map((name) => `{ Type: DomainName, DetectionFunction: ${name}, Value: "" }`)),
  )

  expect(found).toEqual(['IOC020 8:63', 'IOC020 9:66', 'IOC020 10:64', 'IOC020 11:65'])
})

test('A09 a blank Value is refused with its code points', () => {
  const diagnostics = refusalDiagnostics(
    ofIndicators(...[' ', '\\t', '\u00a0'].map((blank) => `{ Type: DomainName, Value: "${blank}" }`)),
  )

  expect(diagnostics.map(({ message }) => message.slice(-6))).toEqual(['U+0020', 'U+0009', 'U+00A0'])
})

test.each([
  ['Name', 100],
  ['Title', 120],
  ['InternalDescription', 350],
  ['UxDescription', 500],
  ['RecommendedAction', 2000],
])('A10 a %s of %i characters is accepted and one more is refused', (name, limit) => {
  const file = (length: number): Readonly<Record<string, string>> => {
    const texts = { Name: 'a', Title: 'A', UxDescription: 'A', [name]: 'x'.repeat(length) }
    const definition = { Severity: 'Low', Category: 'Malware', iocs: [], ...texts }
    return { 'a.json': JSON.stringify({ alertDefinitions: [definition] }) }
  }

  const accepted = acceptedRules(file(limit))
  const [diagnostic, ...more] = refusalDiagnostics(file(limit + 1))

  expect(accepted.definitions).toHaveLength(1)
  expect(diagnostic?.code).toBe('DEF003')
  expect(diagnostic?.message).toContain(String(limit))
  expect(more).toEqual([])
})

test('A10 the limit counts UTF-16 code units', () => {
  const accepted = acceptedRules({ 'a.yaml': nativeFile('🦊'.repeat(50)) })
  const found = refusals({ 'a.yaml': nativeFile('🦊'.repeat(51)) })

  expect(accepted.definitions).toHaveLength(1)
  expect(found).toEqual(['DEF003 2:11'])
})

test('A11 an indicator of a definition that does not exist is refused with the nearest three', () => {
  const definitions = [1, 5, 8, 40].map((Id) => ({
    Id,
    Name: `d${Id}`,
    Title: 'A',
    Severity: 'Low',
    Category: 'Malware',
    UxDescription: 'A',
  }))
  const indicator = {
    Type: 'DomainName',
    Value: 'a.example',
    'AlertDefinition@odata.bind': 'AlertDefinitions(6)',
  }

  const diagnostics = refusalDiagnostics({
    'definitions.json': JSON.stringify({ alertDefinitions: definitions }),
    'iocs.json': JSON.stringify({ iocs: [indicator] }),
  })

  expect(diagnostics).toHaveLength(1)
  expect(diagnostics[0]?.code).toBe('IOC005')
  expect(diagnostics[0]?.message).toContain('the nearest are 5 "d5", 8 "d8" and 1 "d1"')
  expect(diagnostics[0]?.fix).toContain('$expand=AlertDefinition')
})

test('A12 equal indicators are both kept and the lint shows both lines', () => {
  const texts = ofIndicators(
    '{ Type: DomainName, Value: a.example }',
    '{ Type: DomainName, Value: A.EXAMPLE. }',
  )

  const rules = acceptedRules(texts)
  const found = lints(texts)

  expect(rules.indicators.count).toBe(2)
  expect(found).toEqual(['warning LINT001 9:36'])
})

test('A13 the same indicator under two definitions is accepted in a stable order', () => {
  const indicator = '{ Type: DomainName, Value: a.example }'
  const texts = { 'b.yaml': nativeFile('second', indicator), 'a.yaml': nativeFile('first', indicator) }

  const rules = acceptedRules(texts)

  expect(rowTexts(rules)).toEqual(['first DomainName Equals a.example', 'second DomainName Equals a.example'])
  expect(lints(texts)).toEqual([])
})

test('A14 fifteen thousand and one indicators are one rule set', () => {
  const lines = Array.from({ length: 15_001 }, (_, i) => `DomainName,n${i}.example`)

  const rules = acceptedRules({
    'a.yaml': listFile('a', 'a.csv'),
    'a.csv': `Type,Value\n${lines.join('\n')}`,
  })

  expect(rules.indicators.count).toBe(15_001)
})

test('A15 fragments that everything holds are accepted and the lint calls them errors', () => {
  const found = lints(
    ofIndicators(
      '{ Type: DomainName, DetectionFunction: Contains, Value: a }',
      '{ Type: DomainName, DetectionFunction: Contains, Value: .com }',
      '{ Type: DomainName, DetectionFunction: EndWith, Value: com }',
      '{ Type: DomainName, DetectionFunction: Contains, Value: beacon }',
    ),
  )

  expect(found).toEqual(['error LINT002 8:65', 'error LINT002 9:65', 'error LINT002 10:64'])
})

test('A16 EndWith without a leading dot is warned of', () => {
  const found = lints(
    ofIndicators(
      '{ Type: DomainName, DetectionFunction: EndWith, Value: evil.com }',
      '{ Type: DomainName, DetectionFunction: EndWith, Value: .evil.com }',
    ),
  )

  expect(found).toEqual(['warning LINT003 8:64'])
})

test('A17 StartWith that stops inside a number is warned of', () => {
  const found = lints(
    ofIndicators(
      '{ Type: IpAddress, DetectionFunction: StartWith, Value: 10.1 }',
      '{ Type: IpAddress, DetectionFunction: StartWith, Value: 10.1. }',
    ),
  )

  expect(found).toEqual(['warning LINT004 8:65'])
})

test('A18 the three hashes of the empty file are warned of', () => {
  const found = lints(
    ofIndicators(
      '{ Type: Md5, Value: D41D8CD98F00B204E9800998ECF8427E }',
      '{ Type: Sha1, Value: da39a3ee5e6b4b0d3255bfef95601890afd80709 }',
      '{ Type: Sha256, Value: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 }',
      `{ Type: Sha1, Value: ${SHA1} }`,
    ),
  )

  expect(found).toEqual(['warning LINT005 8:29', 'warning LINT005 9:30', 'warning LINT005 10:32'])
})

test('A19 well-known addresses are warned of', () => {
  const addresses = ['8.8.8.8', '127.0.0.1', '0.0.0.0', '10.0.0.1', '203.0.113.1']

  const found = lints(ofIndicators(...addresses.map((value) => `{ Type: IpAddress, Value: ${value} }`)))

  expect(found).toEqual([8, 9, 10, 11].map((line) => `warning LINT008 ${line}:35`))
})

test('A20 defanged values are refused with the plain form and never read as if plain', () => {
  const diagnostics = refusalDiagnostics(
    ofIndicators(
      '{ Type: DomainName, Value: "hxxp://evil[.]example" }',
      '{ Type: IpAddress, Value: "203[.]0[.]113[.]4" }',
    ),
  )

  expect(diagnostics.map(({ code }) => code)).toEqual(['IOC023', 'IOC023'])
  expect(diagnostics[1]?.fix).toBe('Write "203.0.113.4".')
})

test('A21 a URL given as a domain is refused with its host', () => {
  const [diagnostic] = refusalDiagnostics(
    ofIndicators('{ Type: DomainName, Value: "https://evil.example/path" }'),
  )

  expect(diagnostic).toMatchObject({ code: 'IOC031', fix: 'Write "evil.example".' })
})

test('A22 a BOM and CRLF keep places exact and UTF-16 is refused by name', () => {
  const list = '\ufeffType,Value\r\nDomainName,a.example\r\nDomainName,a..b\r\n'
  const utf16 = Uint8Array.from([0xff, 0xfe, 0x61, 0])

  const found = refusals({ 'a.yaml': listFile('a', 'a.csv'), 'a.csv': list })
  const [diagnostic] = refusalDiagnostics({ 'a.yaml': utf16 })

  expect(found).toEqual(['IOC034 3:12'])
  expect(diagnostic?.message).toContain('UTF-16LE')
})

test('A23 quoted commas, quotes and line ends are one cell, and a ragged row is refused with its place', () => {
  const list =
    'Value,Type\n"a.example",DomainName\n"a,b",DomainName\n"a""b",DomainName\n"a\nb",DomainName\nx\n'

  const diagnostics = refusalDiagnostics({ 'a.yaml': listFile('a', 'a.csv'), 'a.csv': list })

  expect(diagnostics.map(({ code, span }) => `${code} ${span?.line}:${span?.column}`)).toEqual([
    'IOC024 3:2',
    'IOC024 4:2',
    'IOC024 5:2',
    'CSV008 7:1',
  ])
  expect(diagnostics[1]?.message).toContain('U+0022')
})

test('A24 a key that stands twice is refused at the second', () => {
  const [diagnostic] = refusalDiagnostics(
    ofIndicators('{ Type: DomainName, Value: a.example, Value: b.example }'),
  )

  expect(diagnostic?.code).toBe('RULE010')
  expect(diagnostic?.span).toMatchObject({ line: 8, column: 47 })
  expect(diagnostic?.related[0]?.span).toMatchObject({ line: 8, column: 29 })
})

test('A25 a boolean as text is refused in the native form and warned of in an API body', () => {
  const definition = { Name: 'a', Title: 'A', Severity: 'Low', Category: 'Malware', UxDescription: 'A' }
  const body = { alertDefinitions: [{ ...definition, Enabled: 'false' }] }

  const found = refusals({ 'a.yaml': `${nativeFile('a')}    Enabled: "false"\n` })
  const rules = acceptedRules({ 'a.json': JSON.stringify(body) })

  expect(found).toEqual(['RULE015 7:14'])
  expect(rules.definitions[0]?.Enabled).toBe(false)
  expect(rules.warnings.map(({ code }) => code)).toEqual(['RULE021'])
})

test('B14 names that are none are refused, and single labels and public suffixes are warned of', () => {
  const found = refusals(
    ofIndicators('{ Type: DomainName, Value: a..b }', '{ Type: DomainName, Value: -a.com }'),
  )
  const warned = lints(
    ofIndicators(
      '{ Type: DomainName, Value: _dmarc.example.com }',
      '{ Type: DomainName, Value: localhost }',
      '{ Type: DomainName, Value: co.uk }',
    ),
  )

  expect(found).toEqual(['IOC034 8:36', 'IOC034 9:36'])
  expect(warned).toEqual(['warning LINT006 9:36', 'warning LINT007 10:36'])
})
