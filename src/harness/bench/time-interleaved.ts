import { Bench } from 'tinybench'
import type { Spread } from '../../model/bench-report.ts'

/**
 * One row: its name, and a run that checks its own answer. A run that gives a number was its own stopwatch: that many
 * milliseconds count in place of those that passed.
 */
export type InterleavedRow = readonly [name: string, run: () => Promise<number | void> | number | void]

/** Milliseconds of one row, sorted. */
export interface RowTimes {
  readonly name: string
  readonly samples: readonly number[]
  readonly median: number
}

/** How often, and until when. */
export interface InterleavedOptions {
  /** How many rounds, or how many for the time that one round of warming up took. */
  readonly rounds: number | ((warmUpMs: number) => number)
  /** Ends the run after the row at hand; the round that it breaks is dropped. */
  readonly signal?: AbortSignal
  /** Called before each run; round 0 warms up. */
  readonly onRun?: (name: string, round: number, rounds: number) => void
}

/** One sample of every row per round, so that what disturbs the machine disturbs all rows alike. Each row is run once before. */
export async function timeInterleaved(
  rows: readonly InterleavedRow[],
  options: InterleavedOptions,
): Promise<readonly RowTimes[]> {
  const samples = new Map<string, number[]>(rows.map(([name]) => [name, []]))
  const planned = typeof options.rounds === 'number' ? options.rounds : 0
  const warmUp = await timeRound(rows, options, 0, planned)
  const warmUpMs = warmUp?.elapsed ?? 0
  const rounds = typeof options.rounds === 'number' ? options.rounds : options.rounds(warmUpMs)
  for (let round = 1; round <= rounds && warmUp !== null; round += 1) {
    const timed = await timeRound(rows, options, round, rounds)
    if (timed === null) break
    for (const [name, ms] of timed.samples) samples.get(name)?.push(ms)
  }
  return [...samples].map(([name, list]) => {
    const sorted = list.toSorted((a, b) => a - b)
    return { name, samples: sorted, median: sorted[sorted.length >> 1] ?? 0 }
  })
}

/** The median with the fastest and the slowest run beside it. */
export function spreadOf({ samples, median }: Pick<RowTimes, 'samples' | 'median'>): Spread {
  return { median, low: samples[0] ?? 0, high: samples.at(-1) ?? 0, samples: samples.length }
}

interface Round {
  readonly samples: readonly (readonly [name: string, ms: number])[]
  readonly elapsed: number
}

/** Every row once; null when the signal came before the last one had ended. */
async function timeRound(
  rows: readonly InterleavedRow[],
  { signal, onRun }: InterleavedOptions,
  round: number,
  rounds: number,
): Promise<Round | null> {
  const startedAt = performance.now()
  const samples: (readonly [string, number])[] = []
  for (const [name, run] of rows) {
    onRun?.(name, round, rounds)
    // Between two rows a signal is seen, and the line on the terminal is drawn.
    await new Promise((turn) => setImmediate(turn))
    if (isAborted(signal)) return null
    samples.push([name, await timeOnce(name, run)])
    if (isAborted(signal)) return null
  }
  return { samples, elapsed: performance.now() - startedAt }
}

/** A function, because the compiler takes a signal that was once seen unaborted for one that stays so. */
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true
}

async function timeOnce(name: string, run: InterleavedRow[1]): Promise<number> {
  const bench = new Bench({ time: 0, iterations: 1, warmup: false, throws: true })
  bench.add(name, async () => {
    const overriddenDuration = await run()
    return typeof overriddenDuration === 'number' ? { overriddenDuration } : undefined
  })
  await bench.run()
  const result = bench.tasks[0]?.result
  if (result === undefined || !('latency' in result)) throw new Error(`${name} did not run`)
  return result.latency.p50
}
