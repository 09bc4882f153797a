import { expect, test } from 'vitest'
import { NO_TIME } from '../../../src/model/rule-set.ts'
import { parseRules } from '../../../src/rules/parse-rules.ts'
import { acceptedRules, listFile, nativeFile, parseTexts, refusals, rowTexts } from './rule-texts.ts'

const DOMAIN = '{ Type: DomainName, Value: a.example }'

test('no files at all are refused, because an empty set of rules is never meant', () => {
  const result = parseRules([], { readSibling: () => null })

  expect(result).toMatchObject({ ok: false, diagnostics: [{ code: 'RULE017', span: null }] })
})

test('a set of files without a definition is refused', () => {
  const found = refusals({ 'a.json': '{"value": []}', 'b.yaml': 'alertDefinitions: []' })

  expect(found).toEqual(['RULE016 1:11'])
})

test('one error in one file keeps every file from being loaded', () => {
  const result = parseTexts({ 'a.yaml': nativeFile('a', DOMAIN), 'b.yaml': nativeFile('b', '{}') })

  expect(result.ok).toBe(false)
})

test('every indicator that was read is kept, opaque or rejected', () => {
  const accepted = parseTexts({
    'a.yaml': `${nativeFile('a', DOMAIN, DOMAIN)}    opaque: [{ Type: Url, Value: x }]\n    iocFiles: [a.csv]\n`,
    'a.csv': 'Type,Value,Enabled\nDomainName,b.example,false\n',
  })
  const refused = parseTexts({
    'a.yaml': listFile('a', 'a.csv'),
    'a.csv': 'Type,Value\nSha1,x\nDomainName,b.example\nDomainName\nx,y\n',
  })

  expect(accepted).toMatchObject({ accounting: { read: 4, kept: 3, opaque: 1, rejected: 0 } })
  expect(refused).toMatchObject({ ok: false, rejected: 3 })
})

test('a file given twice is read once with a warning', () => {
  const file = { name: 'a.yaml', bytes: new TextEncoder().encode(nativeFile('a', DOMAIN)) }

  const result = parseRules([file, file], { readSibling: () => null })

  expect(result).toMatchObject({ ok: true, rules: { warnings: [{ code: 'RULE020' }] } })
})

test('a Name in two files is refused at the second file by name, whatever order they are given in', () => {
  const texts = { 'b.yaml': nativeFile('same', DOMAIN), 'a.yaml': nativeFile('same', DOMAIN) }

  const result = parseTexts(texts)

  expect(result).toMatchObject({
    ok: false,
    diagnostics: [{ code: 'DEF005', span: { file: 'b.yaml' }, related: [{ span: { file: 'a.yaml' } }] }],
  })
})

test('definitions are sorted by the UTF-8 bytes of their names and not by code units', () => {
  const names = ['\u{ffee}', '\u{1f98a}', 'b', 'B', 'a']
  const texts = Object.fromEntries(names.map((name, i) => [`${i}.yaml`, nativeFile(name, DOMAIN)]))

  const rules = acceptedRules(texts)

  expect(rules.definitions.map(({ Name }) => Name)).toEqual(['B', 'a', 'b', '\u{ffee}', '\u{1f98a}'])
  expect(rules.definitionSpans?.map(({ file }) => file)).toEqual([
    '3.yaml',
    '4.yaml',
    '2.yaml',
    '0.yaml',
    '1.yaml',
  ])
})

test('copies that differ in a time are sorted by it, those without one last', () => {
  const rules = acceptedRules({
    'a.yaml': nativeFile(
      'a',
      DOMAIN,
      '{ Type: DomainName, Value: a.example, ExpiresAt: 2028-01-01T00:00:00Z }',
      '{ Type: DomainName, Value: a.example, ExpiresAt: 2027-01-01T00:00:00Z }',
    ),
  })

  expect(Array.from(rules.indicators.sourceLine)).toEqual([10, 9, 8])
  expect(rules.indicators.expiresAt?.at(-1)).toBe(NO_TIME)
})

test('indicators of one body are bound to definitions of another by their Id', () => {
  const definition = {
    Id: 3,
    Name: 'a',
    Title: 'A',
    Severity: 'Low',
    Category: 'Malware',
    UxDescription: 'A',
  }
  const indicator = { Type: 'SHA1', Value: '8311E8B377736FB93B18B15372355F3F26C4CD29' }
  const bind = { 'AlertDefinition@odata.bind': 'AlertDefinitions(3)' }

  const rules = acceptedRules({
    'z-definitions.json': JSON.stringify({ '@odata.context': 'x', value: [definition] }),
    'a-iocs.json': JSON.stringify({ iocs: [{ ...indicator, ...bind }] }),
  })

  expect(rowTexts(rules)).toEqual(['a Sha1 Equals 8311e8b377736fb93b18b15372355f3f26c4cd29'])
  expect(rules.definitions[0]?.Id).toBe(3)
})

