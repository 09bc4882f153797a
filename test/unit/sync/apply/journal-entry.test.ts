import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { openLines, sealAfter, sealLines } from '../../../../src/files/sealed-lines.ts'
import { decodeEntry, encodeEntry, type JournalEntry } from '../../../../src/sync/journal-entry.ts'
import { openState, stateKey } from '../../../../src/sync/open-state.ts'
import { RemoteError } from '../../../../src/sync/remote-error.ts'
import { scenarioTenant } from '../../../support/apply-scenario.ts'
import { MemoryStateIo } from '../../../support/memory-state-io.ts'
import { parameters } from '../../../support/runs.ts'

const HEADER = { kind: 'journal', key: 'abc' } as const

const ENTRIES: readonly JournalEntry[] = [
  {
    kind: 'begin',
    plan: '{"a":"\n\u2028"}',
    at: 1,
    snapshot: scenarioTenant(),
    maxDefinitionId: 4,
    maxIndicatorId: 18,
  },
  { kind: 'intent', write: 1, task: { changes: [0, 1], surplus: null } },
  { kind: 'intent', write: 2, task: { changes: [], surplus: 7 } },
  { kind: 'outcome', write: 1, outcome: { kind: 'done', ids: [5, 6] } },
  { kind: 'outcome', write: 1, outcome: { kind: 'done', ids: null } },
  { kind: 'outcome', write: 1, outcome: { kind: 'absent', status: 507, code: 'QuotaExceeded' } },
  { kind: 'outcome', write: 1, outcome: { kind: 'unknown' } },
  {
    kind: 'resolved',
    found: [
      { change: 1, Id: 9 },
      { change: 2, Id: null },
    ],
    missing: [3],
    gone: [4],
  },
  { kind: 'finish', at: 2 },
]

test('every entry of a journal reads back as it was written', () => {
  expect(ENTRIES.map((entry) => decodeEntry(encodeEntry(entry)))).toEqual(ENTRIES)
})

test.each([
  ['no object', '[]'],
  ['null', 'null'],
  ['an unknown kind', '{"kind":"surprise"}'],
  ['no kind', '{}'],
  ['a fraction', '{"kind":"finish","at":1.5}'],
  ['a text for a number', '{"kind":"finish","at":"1"}'],
  ['an unknown outcome', '{"kind":"outcome","write":1,"outcome":{"kind":"maybe"}}'],
  ['a list of texts', '{"kind":"intent","write":1,"task":{"changes":["0"],"surplus":null}}'],
  ['no list', '{"kind":"intent","write":1,"task":{"changes":0,"surplus":null}}'],
  [
    'a snapshot without properties',
    '{"kind":"begin","plan":"","at":1,"snapshot":{"definitions":[{}],"indicators":[]}}',
  ],
  [
    'Enabled that is a text',
    encodeEntry(ENTRIES[0] ?? { kind: 'finish', at: 1 }).replace('"Enabled":true', '"Enabled":"true"'),
  ],
])('an entry that holds %s is refused', (_, text) => {
  expect(() => decodeEntry(text)).toThrow(expect.objectContaining({ failure: 'safety', code: 'APPLY011' }))
})

test('for all entries and all places of one damaged byte, sealed lines are refused or lose the last line only', () => {
  let refused = 0
  fc.assert(
    fc.property(
      fc.array(fc.json(), { minLength: 1, maxLength: 6 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (texts, place, bits) => {
        const { bytes } = sealLines(HEADER, texts)
        const at = place % bytes.length
        const damaged = openLines(bytes.with(at, (bytes[at] ?? 0) ^ bits), HEADER)

        if (damaged.ok) {
          expect(at).toBe(bytes.length - 1)
          expect(damaged.isTorn).toBe(true)
          expect(damaged.entries).toEqual(texts.slice(0, -1))
        } else refused++
      },
    ),
    parameters(0.01),
  )

  expect(refused).toBeGreaterThan(parameters(0.01).numRuns / 2)
})

test('for all entries and all cuts, sealed lines give back what is whole', () => {
  let torn = 0
  fc.assert(
    fc.property(fc.array(fc.json(), { maxLength: 6 }), fc.nat(), (texts, place) => {
      const { bytes } = sealLines(HEADER, texts)
      const cut = bytes.subarray(0, place % (bytes.length + 1))
      const read = openLines(cut, HEADER)
      const lines = cut.filter((byte) => byte === 0x0a).length

      expect(read.ok).toBe(lines > 0)
      if (!read.ok) return
      expect(read.entries).toEqual(texts.slice(0, lines - 1))
      expect(read.isTorn).toBe(cut.at(-1) !== 0x0a)
      const { bytes: more } = sealAfter(read.end, ['"next"'])
      const goesOn = openLines(new Uint8Array([...cut.subarray(0, read.end.bytes), ...more]), HEADER)
      expect(goesOn).toMatchObject({ ok: true, entries: [...read.entries, '"next"'] })
      torn++
    }),
    parameters(0.01),
  )

  expect(torn).toBeGreaterThan(parameters(0.01).numRuns / 4)
})

test('the key of a state folder tells tenants and services apart, says neither, and leaves out the version', () => {
  const key = stateKey({ api: 'https://ti.example/v1.0', tenant: 'contoso' })

  expect(key).toMatch(/^[0-9a-f]{32}$/)
  expect(stateKey({ api: 'https://TI.example:443/V1.0', tenant: 'contoso' })).toBe(key)
  expect(stateKey({ api: 'https://ti.example/v1.0', tenant: 'fabrikam' })).not.toBe(key)
  expect(stateKey({ api: 'https://ti.example:8443/v1.0', tenant: 'contoso' })).not.toBe(key)
})

test('a state folder that cannot be trusted is a refusal', () => {
  const io = new MemoryStateIo()
  const tenant = { api: 'https://ti.example/v1.0', tenant: 'contoso' }
  const state = openState(tenant, { base: '/state/dryfire', io })
  io.tamper(state.path, { mode: 0o755 })

  expect(() => openState(tenant, { base: '/state/dryfire', io })).toThrow(
    expect.objectContaining({ constructor: RemoteError, failure: 'safety', code: 'STATE002' }),
  )
})
