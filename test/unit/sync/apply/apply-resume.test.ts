import { expect, test } from 'vitest'
import { ApplyBench } from '../../../support/apply-bench.ts'
import {
  SCENARIO_ROWS,
  SCENARIO_WRITES,
  contentOf,
  contentOfRows,
  isOwnedName,
  processFacts,
  stateFor,
} from '../../../support/apply-scenario.ts'
import { readClaims } from '../../../../src/sync/apply/claims.ts'
import { rebuildState } from '../../../../src/sync/apply/rebuild-state.ts'

/** An apply that is interrupted while its n-th request is running. */
async function interruptedAt(write: number): Promise<ApplyBench> {
  const bench = new ApplyBench()
  const controller = new AbortController()
  const provider = bench.providerWith({
    faults: (number) => {
      if (number === write) controller.abort(new Error('SIGINT'))
      return null
    },
  })
  const report = await bench.apply({ provider, signal: controller.signal })
  expect(report).toMatchObject({ outcome: 'stopped', exit: 'remote', problems: [{ code: 'APPLY020' }] })
  expect(report.requests).toBe(write)
  return bench
}

function journalPath(bench: ApplyBench): string {
  return `${stateFor(bench.provider, bench.io).path}/journal.ndjson`
}

test('an apply that is interrupted while the service is busy says so, and a resume completes it', async () => {
  const bench = new ApplyBench()
  const controller = new AbortController()
  const provider = bench.providerWith({
    faults: (number) => {
      if (number !== 3) return null
      controller.abort(new Error('SIGINT'))
      return { kind: 'refused', status: 429 }
    },
  })

  const stopped = await bench.apply({ provider, signal: controller.signal })
  const resumed = await bench.resume()

  expect(stopped).toMatchObject({ outcome: 'stopped', problems: [{ code: 'APPLY020' }], requests: 3 })
  expect(resumed).toMatchObject({ outcome: 'done' })
})

test('for every request, an interrupted apply ends after it and is completed by a resume', async () => {
  for (let write = 1; write <= SCENARIO_WRITES; write++) {
    const bench = await interruptedAt(write)

    const report = await bench.resume()

    expect(report, `request ${write}`).toMatchObject({
      outcome: 'done',
      exit: 'ok',
      requests: SCENARIO_WRITES - write,
    })
    expect(report.writes).toMatchObject({ acknowledged: bench.plan.changes.length, unknown: 0 })
    expect(contentOf(bench.tenant.read(), isOwnedName)).toEqual(contentOfRows(SCENARIO_ROWS))
    expect(bench.tenant.writes).toHaveLength(SCENARIO_WRITES)
  }
})

test('an interruption while a lost reply is read back leaves it to the resume', async () => {
  const bench = new ApplyBench()
  const controller = new AbortController()
  bench.clock.after(10_000, () => controller.abort(new Error('SIGINT')))
  const provider = bench.providerWith({ faults: (write) => (write === 5 ? { kind: 'cut-after' } : null) })

  const report = await bench.apply({ provider, signal: controller.signal })

  expect(report).toMatchObject({ outcome: 'stopped', writes: { acknowledged: 5, unknown: 1 } })
  await expect(bench.resume()).resolves.toMatchObject({ outcome: 'done', exit: 'ok' })
  expect(bench.tenant.writes).toHaveLength(SCENARIO_WRITES)
})

test('an interruption before the first write leaves no journal', async () => {
  const bench = new ApplyBench()

  const apply = bench.apply({ signal: AbortSignal.abort(new Error('SIGINT')) })

  await expect(apply).rejects.toThrow('SIGINT')
  await expect(bench.resume()).rejects.toMatchObject({ failure: 'usage', code: 'APPLY005' })
  expect(bench.tenant.writes).toEqual([])
})

test('a resume after a finished apply is refused as there is nothing to do', async () => {
  const bench = new ApplyBench()
  await bench.apply()

  await expect(bench.resume()).rejects.toMatchObject({ failure: 'usage', code: 'APPLY005' })
  expect(bench.tenant.writes).toHaveLength(SCENARIO_WRITES)
})

