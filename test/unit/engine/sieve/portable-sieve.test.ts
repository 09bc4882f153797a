import { expect, test } from 'vitest'
import { PortableSieve } from '../../../../src/engine/sieve/portable-sieve.ts'
import type { KeyTable } from '../../../../src/model/key-table.ts'
import { keyTable } from '../../../support/defender-key-table.ts'
import { verdict } from './asked-values.ts'

const TABLE = keyTable(
  [
    ['name', 'domain'],
    ['k', 'domain'],
    ['chain', 'url', 'json'],
    ['doc', 'json'],
  ],
  [
    ['query', 'domain'],
    ['answers', 'dns-results', 'json'],
  ],
)
const A = 'DomainName a'

/** Records of the lenient scanner, well-formed or not, and what the sieve makes of each. */
const ROWS: readonly (readonly [what: string, record: string, expected: string])[] = [
  ['a plain key', '{"name":"a"}', A],
  ['blanks around the colon', '{"name" \t\r\n : \r\n "a"}', A],
  ['a short key at the very start', '"k":"a"', A],
  ['a key behind a backslash', String.raw`{\"name":"a"}`, A],
  ['a key that ends like a mapped one', '{"rename":"a","xk":"b"}', ''],
  ['a value that looks like a key', '{"x":"name","y":"a"}', ''],
  ['a key without a colon', '{"name" "a"}', ''],
  ['a key at the end of the record', '{"name"', ''],
  ['a key with a colon at the end', '{"name": ', ''],
  ['a key whose value is a key', '{"name":"k":"a"}', 'DomainName k | DomainName a'],
  ['duplicates', '{"name":"a","name":"b"}', 'DomainName a | DomainName b'],
  ['an escaped key', String.raw`{"\u006eame":"a"}`, 'maybe'],
  ['an escaped key in capitals of hex', String.raw`{"nam\u0065" : "a"}`, 'maybe'],
  ['an escaped key behind escaped backslashes', String.raw`{"x":"\\","\u006bx":1}`, 'maybe'],
  ['an escaped value', String.raw`{"x":"\u006eame","y":"a"}`, ''],
  ['an escaped backslash before u', String.raw`{"x\\u006eame":"a"}`, ''],
  ['an escaped character of no key', String.raw`{"\u0026":"a","\u00ae":"b"}`, ''],
  ['an escape that is cut off', String.raw`{"\u006`, ''],
  ['two escapes in one string, the second near its end', String.raw`{"\u006e\u006e":"a"}`, 'maybe'],
  ['null, numbers and booleans', '{"name":null,"k":-1.5e+3,"name" : true ,"k":false}', ''],
  ['an object', '{"name":{"x":"a"}}', ''],
  ['a mapped key in an object of a mapped key', '{"name":{"k":"a"}}', A],
  ['a word that is none', '{"name":nul,"x":1}', 'maybe'],
  ['a number with something behind it', '{"name":12 "a"}', 'maybe'],
  ['a lone sign', '{"name":-}', 'maybe'],
  ['nothing before the comma', '{"name":,"a"}', 'maybe'],
  ['a second colon', '{"name"::"a"}', 'maybe'],
  ['garbage before the value', '{"name":\u00a0"a"}', 'maybe'],
  ['an array', '{"name":["a", "b" ,null,1]}', 'DomainName a | DomainName b'],
  [
    'an array in an array',
    '{"name":[["a"],["b",["c"]]],"x":["d"]}',
    'DomainName a | DomainName b | DomainName c',
  ],
  ['an array that another closer ends', '{"name":["a"},"b"]', A],
  ['an array that is cut off', '{"name":["a","b', 'DomainName a | DomainName b'],
  ['an array with escapes that end nothing', String.raw`{"name":["x\"y"]}`, 'maybe'],
  ['an empty array', '{"name":[]}', ''],
  ['an object in an array', '{"name":[{"x":"a"}]}', 'maybe'],
  ['keys in an array of a mapped key', '{"name":["x":"a"]}', 'DomainName x | DomainName a'],
  ['a document in a string', String.raw`{"doc":"{\"query\":\"a\"}"}`, A],
  ['a document with blanks', String.raw`{"doc":"{ \"query\" : \"a\" }"}`, A],
  [
    'a document with an array',
    String.raw`{"doc":"{\"query\":[\"a\",\"b\"]}"}`,
    'DomainName a | DomainName b',
  ],
  ['a document with an escaped line feed', String.raw`{"doc":"{\"query\":\n\"a\"}"}`, 'maybe'],
  ['a document with an escaped blank before the colon', String.raw`{"doc":"{\"query\"\t:\"a\"}"}`, 'maybe'],
  ['a document with an escaped quote', String.raw`{"doc":"{\u0022query\":\"a\"}"}`, 'maybe'],
  ['a document with an escaped key', String.raw`{"doc":"{\"\\u0071uery\":\"a\"}"}`, 'maybe'],
  ['a document with an escaped backslash', String.raw`{"doc":"{\"\u005cu0071uery\":\"a\"}"}`, 'maybe'],
  ['a document with an escape in a value', String.raw`{"doc":"{\"query\":\"\\u0061\"}"}`, 'maybe'],
  ['a document with a harmless escape', String.raw`{"doc":"{\"x\":\"\u003c\u00ae\"}"}`, ''],
  ['a document that ends within a value', String.raw`{"doc":"{\"query\":\"a","x":"b"}`, A],
  ['a document that ends within an array', String.raw`{"doc":"{\"query\":[\"a","x":"b"}`, A],
  ['a document with null', String.raw`{"doc":"{\"query\":null}"}`, ''],
  ['a document with null at its end', String.raw`{"doc":"{\"query\":null"}`, 'maybe'],
  ['a key of the record spelled as in a document', String.raw`{"doc":"{\"name\":\"a\"}"}`, ''],
  ['escaped quotes elsewhere', String.raw`{"x":"\"query\":\"a\""}`, A],
  ['an object in place of a document', '{"doc":{"query":"a"}}', A],
  [
    'a list in a string',
    String.raw`{"chain":"[\"//a\", \"b\"]"}`,
    String.raw`DomainName [\"//a\", \"b\"]" | DomainName a | DomainName b`,
  ],
  ['a list in a string with more behind it', String.raw`{"chain":"[\"//a\"] \"b\""}`, 'maybe'],
  ['a document that is no list', String.raw`{"chain":"x/ [\"a\"]"}`, 'maybe'],
  ['a list in a string in a document', String.raw`{"doc":"{\"answers\":\"[\\\"a\\\"]\"}"}`, 'maybe'],
  ['a list in a document', String.raw`{"doc":"{\"answers\":[\"a\"]}"}`, A],
  ['no record at all', '', ''],
]

