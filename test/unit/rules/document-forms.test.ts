import { expect, test } from 'vitest'
import { parseRules } from '../../../src/rules/parse-rules.ts'
import {
  acceptedRules,
  nativeFile,
  parseTexts,
  refusalDiagnostics,
  refusals,
  rowTexts,
} from './rule-texts.ts'

const HOST = '{ Type: DomainName, Value: a.example }'
const DEFINITION = '"Name": "a", "Title": "A", "Severity": "Low", "Category": "Malware", "UxDescription": "A"'

function codesOf(text: string, name = 'a.json'): readonly string[] {
  const result = parseTexts({ [name]: text })
  const found = result.ok ? result.rules.warnings : result.diagnostics
  return found.map(({ code, span }) => `${code} ${span?.column}`)
}

function parse(...files: readonly (readonly [name: string, bytes: Uint8Array])[]): unknown {
  return parseRules(
    files.map(([name, bytes]) => ({ name, bytes })),
    { readSibling: () => null },
  )
}

test('no files at all are refused with what to name', () => {
  expect(parse()).toMatchObject({
    diagnostics: [
      {
        message: 'no rule file was given',
        fix: 'Name a rule file or a folder with *.rules.yaml or *.rules.json.',
      },
    ],
  })
})

test('two files of one name are both read where they differ, and one of them is named where they do not', () => {
  const bytesOf = (name: string): Uint8Array => new TextEncoder().encode(nativeFile(name, HOST))

  const different = parse(['a.yaml', bytesOf('a')], ['a.yaml', bytesOf('b')])
  const same = parse(['a.yaml', bytesOf('a')], ['a.yaml', bytesOf('a')])

  expect(different).toMatchObject({ ok: true, rules: { definitions: [{ Name: 'a' }, { Name: 'b' }] } })
  expect(same).toMatchObject({
    rules: { warnings: [{ message: 'a.yaml was given twice; it is read once' }] },
  })
})

test('a YAML file may have 16 MiB and a JSON file more', () => {
  // No UTF-8, so that what is not too large is refused for its first byte.
  const bytes = new Uint8Array(16 * 2 ** 20 + 1).fill(0xff)

  expect(parse(['a.yaml', bytes.subarray(1)])).toMatchObject({ diagnostics: [{ code: 'RULE003' }] })
  expect(parse(['a.json', bytes])).toMatchObject({ diagnostics: [{ code: 'RULE003' }] })
  expect(parse(['A.JSON', bytes])).toMatchObject({ diagnostics: [{ code: 'RULE003' }] })
  expect(parse(['a.yaml', bytes])).toMatchObject({
    diagnostics: [
      {
        code: 'RULE004',
        message: 'the file has 16777217 bytes; a rule document may have 16777216',
        fix: 'Put the IOCs into a CSV list and name it under iocFiles.',
        span: { file: 'a.yaml', line: 1, column: 1, length: 1, lineText: '' },
      },
    ],
  })
})

test('a definition that stays in its place is no reason to leave the others in theirs', () => {
  const texts = ['a', 'c', 'b'].map((name, i) => [
    `${i}.yaml`,
    nativeFile(name, `{ Type: DomainName, Value: ${name}.example }`),
  ])

  const rules = acceptedRules(Object.fromEntries(texts))

  expect(rowTexts(rules)).toEqual(['a', 'b', 'c'].map((name) => `${name} DomainName Equals ${name}.example`))
})

test('a file is YAML by its name or where its first character is no brace', () => {
  const flow = `{ alertDefinitions: [{ Name: a, Title: A, Severity: Low, Category: Malware, UxDescription: A }] }`

  expect(codesOf(flow, 'a.yml')).toEqual([])
  expect(codesOf(nativeFile('a', HOST), 'stdin')).toEqual([])
  expect(codesOf(nativeFile('7', '{ Type: DomainName, Value: 7.example }'), 'stdin')).toEqual([])
})

test('indicators at the top of a YAML file are read as a body of the service', () => {
  const yaml = `iocs:\n  - Type: DomainName\n    Value: a.example\n    AlertDefinition: {${DEFINITION}}\n`

  expect(rowTexts(acceptedRules({ 'a.yaml': yaml }))).toEqual(['a DomainName Equals a.example'])
})

test('a page of a reply is known by any key that ends in the next link', () => {
  expect(codesOf(`{"value": [{${DEFINITION}}], "value@odata.nextLink": "x"}`)).toEqual(['RULE019 106'])
})

test('an object among alert definitions is a definition, whatever it holds', () => {
  const codes = codesOf('{"alertDefinitions": [{"Type": "DomainName", "Value": "a.example"}]}')

  expect(codes).toContain('RULE014 24')
  expect(codes).toContain('DEF001 24')
})

test.each(['Type', 'Value', 'DetectionFunction'])(
  'an object of a reply with a %s is an indicator',
  (name) => {
    const codes = codesOf(`{"value": [{"${name}": "x"}]}`)

    expect(codes.filter((code) => code.startsWith('DEF'))).toEqual([])
    expect(codes.some((code) => code.startsWith('IOC'))).toBe(true)
  },
)

test.each([
  ['before the right one', '{ Typ: Md5, Type: DomainName, Value: a.example }', ['RULE014 8:11']],
  ['behind the right one', '{ Type: DomainName, Value: a.example, Typ: Md5 }', ['RULE014 8:47']],
  ['twice', '{ Typ: DomainName, Tpe: Md5, Value: a.example }', ['RULE014 8:11', 'RULE014 8:28']],
])('a key that is misspelt %s is the only mistake', (_, indicator, expected) => {
  expect(refusals({ 'a.yaml': nativeFile('a', indicator) })).toEqual(expected)
})

