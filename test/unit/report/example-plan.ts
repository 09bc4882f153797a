import type { PlanView, ShownChange, ShownIndicator } from '../../../src/report/plan-view.ts'

const LAB = { Name: 'c2-lab', Id: null }
const FEED = { Name: 'feed', Id: 4 }
const OLD = { Name: 'old-lab', Id: 7 }

function ioc(Value: string, more: Partial<ShownIndicator> = {}): ShownIndicator {
  return { Type: 'DomainName', DetectionFunction: 'Equals', Value, ExpiresAt: null, Enabled: true, ...more }
}

const CHANGES: readonly ShownChange[] = [
  {
    kind: 'create-definition',
    body: {
      Name: 'c2-lab',
      Title: "Connection to a domain of the lab's exercise",
      Severity: 'High',
      Category: 'CommandAndControl',
      Enabled: true,
    },
  },
  {
    kind: 'patch-definition',
    Id: 4,
    Name: 'feed',
    before: { Title: 'Old title', RecommendedAction: null, Enabled: true },
    patch: {
      Title: `A title that goes on ${'and on '.repeat(20)}`,
      RecommendedAction: 'Isolate the device.',
      Enabled: false,
    },
  },
  {
    kind: 'patch-indicator',
    Id: 41,
    definition: FEED,
    ioc: ioc('x.example', { Enabled: false }),
    before: { Enabled: false, ExpiresAt: null },
    patch: { Enabled: true, ExpiresAt: '2027-01-01T00:00:00Z' },
  },
  {
    kind: 'create-indicator',
    definition: LAB,
    body: ioc('.c2.example', { DetectionFunction: 'EndWith', ExpiresAt: '2027-01-01T00:00:00Z' }),
  },
  ...Array.from({ length: 14 }, (_, i): ShownChange => ({
    kind: 'create-indicator',
    definition: FEED,
    body: ioc(`${String(i).padStart(2, '0')}8311e8b377736fb93b18b15372355f3f26c4cd`, {
      Type: 'Sha1',
      Enabled: i !== 1,
    }),
  })),
  { kind: 'rebind-indicator', Id: 71, from: OLD, to: LAB, ioc: ioc('moved.example') },
  { kind: 'delete-indicator', Id: 42, definition: FEED, ioc: ioc('gone.example') },
  {
    kind: 'delete-definition',
    Id: 7,
    Name: 'old-lab',
    cascade: ['a.example', 'b.example', '10.0.0.0/8'].map((Value) => ioc(Value)),
  },
]

/** A plan with a change of every kind. */
export const BUSY_PLAN: PlanView = {
  basis: {
    api: 'https://ti.example/v1.0',
    tenant: '6b1f0a9e-1111-2222-3333-444455556666',
    toolVersion: '0.1.0',
    expiresAt: '2026-11-23T09:00:00Z',
    remote: {
      ownedDefinitionIds: [4, 7],
      ownedIndicatorIds: [41, 42, 71, 72, 73, 74],
      unmanagedDefinitions: 3,
      unmanagedIndicators: 1200,
      opaqueIndicators: 1,
    },
  },
  changes: CHANGES,
  kept: [],
  quotas: [
    { name: 'definitions', limit: 1000, assumed: true, before: 5, peak: 6, after: 5 },
    { name: 'indicators', limit: 2000, assumed: false, before: 1206, peak: 1221, after: 1217 },
    { name: 'nonEqualsIndicators', limit: 1000, assumed: true, before: 12, peak: 13, after: 13 },
  ],
  deletes: 5,
  claims: ['c2-lab', 'feed'],
  digest: '3f2a9c0d1e5b'.padEnd(64, '0'),
}

/** Nothing to do, but things that stay though the rules lost them. */
export const QUIET_PLAN: PlanView = {
  ...BUSY_PLAN,
  changes: [],
  kept: [
    { what: 'definition', Id: 7, definition: OLD, ioc: null },
    { what: 'indicator', Id: 71, definition: OLD, ioc: ioc('a.example') },
    { what: 'indicator', Id: 72, definition: OLD, ioc: ioc('b.example') },
    { what: 'indicator', Id: 42, definition: FEED, ioc: ioc('gone.example') },
  ],
  deletes: 0,
  claims: [],
}

/** Makes room first, and loses more than a tenth of what is owned. */
export const TIGHT_PLAN: PlanView = {
  ...BUSY_PLAN,
  changes: [
    { kind: 'delete-indicator', Id: 41, definition: FEED, ioc: ioc('x.example') },
    { kind: 'delete-indicator', Id: 42, definition: FEED, ioc: ioc('gone.example') },
    { kind: 'create-indicator', definition: FEED, body: ioc('y.example') },
    { kind: 'create-indicator', definition: FEED, body: ioc('z.example') },
  ],
  quotas: [
    { name: 'definitions', limit: 1000, assumed: true, before: 5, peak: 5, after: 5 },
    { name: 'indicators', limit: 1206, assumed: true, before: 1206, peak: 1206, after: 1206 },
    { name: 'nonEqualsIndicators', limit: 1000, assumed: true, before: 12, peak: 12, after: 12 },
  ],
  deletes: 2,
  claims: [],
}

export const NOTES: readonly string[] = [
  'New alerts may come from 1 created definition: "c2-lab".',
  'New alerts may come from 1 IOC that moves: what alerted under one definition alerts anew under the other.',
]

const EVIL = 'evil\u001b[2J\u202e\u0007\n\u{e0001}'

/** Every text that a service or rules give is hostile. */
export const HOSTILE_PLAN: PlanView = {
  ...BUSY_PLAN,
  basis: { ...BUSY_PLAN.basis, tenant: EVIL, api: EVIL, toolVersion: EVIL, expiresAt: EVIL },
  changes: [
    {
      kind: 'create-definition',
      body: { Name: `${EVIL}1`, Title: EVIL, Severity: EVIL, Category: EVIL, Enabled: false },
    },
    {
      kind: 'patch-definition',
      Id: 1,
      Name: `${EVIL}2`,
      before: { [EVIL]: EVIL, Severity: EVIL },
      patch: { [EVIL]: EVIL, Severity: EVIL },
    },
    {
      kind: 'create-indicator',
      definition: { Name: `${EVIL}2`, Id: 1 },
      body: { Type: EVIL, DetectionFunction: EVIL, Value: EVIL, ExpiresAt: EVIL, Enabled: true },
    },
    {
      kind: 'rebind-indicator',
      Id: 9,
      from: { Name: EVIL, Id: 3 },
      to: { Name: `${EVIL}2`, Id: 1 },
      ioc: ioc(EVIL),
    },
    {
      kind: 'patch-indicator',
      Id: 5,
      definition: { Name: `${EVIL}2`, Id: 1 },
      ioc: ioc(EVIL),
      before: { ExpiresAt: EVIL },
      patch: { ExpiresAt: EVIL },
    },
    { kind: 'delete-definition', Id: 2, Name: `${EVIL}3`, cascade: [ioc(EVIL)] },
  ],
  kept: [{ what: 'indicator', Id: 3, definition: { Name: EVIL, Id: 3 }, ioc: ioc(EVIL) }],
  claims: [EVIL],
  digest: EVIL,
}
