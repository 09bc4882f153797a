import { expect, test } from 'vitest'
import { ApplyBench } from '../../../support/apply-bench.ts'
import {
  SCENARIO_ROWS,
  SCENARIO_WRITES,
  planFor,
  row,
  scenarioTenant,
} from '../../../support/apply-scenario.ts'
import { buildTenant } from '../../../support/tenant-builder.ts'
import { readClaims } from '../../../../src/sync/apply/claims.ts'
import type { RemoteDefinition } from '../../../../src/sync/entities.ts'

function definitionLike(bench: ApplyBench, more: Partial<RemoteDefinition>): RemoteDefinition {
  const first = bench.tenant.read().definitions[0]
  if (first === undefined) throw new Error('the tenant is empty')
  return { ...first, ...more }
}

test.each([
  ['null', null],
  ['one too few', -1],
  ['one too many', 1],
])(
  'an apply that deletes a definition is refused without a write when --allow-delete is %s',
  async (_, delta) => {
    const bench = new ApplyBench()

    const apply = bench.apply({ allowDelete: delta === null ? null : bench.plan.deletes + delta })

    await expect(apply).rejects.toMatchObject({
      failure: 'safety',
      code: expect.stringMatching(/^PLAN01/) as string,
    })
    expect(bench.tenant.writes).toEqual([])
  },
)

test.each<[string, (bench: ApplyBench) => void]>([
  ['an owned indicator is gone', ({ tenant }) => tenant.indicators.delete(1)],
  [
    'an owned definition was touched',
    (bench) =>
      bench.tenant.definitions.set(2, definitionLike(bench, { Id: 2, Name: 'b', LastModifiedAt: 'now' })),
  ],
  [
    'somebody created a definition that the plan creates',
    (bench) => bench.tenant.definitions.set(9, definitionLike(bench, { Id: 9, Name: 'd' })),
  ],
])('an apply is refused without a write when %s since the plan was made', async (_, change) => {
  const bench = new ApplyBench()
  change(bench)

  await expect(bench.apply()).rejects.toMatchObject({ failure: 'safety', code: 'PLAN024' })
  expect(bench.tenant.writes).toEqual([])
})

test('an apply goes on when only something that is not owned changed since the plan was made', async () => {
  const bench = new ApplyBench()
  bench.tenant.indicators.delete(17)

  await expect(bench.apply()).resolves.toMatchObject({ outcome: 'done', exit: 'ok' })
})

test('an apply is refused without a write or a reading when the plan is for another tenant', async () => {
  const bench = new ApplyBench({ provider: { api: 'https://other.example/v1.0' } })

  await expect(bench.apply()).rejects.toMatchObject({ failure: 'safety', code: 'PLAN021' })
  expect([bench.provider.reads, bench.tenant.writes]).toEqual([0, []])
})

test('an apply is refused without a write when the plan was edited', async () => {
  const bench = new ApplyBench()
  const plan = { ...bench.plan, claims: [] }

  await expect(bench.apply({ plan })).rejects.toMatchObject({ failure: 'safety', code: 'APPLY002' })
  expect(bench.tenant.writes).toEqual([])
})

test('the same plan applied twice is refused the second time', async () => {
  const bench = new ApplyBench()
  await bench.apply()
  const writes = bench.tenant.writes.length

  await expect(bench.apply()).rejects.toMatchObject({ failure: 'safety', code: 'PLAN024' })
  expect(bench.tenant.writes).toHaveLength(writes)
})

test('an apply of the plan that is made after an apply writes nothing', async () => {
  const bench = new ApplyBench()
  await bench.apply()
  const writes = bench.tenant.writes.length

  const report = await bench.apply({ plan: bench.replan() })

  expect(report).toMatchObject({ outcome: 'done', exit: 'ok', requests: 0, writes: { planned: 0 } })
  expect(bench.tenant.writes).toHaveLength(writes)
})

test('an apply of nothing but an adoption claims the Name and writes nothing', async () => {
  const bench = new ApplyBench({
    remote: buildTenant([{ Id: 1, Name: 'a', iocs: [{ Id: 1, Value: 'x.example' }] }]),
    rows: [row('a', 'x.example')],
  })

  const report = await bench.apply()

  expect(report).toMatchObject({ outcome: 'done', requests: 0 })
  expect(planFor([row('a', 'x.example')], bench.tenant.read(), { claimed: ['a'] }).claims).toEqual([])
})

