import { expect, test } from 'vitest'
import { buildRuleSet } from '../../../support/rule-set-builder.ts'
import { buildTenant } from '../../../support/tenant-builder.ts'
import { domain, planOf, refusalsOf, shortChanges } from '../../../support/plan-of.ts'

test('quotas are assumed unless configured', () => {
  const { plan } = planOf([domain('a', 'x.example')], buildTenant([]), { quotas: { indicators: 7 } })

  expect(plan.quotas).toEqual([
    { name: 'definitions', limit: 1000, assumed: true, before: 0, peak: 1, after: 1 },
    { name: 'indicators', limit: 7, assumed: false, before: 0, peak: 1, after: 1 },
    { name: 'nonEqualsIndicators', limit: 1000, assumed: true, before: 0, peak: 0, after: 0 },
  ])
})

test('disabled, expired, opaque and unmanaged entities count', () => {
  const remote = buildTenant([
    {
      Id: 1,
      Name: 'foreign',
      Enabled: false,
      iocs: [
        { Id: 1, Value: 'x.example', Enabled: false, DetectionFunction: 'EndWith' },
        { Id: 2, Value: 'x.example', ExpiresAt: '2001-01-01T00:00:00Z', DetectionFunction: 'EQUALS' },
        { Id: 3, Type: 'IpAddress', Value: '10.0.0.0/8', DetectionFunction: 'Regex' },
      ],
    },
  ])

  const { plan } = planOf(
    [domain('a', 'n.example', { Enabled: false, DetectionFunction: 'Contains' })],
    remote,
  )

  expect(plan.quotas.map(({ before, after }) => [before, after])).toEqual([
    [1, 2],
    [3, 4],
    [2, 3],
  ])
})

test('creates run before deletes, so the peak is above both ends', () => {
  const remote = buildTenant([
    {
      Id: 1,
      Name: 'a',
      iocs: [
        { Id: 1, Value: 'o.example' },
        { Id: 2, Value: 'p.example' },
      ],
    },
  ])

  const { plan } = planOf([domain('a', 'n.example')], remote, { prune: true })

  expect(plan.quotas[1]).toMatchObject({ before: 2, peak: 3, after: 1 })
})

test('a plan whose end is over a quota is refused, and the refusal says whether the quota is assumed', () => {
  const rows = [domain('a', 'x.example'), domain('a', 'y.example')]

  const configured = refusalsOf(rows, buildTenant([]), { quotas: { indicators: 1 } })

  expect(configured).toEqual([
    {
      code: 'PLAN008',
      failure: 'safety',
      message: 'the tenant would hold 2 IOCs (now 0); the quota is 1',
      fix: 'Delete rules, or plan with --prune.',
    },
  ])
})

test('a tenant that holds more than an assumed quota proves it wrong: what adds nothing is planned', () => {
  const iocs = [1, 2, 3].map((Id) => ({ Id, Value: `v${Id}.example` }))
  const remote = buildTenant([{ Id: 1, Name: 'a', iocs }])
  const quotas = { indicators: 2 }

  const { plan } = planOf([domain('a', 'v1.example'), domain('a', 'v2.example')], remote, {
    prune: true,
    quotas,
  })
  const refusals = refusalsOf(
    ['v1', 'v2', 'v3', 'v4'].map((name) => domain('a', `${name}.example`)),
    remote,
    { quotas },
  )

  expect(shortChanges(plan.changes)).toEqual(['-ioc 3'])
  expect(refusals).toMatchObject([{ code: 'PLAN008' }])
})

const FULL = buildTenant([
  { Id: 1, Name: 'a', iocs: ['p', 'q', 'r', 's'].map((v, i) => ({ Id: i + 1, Value: `${v}.example` })) },
])
const CHANGED = [domain('a', 'p.example'), domain('a', 'n.example'), domain('a', 'o.example')]

test('a peak over a quota is refused where the end is within it, and the refusal names --delete-first', () => {
  const refusals = refusalsOf(CHANGED, FULL, { prune: true, quotas: { indicators: 5 } })

  expect(refusals).toEqual([
    {
      code: 'PLAN007',
      failure: 'safety',
      message: 'the tenant would hold 6 IOCs on the way to 3; the quota is 5',
      fix: 'Plan with --delete-first: then as many deletes as needed run before the creates.',
    },
  ])
})

