import { resolve } from 'node:path'
import { statSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { ClassifiedLog } from '../../../src/model/classified-log.ts'
import type { Semantics } from '../../../src/model/semantics.ts'
import { DEFAULT_SEMANTICS } from '../../../src/model/semantics.ts'
import { classifyInput } from '../../../src/replay/classify-input.ts'
import { explainLog } from '../../../src/replay/explain/explain-log.ts'
import { classifyText } from '../../../src/report/classify-text.ts'
import { escapeTerminal } from '../../../src/report/escape.ts'
import { textWidth } from '../../../src/report/text-width.ts'
import { expectGolden } from './golden.ts'

const FOLDER = resolve(import.meta.dirname, '../../golden/explain')
const PLAIN = { color: false, width: 100, listsUnseen: true }

const LOGS = [
  ['defender-storage', 'classify-defender-storage.in.ndjson'],
  ['defender-event-hub', 'classify-defender-event-hub.in.ndjson'],
  ['defender-hunting-api', 'classify-defender-hunting-api.in.ndjson'],
  ['defender-rows', 'classify-defender-rows.in.ndjson'],
  ['defender-csv', 'classify-defender-csv.in.csv'],
  ['zeek-tsv', 'classify-zeek-tsv.in.log'],
  ['zeek-json', 'classify-zeek-json.in.ndjson'],
] as const

async function logNamed(name: string, changed: Partial<Semantics> = {}): Promise<ClassifiedLog> {
  const semantics = { ...DEFAULT_SEMANTICS, ...changed }
  const path = resolve(FOLDER, name)
  const input = await classifyInput(
    { name, path, size: statSync(path).size },
    { logFormat: null, userMap: null, fields: semantics.fields, table: null },
  )
  return explainLog(input, semantics, null)
}

test.each(LOGS)('classify shows tables and fields of %s', async (format, name) => {
  const log = await logNamed(name)

  expect(log.format).toBe(format)
  expect(log.sample.isWhole).toBe(true)
  expectGolden(`../explain/${name.replace(/\.in\..*/, '.out.txt')}`, classifyText(log, PLAIN))
})

test('classify says that an unknown format has no known fields', async () => {
  const log = await logNamed('classify-unknown-json.in.ndjson')

  expect(log.fields).toBeNull()
  expectGolden('../explain/classify-unknown-json.out.txt', classifyText(log, PLAIN))
})

test('classify with --fields any lists the fields whose strings look like values', async () => {
  const log = await logNamed('classify-unknown-json.in.ndjson', { fields: 'any' })

  expect(log.fields).toEqual([])
  expect(log.shapes).toEqual([
    { field: 'proxy.hops', type: 'IpAddress', values: 2 },
    { field: 'host', type: 'DomainName', values: 1 },
  ])
  expectGolden('../explain/classify-fields-any.out.txt', classifyText(log, PLAIN))
})

test('classify refuses UTF-16 by name and gives the remedy', async () => {
  const log = await logNamed('classify-utf-16.in.ndjson')

  expect(log.refused?.reason).toContain('UTF-16LE')
  expectGolden('../explain/classify-utf-16.out.txt', classifyText(log, PLAIN))
})

test('classify says that a log without records is empty, and no more', async () => {
  const log = await logNamed('classify-empty.in.ndjson')

  expect(classifyText(log, PLAIN)).toBe('classify-empty.in.ndjson\n  format    empty: there is no record\n')
})

test('classify opens fields whose switch is given', async () => {
  const closed = await logNamed('classify-defender-storage.in.ndjson')
  const open = await logNamed('classify-defender-storage.in.ndjson', { ipScope: 'all', hashScope: 'object' })

  const waiting = (log: ClassifiedLog): readonly string[] =>
    [...new Set(log.fields?.flatMap(({ waitsFor }) => waitsFor ?? []))].sort()
  expect(waiting(closed)).toEqual(['--dns-answers on', '--domain-scope all', '--ip-scope all'])
  expect(waiting(open)).toEqual(['--dns-answers on', '--domain-scope all', '--hash-scope both'])
})

test('classify counts a column that two tables map apart under each of them', async () => {
  const log = await logNamed('classify-defender-storage.in.ndjson')

  const counts = log.fields
    ?.filter(({ field }) => field === 'properties.IPAddress')
    .map(({ role, values }) => [role, values])
  expect(counts).toEqual([
    ['actor', 0],
    ['local', 1],
  ])
})

test('classify shows hostile text as escapes, within the width of the terminal', async () => {
  const name = 'classify-hostile-names.in.csv'
  const hostile = '\x1b]0;owned\x07'
  const log = await logNamed(name)
  const renamed: ClassifiedLog = {
    ...log,
    source: `${hostile}.csv`,
    evidence: [hostile],
    shapes: [{ field: hostile.repeat(40), type: 'Sha1', values: 1 }],
    tables: [{ table: hostile.repeat(50), records: 1, isMatched: true }],
    fields: (log.fields ?? []).map((field) => ({ ...field, field: `${field.field}${hostile.repeat(20)}` })),
  }

  for (const width of [60, 80, 120])
    for (const shown of [log, renamed]) {
      const lines = classifyText(shown, { ...PLAIN, width }).split('\n')

      expect(lines.filter((line) => escapeTerminal(line) !== line)).toEqual([])
      expect(lines.filter((line) => textWidth(line) > width)).toEqual([])
    }
})
