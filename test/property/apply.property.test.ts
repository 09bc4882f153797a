import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { ApplyBench } from '../support/apply-bench.ts'
import {
  SCENARIO_ROWS,
  contentOf,
  contentOfRows,
  isOwnedName,
  planFor,
  processFacts,
  row,
  scenarioTenant,
  stateFor,
} from '../support/apply-scenario.ts'
import type { MemoryFault } from '../support/memory-provider.ts'
import { MemoryStateIo } from '../support/memory-state-io.ts'
import { Turnstile } from '../support/turnstile.ts'
import { SEED, parameters, runs } from '../support/runs.ts'
import type { ApplyReport } from '../../src/sync/apply/apply-report.ts'
import type { RemoteState } from '../../src/sync/entities.ts'
import { RemoteError } from '../../src/sync/remote-error.ts'

/** A thousand together; the lock decides those on one machine, so most are between two. */
const INTERLEAVINGS = { sameMachine: runs(0.00125), twoMachines: runs(0.00375) }
const MOST_RESUMES = 8

/** Faults that a service may have at any moment; late effects come within the time in which they are looked for. */
const FAULT: fc.Arbitrary<MemoryFault | null> = fc.oneof(
  { weight: 6, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constantFrom<MemoryFault>({ kind: 'cut-before' }, { kind: 'cut-after' }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('late'), ms: fc.integer({ min: 0, max: 29_999 }) }) },
  { weight: 1, arbitrary: fc.constantFrom<MemoryFault>({ kind: 'no-ids' }, { kind: 'throws' }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('refused'), status: fc.constantFrom(403, 409, 429, 507) }),
  },
)

test('for all schedules of faults, resuming often enough ends in exactly the desired tenant', async () => {
  let faulty = 0
  let resumed = 0
  await fc.assert(
    fc.asyncProperty(fc.array(FAULT, { minLength: 5, maxLength: 40 }), async (schedule) => {
      const bench = new ApplyBench()
      let sent = 0
      const faults = (): MemoryFault | null => schedule[sent++] ?? null
      const known: string[] = []

      let report = await bench.apply({ provider: bench.providerWith({ faults }) })
      for (let i = 0; report.outcome === 'stopped' && i < MOST_RESUMES; i++) {
        resumed++
        known.push(JSON.stringify(report.problems))
        report = await bench.resume({ faults: i === MOST_RESUMES - 1 ? () => null : faults })
      }

      const remote = bench.tenant.read()
      const { writes } = report
      expect(report, known.join('\n')).toMatchObject({ outcome: 'done', exit: 'ok' })
      expect(writes.planned).toBe(writes.acknowledged + writes.provenAbsent + writes.unknown)
      expect(contentOf(remote, isOwnedName)).toEqual(contentOfRows(SCENARIO_ROWS))
      expect(contentOf(remote, (name) => name === 'z')).toEqual(
        contentOf(scenarioTenant(), (name) => name === 'z'),
      )
      expect(remote.definitions.map(({ Id }) => Id)).toEqual([1, 2, 4, 5, 6])
      if (sent > 0 && schedule.slice(0, sent).some((fault) => fault !== null)) faulty++
    }),
    parameters(0.002),
  )

  expect(faulty).toBeGreaterThan(parameters(0.002).numRuns / 2)
  expect(resumed).toBeGreaterThan(parameters(0.002).numRuns / 4)
})

/** What two operators want: they agree on some of it. */
const MINE = SCENARIO_ROWS
const THEIRS = [
  ...SCENARIO_ROWS.filter(({ definition }) => definition !== 'e').slice(0, -2),
  row('b', 'theirs-1.example'),
  row('b', 'theirs-2.example', { DetectionFunction: 'Contains' }),
  row('c', 'falls-1.example'),
]

type Ending = ApplyReport | RemoteError

interface Meeting {
  readonly mine: Ending
  readonly theirs: Ending
  readonly remote: RemoteState
  readonly writes: { readonly mine: number; readonly theirs: number }
  readonly switches: number
}

