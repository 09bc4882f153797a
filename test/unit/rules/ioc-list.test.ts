import { expect, test } from 'vitest'
import { acceptedRules, bytesOf, listFile, refusals, rowTexts } from './rule-texts.ts'

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
