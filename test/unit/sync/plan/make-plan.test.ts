import { expect, test } from 'vitest'
import { definitionNamed, buildRuleSet } from '../../../support/rule-set-builder.ts'
import { buildTenant } from '../../../support/tenant-builder.ts'
import { parseTime } from '../../../../src/model/time.ts'
import { domain, planOf, refusalsOf, shortChanges } from '../../../support/plan-of.ts'

const EMPTY = buildTenant([])
const NEW_YEAR = parseTime('2027-01-01T00:00:00Z') ?? 0n

test('a plan for an empty tenant creates definitions first and then their IOCs', () => {
  const { plan } = planOf([domain('b', 'x.example'), domain('a', 'y.example')], EMPTY)

  expect(shortChanges(plan.changes)).toEqual(['+def a', '+def b', '+ioc a y.example', '+ioc b x.example'])
  expect(plan.deletes).toBe(0)
  expect(plan.claims).toEqual(['a', 'b'])
})

test('a plan for a tenant that holds the rules already is empty', () => {
  const remote = buildTenant([{ Id: 1, Name: 'a', iocs: [{ Id: 7, Value: 'x.example' }] }])

  const { plan, notes } = planOf([domain('a', 'x.example')], remote, { claimed: ['a'] })

  expect(plan.changes).toEqual([])
  expect(plan.kept).toEqual([])
  expect(plan.claims).toEqual([])
  expect(notes).toEqual([])
})

test('a change carries the body that is uploaded and the place of its rule', () => {
  const rows = [
    domain('a', 'x.example', { ExpiresAt: NEW_YEAR, Enabled: false, DetectionFunction: 'EndWith' }),
  ]

  const { plan } = planOf(rows, EMPTY)

  const { Id: _, ...body } = definitionNamed('a')
  expect(plan.changes).toEqual([
    { kind: 'create-definition', body, place: null },
    {
      kind: 'create-indicator',
      definition: { Name: 'a', Id: null },
      body: {
        Type: 'DomainName',
        DetectionFunction: 'EndWith',
        Value: 'x.example',
        ExpiresAt: '2027-01-01T00:00:00Z',
        Enabled: false,
      },
      place: { file: 'test.rules.yaml', line: 1, column: 1 },
    },
  ])
})

test('an edited definition is patched in place and never deleted (G07)', () => {
  const remote = buildTenant([{ Id: 1, Name: 'a', Title: 'Old', Severity: 'low', UxDescription: null }])
  const rules = buildRuleSet([], { emptyDefinitions: ['a'] })

  const { plan } = planOf(rules, remote, { prune: true })

  expect(plan.changes).toEqual([
    {
      kind: 'patch-definition',
      Id: 1,
      Name: 'a',
      before: { Title: 'Old', Severity: 'low', UxDescription: '' },
      patch: { Title: 'Title of a', Severity: 'Medium', UxDescription: 'What a means.' },
      place: null,
    },
  ])
})

test('members in another case and empty texts are no difference of definitions', () => {
  const remote = buildTenant([
    { Id: 1, Name: 'a', Severity: 'MEDIUM', Category: 'malware', RecommendedAction: '' },
  ])

  const { plan } = planOf(buildRuleSet([], { emptyDefinitions: ['a'] }), remote)

  expect(plan.changes).toEqual([])
})

test('a definition whose Name differs only in case is another definition', () => {
  const remote = buildTenant([{ Id: 1, Name: 'A' }])

  const { plan } = planOf(buildRuleSet([], { emptyDefinitions: ['a'] }), remote)

  expect(shortChanges(plan.changes)).toEqual(['+def a'])
  expect(plan.basis.remote.unmanagedDefinitions).toBe(1)
})

