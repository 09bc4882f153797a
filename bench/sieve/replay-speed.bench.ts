/**
 * Question: what share of the speed of `wc -l`, and how many times that of a careful Node program, does one core of replay
 * reach, exact verdicts and detections written and the file read, and what is left of it with more indicators and
 * with another worker? Under 0.28 of `wc -l` or 10 times sensible Node with a million, under 80 % with ten million, or under
 * 1.9 times with two workers, the kernel would change.
 *
 * `npx node bench/sieve/replay-speed.bench.ts [lines] [copies] [indicators…]`; all rows of a round follow each other, so
 * that what disturbs the machine disturbs them alike, and ratios are taken within rounds. Where others use the machine,
 * read the processor time: it does not count waiting for a core. It counts all threads of a row. Other programs take part where
 * they are installed (`support/peers.ts`); DuckDB is asked about every set, `grep` and `rg` only about small ones.
 */
import { appendFileSync, closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { IndexImage } from '../../src/engine/image-reader.ts'
import { replay, type ReplayOptions } from '../../src/replay/replay.ts'
import { defenderEvents } from '../support/datasets.ts'
import { type BenchIndicators, indicatorCsv, indicatorSet, indicatorsWith } from '../support/indicators.ts'
import { type BenchRow, measureRows, speedOf, timesFaster } from '../support/measured-rows.ts'
import { openInMemory } from '../support/open-image.ts'
import { openPeers } from '../support/peers.ts'
import { printFigure, printHeader } from '../support/report.ts'
import { compileList } from '../support/rule-files.ts'
import { SensibleThread } from '../support/sensible-thread.ts'
import { timedCommand } from '../support/timed-command.ts'

const ROUNDS = 5
const LINES = Number(process.argv[2] ?? 100_000)
/** The events stand this often in the log: starting threads and compiling code is paid once, not per gigabyte. */
const COPIES = Number(process.argv[3] ?? 5)
const SIZES = process.argv.slice(4).map(Number)
const COUNTS = SIZES.length > 0 ? SIZES : [1_000, 1_000_000]
/** Sets beyond this take sensible Node gigabytes. */
const SENSIBLE_LIMIT = 1_000_000
const PLANTED = 1_000

/** Rows that the others are shown as multiples of. */
const REFERENCE = /^wc|sensible Node$|DuckDB|^\d+: wasm$/

/** Hits that all sets have, so that one log serves them all. */
const planted = indicatorSet(PLANTED, 7)

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
  const output = timedCommand(['wc', '-l', log])
  childMs = output.childMs
  return Number.parseInt(output.stdout, 10)
}

async function rowsFor(indicators: BenchIndicators, hits: number): Promise<readonly BenchRow[]> {
  const image = openInMemory(compileList(indicatorCsv(indicators)))
  const count = indicators.length
  const rows: BenchRow[] = [
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
    const sensible = await SensibleThread.open({ planted, count })
    rows.push({ name: `${count}: sensible Node`, run: () => sensible.countFile(log), expected: hits })
  }
  return rows
}

/** Other programs with the same indicators, held to their own first answer: it is to another question. */
async function peerRows(indicators: BenchIndicators, hits: number): Promise<readonly BenchRow[]> {
  const { peers, missing } = await openPeers(indicators, folder)
  for (const name of missing) printFigure(`${indicators.length}: ${name}`, 'left out')
  const rows: BenchRow[] = []
  for (const { name, lacks, count, childMs: ofPeer } of peers) {
    const expected = await count(log)
    printFigure(`${indicators.length}: ${name}`, `${expected} lines where ${hits} hit; ${lacks}`)
    const row = { name: `${indicators.length}: ${name}`, run: () => count(log), expected }
    rows.push(ofPeer === undefined ? row : { ...row, childMs: ofPeer })
  }
  return rows
}

try {
  printHeader('What share of `wc -l` does replay reach?')
  const events = defenderEvents({ lineCount: LINES, seed: 11, indicators: planted })
  for (let copy = 0; copy < COPIES; copy += 1) appendFileSync(log, events.bytes)
  const bytes = events.bytes.length * COPIES
  const hits = events.hitLineCount * COPIES
  printFigure('log', `${(bytes / 1e6).toFixed(0)} MB, ${LINES * COPIES} lines, ${hits} hits`)
  const rows: BenchRow[] = [
    { name: 'wc -l', run: wordCount, expected: LINES * COPIES, childMs: () => childMs },
  ]
  for (const count of COUNTS) {
    const indicators = indicatorsWith(planted, count)
    rows.push(...(await rowsFor(indicators, hits)), ...(await peerRows(indicators, hits)))
  }
  const measured = await measureRows(rows, ROUNDS)
  const references = measured.filter(({ name }) => REFERENCE.test(name))
  for (const row of measured) {
    const ratios = references.map(
      (reference) =>
        `${timesFaster(row, reference, 'wall').toFixed(2)} (busy ${timesFaster(row, reference, 'busy').toFixed(2)}) x ${reference.name}`,
    )
    printFigure(row.name, [speedOf(row, bytes), ...ratios].join('  '))
  }
} finally {
  closeSync(detections)
  rmSync(folder, { recursive: true })
}
