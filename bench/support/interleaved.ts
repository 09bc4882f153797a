import { Bench } from 'tinybench'

/** One row: its name, and a run that checks its own answer. */
export type InterleavedRow = readonly [name: string, run: () => Promise<void> | void]

/** Milliseconds of one row, sorted. */
export interface RowTimes {
  readonly name: string
  readonly samples: readonly number[]
  readonly median: number
}

/** One sample of every row per round, so that what disturbs the machine disturbs all rows alike. Each row is run once before. */
export async function timeInterleaved(
  rows: readonly InterleavedRow[],
  rounds: number,
): Promise<readonly RowTimes[]> {
  for (const [, run] of rows) await run()
  const samples = new Map<string, number[]>(rows.map(([name]) => [name, []]))
  for (let round = 0; round < rounds; round += 1) {
    const bench = new Bench({ time: 0, iterations: 1, warmup: false })
    for (const [name, run] of rows) bench.add(name, async () => run())
    await bench.run()
    for (const { name, result } of bench.tasks) {
      if (!('latency' in result)) throw new Error(`${name} did not run: ${result.state}`)
      samples.get(name)?.push(result.latency.p50)
    }
  }
  return [...samples].map(([name, list]) => {
    const sorted = list.toSorted((a, b) => a - b)
    return { name, samples: sorted, median: sorted[rounds >> 1] ?? 0 }
  })
}
