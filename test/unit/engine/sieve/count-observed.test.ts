import { expect, test } from 'vitest'
import { ObservedCounter } from '../../../../src/engine/sieve/count-observed.ts'
import { PortableSieve } from '../../../../src/engine/sieve/portable-sieve.ts'
import { keyTable } from '../../../support/defender-key-table.ts'

const TABLE = keyTable([['k', 'ip']], [['n', 'domain']])

const ROWS: readonly (readonly [what: string, record: string, k: number, n: number])[] = [
  ['a string', '{"k":"a"}', 1, 0],
  ['an empty string', '{"k":""}', 0, 0],
  ['an array', '{"k":[]}', 1, 0],
  ['null, a number and an object', '{"k":null,"k":1,"k":{}}', 0, 0],
  ['blanks', '{"k" \t: \r\n "a"}', 1, 0],
  ['an escaped spelling', String.raw`{"\u006b":"a"}`, 0, 0],
  ['a key that is not nested in a document', String.raw`{"x":"\"k\":\"a\""}`, 0, 0],
  ['a nested key in a document', String.raw`{"x":"\"n\":\"a\",\"n\" : [1]"}`, 0, 2],
  ['a nested key that is empty', String.raw`{"x":"\"n\":\"\""}`, 0, 0],
  ['a nested key with a plain value', String.raw`{"x":"\"n\":"a"}`, 0, 0],
  ['a nested key that a plain quote opens', String.raw`{"x":"n\":\"a\""}`, 0, 0],
  ['a nested key that stands plainly', '{"n":"a"}', 0, 1],
  ['a value whose first character is escaped', String.raw`{"k":"\u0031"}`, 1, 0],
  ['a value that is cut off', '{"k":"', 0, 0],
  ['a value that is cut off behind one character', '{"k":"a', 1, 0],
  ['a nested value that is cut off', String.raw`\"n\":\"`, 0, 0],
  ['a key behind a backslash', String.raw`\"k":"a"`, 1, 0],
]

test.each(ROWS)('the counter and the sieve count %s', (_, record, k, n) => {
  const bytes = Buffer.from(record)
  const counter = ObservedCounter.open(TABLE)
  const opened = PortableSieve.open(TABLE, { hasMatch: () => true })
  if ('off' in opened) throw new Error(opened.off)

  counter.count(bytes, 0, bytes.length)
  opened.sieve.mayMatch(bytes, 0, bytes.length)

  expect([...counter.observed]).toEqual([k, n])
  expect([...opened.sieve.observed]).toEqual([k, n])
})

test('the counter counts keys that no sieve takes', () => {
  const counter = ObservedCounter.open(keyTable([['clé', 'ip']]))
  const bytes = Buffer.from('{"clé":"a"}')

  counter.count(bytes, 0, bytes.length)

  expect([...counter.observed]).toEqual([1])
})
