/**
 * Question: is replay worth its kernel where a noisy rule makes 30 % of the lines hit, on CSV exports and on Zeek logs? It must be
 * twice as fast as sensible Node on the noisy log, and faster on rows than the portable sieve and than reading every row.
 *
 * `npx node bench/sieve/odd-replays.bench.ts [lines] [indicators]`; the rows of a log follow each other in every round,
 * and ratios are taken of processor time within rounds. Detections are built and dropped.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { IndexImage } from '../../src/engine/image-reader.ts'
import { replay, type ReplayOptions } from '../../src/replay/replay.ts'
import { defenderEvents, type EventSet } from '../support/datasets.ts'
import { indicatorCsv, indicatorSet, indicatorsWith } from '../support/indicators.ts'
import { csvEvents, zeekEvents } from '../support/odd-datasets.ts'
import { expectCount, printFigure, printHeader } from '../support/report.ts'
import { compileList } from '../support/rule-files.ts'
import { SensibleThread } from '../support/sensible-thread.ts'

const LINES = Number(process.argv[2] ?? 30_000)
const INDICATORS = Number(process.argv[3] ?? 100_000)
const ROUNDS = 5

interface Row {
  readonly name: string
  readonly run: () => Promise<number> | number
}

const folder = mkdtempSync(join(tmpdir(), 'dryfire-noisy-'))
try {
  printHeader('Is replay worth its kernel on noisy logs, on CSV and on Zeek logs?')
  const planted = indicatorSet(1_000, 7)
  const image = IndexImage.open(compileList(indicatorCsv(indicatorsWith(planted, INDICATORS))))
  const sensible = await SensibleThread.open({ planted, count: INDICATORS })
  const replayed =
    (path: string, kernel: NonNullable<ReplayOptions['kernel']>): Row['run'] =>
    async () => {
      const semantics = { dedupe: 'off' } as const
      const { summary } = await replay([path], image, { semantics, now: 0n, workers: 0, kernel })
      return summary.detections.total
    }
  const wish = { lineCount: LINES, seed: 11, indicators: planted }
  await compare('30 % of lines hit', defenderEvents({ ...wish, hitShare: 0.3 }), (path) => [
    { name: 'wasm', run: replayed(path, 'wasm') },
    { name: 'portable', run: replayed(path, 'portable') },
    { name: 'sensible Node', run: () => sensible.countFile(path) },
  ])
  await compare('CSV export', csvEvents(wish), (path) => [
    { name: 'wasm', run: replayed(path, 'wasm') },
    { name: 'portable', run: replayed(path, 'portable') },
    { name: 'every row read', run: replayed(path, 'off') },
  ])
  await compare('Zeek log', zeekEvents(wish), (path) => [
    { name: 'wasm', run: replayed(path, 'wasm') },
    { name: 'portable', run: replayed(path, 'portable') },
    { name: 'every row read', run: replayed(path, 'off') },
  ])
} finally {
  rmSync(folder, { recursive: true })
}

async function compare(
  name: string,
  { bytes, hitLineCount }: EventSet,
  rowsOf: (path: string) => readonly Row[],
): Promise<void> {
  const path = join(folder, `${name.replaceAll(/\W/g, '-')}.log`)
  writeFileSync(path, bytes)
  const rows = rowsOf(path)
  printFigure(name, `${(bytes.length / 1e6).toFixed(0)} MB, ${LINES} lines, ${hitLineCount} hits`)
  for (const row of rows) expectCount(row.name, await row.run(), hitLineCount)
  const times = rows.map((): number[] => [])
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [i, { name: rowName, run }] of rows.entries()) {
      const before = busyMs()
      expectCount(rowName, await run(), hitLineCount)
      times[i]?.push(busyMs() - before)
    }
  for (const [i, row] of rows.entries()) {
    const list = times[i] ?? []
    const slower = median(list.map((ms, round) => ms / (times[0]?.[round] ?? 1)))
    const speed = `${(bytes.length / median(list) / 1e6).toFixed(3)} GB/s`
    printFigure(`${name}: ${row.name}`, `${speed}, ${slower.toFixed(1)} times the time of ${rows[0]?.name}`)
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

function busyMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
