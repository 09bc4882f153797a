import { expect, test } from 'vitest'
import { ApplyBench } from '../../../support/apply-bench.ts'
import {
  SCENARIO_ROWS,
  contentOf,
  contentOfRows,
  isOwnedName,
  planFor,
  processFacts,
  scenarioTenant,
  stateFor,
} from '../../../support/apply-scenario.ts'
import type { MemoryProvider } from '../../../support/memory-provider.ts'
import { isLongRun } from '../../../support/runs.ts'
import { systemError, type CrashLoss } from '../../../support/memory-state-io.ts'
import type { ApplyReport } from '../../../../src/sync/apply/apply-report.ts'
import { readClaims } from '../../../../src/sync/apply/claims.ts'
import { rebuildState } from '../../../../src/sync/apply/rebuild-state.ts'
import { RemoteError } from '../../../../src/sync/remote-error.ts'

/** The process ends here; whatever it tries afterwards has no effect. */
class Killed extends Error {}

/** A process that ends at its n-th moment, a moment being before or after a request or an operation on the disk. */
class DoomedProcess {
  readonly bench = new ApplyBench()
  moments = 0
  readonly #last: number

  constructor(last: number) {
    this.#last = last
  }

  async apply(): Promise<ApplyReport | null> {
    const provider = this.bench.providerWith({ around: () => this.#live() })
    this.bench.io.around = () => this.#live()
    try {
      return await this.bench.apply({ provider })
    } catch (cause) {
      if (this.moments > this.#last) return null
      throw cause
    } finally {
      this.bench.io.around = () => undefined
    }
  }

  #live(): void {
    this.moments++
    if (this.moments > this.#last) throw new Killed()
  }
}

/** A moment at which the journal ends with an outcome. */
const AFTER_AN_OUTCOME = 184

let lastPid = 1

/** The only process of its machine. */
function nextProcess(): ReturnType<typeof processFacts> {
  const pid = ++lastPid
  return processFacts(pid, (other) => other === pid)
}

/** The next process on this machine: resumes what there is, or begins anew. */
async function takeOver(
  bench: ApplyBench,
  killAgainAt: number = Number.POSITIVE_INFINITY,
): Promise<ApplyReport | null> {
  let moments = 0
  const live = (): void => {
    if (++moments > killAgainAt) throw new Killed()
  }
  const provider: MemoryProvider = bench.providerWith({ around: live })
  const state = stateFor(provider, bench.io, nextProcess())
  bench.io.around = live
  try {
    return await bench.resume({ around: live }, { state, provider }).catch((cause: unknown) => {
      if (!(cause instanceof RemoteError) || cause.failure !== 'usage') throw cause
      return bench.apply({ plan: bench.replan(), provider, state })
    })
  } catch (cause) {
    if (moments > killAgainAt) return null
    throw cause
  } finally {
    bench.io.around = () => undefined
  }
}

async function applyOrFail(bench: ApplyBench): Promise<unknown> {
  try {
    return await bench.apply()
  } catch (cause) {
    return cause
  }
}

function expectDesired(bench: ApplyBench, hint: string): void {
  const remote = bench.tenant.read()
  expect(contentOf(remote, isOwnedName), hint).toEqual(contentOfRows(SCENARIO_ROWS))
  expect(contentOf(remote, (name) => name === 'z')).toEqual(
    contentOf(scenarioTenant(), (name) => name === 'z'),
  )
  expect(
    remote.definitions.map(({ Id, Name }) => `${Id} ${Name}`),
    hint,
  ).toEqual(['1 a', '2 b', '4 z', '5 d', '6 e'])
}

/** All losses at every moment only in the long run: over sockets they take turns (test/e2e/apply-kill-points.test.ts). */
const LOSSES: readonly CrashLoss[] = isLongRun() ? ['everything', 'half', 'nothing'] : ['everything']

test.each(LOSSES)(
  'for every moment of an apply, a process killed there that loses %s unsynced is taken over without loss or copy',
  async (loss) => {
    const whole = new DoomedProcess(Number.POSITIVE_INFINITY)
    await whole.apply()
    let resumed = 0

    for (let moment = 0; moment < whole.moments; moment++) {
      const doomed = new DoomedProcess(moment)
      expect(await doomed.apply()).toBeNull()
      doomed.bench.io.crash(loss)
      const report = await takeOver(doomed.bench)

      expect(report, `moment ${moment}`).toMatchObject({ outcome: 'done', exit: 'ok', problems: [] })
      expectDesired(doomed.bench, `moment ${moment}`)
      if ((report?.requests ?? 0) > 0) resumed++
    }

    expect(whole.moments).toBeGreaterThanOrEqual(200)
    expect(resumed).toBeGreaterThan(whole.moments / 2)
  },
)

test('an apply killed twice, the second time while it is taken over, loses and doubles nothing', async () => {
  const whole = new DoomedProcess(Number.POSITIVE_INFINITY)
  await whole.apply()
  let again = 0

  for (let moment = 20; moment < whole.moments; moment += 13) {
    const doomed = new DoomedProcess(moment)
    await doomed.apply()
    doomed.bench.io.crash('half')
    if ((await takeOver(doomed.bench, 25)) === null) again++
    doomed.bench.io.crash('everything')
    const report = await takeOver(doomed.bench)

    expect(report, `moment ${moment}`).toMatchObject({ outcome: 'done', exit: 'ok' })
    expectDesired(doomed.bench, `moment ${moment}`)
  }

  expect(again).toBeGreaterThan(10)
})

test.each(['ENOSPC', 'EIO'])(
  'for every operation on the disk, %s ends in a clean refusal or in a state that is recovered',
  async (code) => {
    const whole = new ApplyBench()
    await whole.apply()
    let failures = 0

    for (let failing = 1; failing <= whole.io.operations; failing++) {
      const bench = new ApplyBench()
      bench.io.around = (moment) => {
        if (moment === 'before' && bench.io.operations === failing) throw systemError(code)
      }
      const first = await applyOrFail(bench)
      bench.io.around = () => undefined
      if (first instanceof Error) {
        failures++
        expect(`${first.name}: ${first.message}`, `operation ${failing}`).toMatch(
          /^FileError: cannot .*\/state/,
        )
      }
      const report = await takeOver(bench)

      expect(report, `operation ${failing}`).toMatchObject({ outcome: 'done', exit: 'ok' })
      expectDesired(bench, `operation ${failing}`)
    }

    expect(failures).toBeGreaterThan(whole.io.operations / 2)
  },
)

test('a disk that is full in the middle of an apply is told with the way to go on', async () => {
  const bench = new ApplyBench()
  bench.io.around = () => {
    if (bench.tenant.writes.length > 5) throw systemError('ENOSPC')
  }

  await expect(bench.apply()).rejects.toMatchObject({
    name: 'FileError',
    fix: 'make room there, then run dryfire apply --resume',
  })
})

test('a full disk that takes half of a line leaves a journal that is read on', async () => {
  const whole = new ApplyBench()
  await whole.apply()
  const writes: number[] = []
  const counted = new ApplyBench()
  counted.io.around = (moment, operation) => {
    if (moment === 'before' && operation === 'write') writes.push(counted.io.operations)
  }
  await counted.apply()

  for (const failing of writes) {
    const bench = new ApplyBench()
    const { io } = bench
    const write = io.write.bind(io)
    io.write = (handle, bytes) => {
      if (io.operations + 1 !== failing) return write(handle, bytes)
      io.operations++
      io.writeHalf(handle, bytes)
      throw systemError('ENOSPC')
    }
    await expect(bench.apply()).rejects.toMatchObject({ name: 'FileError', code: 'ENOSPC' })
    io.write = write
    const report = await takeOver(bench)

    expect(report).toMatchObject({ outcome: 'done', exit: 'ok' })
    expectDesired(bench, `operation ${failing}`)
  }

  expect(writes.length).toBeGreaterThan(40)
})

test('the journal of a killed apply, cut at any byte, never leads to a copy or a loss', async () => {
  const doomed = new DoomedProcess(AFTER_AN_OUTCOME)
  await doomed.apply()
  doomed.bench.io.crash('nothing')
  const { provider } = doomed.bench
  const path = `${stateFor(provider, doomed.bench.io).path}/journal.ndjson`
  const length = doomed.bench.io.read(path).length
  const outcomes = { resumed: 0, refused: 0 }

  // Only what stands in the last lines may be missing: what came before was acted upon.
  for (let cut = 0; cut <= length; cut += cut < length - 400 ? 97 : 7) {
    const twin = new DoomedProcess(AFTER_AN_OUTCOME)
    await twin.apply()
    twin.bench.io.crash('nothing')
    twin.bench.io.tamper(path, { data: twin.bench.io.read(path).slice(0, cut) })
    const report = await takeOver(twin.bench).catch((cause: unknown) => cause)
    if (report instanceof Error) {
      outcomes.refused++
      expect(report).toMatchObject({ name: 'RemoteError', failure: 'safety' })
      const names = twin.bench.tenant.read().definitions.map(({ Name }) => Name)
      expect(new Set(names).size, `byte ${cut}`).toBe(names.length)
      const state = stateFor(twin.bench.provider, twin.bench.io, nextProcess())
      expect(rebuildState(state)).toMatch(/backup-1$/)
      await twin.bench.apply({ plan: twin.bench.replan(), state })
    } else {
      outcomes.resumed++
    }
    expectDesired(twin.bench, `byte ${cut}`)
  }

  expect(outcomes.resumed).toBeGreaterThan(5)
  expect(outcomes.refused).toBeGreaterThan(50)
})

test('the Names that a killed apply created are claimed by the next process', async () => {
  const doomed = new DoomedProcess(150)
  await doomed.apply()
  doomed.bench.io.crash('everything')

  const state = stateFor(doomed.bench.provider, doomed.bench.io, nextProcess())

  expect(readClaims(state)).toEqual(['a', 'b', 'd', 'e'])
})

test('the Names that a killed apply created stay claimed when a new plan replaces it', async () => {
  const doomed = new DoomedProcess(AFTER_AN_OUTCOME)
  await doomed.apply()
  doomed.bench.io.crash('everything')
  const state = stateFor(doomed.bench.provider, doomed.bench.io, nextProcess())
  const claimed = readClaims(state)
  const plan = planFor(SCENARIO_ROWS, doomed.bench.tenant.read(), { claimed })

  await doomed.bench.apply({ plan, state })

  expect(plan.claims).toEqual([])
  expect(readClaims(state)).toEqual(['a', 'b', 'd', 'e'])
})