test('IOCs are the same by canonical value, whatever the spelling of the service', () => {
  const sha1 = 'ab'.repeat(20)
  const remote = buildTenant([
    {
      Id: 1,
      Name: 'a',
      iocs: [
        { Id: 1, Type: 'SHA1', DetectionFunction: 'equals', Value: sha1.toUpperCase() },
        { Id: 2, Value: 'X.Example.' },
      ],
    },
  ])

  const { plan } = planOf([{ definition: 'a', Type: 'Sha1', Value: sha1 }, domain('a', 'x.example')], remote)

  expect(plan.changes).toEqual([])
})

test('expiry is compared as a point in time, not as text', () => {
  const iocs = [
    { Id: 1, Value: 'x.example', ExpiresAt: '2027-01-01T01:00:00.0000000+01:00' },
    { Id: 2, Value: 'y.example', ExpiresAt: '2027-01-01T00:00:00.0000001Z' },
  ]
  const remote = buildTenant([{ Id: 1, Name: 'a', iocs }])
  const rows = [
    domain('a', 'x.example', { ExpiresAt: NEW_YEAR }),
    domain('a', 'y.example', { ExpiresAt: NEW_YEAR }),
  ]

  const { plan } = planOf(rows, remote)

  expect(plan.changes).toMatchObject([
    {
      kind: 'patch-indicator',
      Id: 2,
      before: { ExpiresAt: '2027-01-01T00:00:00.0000001Z' },
      patch: { ExpiresAt: '2027-01-01T00:00:00Z' },
    },
  ])
})

test('a patch of an IOC names only what differs', () => {
  const remote = buildTenant([{ Id: 1, Name: 'a', iocs: [{ Id: 5, Value: 'x.example', Enabled: false }] }])

  const { plan } = planOf([domain('a', 'x.example')], remote)

  expect(plan.changes).toMatchObject([{ Id: 5, before: { Enabled: false }, patch: { Enabled: true } }])
  expect(shortChanges(plan.changes)).toEqual(['~ioc 5 Enabled'])
})

test('copies are paired by equal attributes first and then by the lowest Id', () => {
  const remote = buildTenant([
    {
      Id: 1,
      Name: 'a',
      iocs: [
        { Id: 1, Value: 'x.example', Enabled: false },
        { Id: 2, Value: 'x.example', Enabled: false },
        { Id: 3, Value: 'x.example', ExpiresAt: '2027-01-01T00:00:00Z' },
      ],
    },
  ])
  const rows = [domain('a', 'x.example', { ExpiresAt: NEW_YEAR }), domain('a', 'x.example')]

  const { plan } = planOf(rows, remote, { prune: true })

  expect(shortChanges(plan.changes)).toEqual(['~ioc 1 Enabled', '-ioc 2'])
})

test('rows that stand twice in the rules are created twice, and a note says so', () => {
  const { plan, notes } = planOf([domain('a', 'x.example'), domain('a', 'x.example')], EMPTY)

  expect(shortChanges(plan.changes)).toEqual(['+def a', '+ioc a x.example', '+ioc a x.example'])
  expect(notes.join('\n')).toContain('1 created IOC is a copy of another')
})

test('without --prune what is left over is kept and nothing is deleted', () => {
  const remote = buildTenant([
    {
      Id: 1,
      Name: 'a',
      iocs: [
        { Id: 1, Value: 'x.example' },
        { Id: 2, Value: 'x.example' },
      ],
    },
    { Id: 2, Name: 'b', iocs: [{ Id: 3, Value: 'y.example' }] },
  ])

  const { plan } = planOf([domain('a', 'x.example')], remote)

  expect(plan.changes).toEqual([])
  expect(plan.kept.map(({ what, Id }) => `${what} ${Id}`)).toEqual([
    'definition 2',
    'indicator 3',
    'indicator 2',
  ])
  expect(plan.deletes).toBe(0)
})