test('a JSON file is native as soon as one of its definitions holds a native key', () => {
  const definition = { Title: 'A', Severity: 'Low', Category: 'Malware', UxDescription: 'A' }
  const plain = { ...definition, Name: 'a', Enabled: 'true' }
  const native = { ...definition, Name: 'b', tests: [] }

  const asBody = parseTexts({ 'a.json': JSON.stringify({ alertDefinitions: [plain] }) })
  const asNative = refusals({ 'a.json': JSON.stringify({ alertDefinitions: [plain, native] }) })

  expect(asBody.ok).toBe(true)
  expect(asNative.map((text) => text.slice(0, 7))).toEqual(['RULE015'])
})

test('the option to reject hash fragments refuses them in documents and in lists', () => {
  const texts = {
    'a.yaml': `${nativeFile('a', '{ Type: Sha1, DetectionFunction: StartWith, Value: "abcdef01" }', '{ Type: DomainName, DetectionFunction: EndWith, Value: .a.example }')}    iocFiles: [a.csv]\n`,
    'a.csv': 'Type,DetectionFunction,Value\nMd5,Contains,abcdef01\nDomainName,EndWith,.b.example\n',
  }

  const found = refusals(texts, { nonEqualsHash: 'reject' })
  const rules = acceptedRules(texts, { nonEqualsHash: 'allow' })

  expect(found).toEqual(['IOC009 2:14', 'IOC009 8:60'])
  expect(rules.indicators.count).toBe(4)
})

test('a list is found next to the rule file and named after its folder', () => {
  const asked: string[] = []
  const file = { name: 'rules/team/a.yaml', bytes: new TextEncoder().encode(listFile('a', './lists/a.csv')) }

  const result = parseRules([file], {
    readSibling: (ruleFile, path) => {
      asked.push(`${ruleFile} ${path}`)
      return new TextEncoder().encode('Type,Value\nDomainName,a.example\n')
    },
  })

  expect(asked).toEqual(['rules/team/a.yaml ./lists/a.csv'])
  expect(result).toMatchObject({
    ok: true,
    rules: { sources: ['rules/team/a.yaml', 'rules/team/lists/a.csv'] },
  })
})

test('names of properties of Object are ordinary unknown keys', () => {
  const text = '{"alertDefinitions": [{"__proto__": 1, "constructor": 2, "Name": "a"}]}'

  const found = refusals({ 'a.json': text })

  expect(found.filter((code) => code.startsWith('RULE014'))).toHaveLength(2)
})

test('a document over its size is refused unread', () => {
  const found = refusals({ 'a.yaml': new Uint8Array(16 * 2 ** 20 + 1).fill(0x20) })

  expect(found).toEqual(['RULE004 1:1'])
})

test('copies are sorted by when they were created, then by file, line and column', () => {
  const definition =
    '"Name": "a", "Title": "A", "Severity": "Low", "Category": "Malware", "UxDescription": "A"'
  const copy = (seconds: number): string =>
    `{"Type": "DomainName", "Value": "a.example", "CreatedAt": "2026-01-01T00:00:0${seconds}Z", "AlertDefinition": {"Id": 1, ${definition}}}`
  const copies = acceptedRules({ 'a.json': `{"value": [${[3, 1, 2].map(copy).join(',\n')}]}` })
  const inPlaces = acceptedRules({
    'a.yaml': `${nativeFile('a', `{ iocs: [] }`).replace('      - { iocs: [] }', `      [${DOMAIN}, ${DOMAIN}, ${DOMAIN}]`)}    iocFiles: [a.csv]\n`,
    'a.csv': 'Type,Value\nDomainName,a.example\nDomainName,a.example\n',
  })

  expect(Array.from(copies.indicators.sourceLine)).toEqual([2, 3, 1])
  const { sourceFile, sourceLine, sourceColumn } = inPlaces.indicators
  expect(Array.from(sourceFile)).toEqual([0, 0, 0, 1, 1])
  expect(Array.from(sourceLine)).toEqual([8, 8, 8, 2, 3])
  expect(sourceColumn.slice(0, 3)).toEqual(sourceColumn.slice(0, 3).toSorted())
  expect(new Set(sourceColumn.slice(0, 3)).size).toBe(3)
})
