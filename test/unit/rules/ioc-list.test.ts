import { expect, test } from 'vitest'
import { NO_TIME } from '../../../src/model/rule-set.ts'
import { formatTime } from '../../../src/model/time.ts'
import {
  acceptedRules,
  bytesOf,
  listFile,
  parseTexts,
  refusalDiagnostics,
  refusals,
  rowTexts,
} from './rule-texts.ts'

const MD5 = '098f6bcd4621d373cade4e832627b4f6'

function ofList(list: string | Uint8Array): Readonly<Record<string, string | Uint8Array>> {
  return { 'a.yaml': listFile('a', 'a.csv'), 'a.csv': list }
}

test('rows of one kind are read one after another with exact places', () => {
  const values = Array.from({ length: 50 }, (_, i) => i.toString(16).padStart(32, '0'))

  const rules = acceptedRules(ofList(`Type,Value\n${values.map((value) => `Md5,${value}\n`).join('')}`))

  expect(rowTexts(rules)).toEqual(values.map((value) => `a Md5 Equals ${value}`))
  expect(Array.from(rules.indicators.sourceLine)).toEqual(values.map((_, i) => i + 2))
  expect(new Set(rules.indicators.sourceColumn)).toEqual(new Set([5]))
})

test.each([
  ['a last row without a line end', `Md5,${MD5}\nMd5,${MD5}`, 2],
  ['CRLF after the first row only', `Md5,${MD5}\r\nMd5,${MD5}\n`, 2],
  ['a blank line between', `Md5,${MD5}\n\nMd5,${MD5}\n`, 2],
  ['another type between', `Md5,${MD5}\nSha1,${MD5}00000000\nMd5,${MD5}\n`, 3],
  ['a quoted value after plain ones', `Md5,${MD5}\nMd5,"${MD5}"\nMd5,${MD5}\n`, 3],
  ['quoted types', `"Md5",${MD5}\n"Md5",${MD5}\n`, 2],
])('a list with %s loses no row', (_, rows, count) => {
  const rules = acceptedRules(ofList(`Type,Value\n${rows}`))

  expect(rules.indicators.count).toBe(count)
})

test('a row that only looks like the one before it is judged by itself', () => {
  const found = refusals(ofList(`Type,Value\nMd5,${MD5}\nMd5,${MD5.slice(1)},\nMd5,${MD5.slice(1)}x\n`))

  expect(found).toEqual(['CSV008 3:36', 'IOC024 4:5'])
})

test('rows of one kind keep the times and the state of the first', () => {
  const list = `ExpiresAt,Enabled,Type,Value
2027-01-01T00:00:00Z,false,Md5,${MD5}
2027-01-01T00:00:00Z,false,Md5,${MD5.replace('0', '1')}
,,Md5,${MD5.replace('0', '2')}
`

  const { indicators } = acceptedRules(ofList(list))

  expect(Array.from(indicators.enabled)).toEqual([0, 0, 1])
  expect(indicators.expiresAt?.[0]).toBe(indicators.expiresAt?.[1])
  expect(indicators.expiresAt?.[2]).not.toBe(indicators.expiresAt?.[1])
})

test('two definitions may name the same list', () => {
  const list = `Type,Value\nMd5,${MD5}\n`

  const rules = acceptedRules({
    'a.yaml': listFile('a', 'x.csv'),
    'b.yaml': listFile('b', 'x.csv'),
    'x.csv': list,
  })

  expect(rowTexts(rules)).toEqual([`a Md5 Equals ${MD5}`, `b Md5 Equals ${MD5}`])
  expect(rules.sources).toEqual(['a.yaml', 'x.csv', 'b.yaml'])
})

test('a byte that is not UTF-8 is shown where it stands', () => {
  const head = bytesOf('Type,Value\nDomainName,k')

  const found = refusals(ofList(Uint8Array.from([...head, 0xf6, ...bytesOf('ln.example\n')])))

  expect(found).toEqual(['RULE003 2:13'])
})

test('a list of hostile width is refused without keeping its cells', () => {
  const found = refusals(ofList(`Type,Value\n${','.repeat(100_000)}\n`))

  expect(found).toEqual(['CSV008 2:3'])
})

test('words of a list may stand in any letters and between blanks, but no other byte passes for a letter', () => {
  const row = (type: string, word: string): string => `${type},${word},${MD5}\n`
  const list = `Type,DetectionFunction,Value\n${row('MD5', 'EQUALS')}${row(' md5\t', 'Contains ')}${row('Md5', ' ')}`

  const rules = acceptedRules(ofList(list))

  expect(rowTexts(rules).map((text) => text.split(' ')[2])).toEqual(['Equals', 'Equals', 'Contains'])
  expect(refusals(ofList(`Type,Value\nMd\u0015,${MD5}\nM\u0044\u00355,${MD5}\n`))).toEqual([
    'IOC002 2:1',
    'IOC002 3:1',
  ])
})

test('times of a list are each read, whatever stood above them', () => {
  const list = `Type,Value,ExpiresAt
Md5,${MD5.slice(1)}0,2027-01-01T00:00:00Z
Md5,${MD5.slice(1)}1, 2027-01-01T00:00:00Z
Md5,${MD5.slice(1)}2,
Md5,${MD5.slice(1)}3,2028-01-01T00:00:00Z
Md5,${MD5.slice(1)}4,2027-01-01T00:00:00Z
`

  const { indicators } = acceptedRules(ofList(list))

  const times = Array.from(indicators.expiresAt ?? [], (time) => (time === NO_TIME ? '' : formatTime(time)))
  expect(times.map((time) => time.slice(0, 4))).toEqual(['2027', '2027', '', '2028', '2027'])
  expect(refusals(ofList(list.replaceAll('2027-01', '2027-13')))).toEqual([
    'IOC003 2:38',
    'IOC003 3:38',
    'IOC003 6:38',
  ])
})

