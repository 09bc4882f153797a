import { expect, test } from 'vitest'
import { BenchError } from '../../../../src/harness/bench/bench-error.ts'
import {
  compareBenches,
  refuseOtherLogs,
  refuseOtherSubject,
} from '../../../../src/harness/bench/compare-benches.ts'
import type { SavedBench } from '../../../../src/harness/bench/saved-bench.ts'
import { comparablePart, parseSavedBench } from '../../../../src/harness/bench/saved-bench.ts'
import type { BenchReport, Spread } from '../../../../src/model/bench-report.ts'
import { EXAMPLE_BENCH } from '../../report/example-bench.ts'

const saved = comparablePart(EXAMPLE_BENCH)

function withRow(ms: Spread): SavedBench {
  return { ...saved, timings: [{ key: 'one-core', ms }] }
}

function spread(low: number, median: number, high: number, samples = 5): Spread {
  return { median, low, high, samples }
}

test('a saved report is read back as it was, each row once', () => {
  const read = parseSavedBench(JSON.stringify(EXAMPLE_BENCH))

  expect(read).toEqual(saved)
  expect(saved.timings.map(({ key }) => key)).toEqual([
    'read-rules',
    'compile',
    'open-image',
    'one-core',
    'workers-4',
    'rules-0.1',
    'rules-0.5',
    'rules-2',
  ])
})

test.each([
  ['', 'is no JSON'],
  ['[]', 'holds no report of dryfire bench'],
  ['{"schemaVersion":2}', 'holds no report of dryfire bench of version 1'],
  ['{"schemaVersion":1,"__proto__":{"machine":{}}}', 'machine is no object'],
  [changed({ machine: { ...EXAMPLE_BENCH.machine, cores: -1 } }), 'cores is no number from 0'],
  [JSON.stringify({ ...EXAMPLE_BENCH, scale: {} }), 'scale is no list'],
  [JSON.stringify({ ...EXAMPLE_BENCH, compile: [null] }), 'a row is no object'],
  [
    JSON.stringify({ ...EXAMPLE_BENCH, compile: [{ key: 'compile', ms: { median: '1' } }] }),
    'median is no number',
  ],
])('a text that is no saved report is refused with the reason %#', (text, reason) => {
  const read = parseSavedBench(text)

  expect('refused' in read ? read.refused : 'read').toContain(reason)
})

test.each([
  ['better', spread(10, 11, 12), spread(5, 7, 9)],
  ['worse', spread(5, 7, 9), spread(10, 11, 12)],
  ['same', spread(5, 7, 10), spread(10, 11, 12)],
  ['same', spread(5, 11, 20), spread(10, 11, 12)],
  ['too few samples', spread(10, 11, 12, 4), spread(5, 7, 9)],
  ['too few samples', spread(10, 11, 12), spread(5, 7, 9, 3)],
] as const)('a row is %s where the spreads say so', (verdict, before, after) => {
  const { rows } = compareBenches('a.json', withRow(before), withRow(after))

  expect(rows).toEqual([{ key: 'one-core', before, after, ratio: after.median / before.median, verdict }])
})

test('rows of one report alone are left out, and what else differs is noted', () => {
  const before: SavedBench = {
    ...withRow(spread(1, 2, 3)),
    toolVersion: '0.0.1',
    machine: { ...saved.machine, node: 'v22.18.0' },
    kernel: 'off',
  }

  const comparison = compareBenches('a.json', before, saved)

  expect(comparison.rows.map(({ key }) => key)).toEqual(['one-core'])
  expect(comparison.notes).toEqual([
    'dryfire was 0.0.1 then and is 1.2.3 now',
    'Node was v22.18.0 then and is v24.21.0 now',
    'kernel was off then and is portable now',
  ])
})

test('passes over logs that are not read to the end are compared by the byte, other rows are not', () => {
  const cut = (bytes: number): SavedBench => ({
    ...saved,
    logs: { ...saved.logs, isCut: true, bytes },
    timings: ['one-core', 'compile'].map((key) => ({ key, ms: spread(10, 20, 30) })),
  })

  const { rows } = compareBenches('a.json', cut(1000), cut(2000))

  expect(rows.map(({ key, before, ratio }) => [key, before.median, ratio])).toEqual([
    ['one-core', 40, 0.5],
    ['compile', 20, 1],
  ])
})

test('a report of another machine, of other rules or over other logs is refused, another Node is not', () => {
  const now = { machine: saved.machine, rulesDigest: saved.rulesDigest }
  const machine = { ...saved.machine, cpu: 'Other 1' }
  const refused = (act: () => void): string => {
    try {
      act()
    } catch (error) {
      if (error instanceof BenchError) return `${error.message}; ${error.fix ?? ''}`
    }
    return 'accepted'
  }

  expect(refused(() => refuseOtherSubject('a.json', saved, now))).toBe('accepted')
  expect(
    refused(() =>
      refuseOtherSubject('a.json', { ...saved, machine: { ...saved.machine, node: 'v26.0.0' } }, now),
    ),
  ).toBe('accepted')
  expect(refused(() => refuseOtherSubject('a.json', { ...saved, machine }, now))).toContain(
    'a.json was measured on another machine: Other 1, 4 cores',
  )
  expect(refused(() => refuseOtherSubject('a.json', { ...saved, rulesDigest: 'ff' }, now))).toContain(
    'a.json was measured with other rules',
  )
  expect(refused(() => refuseOtherLogs('a.json', saved, saved.logs))).toBe('accepted')
  for (const other of [{ bytes: 1 }, { records: 1 }, { isCut: true }, { isGenerated: true }])
    expect(refused(() => refuseOtherLogs('a.json', saved, { ...saved.logs, ...other }))).toContain(
      'a.json was measured over other logs',
    )
})

function changed(parts: Partial<BenchReport>): string {
  return JSON.stringify({ ...EXAMPLE_BENCH, ...parts })
}
