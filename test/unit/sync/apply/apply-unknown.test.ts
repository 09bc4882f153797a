import { expect, test } from 'vitest'
import { ApplyBench, type ApplyBenchOptions } from '../../../support/apply-bench.ts'
import { contentOf, contentOfRows, row } from '../../../support/apply-scenario.ts'
import type { MemoryFault } from '../../../support/memory-provider.ts'
import { buildTenant } from '../../../support/tenant-builder.ts'

const START = [
  { Id: 1, Name: 'a', iocs: [{ Id: 1, Value: 'old.example' }] },
  { Id: 2, Name: 'b', iocs: [] },
]
const TWO_CHUNKS = [row('a', 'old.example'), row('a', 'one.example'), row('b', 'two.example')]

/** Two indicators in two requests, with a fault for each of the first writes. */
function benchWith(
  faults: readonly (MemoryFault | null)[],
  options: Omit<ApplyBenchOptions, 'provider'> = {},
): ApplyBench {
  return new ApplyBench({
    remote: buildTenant(START),
    rows: TWO_CHUNKS,
    settings: { bulkItems: 1 },
    ...options,
    provider: { faults: (write) => faults[write - 1] ?? null },
  })
}

function posts(bench: ApplyBench): number {
  return bench.tenant.writes.filter((line) => line.startsWith('POST')).length
}

test('a lost request that was carried out is not sent again', async () => {
  const bench = benchWith([{ kind: 'cut-after' }])

  const report = await bench.apply()

  expect(report).toMatchObject({ outcome: 'done', exit: 'ok', createdIndicators: 2 })
  expect(posts(bench)).toBe(2)
})

test('a lost request that was not carried out is sent again after 30 s and three equal readings', async () => {
  const bench = benchWith([{ kind: 'cut-before' }])
  const begin = bench.clock.now()

  const report = await bench.apply()

  expect(report).toMatchObject({ outcome: 'done', exit: 'ok' })
  expect(bench.provider.writes).toBe(3)
  expect(bench.clock.now() - begin).toBe(30_000)
  expect(bench.provider.reads).toBe(1 + 3 + 1)
})

test('a request that is carried out while it is read back makes the readings begin anew', async () => {
  const bench = benchWith([{ kind: 'late', ms: 29_000 }])
  const begin = bench.clock.now()

  const report = await bench.apply()

  expect(report).toMatchObject({ outcome: 'done', exit: 'ok', surplus: [] })
  expect(posts(bench)).toBe(2)
  expect(bench.clock.now() - begin).toBe(60_000)
})

test('the patience of reading back can be set', async () => {
  const bench = benchWith([{ kind: 'cut-before' }], {
    settings: { bulkItems: 1, readBackMs: 120_000, readBackReads: 5 },
  })
  const begin = bench.clock.now()

  await bench.apply()

  expect(bench.clock.now() - begin).toBe(120_000)
  expect(bench.provider.reads).toBe(1 + 5 + 1)
})

test('a single reading that shows something new is not the last one', async () => {
  const bench = benchWith([{ kind: 'late', ms: 20_000 }], { settings: { bulkItems: 1, readBackReads: 1 } })
  const begin = bench.clock.now()

  await bench.apply()

  expect(bench.clock.now() - begin).toBe(60_000)
})

test.each<[string, MemoryFault | null]>([
  ['gave its Id', null],
  ['gave none', { kind: 'no-ids' }],
])('of two equal indicators the lost one is not taken for the other, whose reply %s', async (_, first) => {
  const rows = [row('a', 'old.example'), row('a', 'one.example'), row('a', 'one.example')]
  const bench = benchWith([first, { kind: 'cut-before' }], { rows })

  const report = await bench.apply()

  expect(report).toMatchObject({ outcome: 'done', exit: 'ok', surplus: [] })
  expect(posts(bench)).toBe(2)
  expect(bench.tenant.read().indicators.map(({ Value }) => Value)).toEqual([
    'old.example',
    'one.example',
    'one.example',
  ])
})