test.each<[string, (bench: ApplyBench) => void, RegExp]>([
  [
    'an owned indicator is gone',
    ({ tenant }) => tenant.indicators.delete(1),
    /"kept.example" \(Id 1\) is gone/,
  ],
  [
    'an owned definition was changed',
    ({ tenant }) => {
      const b = tenant.definitions.get(2)
      if (b !== undefined) tenant.definitions.set(2, { ...b, Title: 'Mine' })
    },
    /definition "b" \(Id 2\) differs in Title/,
  ],
  [
    'an owned indicator was disabled and moved',
    ({ tenant }) => {
      const one = tenant.indicators.get(1)
      if (one !== undefined) tenant.indicators.set(1, { ...one, Enabled: false, definitionId: 2 })
    },
    /"kept.example" \(Id 1\) differs in its definition, Enabled/,
  ],
  [
    'an owned indicator has another Value',
    ({ tenant }) => {
      const one = tenant.indicators.get(1)
      if (one !== undefined) tenant.indicators.set(1, { ...one, Value: 'other.example' })
    },
    /"kept.example" \(Id 1\) differs in Type, DetectionFunction or Value/,
  ],
  [
    'an indicator was added to an owned definition',
    ({ tenant }) => {
      const one = tenant.indicators.get(1)
      if (one !== undefined) tenant.indicators.set(99, { ...one, Id: 99, Value: 'theirs.example' })
    },
    /"theirs.example" \(Id 99\) was created or moved by somebody else/,
  ],
  [
    'a created definition is gone',
    ({ tenant }) => tenant.definitions.delete(5),
    /definition "d" \(Id 5\) does not show/,
  ],
  [
    'a definition of the same Name was added',
    ({ tenant }) => {
      const b = tenant.definitions.get(2)
      if (b !== undefined) tenant.definitions.set(77, { ...b, Id: 77 })
    },
    /definition "b" \(Id 77\) was created by somebody else/,
  ],
  [
    'a deleted indicator is back',
    ({ tenant }) => {
      const one = tenant.indicators.get(1)
      if (one !== undefined) tenant.indicators.set(5, { ...one, Id: 5, Value: 'gone-1.example' })
    },
    /"gone-1.example" \(Id 5\) is still there/,
  ],
])('a resume is refused without a write when %s, and says so', async (_, change, message) => {
  const bench = await interruptedAt(17)
  change(bench)

  await expect(bench.resume()).rejects.toMatchObject({
    failure: 'safety',
    code: 'APPLY006',
    message: expect.stringMatching(message) as string,
  })
  expect(bench.tenant.writes).toHaveLength(17)
})

test('a resume goes on when only something that is not owned changed', async () => {
  const bench = await interruptedAt(9)
  bench.tenant.indicators.delete(17)

  await expect(bench.resume()).resolves.toMatchObject({ outcome: 'done', exit: 'ok' })
})

test('after a refused resume the state is rebuilt from the tenant, the journal is kept, and a new plan applies', async () => {
  const bench = await interruptedAt(9)
  bench.tenant.indicators.delete(1)
  const journal = bench.io.read(journalPath(bench))
  await expect(bench.resume()).rejects.toMatchObject({ code: 'APPLY006' })

  const backup = rebuildState(stateFor(bench.provider, bench.io))
  const report = await bench.apply({ plan: bench.replan() })

  expect(bench.io.read(`${backup}/journal.ndjson`)).toEqual(journal)
  expect(report).toMatchObject({ outcome: 'done', exit: 'ok' })
  expect(contentOf(bench.tenant.read(), isOwnedName)).toEqual(contentOfRows(SCENARIO_ROWS))
})

test('a new plan replaces an interrupted apply of which everything is known, and keeps what it claimed', async () => {
  const bench = await interruptedAt(9)

  const report = await bench.apply({ plan: bench.replan() })

  expect(report).toMatchObject({ outcome: 'done', exit: 'ok' })
  expect(contentOf(bench.tenant.read(), isOwnedName)).toEqual(contentOfRows(SCENARIO_ROWS))
  expect(readClaims(stateFor(bench.provider, bench.io))).toEqual(['a', 'b', 'd', 'e'])
})