/** Two applies of two plans for the same tenant, their requests mixed in an order of the seed's. */
async function meet(seed: number, isSameMachine: boolean): Promise<Meeting> {
  const bench = new ApplyBench()
  const random = generator(seed)
  const turnstile = new Turnstile(2, (count) => Math.floor(random() * count))
  const ios = { mine: new MemoryStateIo(), theirs: new MemoryStateIo() }
  const run = async (who: 'mine' | 'theirs'): Promise<readonly [Ending, number]> => {
    const plan = planFor(who === 'mine' ? MINE : THEIRS, bench.tenant.read())
    const provider = bench.providerWith({
      author: who,
      around: (moment) => (moment === 'before' ? turnstile.ask(who) : undefined),
    })
    await turnstile.ask(who) // who begins is chosen, too
    const io = isSameMachine ? bench.io : ios[who]
    const state = stateFor(provider, io, processFacts(who === 'mine' ? 1 : 2))
    try {
      return [await bench.apply({ plan, provider, state }), provider.writes]
    } catch (cause) {
      if (!(cause instanceof RemoteError)) throw cause
      return [cause, provider.writes]
    } finally {
      turnstile.leave()
    }
  }
  const [[mine, myWrites], [theirs, theirWrites]] = await Promise.all([run('mine'), run('theirs')])
  const switches = turnstile.trace.filter((walk, i) => i > 0 && walk !== turnstile.trace[i - 1]).length
  return {
    mine,
    theirs,
    remote: bench.tenant.read(),
    writes: { mine: myWrites, theirs: theirWrites },
    switches,
  }
}

test('of two applies on one machine exactly one is refused before it writes, and the other one is done', async () => {
  let mixed = 0
  for (let seed = 1; seed <= INTERLEAVINGS.sameMachine; seed++) {
    const { mine, theirs, remote, writes, switches } = await meet(SEED + seed, true)
    const isMineRefused = mine instanceof RemoteError
    const [refused, done] = isMineRefused ? [mine, theirs] : [theirs, mine]

    expect(refused, `seed ${seed}`).toMatchObject({ failure: 'safety' })
    expect(isMineRefused ? writes.mine : writes.theirs).toBe(0)
    expect(done, `seed ${seed}`).toMatchObject({ outcome: 'done', exit: 'ok' })
    expect(contentOf(remote, isOwnedName)).toEqual(contentOfRows(isMineRefused ? THEIRS : MINE))
    if (switches > 0) mixed++
  }

  expect(mixed).toBeGreaterThan(INTERLEAVINGS.sameMachine / 2)
})

test('of two applies on two machines the tenant is left as one of them wants it, or one of them says that it is not', async () => {
  const endings = { refused: 0, serial: 0, told: 0 }
  for (let seed = 1; seed <= INTERLEAVINGS.twoMachines; seed++) {
    const { mine, theirs, remote, writes } = await meet(SEED + seed, false)
    const content = contentOf(remote, isOwnedName).join('\n')
    const isSerial = [MINE, THEIRS].some((rows) => contentOfRows(rows).join('\n') === content)

    if (mine instanceof RemoteError || theirs instanceof RemoteError) {
      endings.refused++
      const isMineRefused = mine instanceof RemoteError
      expect(isMineRefused ? writes.mine : writes.theirs, `seed ${seed}`).toBe(0)
      expect(isMineRefused ? theirs : mine).toMatchObject({ outcome: 'done', exit: 'ok' })
      expect(content).toBe(contentOfRows(isMineRefused ? THEIRS : MINE).join('\n'))
    } else if (isSerial && (mine.exit === 'ok' || theirs.exit === 'ok')) {
      endings.serial++
    } else {
      endings.told++
      expect([mine.exit, theirs.exit].filter((exit) => exit !== 'ok').length, `seed ${seed}`).toBeGreaterThan(
        0,
      )
      expect([...mine.problems, ...theirs.problems].length).toBeGreaterThan(0)
    }
    expect(contentOf(remote, (name) => name === 'z')).toEqual(
      contentOf(scenarioTenant(), (name) => name === 'z'),
    )
  }

  expect(endings.refused).toBeGreaterThan(INTERLEAVINGS.twoMachines / 10)
  expect(endings.told).toBeGreaterThan(INTERLEAVINGS.twoMachines / 10)
})

/** The same numbers for the same seed. */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
