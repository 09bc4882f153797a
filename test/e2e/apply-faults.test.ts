import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Fault } from '../../src/emulator/faults/fault-plan.ts'
import { applyPlan, resumeApply, type ApplyTools } from '../../src/sync/apply/apply.ts'
import type { ApplyReport } from '../../src/sync/apply/apply-report.ts'
import type { RemoteState } from '../../src/sync/entities.ts'
import type { Plan } from '../../src/sync/plan.ts'
import type { Provider } from '../../src/sync/provider.ts'
import type { TransportLimits } from '../../src/sync/client/transport-limits.ts'
import {
  SCENARIO_ROWS,
  SCENARIO_SETTINGS,
  SCENARIO_WRITES,
  contentOf,
  contentOfRows,
  isOwnedName,
  planFor,
  processFacts,
  scenarioTenant,
  stateFor,
} from '../support/apply-scenario.ts'
import { MemoryStateIo } from '../support/memory-state-io.ts'
import { isLongRun } from '../support/runs.ts'
import {
  TenantServer,
  type ReplyFault,
  type ServedFault,
  type ServedTenant,
} from '../support/served-tenant.ts'

const NEVER = new AbortController().signal
/** A client less patient than the server is slow. */
const IMPATIENT: Partial<TransportLimits> = { headersMs: 100 }

const FAULTS: readonly (readonly [string, Fault])[] = [
  ['401', { kind: 'unauthorized' }],
  ['429 without a word', { kind: 'throttled', retryAfter: null }],
  ['429 with seconds', { kind: 'throttled', retryAfter: { form: 'seconds', seconds: 7 } }],
  ['500', { kind: 'server-error' }],
  ['503 with a date', { kind: 'unavailable', retryAfter: { form: 'date', seconds: 9 } }],
  ['504 that is done', { kind: 'gateway-timeout', effectAfterMs: 0 }],
  ['504 that is done 3 s later', { kind: 'gateway-timeout', effectAfterMs: 3000 }],
  ['507', { kind: 'quota' }],
  ['a cut before', { kind: 'cut-before' }],
  ['a cut after', { kind: 'cut-after' }],
  ['a slow reply', { kind: 'slow', delayMs: 180 }],
  ['half a reply', { kind: 'truncated' }],
]

/** Replies of proxies and half-broken services; what each does to the tenant differs. */
const REPLIES: readonly (readonly [string, ReplyFault])[] = [
  ['408 that is done', { kind: 'reply', isDone: true, status: 408, body: '' }],
  ['408 that is not done', { kind: 'reply', isDone: false, status: 408, body: '' }],
  ['502 that is done', { kind: 'reply', isDone: true, status: 502, body: '<html>Bad gateway' }],
  ['501 that is not done', { kind: 'reply', isDone: false, status: 501, body: '{}' }],
  ['a login page that is done', { kind: 'reply', isDone: true, status: 200, body: '<html>Sign in' }],
  ['a login page instead of it', { kind: 'reply', isDone: false, status: 200, body: '<html>Sign in' }],
  ['204 without the Ids', { kind: 'reply', isDone: true, status: 204, body: '' }],
  ['a redirect', { kind: 'reply', isDone: false, status: 307, body: '' }],
  ['202', { kind: 'reply', isDone: true, status: 202, body: '{}' }],
]

const server: { current: TenantServer | null } = { current: null }

beforeAll(async () => {
  server.current = await TenantServer.start()
})

afterAll(async () => {
  await server.current?.stop()
})

interface Outcome {
  readonly tenant: ServedTenant
  readonly first: ApplyReport
  readonly last: ApplyReport
  readonly remote: RemoteState
}

/** Every tenant begins with the same entities at the same time, so one plan fits all. */
const knownPlan: { current: Plan | null } = { current: null }

async function planOver(provider: Provider): Promise<Plan> {
  const { api, tenant } = provider
  return planFor(SCENARIO_ROWS, await provider.readState(NEVER), { api, tenant })
}

/** Applies the scenario over real sockets, and resumes it in a second process when the first one stopped. */
async function run(fault: ServedFault | null): Promise<Outcome> {
  if (server.current === null) throw new Error('there is no server')
  const tenant = server.current.serve(scenarioTenant(), fault)
  const provider = tenant.connect(fault?.fault.kind === 'slow' ? IMPATIENT : {})
  const plan = (knownPlan.current ??= await planOver(provider))
  const io = new MemoryStateIo()
  const tools: ApplyTools = {
    provider,
    state: stateFor(provider, io, processFacts(1)),
    clock: tenant.clock,
    settings: SCENARIO_SETTINGS,
    signal: NEVER,
  }
  const first = await applyPlan({ ...tools, plan, allowDelete: plan.deletes })
  let last = first
  if (first.outcome === 'stopped') {
    const second = tenant.connect()
    last = await resumeApply({ ...tools, provider: second, state: stateFor(second, io, processFacts(2)) })
  }
  const remote = await provider.readState(NEVER)
  tenant.close()
  return { tenant, first, last, remote }
}

function expectDesired({ last, remote, tenant }: Outcome, hint: string): void {
  expect(last, hint).toMatchObject({ outcome: 'done', exit: 'ok', problems: [], writes: { unknown: 0 } })
  expect(contentOf(remote, isOwnedName), hint).toEqual(contentOfRows(SCENARIO_ROWS))
  expect(
    contentOf(remote, (name) => name === 'z'),
    hint,
  ).toEqual(contentOf(scenarioTenant(), (name) => name === 'z'))
  expect(
    remote.definitions.map(({ Id, Name }) => `${Id} ${Name}`),
    hint,
  ).toEqual(['1 a', '2 b', '4 z', '5 d', '6 e'])
  expect(
    tenant.writes.filter((line) => /^DELETE [^(]*$|DeleteIOCs/.test(line)),
    hint,
  ).toEqual([])
}

test('an apply over real sockets takes twenty writing requests when nothing goes wrong', async () => {
  const outcome = await run(null)

  expectDesired(outcome, 'no fault')
  expect(outcome.tenant.writes).toHaveLength(SCENARIO_WRITES)
})

test.each(FAULTS)(
  'for every writing request of an apply over real sockets, %s ends in the desired tenant',
  async (_, fault) => {
    let resumed = 0
    for (let at = 1; at <= SCENARIO_WRITES; at++) {
      const outcome = await run({ among: 'writes', at, fault })

      expect(outcome.tenant.isHit).toBe(true)
      expectDesired(outcome, `request ${at}`)
      if (outcome.first.outcome === 'stopped') resumed++
    }

    expect(resumed).toBe(fault.kind === 'quota' ? SCENARIO_WRITES : 0)
  },
)

test.each(REPLIES)(
  'for every fourth writing request of an apply over real sockets, %s ends in the desired tenant',
  async (_, fault) => {
    for (let at = 1; at <= SCENARIO_WRITES; at += isLongRun() ? 1 : 4) {
      const outcome = await run({ among: 'writes', at, fault })

      expect(outcome.tenant.isHit).toBe(true)
      expectDesired(outcome, `request ${at}`)
    }
  },
)

test('for every request of an apply over real sockets, readings and tokens included, a cut ends in the desired tenant', async () => {
  const { tenant } = await run(null)
  const all = tenant.requests.length

  for (let at = 1; at <= all; at += 5) {
    const outcome = await run({ among: 'all', at, fault: { kind: 'cut-after' } })
    expectDesired(outcome, `request ${at}`)
  }

  expect(all).toBeGreaterThan(40)
})