test('--delete-first moves only as many deletes as needed before the creates', () => {
  const one = planOf(CHANGED, FULL, { prune: true, deleteFirst: true, quotas: { indicators: 5 } })
  const two = planOf(CHANGED, FULL, { prune: true, deleteFirst: true, quotas: { indicators: 4 } })
  const none = planOf(CHANGED, FULL, { prune: true, deleteFirst: true, quotas: { indicators: 6 } })

  const creates = ['+ioc a n.example', '+ioc a o.example']
  expect(shortChanges(one.plan.changes)).toEqual(['-ioc 2', ...creates, '-ioc 3', '-ioc 4'])
  expect(shortChanges(two.plan.changes)).toEqual(['-ioc 2', '-ioc 3', ...creates, '-ioc 4'])
  expect(shortChanges(none.plan.changes)).toEqual([...creates, '-ioc 2', '-ioc 3', '-ioc 4'])
  expect(one.plan.quotas[1]).toMatchObject({ before: 4, peak: 5, after: 3 })
})

test('--delete-first takes the IOCs that the third quota needs', () => {
  const remote = buildTenant([
    {
      Id: 1,
      Name: 'a',
      iocs: [
        { Id: 1, Value: 'p.example' },
        { Id: 2, Value: 'q.example', DetectionFunction: 'EndWith' },
      ],
    },
  ])
  const rows = [domain('a', 'n.example', { DetectionFunction: 'Contains' })]

  const { plan } = planOf(rows, remote, {
    prune: true,
    deleteFirst: true,
    quotas: { nonEqualsIndicators: 1 },
  })

  expect(shortChanges(plan.changes)).toEqual(['-ioc 2', '+ioc a n.example', '-ioc 1'])
})

test('--delete-first takes single IOCs out of a cascade, and the smallest definition where definitions are short', () => {
  const remote = buildTenant([
    {
      Id: 1,
      Name: 'a',
      iocs: [
        { Id: 1, Value: 'p.example' },
        { Id: 2, Value: 'q.example' },
      ],
    },
    { Id: 2, Name: 'b', iocs: [{ Id: 3, Value: 'r.example' }] },
  ])
  const rows = [domain('c', 'n.example')]
  const settings = { prune: true, deleteFirst: true }

  const single = planOf(rows, remote, { ...settings, quotas: { indicators: 3 } })
  const whole = planOf(rows, remote, { ...settings, quotas: { definitions: 2, indicators: 3 } })

  expect(shortChanges(single.plan.changes)).toEqual([
    '-ioc 1',
    '+def c',
    '+ioc c n.example',
    '-def 1 [2]',
    '-def 2 [3]',
  ])
  expect(shortChanges(whole.plan.changes)).toEqual([
    '-def 2 [3]',
    '+def c',
    '+ioc c n.example',
    '-def 1 [1,2]',
  ])
  expect(single.plan.deletes).toBe(5)
  expect(whole.plan.deletes).toBe(5)
})

test('--delete-first cannot take a definition that IOCs are re-bound away from, and says so', () => {
  const remote = buildTenant([{ Id: 1, Name: 'a', iocs: [{ Id: 1, Value: 'p.example' }] }])
  const settings = { prune: true, deleteFirst: true, quotas: { definitions: 1 } }

  const refusals = refusalsOf([domain('b', 'p.example')], remote, settings)

  expect(refusals).toMatchObject([{ code: 'PLAN009', failure: 'safety' }])
  expect(refusals[0]?.fix).toContain('two steps')
})

test('an opaque IOC goes early only with its definition', () => {
  const remote = buildTenant([
    { Id: 1, Name: 'a', iocs: [{ Id: 1, Type: 'IpAddress', Value: '10.0.0.0/8' }] },
  ])
  const settings = { prune: true, deleteFirst: true, quotas: { indicators: 1 } }

  const { plan } = planOf([domain('b', 'p.example')], remote, settings)
  const none = planOf(buildRuleSet([], { emptyDefinitions: ['b'] }), remote, settings)

  expect(shortChanges(plan.changes)).toEqual(['-def 1 [1]', '+def b', '+ioc b p.example'])
  expect(shortChanges(none.plan.changes)).toEqual(['+def b', '-def 1 [1]'])
})

test('a refusal over an assumed quota names the option of the configuration that raises it', () => {
  const rows = Array.from({ length: 1001 }, (_, number) =>
    domain('a', `x${number}.example`, { DetectionFunction: 'EndWith' }),
  )

  const refusals = refusalsOf(rows, buildTenant([]))

  expect(refusals.map(({ fix }) => fix)).toEqual([
    "Delete rules, or set quotas.non-equals-indicators in dryfire.config.yaml if the tenant's quota is known to be larger.",
  ])
})