test('with --prune a lost definition falls with its IOCs, opaque ones included (G08)', () => {
  const remote = buildTenant([
    { Id: 1, Name: 'a' },
    {
      Id: 2,
      Name: 'b',
      iocs: [
        { Id: 3, Value: 'y.example' },
        { Id: 4, Type: 'IpAddress', Value: '10.0.0.0/8' },
      ],
    },
  ])

  const { plan } = planOf(buildRuleSet([], { emptyDefinitions: ['a'] }), remote, { prune: true })

  expect(shortChanges(plan.changes)).toEqual(['-def 2 [3,4]'])
  expect(plan.deletes).toBe(3)
})

test('an IOC that moves to another definition is re-bound by one write (G09)', () => {
  const remote = buildTenant([
    {
      Id: 1,
      Name: 'a',
      iocs: [
        { Id: 8, Value: 'x.example' },
        { Id: 9, Value: 'x.example' },
      ],
    },
    { Id: 2, Name: 'b' },
  ])

  const { plan } = planOf([domain('b', 'x.example'), domain('a', 'x.example')], remote, { prune: true })

  expect(shortChanges(plan.changes)).toEqual(['->ioc 9 a b'])
  expect(plan.quotas[1]).toMatchObject({ before: 2, peak: 2, after: 2 })
})

test('re-binds take the lowest Id, and a PATCH goes before where attributes differ', () => {
  const remote = buildTenant([
    { Id: 1, Name: 'a', iocs: [{ Id: 4, Value: 'x.example', Enabled: false }] },
    { Id: 2, Name: 'b', iocs: [{ Id: 3, Value: 'x.example' }] },
  ])
  const rules = buildRuleSet([domain('c', 'x.example')], { emptyDefinitions: ['a', 'b'] })

  const { plan } = planOf(rules, remote, { prune: true })
  const both = planOf(
    buildRuleSet([domain('c', 'x.example'), domain('c', 'x.example')], { emptyDefinitions: ['a', 'b'] }),
    remote,
    { prune: true },
  )

  expect(shortChanges(plan.changes)).toEqual(['+def c', '->ioc 3 b c', '-ioc 4'])
  expect(shortChanges(both.plan.changes)).toEqual(['+def c', '~ioc 4 Enabled', '->ioc 3 b c', '->ioc 4 a c'])
})

test('a rename is a delete and a create, its IOCs are re-bound, and a note warns of new alerts', () => {
  const content = { Title: 'Same', UxDescription: 'Same.' }
  const remote = buildTenant([{ Id: 1, Name: 'a', ...content, iocs: [{ Id: 2, Value: 'x.example' }] }])
  const rules = buildRuleSet([domain('b', 'x.example')])
  const renamed = { ...rules, definitions: rules.definitions.map((d) => ({ ...d, ...content })) }

  const pruned = planOf(renamed, remote, { prune: true })
  const kept = planOf(renamed, remote)

  expect(shortChanges(pruned.plan.changes)).toEqual(['+def b', '->ioc 2 a b', '-def 1 []'])
  expect(pruned.notes[0]).toContain(
    '"b" has the content of "a", which is deleted. A rename is a delete and a create',
  )
  expect(kept.notes[0]).toContain('"b" has the content of "a", which is kept beside it')
})

test('without --prune nothing is taken from a definition that the rules do not hold', () => {
  const remote = buildTenant([{ Id: 1, Name: 'a', iocs: [{ Id: 2, Value: 'x.example' }] }])

  const { plan } = planOf([domain('b', 'x.example')], remote)

  expect(shortChanges(plan.changes)).toEqual(['+def b', '+ioc b x.example'])
  expect(plan.kept).toHaveLength(2)
})

test('without --prune an IOC that the rules move between their own definitions is re-bound', () => {
  const remote = buildTenant([{ Id: 1, Name: 'a', iocs: [{ Id: 2, Value: 'x.example' }] }])
  const rules = buildRuleSet([domain('b', 'x.example')], { emptyDefinitions: ['a'] })

  const { plan } = planOf(rules, remote)

  expect(shortChanges(plan.changes)).toEqual(['+def b', '->ioc 2 a b'])
  expect(plan.kept).toEqual([])
})

