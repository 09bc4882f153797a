import { expect, test } from 'vitest'
import { ApplyBench } from '../../../support/apply-bench.ts'
import { row, stateFor } from '../../../support/apply-scenario.ts'
import type { MemoryProvider } from '../../../support/memory-provider.ts'
import { buildTenant } from '../../../support/tenant-builder.ts'
import { readClaims } from '../../../../src/sync/claims.ts'
import type { RemoteState } from '../../../../src/sync/entities.ts'

const START: RemoteState = buildTenant([{ Id: 1, Name: 'a', iocs: [] }])

function valueOf(i: number): string {
  return `x${String(i).padStart(5, '0')}.example`
}

/** A chunk of so many indicators, of which the service refuses some. */
function benchOf(
  count: number,
  bad: readonly number[],
  isNaming: boolean,
  more: { bulkItems?: number } = {},
): ApplyBench {
  const rows = Array.from({ length: count }, (_, i) => row('a', valueOf(i)))
  const bench = new ApplyBench({ remote: START, rows, settings: more })
  const refused = new Set(bad.map(valueOf))
  bench.tenant.refuses = (item) =>
    'body' in item && refused.has(item.body.Value) ? `the value is malformed` : null
  bench.tenant.isNaming = isNaming
  return bench
}

function valuesOf(bench: ApplyBench): readonly string[] {
  return bench.tenant.read().indicators.map(({ Value }) => Value)
}

function halvesBound(count: number): number {
  return 2 * Math.log2(count) + 2
}

test('a chunk whose bad items are named is sent once more without them', async () => {
  const bench = benchOf(10, [3, 7], true)

  const report = await bench.apply()

  expect(bench.tenant.writes).toEqual(['POST indicators 10', 'POST indicators 8'])
  expect(report).toMatchObject({
    outcome: 'stopped',
    exit: 'remote',
    writes: { planned: 10, acknowledged: 8, provenAbsent: 2, unknown: 0 },
    problems: [
      { code: 'APPLY021', place: { file: 'test.rules.yaml', line: 4 } },
      { code: 'APPLY021', place: { file: 'test.rules.yaml', line: 8 } },
    ],
  })
  expect(report.problems[0]?.message).toBe(
    'the service refuses to create DomainName Equals "x00003.example" of "a": 400 InvalidInput: the value is malformed (request request-1)',
  )
})

test('a bad item among 5,000 is named with its rule and nothing of the chunk is assumed', async () => {
  const bench = benchOf(5000, [4321], true)

  const report = await bench.apply()

  expect(bench.tenant.writes).toEqual(['POST indicators 5000', 'POST indicators 4999'])
  expect(report.problems).toMatchObject([{ code: 'APPLY021', place: { line: 4322 } }])
  expect(valuesOf(bench)).not.toContain(valueOf(4321))
})

test.each([1, 2, 3, 5, 7, 8, 11, 16, 23])(
  'for every bad item of %i, halving finds it within 2·log2(n) + 2 requests and applies all others',
  async (count) => {
    for (let bad = 0; bad < count; bad++) {
      const bench = benchOf(count, [bad], false)

      const report = await bench.apply()

      expect(bench.provider.writes, `item ${bad}`).toBeLessThanOrEqual(halvesBound(count))
      expect(report).toMatchObject({
        outcome: 'stopped',
        exit: 'remote',
        problems: [{ place: { line: bad + 1 } }],
      })
      expect(report.writes).toMatchObject({ acknowledged: count - 1, provenAbsent: 1, unknown: 0 })
      expect(valuesOf(bench)).toHaveLength(count - 1)
    }
  },
)

test('a bad item among 4,096 that nobody names is found within 26 requests', async () => {
  const first = benchOf(4096, [0], false)
  const last = benchOf(4096, [4095], false)

  await first.apply()
  await last.apply()

  expect(first.provider.writes).toBe(25)
  expect(last.provider.writes).toBeLessThanOrEqual(26)
  expect(valuesOf(first)).toHaveLength(4095)
  expect(valuesOf(last)).toHaveLength(4095)
})

test('with many bad items halving names one and stays within its requests', async () => {
  const bench = benchOf(64, [5, 6, 17, 40, 41, 63], false)

  const report = await bench.apply()

  expect(bench.provider.writes).toBeLessThanOrEqual(halvesBound(64))
  expect(report.problems).toMatchObject([{ code: 'APPLY021', place: { line: 6 } }])
  expect(report.writes).toMatchObject({ planned: 64, unknown: 0 })
  expect(valuesOf(bench)).not.toContain(valueOf(6))
})

