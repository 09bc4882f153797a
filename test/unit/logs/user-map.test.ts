import { expect, test } from 'vitest'
import { FORMATS } from '../../../src/logs/formats/registry.ts'
import { parseFieldMap, printFieldMap } from '../../../src/logs/user-map.ts'

const APP_MAP = `name: my-app
fields:
  - { path: id.orig_h, kind: ip, role: local, scope: local-ip }
  - { path: [http, host], kind: url }
  - path: extra
    kind: json
    tables: [Web]
    fields:
      - { path: query, kind: domain }
      - { path: [], kind: url }
  - { path: hash, kind: sha256 }
envelope:
  time: [ts, [meta, time]]
  deviceName: host
`

test('a field map is read with the usual roles when only paths and kinds are given', () => {
  const parsed = parseFieldMap('app.yaml', APP_MAP)

  expect(parsed.ok && parsed.map.name).toBe('my-app')
  expect(
    parsed.ok && parsed.map.entries.map(({ path, kind, role, scope }) => [path, kind, role, scope]),
  ).toEqual([
    [['id.orig_h'], 'ip', 'local', 'local-ip'],
    [['http', 'host'], 'url', 'remote', null],
    [['extra'], 'json', 'remote', null],
    [['hash'], 'sha256', 'object', null],
  ])
  expect(parsed.ok && parsed.map.entries[2]?.nested.map(({ path }) => path)).toEqual([['query'], []])
  expect(parsed.ok && parsed.map.envelope.time).toEqual([['ts'], ['meta', 'time']])
  expect(parsed.ok && parsed.map.envelope.deviceName).toEqual([['host']])
})

test.each(FORMATS.flatMap(({ name, fieldMap }) => (fieldMap === null ? [] : [{ name, fieldMap }])))(
  'the field map of $name is the same when printed and read back',
  ({ fieldMap }) => {
    expect(parseFieldMap('printed', printFieldMap(fieldMap))).toEqual({ ok: true, map: fieldMap })
  },
)

test('a field map reports every mistake with its place when several are made', () => {
  const text = `name: [1]
fields:
  - { path: a, kind: ipp }
  - { path: [], kind: ip }
  - { kind: ip }
  - { path: b, kind: json }
  - { path: c, kind: ip, fields: [] }
  - { path: d, kind: ip, rolle: remote }
envelop: {}
`

  const parsed = parseFieldMap('bad.yaml', text)

  expect(parsed.ok).toBe(false)
  const places = parsed.ok
    ? []
    : parsed.diagnostics.map(({ code, span }) => `${code} ${span?.line}:${span?.column}`)
  expect(places.toSorted()).toEqual([
    'MAP004 5:5',
    'MAP005 1:7',
    'MAP005 3:22',
    'MAP005 4:13',
    'MAP006 6:5',
    'MAP006 7:34',
    'MAP007 8:26',
    'MAP007 9:1',
  ])
})

test.each([
  ['', 'MAP003'],
  ['[]', 'MAP003'],
  ['name: x', 'MAP004'],
  ['fields: {', 'MAP002'],
  ['fields: 7', 'MAP005'],
  ['fields: [*a]', 'MAP005'],
  [`fields: ${'['.repeat(20_000)}`, 'MAP002'],
  ['#'.repeat(1_048_577), 'MAP001'],
])('a field map is refused with a code when the text is %#', (text, code) => {
  const parsed = parseFieldMap('bad.yaml', text)

  expect(parsed.ok ? [] : parsed.diagnostics.map((diagnostic) => diagnostic.code)).toContain(code)
})

test('a field map nests JSON inside strings at most two levels deep', () => {
  const json = (fields: string): string => `[{ path: a, kind: json, fields: ${fields} }]`
  const ip = '[{ path: b, kind: ip }]'

  expect(parseFieldMap('two', `fields: ${json(json(ip))}`).ok).toBe(true)
  expect(parseFieldMap('three', `fields: ${json(json(json(ip)))}`).ok).toBe(false)
})

test('a field map named __proto__ changes no prototype', () => {
  const parsed = parseFieldMap('x', 'fields: []\ntableAliases: { __proto__: Evil }\n')

  expect(parsed.ok && Object.hasOwn(parsed.map.tableAliases, '__proto__')).toBe(true)
  expect(Object.keys(Object.prototype)).toEqual([])
})