test('an apply deletes without a word what is within the limit', async () => {
  const remote = buildTenant([
    { Id: 1, Name: 'a', iocs: Array.from({ length: 19 }, (_, i) => ({ Id: i + 1, Value: `x${i}.example` })) },
  ])
  const rows = Array.from({ length: 17 }, (_, i) => row('a', `x${i}.example`))
  const bench = new ApplyBench({ remote, rows })

  const report = await bench.apply({ allowDelete: null })

  expect(report).toMatchObject({ outcome: 'done', exit: 'ok', deletedIndicators: 2 })
})

test('an apply spares a definition when an indicator that nobody planned to delete was bound to it meanwhile', async () => {
  const bench = new ApplyBench({
    provider: {
      faults: (write) => {
        const stray = bench.tenant.indicators.get(17)
        if (write === 15 && stray !== undefined)
          bench.tenant.indicators.set(17, { ...stray, definitionId: 3 })
        return null
      },
    },
  })

  const report = await bench.apply()

  expect(report).toMatchObject({ outcome: 'stopped', exit: 'safety', deletedDefinitions: 0 })
  expect(report.problems).toMatchObject([{ code: 'APPLY028' }])
  expect(bench.tenant.definitions.has(3)).toBe(true)
  expect(bench.tenant.indicators.has(17)).toBe(true)
})

test('an apply that lost the reply to deleting a definition looks at its indicators again before it repeats that', async () => {
  const bench = new ApplyBench({
    provider: {
      faults: (write) => {
        const stray = bench.tenant.indicators.get(17)
        if (write !== SCENARIO_WRITES || stray === undefined) return null
        bench.tenant.indicators.set(17, { ...stray, definitionId: 3 })
        return { kind: 'cut-before' }
      },
    },
  })

  const report = await bench.apply()

  expect(report).toMatchObject({ outcome: 'stopped', exit: 'safety', deletedDefinitions: 0 })
  expect(report.problems).toMatchObject([{ code: 'APPLY028' }])
  expect(bench.tenant.writes.filter((line) => line.startsWith('DELETE definition'))).toEqual([])
  expect(bench.tenant.indicators.has(17)).toBe(true)
})

test('the Name of a definition that an apply deleted is claimed no more', async () => {
  const bench = new ApplyBench()
  const { state } = bench.tools()
  state.lock()
  state.writeClaims(['a', 'c'])
  state.unlock()

  await bench.apply({ state })

  expect(readClaims(state)).toEqual(['a', 'b', 'd', 'e'])
  expect(state.readClaims()).toEqual(['a', 'b', 'd', 'e'])
})

test('an apply writes in the order of the plan: definitions, changes, indicators, moves, deletes', async () => {
  const bench = new ApplyBench()
  await bench.apply()

  const kinds = bench.tenant.writes.map((line) => line.replace(/ \d+$/, ''))

  expect([...new Set(kinds)]).toEqual([
    'POST definitions',
    'PATCH definition',
    'PATCH indicator',
    'POST indicators',
    'PUT indicator',
    'DELETE indicator',
    'DELETE definition',
  ])
  expect(kinds).toEqual(
    kinds.toSorted((a, b) => [...new Set(kinds)].indexOf(a) - [...new Set(kinds)].indexOf(b)),
  )
})

test('no apply sends more than 5,000 indicators in one request', async () => {
  const rows = Array.from({ length: 10_001 }, (_, i) => row('a', `x${i}.example`))
  const bench = new ApplyBench({ remote: buildTenant([]), rows, settings: {} })

  const report = await bench.apply()

  expect(report).toMatchObject({ outcome: 'done', exit: 'ok', createdIndicators: 10_001 })
  expect(bench.tenant.writes).toEqual([
    'POST definitions 1',
    'POST indicators 5000',
    'POST indicators 5000',
    'POST indicators 1',
  ])
})

test('the scenario of these tests leaves what is not owned and reuses every definition', () => {
  const plan = planFor(SCENARIO_ROWS, scenarioTenant())

  expect(plan.changes.filter(({ kind }) => kind === 'create-definition')).toHaveLength(2)
  expect(JSON.stringify(plan.changes)).not.toContain('strange')
})
