import { expect, test } from 'vitest'
import { buildTenant } from '../../../support/tenant-builder.ts'
import { domain, planOf, refusalsOf, shortChanges } from './plan-of.ts'

const TENANT = buildTenant([
  { Id: 1, Name: 'a', iocs: [{ Id: 1, Value: 'x.example' }] },
  { Id: 2, Name: 'other', iocs: [{ Id: 2, Value: 'x.example' }] },
])
const NOBODY = { prefix: null, names: [] }

test('an existing definition is adopted by owned.names, by owned.prefix, by --adopt or by the state folder', () => {
  const rows = [domain('a', 'y.example')]

  const plans = [
    { owned: { prefix: null, names: ['a'] } },
    { owned: { prefix: 'a', names: [] } },
    { owned: NOBODY, adopt: ['a'] },
    { owned: NOBODY, claimed: ['a'] },
    { owned: null, adopt: ['a'] },
    { owned: null, claimed: ['a'] },
  ].map((settings) => planOf(rows, TENANT, settings).plan)

  expect(plans.map(({ changes }) => shortChanges(changes))).toEqual(plans.map(() => ['+ioc a y.example']))
  expect(plans.map(({ claims }) => claims)).toEqual([['a'], ['a'], ['a'], [], ['a'], []])
})

test('an existing definition that is not adopted is refused with how to adopt it', () => {
  const rows = [domain('a', 'y.example')]

  const refusals = [{ owned: NOBODY }, { owned: null }, { owned: { prefix: 'A', names: ['A', 'b'] } }].map(
    (settings) => refusalsOf(rows, TENANT, settings),
  )

  expect(refusals).toEqual(
    refusals.map(() => [
      {
        code: 'PLAN003',
        failure: 'safety',
        message: 'the service holds an alert definition "a" (Id 1) that was not created from here',
        fix: 'Take it over with --adopt "a", put it under owned.names, or choose another Name.',
      },
    ]),
  )
})

test('an owned Name that stands twice remotely is refused with the Ids, also where the rules do not hold it', () => {
  const twins = buildTenant([
    { Id: 9, Name: 'b' },
    { Id: 4, Name: 'b' },
    { Id: 5, Name: 'a' },
  ])

  const refusals = refusalsOf([domain('a', 'x.example')], twins)

  expect(refusals).toEqual([
    {
      code: 'PLAN004',
      failure: 'safety',
      message: 'the service holds 2 alert definitions with the owned Name "b" (Id 4, 9)',
      fix: 'Rename or delete all but one of them in the service.',
    },
  ])
})

test('a foreign Name that stands twice remotely disturbs nobody', () => {
  const twins = buildTenant([
    { Id: 1, Name: 'other' },
    { Id: 2, Name: 'other' },
  ])

  const { plan } = planOf([domain('a', 'x.example')], twins, { prune: true })

  expect(plan.basis.remote.unmanagedDefinitions).toBe(2)
  expect(plan.deletes).toBe(0)
})

test('--prune without a configuration is a mistake of usage', () => {
  const refusals = refusalsOf([domain('a', 'x.example')], TENANT, { owned: null, adopt: ['a'], prune: true })

  expect(refusals).toMatchObject([{ code: 'PLAN001', failure: 'usage' }])
})

test('without a configuration only Names of the rules are owned, whatever the state folder claimed', () => {
  const settings = { owned: null, claimed: ['a', 'other'] }

  const { plan } = planOf([domain('a', 'y.example')], TENANT, settings)

  expect(plan.basis.remote).toMatchObject({ ownedDefinitionIds: [1], unmanagedDefinitions: 1 })
  expect(plan.kept.map(({ Id }) => Id)).toEqual([1])
})

test('with a configuration a claimed definition that the rules lost is deleted by --prune', () => {
  const settings = { claimed: ['other'], prune: true }

  const { plan } = planOf([domain('a', 'x.example')], TENANT, settings)

  expect(shortChanges(plan.changes)).toEqual(['-def 2 [2]'])
})

test('--adopt of a Name that the rules do not hold is a mistake of usage, for it could only delete', () => {
  const refusals = refusalsOf([domain('a', 'x.example')], TENANT, { adopt: ['other'], prune: true })

  expect(refusals).toMatchObject([{ code: 'PLAN005', failure: 'usage' }])
})

test('an empty owned.prefix is a mistake of usage, for it would own everything', () => {
  const refusals = refusalsOf([domain('a', 'x.example')], TENANT, { owned: { prefix: '', names: [] } })

  expect(refusals.map(({ code, failure }) => `${code} ${failure}`)).toContain('PLAN006 usage')
})

test('refusals of a hostile tenant are bounded and hold no control character', () => {
  const names = Array.from({ length: 50 }, (_, i) => `evil\u001b[2J\u202e${i}`)
  const remote = buildTenant(names.map((Name, i) => ({ Id: i + 1, Name })))

  const refusals = refusalsOf(
    names.map((name) => domain(name, 'x.example')),
    remote,
    { owned: NOBODY },
  )

  expect(refusals).toHaveLength(21)
  expect(refusals[20]?.message).toBe('30 more definitions alike')
  expect(JSON.stringify(refusals)).not.toMatch(/[\u0000-\u001f\u202e]|\\u00/)
})