test('a resume with a provider of another tenant is refused', async () => {
  const bench = await interruptedAt(9)
  const state = stateFor(bench.provider, bench.io)

  const resume = bench.resume({ api: 'https://other.example/v1.0' }, { state })

  await expect(resume).rejects.toMatchObject({ failure: 'safety', code: 'PLAN021' })
})

test.each<[string, (bytes: Uint8Array) => Uint8Array, string]>([
  ['emptied', () => new Uint8Array(), 'STATE004'],
  ['cut within its first lines', (bytes) => bytes.slice(0, 500), 'STATE00|APPLY011'],
  ['flipped in one bit', (bytes) => bytes.with(700, (bytes[700] ?? 0) ^ 4), 'STATE004'],
  ['flipped in its last line', (bytes) => bytes.with(bytes.length - 9, (bytes.at(-9) ?? 0) ^ 1), 'STATE004'],
  ['robbed of a line', (bytes) => withoutLine(bytes, 4), 'STATE004'],
])('a journal that was %s refuses apply and resume, and says how to go on', async (_, damage, code) => {
  const bench = await interruptedAt(9)
  bench.io.tamper(journalPath(bench), { data: damage(bench.io.read(journalPath(bench))) })
  const refusal = {
    failure: 'safety',
    code: expect.stringMatching(code) as string,
    fix: expect.stringContaining('apply --reset-state') as string,
  }

  await expect(bench.resume()).rejects.toMatchObject(refusal)
  await expect(bench.apply({ plan: bench.replan() })).rejects.toMatchObject(refusal)
  expect(bench.tenant.writes).toHaveLength(9)
  expect(rebuildState(stateFor(bench.provider, bench.io))).toMatch(/backup-1$/)
  await expect(bench.apply({ plan: bench.replan() })).resolves.toMatchObject({ outcome: 'done', exit: 'ok' })
})

test('for every byte of a journal, one flipped bit is found or changes nothing', async () => {
  const bench = await interruptedAt(3)
  const whole = bench.io.read(journalPath(bench))
  let found = 0

  for (let byte = 0; byte < whole.length; byte += 41) {
    bench.io.tamper(journalPath(bench), { data: whole.with(byte, (whole[byte] ?? 0) ^ (1 << (byte % 8))) })
    const state = stateFor(bench.provider, bench.io)
    expect(() => readClaims(state), `byte ${byte}`).toThrow(/cannot be trusted/)
    found++
  }

  expect(found).toBeGreaterThan(200)
})

test('a journal of another user is refused', async () => {
  const bench = await interruptedAt(9)
  bench.io.tamper(journalPath(bench), { uid: 0 })

  await expect(bench.resume()).rejects.toMatchObject({ failure: 'safety', code: 'STATE001' })
})

test('a second process is refused while the first one works', async () => {
  const bench = new ApplyBench()
  const provider = bench.providerWith({
    around: async () => {
      const state = stateFor(bench.provider, bench.io, processFacts(2))
      await expect(bench.apply({ state })).rejects.toMatchObject({ failure: 'safety', code: 'STATE011' })
    },
  })

  await expect(bench.apply({ provider })).resolves.toMatchObject({ outcome: 'done', exit: 'ok' })
  expect(bench.tenant.writes).toHaveLength(SCENARIO_WRITES)
})

test('an apply whose lock was broken writes nothing more', async () => {
  const bench = new ApplyBench()
  const provider = bench.providerWith({
    faults: (write) => {
      if (write === 4) bench.io.remove(journalPath(bench).replace('journal.ndjson', 'lock'))
      return null
    },
  })

  await expect(bench.apply({ provider })).rejects.toMatchObject({ failure: 'safety', code: 'STATE014' })
  expect(bench.tenant.writes).toHaveLength(4)
  await expect(bench.resume()).resolves.toMatchObject({ outcome: 'done', exit: 'ok' })
})

function withoutLine(bytes: Uint8Array, number: number): Uint8Array {
  const lines = new TextDecoder().decode(bytes).split('\n')
  return new TextEncoder().encode(lines.filter((_, i) => i !== number).join('\n'))
}