test('opaque values are counted and never written', () => {
  const remote = buildTenant([
    {
      Id: 1,
      Name: 'a',
      iocs: [
        { Id: 1, Type: 'IpAddress', Value: '010.8.8.8' },
        { Id: 2, Type: 'IpAddress', Value: '10.0.0.0/8', Enabled: false },
        { Id: 3, Type: 'Url', Value: 'https://x.example/' },
        { Id: 4, DetectionFunction: 'Regex', Value: 'x.example' },
        { Id: 5, Value: 'x.example', ExpiresAt: 'soon' },
      ],
    },
  ])

  const { plan } = planOf([domain('a', 'x.example')], remote, { prune: true })

  expect(shortChanges(plan.changes)).toEqual(['+ioc a x.example'])
  expect(plan.basis.remote.opaqueIndicators).toBe(5)
  expect(plan.basis.remote.ownedIndicatorIds).toEqual([1, 2, 3, 4, 5])
})

test('an opaque value of the rules is not uploaded, and a note says so', () => {
  const opaque = {
    definitionName: 'a',
    Type: 'IpAddress',
    DetectionFunction: 'Equals',
    Value: '10.0.0.0/8',
    ExpiresAt: null,
    Enabled: true,
  }
  const rules = buildRuleSet([], { emptyDefinitions: ['a'], opaque: [opaque] })

  const { plan, notes } = planOf(rules, EMPTY)

  expect(shortChanges(plan.changes)).toEqual(['+def a'])
  expect(notes.at(-1)).toContain('1 opaque value of the rules the service does not hold')
})

test('hash fragments that the rules would refuse are opaque where the options refuse them', () => {
  const iocs = [{ Id: 2, Type: 'Sha1', DetectionFunction: 'StartWith', Value: 'abc' }]
  const remote = buildTenant([{ Id: 1, Name: 'a', iocs }])
  const rules = buildRuleSet([], { emptyDefinitions: ['a'] })

  const strict = planOf(rules, remote, { prune: true, parseOptions: { nonEqualsHash: 'reject' } })
  const lenient = planOf(rules, remote, { prune: true })

  expect(shortChanges(strict.plan.changes)).toEqual([])
  expect(shortChanges(lenient.plan.changes)).toEqual(['-ioc 2'])
})

test('unmanaged entities are counted and never written', () => {
  const remote = buildTenant([
    { Id: 1, Name: 'a' },
    {
      Id: 2,
      Name: 'foreign',
      iocs: [
        { Id: 9, Value: 'x.example' },
        { Id: 10, Value: 'y.example' },
      ],
    },
  ])

  const { plan } = planOf([domain('a', 'x.example')], remote, { prune: true })

  expect(shortChanges(plan.changes)).toEqual(['+ioc a x.example'])
  expect(plan.basis.remote).toMatchObject({
    ownedDefinitionIds: [1],
    ownedIndicatorIds: [],
    unmanagedDefinitions: 1,
    unmanagedIndicators: 2,
    maxDefinitionId: 2,
    maxIndicatorId: 10,
  })
})

test('an empty desired state is refused whatever the flags (G05)', () => {
  const remote = buildTenant([{ Id: 1, Name: 'a' }])

  const codes = [{}, { prune: true }, { prune: true, deleteFirst: true, adopt: [] }].map((settings) =>
    refusalsOf([], remote, settings).map(({ code, failure }) => `${code} ${failure}`),
  )

  expect(codes).toEqual([['PLAN002 safety'], ['PLAN002 safety'], ['PLAN002 safety']])
})

