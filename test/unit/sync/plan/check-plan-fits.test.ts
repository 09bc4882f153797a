import { expect, test } from 'vitest'
import { checkPlanFits } from '../../../../src/sync/check-plan-fits.ts'
import type { PlanWorld } from '../../../../src/sync/check-plan-fits.ts'
import type { RemoteState } from '../../../../src/sync/entities.ts'
import { buildTenant } from '../../../support/tenant-builder.ts'
import { BASIS, domain, planOf } from './plan-of.ts'

const REMOTE = buildTenant([
  { Id: 1, Name: 'a', iocs: [{ Id: 1, Value: 'x.example' }] },
  { Id: 2, Name: 'foreign', iocs: [{ Id: 2, Value: 'x.example' }] },
])
const PLAN = planOf([domain('a', 'y.example'), domain('new', 'z.example')], REMOTE).plan
const WORLD: PlanWorld = {
  now: Date.parse('2026-11-23T08:30:00Z'),
  api: BASIS.api,
  tenant: BASIS.tenant,
  toolVersion: BASIS.toolVersion,
  rulesFiles: BASIS.rules.files,
  remote: REMOTE,
}

function codesOf(change: Partial<PlanWorld>): readonly string[] {
  return checkPlanFits(PLAN, { ...WORLD, ...change }).map(({ code, failure }) => `${code} ${failure}`)
}

test('a plan fits the world that it was made in', () => {
  expect(codesOf({})).toEqual([])
  expect(codesOf({ remote: null })).toEqual([])
})

test('each way to be stale has a code of its own (G02)', () => {
  const edited = {
    ...REMOTE,
    indicators: REMOTE.indicators.map((i) =>
      i.Id === 1 ? { ...i, LastModifiedAt: '2026-11-23T08:10:00Z' } : i,
    ),
  }

  expect(codesOf({ now: Date.parse('2026-11-23T09:00:00Z') })).toEqual(['PLAN020 safety'])
  expect(codesOf({ tenant: 'tenant-2' })).toEqual(['PLAN021 safety'])
  expect(codesOf({ api: 'https://ti.example:444/v1.0' })).toEqual(['PLAN021 safety'])
  expect(codesOf({ toolVersion: '0.2.0' })).toEqual(['PLAN022 safety'])
  expect(codesOf({ rulesFiles: [{ path: '/rules/a.rules.yaml', sha256: 'b'.repeat(64) }] })).toEqual([
    'PLAN023 safety',
  ])
  expect(codesOf({ remote: edited })).toEqual(['PLAN024 safety'])
})

test('all reasons are told at once', () => {
  expect(
    codesOf({ now: 0, tenant: 'x', toolVersion: 'x', rulesFiles: [], remote: buildTenant([]) }),
  ).toHaveLength(5)
})

test('a plan from the future is stale too, but for a clock that is a little ahead', () => {
  expect(codesOf({ now: Date.parse('2026-11-23T07:56:00Z') })).toEqual([])
  expect(codesOf({ now: Date.parse('2026-11-23T07:54:00Z') })).toEqual(['PLAN020 safety'])
})

test('rules changed when a file is gone, new or other, and the reason names it', () => {
  const second = { path: '/rules/b.csv', sha256: 'c'.repeat(64) }

  const gone = checkPlanFits(PLAN, { ...WORLD, rulesFiles: [second] })

  expect(gone[0]?.message).toBe(
    'the rules changed since the plan was made: "/rules/a.rules.yaml" is gone, "/rules/b.csv" is new',
  )
})

test('what changes outside of the owned part does not concern the plan', () => {
  const others: readonly RemoteState[] = [
    buildTenant([{ Id: 1, Name: 'a', iocs: [{ Id: 1, Value: 'x.example' }] }]),
    buildTenant([
      { Id: 1, Name: 'a', iocs: [{ Id: 1, Value: 'x.example' }] },
      { Id: 2, Name: 'foreign', Title: 'New' },
      { Id: 7, Name: 'later', iocs: [{ Id: 8, Value: 'q.example' }] },
    ]),
  ]

  expect(others.map((remote) => codesOf({ remote }))).toEqual([[], []])
})

test('a new IOC below an owned definition, a taken Name and a second owned Name are changes', () => {
  const changed = [
    [
      {
        Id: 1,
        Name: 'a',
        iocs: [
          { Id: 1, Value: 'x.example' },
          { Id: 9, Value: 'q.example' },
        ],
      },
    ],
    [
      { Id: 1, Name: 'a', iocs: [{ Id: 1, Value: 'x.example' }] },
      { Id: 9, Name: 'new' },
    ],
    [
      { Id: 1, Name: 'a', iocs: [{ Id: 1, Value: 'x.example' }] },
      { Id: 9, Name: 'a' },
    ],
    [{ Id: 1, Name: 'a' }],
  ].map(buildTenant)

  expect(changed.map((remote) => codesOf({ remote }))).toEqual(changed.map(() => ['PLAN024 safety']))
})