test('a copy that appears after it was sent again is deleted and reported', async () => {
  // The second lost reply gives the first request the time to come through.
  const bench = benchWith([{ kind: 'late', ms: 40_000 }, null, { kind: 'cut-before' }])

  const report = await bench.apply()

  expect(report).toMatchObject({ outcome: 'done', exit: 'ok', createdIndicators: 2 })
  expect(report.surplus).toMatchObject([
    { what: 'indicator', isDeleted: true, definition: { Id: 1, Name: 'a' }, ioc: { Value: 'one.example' } },
  ])
  expect(contentOf(bench.tenant.read(), () => true)).toEqual(contentOfRows(TWO_CHUNKS))
})

test('a copy by another author is not deleted though a reply to the same was lost', async () => {
  const bench = benchWith([{ kind: 'cut-before' }])
  bench.clock.after(45_000, () => undefined)
  const provider = bench.providerWith({
    faults: (write) => {
      if (write === 1) return { kind: 'cut-before' }
      const copy = bench.tenant.read().indicators.find(({ Value }) => Value === 'one.example')
      if (write === 3 && copy !== undefined)
        bench.tenant.indicators.set(99, { ...copy, Id: 99, CreatedBy: 'somebody' })
      return null
    },
  })

  const report = await bench.apply({ provider })

  expect(report).toMatchObject({ outcome: 'done', exit: 'remote', problems: [{ code: 'APPLY040' }] })
  expect(report.surplus).toMatchObject([{ Id: 99, isDeleted: false }])
  expect(bench.tenant.indicators.has(99)).toBe(true)
})

test('a copy of what was never lost is somebody else’s and stops the apply', async () => {
  const bench = benchWith([])
  const provider = bench.providerWith({
    faults: (write) => {
      const copy = bench.tenant.read().indicators.find(({ Value }) => Value === 'one.example')
      if (write === 2 && copy !== undefined) bench.tenant.indicators.set(99, { ...copy, Id: 99 })
      return null
    },
  })

  const report = await bench.apply({ provider })

  expect(report).toMatchObject({ outcome: 'stopped', exit: 'remote', problems: [{ code: 'APPLY029' }] })
  expect(bench.tenant.indicators.has(99)).toBe(true)
})

test('a definition that appears twice is reported and never deleted', async () => {
  const bench = benchWith([{ kind: 'late', ms: 40_000 }, null, { kind: 'cut-before' }], {
    rows: [...TWO_CHUNKS, row('d', 'three.example')],
  })

  const report = await bench.apply()

  expect(report).toMatchObject({ outcome: 'done', exit: 'remote', problems: [{ code: 'APPLY041' }] })
  expect(report.surplus).toMatchObject([{ what: 'definition', definition: { Name: 'd' }, isDeleted: false }])
  expect(bench.tenant.read().definitions.filter(({ Name }) => Name === 'd')).toHaveLength(2)
  expect(bench.tenant.writes.filter((line) => line.startsWith('DELETE'))).toEqual([])
})

test('an apply gives up after four lost replies to the same and keeps the change unknown', async () => {
  const lost: MemoryFault = { kind: 'cut-before' }
  const bench = benchWith([lost, lost, lost, lost])

  const report = await bench.apply()

  expect(report).toMatchObject({
    outcome: 'stopped',
    exit: 'remote',
    writes: { planned: 2, acknowledged: 0, provenAbsent: 1, unknown: 1 },
    problems: [{ code: 'APPLY025', place: { file: 'test.rules.yaml' } }],
  })
  await expect(bench.apply({ plan: bench.replan() })).rejects.toMatchObject({
    code: 'APPLY004',
    failure: 'safety',
  })
  await expect(bench.resume()).resolves.toMatchObject({ outcome: 'done', exit: 'ok' })
})

test('a request that comes through between a stop and the resume is not sent again', async () => {
  const lost: MemoryFault = { kind: 'cut-before' }
  const bench = benchWith([lost, lost, lost, { kind: 'late', ms: 100_000 }])
  await bench.apply()
  await bench.clock.sleep(200_000, new AbortController().signal)

  const report = await bench.resume()

  expect(report).toMatchObject({ outcome: 'done', exit: 'ok', requests: 1 })
  expect(contentOf(bench.tenant.read(), () => true)).toEqual(contentOfRows(TWO_CHUNKS))
})