test('changes of every kind stand in the order of writing', () => {
  const remote = buildTenant([
    {
      Id: 1,
      Name: 'a',
      Title: 'Old',
      iocs: [
        { Id: 1, Value: 'x.example' },
        { Id: 2, Value: 'y.example', Enabled: false },
      ],
    },
    {
      Id: 2,
      Name: 'b',
      iocs: [
        { Id: 3, Value: 'z.example' },
        { Id: 4, Value: 'gone.example' },
      ],
    },
    { Id: 3, Name: 'c', iocs: [{ Id: 5, Value: 'lost.example' }] },
  ])
  const rows = [
    domain('a', 'y.example'),
    domain('a', 'z.example'),
    domain('b', 'n.example'),
    domain('d', 'd.example'),
  ]

  const { plan } = planOf(rows, remote, { prune: true })

  expect(shortChanges(plan.changes)).toEqual([
    '+def d',
    '~def 1 Title',
    '~ioc 2 Enabled',
    '+ioc b n.example',
    '+ioc d d.example',
    '->ioc 3 b a',
    '-ioc 1',
    '-ioc 4',
    '-def 3 [5]',
  ])
  expect(plan.deletes).toBe(4)
})

test('the same input gives the same digest, whatever the order of the remote lists', () => {
  const remote = buildTenant([
    {
      Id: 1,
      Name: 'a',
      iocs: [
        { Id: 1, Value: 'x.example' },
        { Id: 2, Value: 'y.example' },
      ],
    },
    { Id: 2, Name: 'b' },
  ])
  const shuffled = {
    definitions: remote.definitions.toReversed(),
    indicators: remote.indicators.toReversed(),
  }
  const rows = [domain('a', 'x.example'), domain('b', 'q.example')]

  const digests = [remote, shuffled, remote].map((state) => planOf(rows, state, { prune: true }).plan.digest)

  expect(new Set(digests).size).toBe(1)
})

test('notes name what would raise new alerts', () => {
  const remote = buildTenant([
    {
      Id: 1,
      Name: 'a',
      Enabled: false,
      iocs: [
        { Id: 1, Value: 'x.example', Enabled: false },
        { Id: 2, Value: 'y.example', ExpiresAt: '2026-01-01T00:00:00Z' },
        { Id: 3, Value: 'z.example', ExpiresAt: '2028-01-01T00:00:00Z' },
      ],
    },
  ])
  const rows = [
    domain('a', 'x.example'),
    domain('a', 'y.example'),
    domain('a', 'z.example', { ExpiresAt: NEW_YEAR }),
    domain('new', 'n.example'),
  ]

  const { notes } = planOf(rows, remote)

  expect(notes).toEqual([
    'New alerts may come from 1 created definition: "new".',
    'New alerts may come from 1 enabled definition: "a".',
    'New alerts may come from 1 created IOC.',
    'New alerts may come from 2 IOCs that are enabled or expire later than before.',
    '1 created definition stands outside owned.names and owned.prefix; only this state folder will know that it is ours: "new".',
  ])
})

test('fifteen thousand IOCs are planned in well under a second, copies of one value included', () => {
  const values = Array.from({ length: 15_000 }, (_, i) => (i % 2 === 0 ? 'same.example' : `h${i}.example`))
  const iocs = values.map((Value, i) => ({ Id: i + 1, Value, Enabled: i % 3 === 0 }))
  const remote = buildTenant([{ Id: 1, Name: 'a', iocs }])
  const rules = buildRuleSet([...values.map((Value) => domain('a', Value)), domain('b', 'same.example')])
  const before = process.cpuUsage()

  const { plan, notes } = planOf(rules, remote, { prune: true, quotas: { indicators: 20_000 } })

  const { user, system } = process.cpuUsage(before)
  expect((user + system) / 1000).toBeLessThan(2000)
  expect(plan.changes.filter(({ kind }) => kind === 'patch-indicator')).toHaveLength(10_000)
  expect(notes).toContain(
    'New alerts may come from 10,000 IOCs that are enabled or expire later than before.',
  )
})
