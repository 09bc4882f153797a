import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { timeInterleaved } from '../../src/harness/bench/time-interleaved.ts'
import { expectCount } from './report.ts'

/** One thing to measure, with the answer that it must give every time. */
export interface BenchRow {
  readonly name: string
  readonly run: () => Promise<number> | number
  readonly expected: number
  /** Processor time of the last run in milliseconds, where another process did the work; else that of this process counts. */
  readonly childMs?: () => number
}

/** Milliseconds of one row, in the order of the rounds, so that ratios can be taken within rounds. */
export interface MeasuredRow {
  readonly name: string
  readonly wall: readonly number[]
  /** Processor time of all threads: on a machine that others use it says more than the wall does. */
  readonly busy: readonly number[]
}

/**
 * Otherwise a row that leaves hundreds of megabytes would be paid for by the next one. Not for rows of which each runs code of
 * its own: the engine forgets what was compiled of code that many collections have not seen run.
 */
function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc')
}

/** One sample of each row per round, after a round that warms up. Every run's count is checked. `isTidy` collects garbage before each. */
export async function measureRows(
  rows: readonly BenchRow[],
  rounds: number,
  { isTidy = false }: { readonly isTidy?: boolean } = {},
): Promise<readonly MeasuredRow[]> {
  const measured = rows.map(({ name }) => ({ name, wall: [] as number[], busy: [] as number[] }))
  const collectGarbage = isTidy ? garbageCollector() : null
  let round = 0
  await timeInterleaved(
    rows.map(({ name, run, expected, childMs }, i) => [
      name,
      async () => {
        collectGarbage?.()
        const before = performance.now()
        const busyBefore = busyMs()
        const found = await run()
        const ms = performance.now() - before
        const busy = busyMs() - busyBefore
        expectCount(name, found, expected)
        if (round === 0) return ms
        measured[i]?.wall.push(ms)
        measured[i]?.busy.push(childMs?.() ?? busy)
        return ms
      },
    ]),
    { rounds, onRun: (_, at) => (round = at) },
  )
  return measured
}

/** The middle of some numbers. */
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

/** How many times faster a row is than another one: the median of the ratios within rounds. */
export function timesFaster(row: MeasuredRow, than: MeasuredRow, by: 'wall' | 'busy'): number {
  return median(row[by].map((ms, round) => (than[by][round] ?? Number.NaN) / ms))
}

/** Speed of a row as text: median with the slowest and fastest round, and by processor time. */
export function speedOf({ wall, busy }: MeasuredRow, bytes: number): string {
  const speed = (ms: number): string => (bytes / ms / 1e6).toFixed(2)
  return (
    `${speed(median(wall))} GB/s (${speed(Math.max(...wall))} to ${speed(Math.min(...wall))})  ` +
    `processor time: ${speed(median(busy))} (best ${speed(Math.min(...busy))})`
  )
}

/** Processor time of this process so far, in milliseconds. */
export function busyMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