test('the state of a row is true or false in any letters, and true where nothing is said', () => {
  const states = ['TRUE', ' False ', 'false', '', 'true']
  const rows = states.map((state, i) => `Md5,${MD5.slice(1)}${i},${state}\n`)

  const { indicators } = acceptedRules(ofList(`Type,Value,Enabled\n${rows.join('')}`))

  expect(Array.from(indicators.enabled)).toEqual([1, 0, 0, 1, 1])
})

test('a value behind a cell of several lines stands where its own line says, in code points', () => {
  const list = `Enabled,Type,Value\n"\n\u3000true",DomainName,a.example\n"\u3000true",DomainName,b.example\n`

  const { indicators } = acceptedRules(ofList(list))

  expect([...indicators.sourceLine]).toEqual([3, 4])
  expect([...indicators.sourceColumn]).toEqual([19, 20])
})

test('options judge the rows of a list like those of a rule file, and the whole row is left out', () => {
  const list = `Type,DetectionFunction,Value\nMd5,EndWith,abc\nMd5,Equals,${MD5}\nIpAddress,StartWith,10.\n`

  expect(refusals(ofList(list), { nonEqualsHash: 'reject' })).toEqual(['IOC009 2:13'])
  expect(rowTexts(acceptedRules(ofList(list)))).toHaveLength(3)
  expect(
    rowTexts(acceptedRules(ofList(list.replace('Md5,EndWith,abc\n', '')), { nonEqualsHash: 'reject' })),
  ).toHaveLength(2)
})

test('rows of several lists keep their own definition, file and line', () => {
  const rules = acceptedRules({
    'a.yaml': listFile('a', 'x.csv', 'y.csv'),
    'b.yaml': listFile('b', 'y.csv'),
    'x.csv': `Type,Value\nDomainName,x1.example\nDomainName,x2.example\n`,
    'y.csv': `Type,Value\n\nDomainName,y1.example\n`,
  })

  const { sourceFile, sourceLine } = rules.indicators
  expect(
    rowTexts(rules).map((text, row) => `${text} ${rules.sources[sourceFile[row]!]} ${sourceLine[row]}`),
  ).toEqual([
    'a DomainName Equals x1.example x.csv 2',
    'a DomainName Equals x2.example x.csv 3',
    'a DomainName Equals y1.example y.csv 3',
    'b DomainName Equals y1.example y.csv 3',
  ])
})

test.each<[string, string, string]>([
  ['too few cells', 'Md5', 'CSV008 2:1 the row has 1 cell, the header has 2'],
  ['no cell at all but commas', ',,,', 'CSV008 2:3 the row has 4 cells, the header has 2'],
  ['a comma at its end', `Md5,${MD5},`, 'CSV008 2:37 the row has 3 cells, the header has 2'],
  ['a cell too many', `Md5,${MD5},x`, 'CSV008 2:38 the row has 3 cells, the header has 2'],
  ['an open quote', `Md5,"${MD5}`, 'CSV009 2:5 the quoted cell is not closed before the end of the file'],
  ['text behind a quote', `Md5,"${MD5}" x`, 'CSV010 2:39 text stands after the closing quote of a cell'],
])('a row of %s is refused as what it is', (_, row, expected) => {
  const [found, ...others] = refusalDiagnostics(ofList(`Type,Value\n${row}\n`))

  expect(`${found?.code} ${found?.span?.line}:${found?.span?.column} ${found?.message}`).toBe(expected)
  expect(others).toEqual([])
})

test('a list without a row below its header is a warning at its end', () => {
  const { warnings } = acceptedRules(ofList('Type,Value\n\n'))

  expect(warnings.map(({ code, span, message }) => [code, span?.line, message])).toEqual([
    ['CSV012', 3, 'the list holds no IOC below its header'],
  ])
})

test('the first column of a list may be any, and a mark before a quoted name is no part of it', () => {
  const enabled = acceptedRules(ofList(`Enabled,Type,Value\nfalse,Md5,${MD5}\n`))
  const marked = acceptedRules(ofList(`\ufeff"Type",Value\nMd5,${MD5}\n`))

  expect(Array.from(enabled.indicators.enabled)).toEqual([0])
  expect(rowTexts(marked)).toEqual([`a Md5 Equals ${MD5}`])
})

test('a type may stand between blanks, the first of all types as well', () => {
  const values = { Sha1: 'a'.repeat(40), Md5: MD5 }
  const rows = Object.entries(values).map(([type, value]) => `  ${type} ,${value}\n`)

  expect(rowTexts(acceptedRules(ofList(`Type,Value\n${rows.join('')}`)))).toEqual([
    `a Sha1 Equals ${values.Sha1}`,
    `a Md5 Equals ${MD5}`,
  ])
})

test.each(['', '\r', '\r\n'])('a quoted cell may be the last of a list that ends in %j', (end) => {
  expect(rowTexts(acceptedRules(ofList(`Type,Value\nMd5,"${MD5}"${end}`)))).toEqual([`a Md5 Equals ${MD5}`])
})

test('a row is rejected for any of its cells, and its value is not judged where its function is none', () => {
  const badTime = { ...ofList(`Type,Value,ExpiresAt\nMd5,${MD5},soon\n`) }
  const badFunction = refusals(ofList('Type,DetectionFunction,Value\nDomainName,Foo,a b\n'))

  expect(parseTexts(badTime)).toMatchObject({ ok: false, rejected: 1 })
  expect(badFunction).toEqual(['IOC002 2:12'])
})
