import { afterAll, beforeAll, expect, test } from 'vitest'
import { ConnectionCut } from '../../src/emulator/faults/connection-cut.ts'
import { applyPlan, resumeApply, type ApplyTools } from '../../src/sync/apply/apply.ts'
import type { ApplyReport } from '../../src/sync/apply/apply-report.ts'
import type { Plan } from '../../src/sync/plan.ts'
import { RemoteError } from '../../src/sync/remote-error.ts'
import {
  SCENARIO_ROWS,
  SCENARIO_SETTINGS,
  contentOf,
  contentOfRows,
  isOwnedName,
  planFor,
  processFacts,
  scenarioTenant,
  stateFor,
} from '../support/apply-scenario.ts'
import { MemoryStateIo, type CrashLoss } from '../support/memory-state-io.ts'
import { isLongRun } from '../support/runs.ts'
import { TenantServer, type ServedTenant } from '../support/served-tenant.ts'

const NEVER = new AbortController().signal
/** What a crash takes of what was not synced. The ordinary run takes turns, the long one does all at every point. */
const LOSSES: readonly CrashLoss[] = ['everything', 'half', 'nothing']

const server: { current: TenantServer | null } = { current: null }
/** Every tenant begins with the same entities at the same time, so one plan fits all. */
const plan: { current: Plan | null } = { current: null }

beforeAll(async () => {
  server.current = await TenantServer.start()
})
afterAll(async () => {
  await server.current?.stop()
})

/** The process ends here; whatever it tries afterwards has no effect. */
class Killed extends Error {}

/** A process that ends at its n-th moment: before or after an operation on the disk, or a request as the server sees it. */
class DoomedProcess {
  readonly tenant: ServedTenant
  readonly io = new MemoryStateIo()
  moments = 0
  #last: number

  constructor(last: number) {
    if (server.current === null) throw new Error('there is no server')
    this.#last = last
    this.tenant = server.current.serve(scenarioTenant())
  }

  async apply(): Promise<void> {
    const tools = this.tools(1)
    const known = (plan.current ??= planFor(
      SCENARIO_ROWS,
      await tools.provider.readState(NEVER),
      tools.provider,
    ))
    await this.#untilKilled(() => applyPlan({ ...tools, plan: known, allowDelete: known.deletes }))
  }

  /** The next process takes over and is killed, too. */
  async takeOverUntil(last: number): Promise<void> {
    this.moments = 0
    this.#last = last
    await this.#untilKilled(() => this.takeOver(2))
  }

  /** The next process on this machine: resumes what there is, or begins anew. */
  async takeOver(pid: number = 3): Promise<ApplyReport> {
    const tools = this.tools(pid)
    return resumeApply(tools).catch(async (cause: unknown) => {
      if (!(cause instanceof RemoteError) || cause.failure !== 'usage') throw cause
      const fresh = planFor(SCENARIO_ROWS, await tools.provider.readState(NEVER), tools.provider)
      return applyPlan({ ...tools, plan: fresh, allowDelete: fresh.deletes })
    })
  }

  /** What process `pid` works with; no other one is alive. */
  tools(pid: number): ApplyTools {
    const provider = this.tenant.connect()
    const facts = processFacts(pid, (other) => other === pid)
    const state = stateFor(provider, this.io, facts)
    return { provider, state, clock: this.tenant.clock, settings: SCENARIO_SETTINGS, signal: NEVER }
  }

  async #untilKilled(work: () => Promise<unknown>): Promise<void> {
    this.io.around = () => this.#live(Killed)
    this.tenant.around = () => this.#live(ConnectionCut)
    try {
      await work()
    } catch (cause) {
      if (!(cause instanceof Killed || cause instanceof RemoteError)) throw cause
    } finally {
      this.io.around = () => undefined
      this.tenant.around = () => undefined
    }
  }

  #live(Ending: new () => Error): void {
    this.moments++
    if (this.moments > this.#last) throw new Ending()
  }
}

/** Each part takes every fourth moment, so that none takes long. */
const PARTS = [0, 1, 2, 3]
const LONGEST_MS = isLongRun() ? 600_000 : 60_000
let points = 0
let resumed = 0

test.each(PARTS)(
  'for every operation on the disk and every request of an apply over real sockets, a process killed before or after it is taken over without loss or copy (part %i)',
  async (part) => {
    const whole = new DoomedProcess(Number.POSITIVE_INFINITY)
    await whole.apply()

    for (let moment = part; moment < whole.moments; moment += PARTS.length) {
      const turn = LOSSES[moment % LOSSES.length] ?? 'nothing'
      for (const loss of isLongRun() ? LOSSES : [turn]) {
        const doomed = new DoomedProcess(moment)
        await doomed.apply()
        doomed.io.crash(loss)
        await expectTakenOver(doomed, `moment ${moment}, ${loss} lost`)
      }
    }
  },
  LONGEST_MS,
)

test('a process over real sockets that is killed while it takes over is taken over itself', async () => {
  for (let moment = 30; moment < 290; moment += 26) {
    const doomed = new DoomedProcess(moment)
    await doomed.apply()
    doomed.io.crash('half')
    await doomed.takeOverUntil(10 + (moment % 40))
    doomed.io.crash('everything')
    await expectTakenOver(doomed, `moment ${moment}`)
  }
})

test('there were at least 300 points at which a process was killed, and most were resumed', () => {
  expect(points).toBeGreaterThanOrEqual(isLongRun() ? 900 : 300)
  expect(resumed).toBeGreaterThan(points / 2)
})

async function expectTakenOver(doomed: DoomedProcess, hint: string): Promise<void> {
  const report = await doomed.takeOver()
  const remote = await doomed.tools(4).provider.readState(NEVER)

  expect(report, hint).toMatchObject({ outcome: 'done', exit: 'ok', problems: [] })
  expect(contentOf(remote, isOwnedName), hint).toEqual(contentOfRows(SCENARIO_ROWS))
  expect(contentOf(remote, (name) => name === 'z')).toEqual(
    contentOf(scenarioTenant(), (name) => name === 'z'),
  )
  const definitions = remote.definitions.map(({ Id, Name }) => `${Id} ${Name}`)
  expect(definitions, hint).toEqual(['1 a', '2 b', '4 z', '5 d', '6 e'])
  doomed.tenant.close()
  points++
  if (report.requests > 0) resumed++
}
