/**
 * Question: what share of the speed of `wc -l`, and how many times that of a careful Node program, does one core of replay
 * reach, exact verdicts and detections written and the file read, and what is left of it with more indicators and
 * with another worker? Under 0.28 of `wc -l` or 10 times sensible Node with a million, under 80 % with ten million, or under
 * 1.9 times with two workers, the kernel would change.
 *
 * `npx node bench/sieve/replay-speed.bench.ts [lines] [copies] [indicators…]`; all rows of a round follow each other, so
 * that what disturbs the machine disturbs them alike, and ratios are taken within rounds. Where others use the machine,
 * read the processor time: it does not count waiting for a core. It counts all threads of a row.
 */
import { spawnSync } from 'node:child_process'
import { appendFileSync, closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { IndexImage } from '../../src/engine/image-reader.ts'
import { replay, type ReplayOptions } from '../../src/replay/replay.ts'
import { defenderEvents } from '../support/datasets.ts'
import { type BenchIndicator, indicatorCsv, indicatorSet } from '../support/indicators.ts'
import { expectCount, printFigure, printHeader } from '../support/report.ts'
import { compileList } from '../support/rule-files.ts'
import { SensibleNode } from '../support/sensible-node.ts'

const ROUNDS = 5
const LINES = Number(process.argv[2] ?? 100_000)
/** The events stand this often in the log: starting threads and compiling code is paid once, not per gigabyte. */
const COPIES = Number(process.argv[3] ?? 5)
const SIZES = process.argv.slice(4).map(Number)
const COUNTS = SIZES.length > 0 ? SIZES : [1_000, 1_000_000]
/** Sets beyond this take sensible Node gigabytes. */
const SENSIBLE_LIMIT = 1_000_000
/** Hits that all sets have, so that one log serves them all. */
const PLANTED = 1_000

interface Row {
  readonly name: string
  readonly run: () => Promise<number> | number
  readonly expected: number
}

const folder = mkdtempSync(join(tmpdir(), 'dryfire-sieve-'))
const log = join(folder, 'events.ndjson')
const detections = openSync(join(folder, 'detections.ndjson'), 'w')

/** A run as a user's: every detection is written. */
async function countReplay(image: IndexImage, options: ReplayOptions): Promise<number> {
  let lines: string[] = []
  const flush = (): void => {
    writeSync(detections, lines.join(''), 0)
    lines = []
  }
  const { summary } = await replay([log], image, {
    semantics: { dedupe: 'off' },
    now: 0n,
    onDetection: (detection) => {
      lines.push(
        `${JSON.stringify(detection, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value))}\n`,
      )
      if (lines.length === 256) flush()
    },
    ...options,
  })
  flush()
  return summary.detections.total
}

/** Processor time of the last `wc`, in milliseconds. */
let childMs = 0

function wordCount(): number {
  const words = ['-c', 'TIMEFORMAT="%U %S"; time wc -l "$0"', log]
  const { stdout, stderr } = spawnSync('bash', words, {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  })
  const [user = 0, system = 0] = stderr.trim().split(' ').map(Number)
  childMs = (user + system) * 1000
  return Number.parseInt(stdout, 10)
}

/** Processor time of this process so far, in milliseconds. */
function ownMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

function rowsFor(indicators: readonly BenchIndicator[], hits: number): readonly Row[] {
  const image = IndexImage.open(compileList(indicatorCsv(indicators)))
  const count = indicators.length
  const rows: Row[] = [
    { name: `${count}: wasm`, run: () => countReplay(image, { workers: 0 }), expected: hits },
    {
      name: `${count}: portable`,
      run: () => countReplay(image, { workers: 0, kernel: 'portable' }),
      expected: hits,
    },
  ]
  if (count !== COUNTS.at(-1) && count !== 1_000_000) return rows.slice(0, 1)
  rows.push(
    { name: `${count}: wasm, one worker`, run: () => countReplay(image, { workers: 1 }), expected: hits },
    { name: `${count}: wasm, two workers`, run: () => countReplay(image, { workers: 2 }), expected: hits },
  )
  if (count <= SENSIBLE_LIMIT) {
    const sensible = SensibleNode.open(indicators)
    rows.push({ name: `${count}: sensible Node`, run: () => sensible.countFile(log), expected: hits })
  }
  return rows
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

try {
  printHeader('What share of `wc -l` does replay reach?')
  const planted = indicatorSet(PLANTED, 7)
  const events = defenderEvents({ lineCount: LINES, seed: 11, indicators: planted })
  for (let copy = 0; copy < COPIES; copy += 1) appendFileSync(log, events.bytes)
  const bytes = events.bytes.length * COPIES
  const hits = events.hitLineCount * COPIES
  printFigure('log', `${(bytes / 1e6).toFixed(0)} MB, ${LINES * COPIES} lines, ${hits} hits`)
  const rows: readonly Row[] = [
    { name: 'wc -l', run: wordCount, expected: LINES * COPIES },
    ...COUNTS.flatMap((count) =>
      rowsFor([...planted, ...(count > PLANTED ? indicatorSet(count - PLANTED, 8) : [])], hits),
    ),
  ]
  for (const { name, run, expected } of rows) expectCount(name, await run(), expected)
  const times = rows.map((): number[] => [])
  const busy = rows.map((): number[] => [])
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [i, { name, run, expected }] of rows.entries()) {
      const before = performance.now()
      const busyBefore = ownMs()
      expectCount(name, await run(), expected)
      times[i]?.push(performance.now() - before)
      busy[i]?.push(name === 'wc -l' ? childMs : ownMs() - busyBefore)
    }
  }
  const ratio = (lists: readonly (readonly number[])[], i: number, to: number): number =>
    median((lists[i] ?? []).map((ms, round) => (lists[to]?.[round] ?? 0) / ms))
  for (const [i, { name }] of rows.entries()) {
    const list = times[i] ?? []
    const cells = [
      `${(bytes / median(list) / 1e6).toFixed(2)} GB/s`,
      `(${(bytes / Math.max(...list) / 1e6).toFixed(2)} to ${(bytes / Math.min(...list) / 1e6).toFixed(2)})`,
      `${ratio(times, i, 0).toFixed(3)} of wc -l`,
      `${ratio(times, i, 1).toFixed(2)} of ${rows[1]?.name}`,
    ]
    const sensible = rows.findIndex((row) => row.name.endsWith('sensible Node'))
    if (sensible >= 0) cells.push(`${ratio(times, i, sensible).toFixed(1)} x sensible Node`)
    const gigabytes = `${(bytes / median(busy[i] ?? []) / 1e6).toFixed(2)} GB/s`
    const best = `best ${(bytes / Math.min(...(busy[i] ?? [])) / 1e6).toFixed(2)}`
    cells.push(`processor time: ${gigabytes} (${best}), ${ratio(busy, i, 0).toFixed(3)} of wc -l`)
    if (sensible >= 0) cells.push(`${ratio(busy, i, sensible).toFixed(1)} x sensible Node`)
    printFigure(name, cells.join('  '))
  }
} finally {
  closeSync(detections)
  rmSync(folder, { recursive: true })
}