test('an Id has no place in rules of people, and is not judged', () => {
  const file = nativeFile('a', '{ Type: DomainName, Value: a.example, Id: x }')

  expect(refusals({ 'a.yaml': `${file}    Id: x\n` })).toEqual(['DEF006 8:47', 'DEF006 9:5'])
})

test('control information is passed over in bodies and refused in rules of people', () => {
  const native = `{"alertDefinitions": [{${DEFINITION}, "tests": [], "@odata.type": "x"}]}`

  expect(codesOf(native).map((code) => code.slice(0, 7))).toEqual(['RULE014'])
  expect(codesOf(native.replace(', "tests": []', ''))).toEqual([])
  expect(codesOf(`{"alertDefinitions": [{${DEFINITION}, "@Title": "x"}]}`)).toEqual([])
  expect(codesOf(`{"value": [{${DEFINITION}, "AlertDefinition@odata.bnd": "x"}]}`)).toEqual([])
})

test('control information is not among the properties to use', () => {
  const found = refusalDiagnostics({ 'a.json': '{"iocs": [{"Zzzzzzzz": 1}]}' }).find(
    ({ code }) => code === 'RULE014',
  )

  expect(found?.fix).toMatch(/^Delete it, or use one of Type, /)
  expect(found?.fix).not.toContain('@')
})

test('a Type or a time that is no text is reported once', () => {
  const found = (ioc: string): readonly string[] =>
    refusals({ 'a.json': `{"alertDefinitions": [{${DEFINITION}, "iocs": [${ioc}]}]}` }).map((text) =>
      text.slice(0, 7),
    )

  expect(found('{"Type": 5, "Value": "a.example"}')).toEqual(['RULE015'])
  expect(found('{"Type": "DomainName", "Value": "a.example", "ExpiresAt": []}')).toEqual(['RULE015'])
})

test('a value is not judged where its DetectionFunction is none', () => {
  const indicator = '{ Type: DomainName, DetectionFunction: Foo, Value: a b }'

  expect(refusals({ 'a.yaml': nativeFile('a', indicator) })).toEqual(['IOC002 8:48'])
})

test('words that hold a null or a boolean are texts', () => {
  const titles = ['xnull', 'nullx', 'xtrue', 'truex']
  const texts = titles.map((title, i) => [`${i}.yaml`, nativeFile(title, HOST).replace('A title', title)])

  const { definitions } = acceptedRules(Object.fromEntries(texts))

  expect(definitions.map(({ Title }) => Title)).toEqual(titles.toSorted())
})

test('a key without a value in YAML has none, at the end of the key', () => {
  const found = refusals({ 'a.yaml': nativeFile('a', '{ Type: DomainName, Value }') })

  expect(found).toEqual(['RULE015 8:34'])
})

test.each([
  ['behind a mark of the same kind', '{ Type: "so! what", Value: !!str x }', 'RULE009 8:36'],
  ['before an anchor', '{ Type: DomainName, Value: !!str &anchor x }', 'RULE009 8:36'],
  ['far before its value', `{ Type: DomainName, Value: !!str ${' '.repeat(300)}x }`, 'RULE009 8:342'],
])('a tag %s is refused by its place', (_, indicator, expected) => {
  expect(refusals({ 'a.yaml': nativeFile('a', indicator) })).toContain(expected)
})

test('a JSON file may end its lines with CRLF', () => {
  expect(codesOf(`{\r\n"alertDefinitions": [{${DEFINITION.replaceAll(', ', ',\r\n')}}]\r\n}\r\n`)).toEqual([])
})

test('a JSON text that ends at a lone carriage return is marked up to there', () => {
  const [found] = refusalDiagnostics({ 'a.json': '{"value": "abc\rdef' })

  expect(found?.span).toMatchObject({ line: 1, column: 11, length: 4 })
})

test('a tab in the indentation is named before a mistake above it', () => {
  const [found] = refusalDiagnostics({ 'a.yaml': 'a: b: c\n\td: e\n' })

  expect(found).toMatchObject({ code: 'RULE008', message: 'a tab stands in the indentation' })
})

test('misspelt control information of an indicator in a reply is passed over', () => {
  const ioc =
    '"Type": "DomainName", "Value": "a.example", "AlertDefinition@odata.bind": "AlertDefinitions(3)"'

  expect(
    codesOf(`{"value": [{"Id": 3, ${DEFINITION}}, {${ioc}, "AlertDefinition@odata.bnd": "x"}]}`),
  ).toEqual([])
})

test('a YAML text too deep for its parser is refused as too deep, and where', () => {
  const found = refusalDiagnostics({ 'a.yaml': '['.repeat(20_000) })

  expect(found).toMatchObject([{ code: 'RULE011', span: { line: 1 } }])
  expect(found[0]?.span?.column).toBeGreaterThan(64)
})

test('a definition has the words that stand in its file', () => {
  const { definitions } = acceptedRules({ 'a.json': `{"alertDefinitions": [{${DEFINITION}}]}` })

  expect(definitions).toMatchObject([
    { Name: 'a', Title: 'A', Severity: 'Low', Category: 'Malware', UxDescription: 'A', Enabled: true },
  ])
})
