import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { STRICT_DEPTH_LIMIT, validateJson } from '../../../src/logs/validate-json.ts'
import { LINES, bytesOf, frame } from './collect-records.ts'
import { NO_DATA, dataFiles } from './shared-data.ts'

/** Rows of `file verdict records quarantined`: the strict verdict, and what lenient framing by lines makes of the file. */
const PINNED: ReadonlyMap<string, readonly string[]> = new Map(
  readFileSync(resolve(import.meta.dirname, '../../golden/logs/jsontestsuite.out.txt'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((row) => row.split(' '))
    .map(([name, ...rest]) => [name ?? '', rest]),
)

const GOOD_LINE = '{"RemoteIP":"192.0.2.7"}'

function validate(text: string | Uint8Array): string | null {
  const bytes = typeof text === 'string' ? bytesOf(text) : text
  return validateJson(bytes, 0, bytes.length)
}

test.each([
  ['', 'the document is not complete at byte 0 of the record'],
  ['{"a":1,}', 'expected a key in quotes at byte 7 of the record'],
  ['{"a" 1}', 'expected a colon at byte 5 of the record'],
  ['[1 2]', 'expected a comma or the end of the container at byte 3 of the record'],
  ['["\\x"]', 'an escape is invalid at byte 2 of the record'],
  ['["a\nb"]', 'a control character stands in a string at byte 3 of the record'],
  ['[01]', 'expected a value at byte 1 of the record'],
  ['{} {}', 'text follows the document at byte 3 of the record'],
])('the validator says where and why when a document is %j', (text, reason) => {
  expect(validate(text)).toBe(reason)
})

test('the validator looks only at the bytes of the record', () => {
  const bytes = bytesOf('x{"a":tru}e')

  expect(validateJson(bytes, 1, 10)).toBe('expected a value at byte 5 of the record')
  expect(validateJson(bytesOf('x[1]y'), 1, 4)).toBeNull()
})

test('C09 the validator accepts 1,000 containers within each other and refuses one more', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)

  expect(validate(nested(STRICT_DEPTH_LIMIT))).toBeNull()
  expect(validate(nested(STRICT_DEPTH_LIMIT + 1))).toContain('1000 containers')
  expect(validate('['.repeat(100_000))).toContain('1000 containers')
})

test.each([
  ['a lone FF', [0xff]],
  ['an overlong slash', [0xc0, 0xaf]],
  ['a cut character', [0xe2, 0x82]],
])('C13 the validator refuses bytes that are not UTF-8: %s', (_, bad) => {
  expect(validate(Buffer.concat([Buffer.from('["'), Buffer.from(bad), Buffer.from('"]')]))).toBe(
    'the bytes are not UTF-8',
  )
})

test('C01 C02 C03 every file of JSONTestSuite has its pinned verdict, and y and n files the suite’s own', (ctx) => {
  const files = dataFiles('oracles/jsontestsuite')?.filter(({ name }) => name.endsWith('.json'))
  if (files === undefined) ctx.skip(NO_DATA)

  const verdicts = files?.map(({ name, bytes }) => [name, validate(bytes) === null ? 'valid' : 'invalid'])

  expect(verdicts).toHaveLength(PINNED.size)
  for (const [name = '', verdict] of verdicts ?? []) {
    expect([name, verdict]).toEqual([name, PINNED.get(name)?.[0]])
    if (name.startsWith('y_')) expect([name, verdict]).toEqual([name, 'valid'])
    if (name.startsWith('n_')) expect([name, verdict]).toEqual([name, 'invalid'])
  }
})

test('C02 every file of JSONTestSuite is framed as pinned, and the good line behind it is still a record', (ctx) => {
  const files = dataFiles('oracles/jsontestsuite')?.filter(({ name }) => name.endsWith('.json'))
  if (files === undefined) ctx.skip(NO_DATA)

  for (const { name, bytes } of files ?? []) {
    const input = Buffer.concat([bytes, Buffer.from(`\n${GOOD_LINE}\n`)])
    const { records, counts } = frame(LINES, input, { maxRecordBytes: 16_777_216 })

    expect(records.at(-1)?.text).toBe(GOOD_LINE)
    expect([name, `${records.length - 1}`, `${counts.quarantined}`]).toEqual([
      name,
      ...(PINNED.get(name)?.slice(1) ?? []),
    ])
  }
})
