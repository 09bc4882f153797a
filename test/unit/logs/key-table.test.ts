import { expect, test } from 'vitest'
import { DEFAULT_SEMANTICS } from '../../../src/model/semantics.ts'
import { mappedColumns } from '../../../src/engine/sieve/mapped-columns.ts'
import { RowCounter } from '../../../src/engine/sieve/row-counter.ts'
import { buildKeyTable } from '../../../src/logs/key-table.ts'
import { bytesOf } from './collect-records.ts'
import { EVERY_SCOPE, entry, mapOf, mapWith } from './read-one.ts'

test('a key table holds the last segments of mapped paths, sorted and once each', () => {
  const map = mapWith(
    entry(['b', 'host'], 'url'),
    entry(['a'], 'ip'),
    entry(['host'], 'domain'),
    entry(['é'], 'ip'),
    entry(['z'], 'json', { nested: [entry(['q', 'host'], 'ip'), entry([], 'md5')] }),
  )

  const { keys, incompleteReason } = buildKeyTable(map, DEFAULT_SEMANTICS)

  expect(keys.map(({ key, kinds, isNested }) => ({ key, kinds, isNested }))).toEqual([
    { key: 'a', kinds: ['ip'], isNested: false },
    { key: 'host', kinds: ['ip', 'domain', 'url'], isNested: true },
    { key: 'z', kinds: ['md5', 'json'], isNested: false },
    { key: 'é', kinds: ['ip'], isNested: false },
  ])
  expect(keys.map(({ key, bytes }) => Buffer.from(bytes).toString('utf8') === key)).not.toContain(false)
  expect(incompleteReason).toBeNull()
})

test('a key table leaves out the keys that the semantics switch off', () => {
  const keysWith = (semantics: typeof DEFAULT_SEMANTICS): string[] =>
    buildKeyTable(mapOf('defender-rows'), semantics).keys.map(({ key }) => key)

  const usual = keysWith(DEFAULT_SEMANTICS)
  const every = keysWith(EVERY_SCOPE)

  expect(usual).toContain('InitiatingProcessSHA1')
  expect(keysWith({ ...DEFAULT_SEMANTICS, hashScope: 'object' })).not.toContain('InitiatingProcessSHA1')
  expect(every.filter((key) => !usual.includes(key))).toEqual(
    expect.arrayContaining(['DeviceName', 'LocalIP', 'PublicIP', 'answers']),
  )
})

test('a key table says why it is incomplete when every string counts or JSON lies two levels deep', () => {
  const json = entry(['j'], 'json', { nested: [entry(['k'], 'json', { nested: [entry(['ip'], 'ip')] })] })

  expect(buildKeyTable({ ...mapWith(), any: true }, DEFAULT_SEMANTICS).incompleteReason).toContain(
    '--fields any',
  )
  expect(buildKeyTable(mapWith(json), DEFAULT_SEMANTICS).incompleteReason).toContain('"ip"')
})

test('a counter of rows counts the cells with a value in mapped columns', () => {
  const table = buildKeyTable(mapWith(entry(['a'], 'ip'), entry(['c'], 'ip')), DEFAULT_SEMANTICS)
  const layout = { separator: 0x2c, columns: ['c', 'x', 'a'] }
  const counter = new RowCounter(new Float64Array(table.keys.length), mappedColumns(table, layout), layout)

  for (const row of ['1,2,3', ',2,"3,4"', '"",2,', '""""", ""x",,']) {
    const bytes = bytesOf(row)
    counter.count(bytes, 0, bytes.length)
  }

  expect([...counter.observed]).toEqual([2, 2])
})
