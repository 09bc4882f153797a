// Question: how fast does replay carry a log through 100,000 indicators, against what a careful engineer writes in Node?
// We would change the sieve below twice that row on one core, and the pool below 1.8 times one core on two workers.
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Bench } from 'tinybench'
import { IndexImage } from '../../src/engine/image-reader.ts'
import { replay, type ReplayOptions } from '../../src/replay/replay.ts'
import { defenderEvents } from '../support/datasets.ts'
import { indicatorCsv, indicatorSet } from '../support/indicators.ts'
import { expectCount, printFigure, printHeader } from '../support/report.ts'
import { compileList } from '../support/rule-files.ts'
import { SensibleNode } from '../support/sensible-node.ts'

const INDICATORS = 100_000
const LINES = Number(process.argv[2] ?? 200_000)
/** The events stand this often in the log: starting threads and compiling their code is paid once, not per gigabyte. */
const COPIES = Number(process.argv[3] ?? 5)
const ROUNDS = 5

printHeader('How fast is replay, against sensible Node?')
const indicators = indicatorSet(INDICATORS, 7)
const events = defenderEvents({ lineCount: LINES, seed: 11, indicators })
const folder = mkdtempSync(join(tmpdir(), 'dryfire-bench-'))
const log = join(folder, 'events.ndjson')
for (let copy = 0; copy < COPIES; copy += 1) appendFileSync(log, events.bytes)
const bytes = events.bytes.length * COPIES
const hits = events.hitLineCount * COPIES
const image = IndexImage.open(compileList(indicatorCsv(indicators)))
const sensible = SensibleNode.open(indicators)

async function countReplay(options: ReplayOptions): Promise<number> {
  const { summary } = await replay([log], image, { semantics: { dedupe: 'off' }, now: 0n, ...options })
  return summary.detections.total
}

const rows: readonly (readonly [string, () => Promise<number> | number])[] = [
  ['sensible Node, one core', () => sensible.countFile(log)],
  ['dryfire, this thread', () => countReplay({ workers: 0 })],
  ['dryfire, one worker', () => countReplay({ workers: 1 })],
  ['dryfire, two workers', () => countReplay({ workers: 2 })],
]

try {
  for (const [name, run] of rows) expectCount(name, await run(), hits)
  const samples = new Map<string, number[]>()
  // One sample of every row per round, so that what disturbs the machine disturbs all rows alike.
  for (let round = 0; round < ROUNDS; round += 1) {
    const bench = new Bench({ time: 0, iterations: 1, warmup: false })
    for (const [name, run] of rows) bench.add(name, async () => expectCount(name, await run(), hits))
    await bench.run()
    for (const { name, result } of bench.tasks) {
      if (!('latency' in result)) throw new Error(`${name} did not run: ${result.state}`)
      samples.set(name, [...(samples.get(name) ?? []), result.latency.p50])
    }
  }
  const medians = new Map(
    [...samples].map(([name, list]) => [name, list.sort((a, b) => a - b)[ROUNDS >> 1] ?? 0]),
  )
  const reference = medians.get('sensible Node, one core') ?? 0
  printFigure('log', `${(bytes / 1e6).toFixed(0)} MB, ${LINES * COPIES} lines, ${hits} hits`)
  for (const [name, list] of samples) {
    const median = medians.get(name) ?? 0
    const rate = `${(bytes / median / 1e6).toFixed(2)} GB/s`
    const spread = `${list[0]?.toFixed(0)} to ${list.at(-1)?.toFixed(0)} ms`
    printFigure(
      name,
      `${rate}  ${(reference / median).toFixed(2)} x sensible  median ${median.toFixed(0)} ms (${spread})`,
    )
  }
} finally {
  rmSync(folder, { recursive: true })
}
