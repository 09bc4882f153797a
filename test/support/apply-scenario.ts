import { buildRuleSet, type RuleRow } from './rule-set-builder.ts'
import { buildTenant, type TenantDefinition } from './tenant-builder.ts'
import { MemoryStateIo } from './memory-state-io.ts'
import type { ProcessFacts } from '../../src/files/process-facts.ts'
import type { StateFolder } from '../../src/files/state-folder.ts'
import type { StateIo } from '../../src/files/state-io.ts'
import type { ApplySettings } from '../../src/sync/apply-report.ts'
import type { RemoteState } from '../../src/sync/entities.ts'
import { makePlan } from '../../src/sync/make-plan.ts'
import { openState } from '../../src/sync/open-state.ts'
import type { PlanSettings } from '../../src/sync/plan-settings.ts'
import type { Plan } from '../../src/sync/plan.ts'
import type { Provider } from '../../src/sync/provider.ts'

/** Writing requests of the scenario when nothing goes wrong. */
export const SCENARIO_WRITES = 20
/** Creations go in pairs, so that there is more than one chunk. */
export const SCENARIO_SETTINGS: ApplySettings = { bulkItems: 2 }

const OWNED = ['a', 'b', 'c', 'd', 'e']

/** What stands in the tenant before: `a` and `b` differ from the rules, `c` is to go, `z` is none of ours. */
const SCENARIO_TENANT: readonly TenantDefinition[] = [
  {
    Id: 1,
    Name: 'a',
    Title: 'An old title',
    iocs: [
      { Id: 1, Value: 'kept.example' },
      { Id: 2, Value: 'off.example', Enabled: false },
      { Id: 3, Value: 'moves-1.example' },
      { Id: 4, Value: 'moves-2.example' },
      { Id: 5, Value: 'gone-1.example' },
      { Id: 6, Value: 'gone-2.example' },
      { Id: 7, Value: 'twice.example' },
    ],
  },
  {
    Id: 2,
    Name: 'b',
    Severity: 'High',
    iocs: [
      { Id: 8, Value: 'off-too.example', Enabled: false },
      { Id: 9, Value: 'expires.example' },
      { Id: 10, Value: 'moves-3.example' },
      { Id: 11, Value: 'gone-3.example' },
      { Id: 12, Value: 'gone-4.example' },
      { Id: 13, Value: 'gone-5.example' },
    ],
  },
  {
    Id: 3,
    Name: 'c',
    iocs: [
      { Id: 14, Value: 'moves-4.example' },
      { Id: 15, Value: 'falls-1.example' },
      { Id: 16, Value: 'falls-2.example' },
    ],
  },
  {
    Id: 4,
    Name: 'z',
    iocs: [
      { Id: 17, Value: 'strange-1.example' },
      { Id: 18, Value: 'strange-2.example', Enabled: false },
    ],
  },
]

/** What the rules hold: `d` and `e` are new, indicators move, copies stand side by side. */
export const SCENARIO_ROWS: readonly RuleRow[] = [
  row('a', 'kept.example'),
  row('a', 'off.example'),
  row('a', 'twice.example'),
  row('a', 'twice.example'),
  row('a', 'new-1.example'),
  row('b', 'off-too.example'),
  row('b', 'expires.example', { ExpiresAt: 20_000_000_000_000_000n }),
  row('b', 'moves-1.example'),
  row('d', 'moves-2.example'),
  row('d', 'moves-3.example'),
  row('d', 'new-2.example'),
  row('d', 'new-2.example'),
  row('d', 'new-3.example', { DetectionFunction: 'EndWith' }),
  row('e', 'moves-4.example'),
  row('e', 'new-4.example', { Enabled: false }),
  row('e', 'new-5.example'),
]

export function row(definition: string, Value: string, more: Partial<RuleRow> = {}): RuleRow {
  return { definition, Type: 'DomainName', Value, ...more }
}

export function scenarioTenant(): RemoteState {
  return buildTenant(SCENARIO_TENANT)
}

/** The plan from a tenant to rows; a refusal fails the test. */
export function planFor(
  rows: readonly RuleRow[],
  remote: RemoteState,
  more: Partial<PlanSettings> & { readonly api?: string; readonly tenant?: string } = {},
): Plan {
  const { api = 'https://ti.example/v1.0', tenant = 'tenant-1', ...settings } = more
  const result = makePlan({
    rules: buildRuleSet(rows),
    remote,
    basis: {
      api,
      tenant,
      toolVersion: '0.1.0',
      createdAt: '2026-11-23T08:00:00Z',
      expiresAt: '2026-11-23T09:00:00Z',
      rules: { references: ['rules'], files: [{ path: '/rules/a.rules.yaml', sha256: 'a'.repeat(64) }] },
    },
    settings: {
      owned: { prefix: null, names: OWNED },
      adopt: [],
      claimed: [],
      prune: true,
      deleteFirst: false,
      quotas: {},
      ...settings,
    },
  })
  if (!result.ok) throw new Error(`no plan: ${JSON.stringify(result.refusals)}`)
  return result.plan
}

/** What hangs on the definitions of these Names, as a sorted multiset of texts that share nothing with our own code. */
export function contentOf(remote: RemoteState, isIncluded: (name: string) => boolean): readonly string[] {
  const names = new Map(remote.definitions.map(({ Id, Name }) => [Id, Name]))
  const definitions = remote.definitions
    .filter(({ Name }) => isIncluded(Name))
    .map(({ Name, Title, Severity, Enabled }) => `${Name} | ${Title} | ${Severity} | ${Enabled}`)
  const indicators = remote.indicators
    .filter(({ definitionId }) => isIncluded(names.get(definitionId) ?? ''))
    .map(
      ({ definitionId, DetectionFunction, Value, Enabled, ExpiresAt }) =>
        `${names.get(definitionId)} / ${DetectionFunction} ${Value} ${Enabled} ${ExpiresAt === null ? '' : Date.parse(ExpiresAt)}`,
    )
  return [...definitions, ...indicators].toSorted()
}

/** What the owned part of the tenant holds when the rows are in force. */
export function contentOfRows(rows: readonly RuleRow[]): readonly string[] {
  const names = [...new Set(rows.map(({ definition }) => definition ?? ''))]
  return [
    ...names.map((name) => `${name} | Title of ${name} | Medium | true`),
    ...rows.map(
      ({ definition, DetectionFunction = 'Equals', Value, Enabled = true, ExpiresAt }) =>
        `${definition} / ${DetectionFunction} ${Value} ${Enabled} ${ExpiresAt === undefined ? '' : Number(ExpiresAt / 10_000n)}`,
    ),
  ].toSorted()
}

export function isOwnedName(name: string): boolean {
  return OWNED.includes(name)
}

/** A process of a test: alive, unless the test says otherwise. */
export function processFacts(pid: number, isAlive: (pid: number) => boolean = () => true): ProcessFacts {
  return {
    pid,
    bootId: 'boot-1',
    host: 'host-1',
    startOf: (other) => (isAlive(other) ? `start ${other}` : null),
  }
}

/** A state folder for a provider's tenant, in memory unless told otherwise. */
export function stateFor(
  provider: Provider,
  io: StateIo = new MemoryStateIo(),
  facts: ProcessFacts = processFacts(1),
): StateFolder {
  return openState(provider, { base: '/state/dryfire', io, facts })
}