test('an apply stops when the tenant never comes to rest, and nothing is sent again', async () => {
  const bench = benchWith([{ kind: 'cut-before' }])
  const stir = (): void => {
    const present = bench.tenant.definitions.get(1)
    if (present !== undefined)
      bench.tenant.definitions.set(1, { ...present, LastModifiedAt: String(bench.clock.now()) })
    bench.clock.after(10_000, stir)
  }
  bench.clock.after(1, stir)

  const report = await bench.apply()

  expect(report).toMatchObject({ outcome: 'stopped', exit: 'remote', problems: [{ code: 'APPLY026' }] })
  expect(bench.provider.writes).toBe(1)
})

test.each([
  ['patch-definition', 'Title'],
  ['patch-indicator', 'Enabled'],
])('a lost %s is sent again only when it does not show', async (kind) => {
  const isDefinition = kind === 'patch-definition'
  const remote = buildTenant([
    {
      Id: 1,
      Name: 'a',
      ...(isDefinition ? { Title: 'Old' } : {}),
      iocs: [{ Id: 1, Value: 'old.example', Enabled: isDefinition }],
    },
  ])
  const rows = [row('a', 'old.example')]
  const done = benchWith([{ kind: 'cut-after' }], { remote, rows })
  const lost = benchWith([{ kind: 'cut-before' }], { remote, rows })

  await done.apply()
  await lost.apply()

  expect(done.plan.changes.map((change) => change.kind)).toEqual([kind])
  expect([done.provider.writes, lost.provider.writes]).toEqual([1, 2])
  expect(lost.replan().changes).toEqual([])
})

test.each(['PATCH', 'PUT'])('a %s that finds nothing stops the apply', async (verb) => {
  const remote = buildTenant([
    { Id: 1, Name: 'a', iocs: [{ Id: 1, Value: 'old.example', Enabled: verb === 'PUT' }] },
    { Id: 2, Name: 'b', iocs: [] },
  ])
  const rows = verb === 'PUT' ? [row('b', 'old.example')] : [row('a', 'old.example'), row('b', 'two.example')]
  const bench = new ApplyBench({ remote, rows: [...rows, row('a', 'three.example')] })
  const provider = bench.providerWith({
    faults: (write) => {
      const isBefore = bench.plan.changes[write - 1]?.kind.startsWith(verb === 'PUT' ? 'rebind' : 'patch')
      if (isBefore === true) bench.tenant.indicators.delete(1)
      return null
    },
  })

  const report = await bench.apply({ provider })

  expect(report).toMatchObject({ outcome: 'stopped', exit: 'remote', problems: [{ code: 'APPLY024' }] })
})

test('a delete that finds nothing is done', async () => {
  const remote = buildTenant([
    {
      Id: 1,
      Name: 'a',
      iocs: [
        { Id: 1, Value: 'old.example' },
        { Id: 2, Value: 'gone.example' },
      ],
    },
  ])
  const bench = benchWith([], { remote, rows: [row('a', 'old.example')] })
  const provider = bench.providerWith({
    faults: () => {
      bench.tenant.indicators.delete(2)
      return null
    },
  })

  await expect(bench.apply({ provider })).resolves.toMatchObject({
    outcome: 'done',
    exit: 'ok',
    deletedIndicators: 1,
  })
})

test('an apply waits until everything shows that was written', async () => {
  const bench = benchWith([])
  bench.tenant.hides = ({ Value }) => Value === 'two.example'
  bench.clock.after(20_000, () => {
    bench.tenant.hides = () => false
  })

  await expect(bench.apply()).resolves.toMatchObject({ outcome: 'done', exit: 'ok' })
})

test('an apply names what does not show at the deadline, with its rule, and is no success', async () => {
  const bench = benchWith([])
  bench.tenant.hides = ({ Value }) => Value === 'two.example'
  const begin = bench.clock.now()

  const report = await bench.apply()

  expect(report).toMatchObject({
    outcome: 'stopped',
    exit: 'remote',
    problems: [{ code: 'APPLY029', place: { file: 'test.rules.yaml', line: 3 } }],
  })
  expect(report.problems[0]?.message).toContain('DomainName Equals "two.example" of "b" (Id 3) does not show')
  expect(bench.clock.now() - begin).toBeGreaterThanOrEqual(300_000)
})