test.each(ROWS)('the sieve reads %s', (_, record, expected) => {
  expect(verdict(TABLE, record)).toBe(expected)
})

test('the sieve passes a record as soon as one value matches, and still counts the others', () => {
  const opened = PortableSieve.open(TABLE, { hasMatch: () => true })
  if ('off' in opened) throw new Error(opened.off)
  const record = Buffer.from('{"name":"a","k":"b","name":"","chain":[]}')

  const may = opened.sieve.mayMatch(record, 0, record.length)

  expect(may).toBe(true)
  expect([...opened.sieve.observed]).toEqual([1, 1, 1, 0, 0, 0])
})

test('the sieve reads nothing beyond the record', () => {
  const record = Buffer.from('"k":"a"')
  const longer = Buffer.from('{"name":["a"')
  const asked: string[] = []
  const opened = PortableSieve.open(TABLE, {
    hasMatch(_, bytes, start, end) {
      asked.push(Buffer.from(bytes.subarray(start, end)).toString())
      return false
    },
  })
  if ('off' in opened) throw new Error(opened.off)

  for (let end = 0; end <= record.length; end += 1) opened.sieve.mayMatch(record, 0, end)
  for (let end = 0; end <= longer.length; end += 1) opened.sieve.mayMatch(longer, 1, end)

  expect(asked).toEqual(['a', 'a', 'a', 'a'])
})

test('the sieve takes arrays of mapped keys in arrays of mapped keys in linear time', () => {
  const pile = Buffer.from('{"name":['.repeat(100_000))
  const flat = Buffer.from(`{${'"name":["x"],'.repeat(50_000)}"k":"x"}`)
  const deep = Buffer.from('"name":['.repeat(100_000))
  const opened = PortableSieve.open(TABLE, { hasMatch: () => false })
  if ('off' in opened) throw new Error(opened.off)
  const before = performance.now()

  const verdicts = [pile, flat, deep].map((record) => opened.sieve.mayMatch(record, 0, record.length))

  expect(verdicts).toEqual([true, false, true])
  expect(performance.now() - before).toBeLessThan(2000)
})

test('the sieve takes long runs of escapes, backslashes and blanks in linear time', () => {
  const records = [
    `{"${String.raw`\u006e`.repeat(200_000)}x"`,
    `{"x":"${'\\'.repeat(1_000_000)}"}`,
    `{"name"${' '.repeat(1_000_000)}`,
    `{"x":"${'"name"'.repeat(200_000)}`,
  ].map((text) => Buffer.from(text))
  const opened = PortableSieve.open(TABLE, { hasMatch: () => false })
  if ('off' in opened) throw new Error(opened.off)
  const before = performance.now()

  const verdicts = records.map((record) => opened.sieve.mayMatch(record, 0, record.length))

  expect(verdicts).toEqual([false, false, false, false])
  expect(performance.now() - before).toBeLessThan(2000)
})

const UNFIT: readonly (readonly [reason: string, table: KeyTable])[] = [
  ['every string is looked at', { keys: [], incompleteReason: 'every string is looked at' }],
  ['the empty key is mapped', keyTable([['', 'ip']])],
  [`the key ${JSON.stringify('a"b')} holds a character that is mostly escaped`, keyTable([['a"b', 'ip']])],
  [String.raw`the key "a\\b" holds a character that is mostly escaped`, keyTable([['a\\b', 'ip']])],
  ['the key "a/b" holds a character that is mostly escaped', keyTable([['a/b', 'ip']])],
  ['the key "\\n" holds a character that is mostly escaped', keyTable([['\n', 'ip']])],
  ['the key "clé" holds a character that is mostly escaped', keyTable([['clé', 'ip']])],
  ['the key "a" holds JSON within JSON in a string', keyTable([['b', 'ip']], [['a', 'json']])],
  ['the key "a" stands twice in the table', keyTable([['a', 'ip']], [['a', 'md5']])],
  [`the key "${'a'.repeat(256)}" is longer than 255 bytes`, keyTable([['a'.repeat(256), 'ip']])],
]

test.each(UNFIT)('the sieve stays off because %s', (reason, table) => {
  expect(PortableSieve.open(table, { hasMatch: () => false })).toEqual({ off: reason })
})

test('a sieve without keys drops every record', () => {
  expect(verdict(keyTable([]), String.raw`{"a":"b","\u0041":"c"}`)).toBe('')
})