test('when the service names one bad item and minds another, the rest is halved', async () => {
  const bench = benchOf(16, [2, 9], true)
  const refuses = bench.tenant.refuses
  bench.tenant.refuses = (item) => {
    const isFirst = bench.tenant.writes.length === 1
    return isFirst && 'body' in item && item.body.Value === valueOf(9) ? null : refuses(item)
  }
  const provider: MemoryProvider = bench.providerWith({
    faults: (write) => {
      bench.tenant.isNaming = write === 1
      return null
    },
  })

  const report = await bench.apply({ provider })

  expect(report.problems.map(({ place }) => place?.line)).toEqual([3, 10])
  expect(provider.writes).toBeLessThanOrEqual(halvesBound(16))
  expect(valuesOf(bench)).toHaveLength(14)
})

test('a lost half is read back like any other request', async () => {
  const bench = benchOf(16, [11], false)
  const provider = bench.providerWith({
    faults: (write) => (write === 2 ? { kind: 'cut-after' } : write === 4 ? { kind: 'cut-before' } : null),
  })

  const report = await bench.apply({ provider })

  expect(report).toMatchObject({
    outcome: 'stopped',
    writes: { acknowledged: 15, provenAbsent: 1, unknown: 0 },
  })
  expect(valuesOf(bench)).toHaveLength(15)
})

test('no further step runs after a bad item', async () => {
  const bench = benchOf(6, [1], true, { bulkItems: 3 })

  const report = await bench.apply()

  expect(bench.tenant.writes).toEqual(['POST indicators 3', 'POST indicators 2'])
  expect(report.writes).toEqual({ planned: 6, acknowledged: 2, provenAbsent: 4, unknown: 0 })
})

test('after a bad item was corrected a new plan applies the rest', async () => {
  const bench = benchOf(6, [1], true)
  await bench.apply()
  bench.tenant.refuses = () => null

  const report = await bench.apply({ plan: bench.replan() })

  expect(report).toMatchObject({ outcome: 'done', exit: 'ok', createdIndicators: 1, requests: 1 })
})

test('a quota that is used up stops at once, says how far it came and how to go on', async () => {
  const bench = benchOf(14, [], false, { bulkItems: 2 })
  bench.tenant.quota = 4

  const report = await bench.apply()

  expect(bench.tenant.writes).toHaveLength(3)
  expect(report).toMatchObject({
    outcome: 'stopped',
    exit: 'remote',
    writes: { planned: 14, acknowledged: 4, provenAbsent: 10, unknown: 0 },
    problems: [{ code: 'APPLY023' }],
  })
  expect(report.problems[0]?.message).toContain('4 of 14 changes are applied')
  bench.tenant.quota = 100
  await expect(bench.resume()).resolves.toMatchObject({ outcome: 'done', exit: 'ok', createdIndicators: 14 })
})

test('a chunk that is too large is halved once', async () => {
  const bench = benchOf(10, [], false)
  bench.tenant.mostItems = 5

  const report = await bench.apply()

  expect(bench.tenant.writes).toEqual(['POST indicators 10', 'POST indicators 5', 'POST indicators 5'])
  expect(report).toMatchObject({ outcome: 'done', exit: 'ok' })
})

test('a half that is still too large stops the apply', async () => {
  const bench = benchOf(10, [], false)
  bench.tenant.mostItems = 4

  const report = await bench.apply()

  expect(bench.tenant.writes).toEqual(['POST indicators 10', 'POST indicators 5'])
  expect(report).toMatchObject({ outcome: 'stopped', exit: 'remote', problems: [{ code: 'APPLY030' }] })
})

test.each([401, 403, 405, 409, 412, 415, 422, 429])(
  'a refusal with %i is not repeated and names the request',
  async (status) => {
    const bench = benchOf(4, [], false)
    const provider = bench.providerWith({ faults: () => ({ kind: 'refused', status }) })

    const report = await bench.apply({ provider })

    expect(provider.writes).toBe(1)
    expect(report).toMatchObject({ outcome: 'stopped', exit: 'remote', problems: [{ code: 'APPLY022' }] })
    expect(report.problems[0]?.message).toContain(
      `${status} Status${status}: refused with ${status} (request request-1)`,
    )
  },
)

test('a bad definition is named and its indicators are not sent', async () => {
  const bench = new ApplyBench({ remote: START, rows: [row('a', 'x.example'), row('d', 'y.example')] })
  bench.tenant.refuses = (item) => ('Name' in item ? 'the name is taken' : null)

  const report = await bench.apply()

  expect(bench.tenant.writes).toEqual(['POST definitions 1'])
  expect(report.problems[0]?.message).toContain('the service refuses to create definition "d": 400')
  expect(readClaims(stateFor(bench.provider, bench.io))).toEqual(['a'])
})
