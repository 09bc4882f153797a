/**
 * Question: what does the kernel by itself cost, reading the file included, as indicators become more? We would change the
 * filters if ten million kept less than 80 % of the speed of a thousand.
 *
 * `npx node bench/sieve/kernel.bench.ts [lines] [rounds]`; rows of a round follow each other. Processor time is printed:
 * other users of the machine make it worse as well, so the best round is the figure, and the median beside it.
 */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FilterPatterns } from '../../src/engine/sieve/filter-patterns.ts'
import { compileKernel } from '../../src/engine/sieve/kernel.ts'
import { FilterWorkshop } from '../../src/engine/sieve/filter-workshop.ts'
import { openSlot, shareFilters } from '../../src/engine/sieve/sieve-memory.ts'
import { WasmSieve } from '../../src/engine/sieve/wasm-sieve.ts'
import { streamedFieldMap } from '../../src/logs/formats/defender-storage.ts'
import { buildKeyTable } from '../../src/logs/key-table.ts'
import { DEFAULT_SEMANTICS } from '../../src/model/semantics.ts'
import { patternsFor } from '../../test/support/kernel-with-rules.ts'
import { defenderEvents } from '../support/datasets.ts'
import { indicatorSet } from '../support/indicators.ts'
import { SeededRandom } from '../../src/harness/generate/seeded-random.ts'
import { busyMs, measureRows, speedOf } from '../support/measured-rows.ts'
import { printFigure, printHeader } from '../support/report.ts'

const LINES = Number(process.argv[2] ?? 30_000)
const ROUNDS = Number(process.argv[3] ?? 40)
const COUNTS = [1_000, 100_000, 1_000_000, 10_000_000]
const PLANTED = 1_000
const BLOCK_BYTES = 262_144
const RECORD_LIMIT = 1 << 24
/** Shares of Sha1, Sha256, Md5, and addresses among indicators for Equals; names stay those that are planted. */
const SHARES: readonly (readonly [words: number, share: number])[] = [
  [5, 0.2],
  [8, 0.5],
  [4, 0.2],
  [1, 0.1],
]

/** The planted indicators with 5 % affixes, and random digests and addresses up to the count. */
function patterns(count: number, random: SeededRandom): FilterPatterns {
  const others = count > PLANTED ? indicatorSet(Math.min(1_000_000, count) - PLANTED, 8) : []
  const named = patternsFor(
    indicatorSet(PLANTED, 7)
      .concat(others.filter((ioc) => ioc.DetectionFunction !== 'Equals'))
      .map(({ Type, DetectionFunction, Value }) => ({ type: Type, fn: DetectionFunction, value: Value })),
  )
  const binary = named.binary.map((set) => {
    const share = SHARES.find(([words]) => words === set.words && set.type < 4)?.[1] ?? 0
    const extra = set.type === 3 && set.words === 4 ? 0 : Math.round((count - PLANTED) * share)
    const keys = new Uint32Array(set.keys.length + extra * set.words)
    keys.set(set.keys)
    for (let i = set.keys.length; i < keys.length; i += 1) keys[i] = random.below(2 ** 32)
    return { ...set, keys }
  })
  return { ...named, binary }
}

const folder = mkdtempSync(join(tmpdir(), 'dryfire-kernel-'))
const path = join(folder, 'events.ndjson')
try {
  printHeader('What does the kernel cost as indicators become more?')
  const events = defenderEvents({ lineCount: LINES, seed: 11, indicators: indicatorSet(PLANTED, 7) })
  writeFileSync(path, events.bytes)
  const size = events.bytes.length
  const module = compileKernel()
  if (module === null) throw new Error('this machine has no kernel')
  const table = buildKeyTable(streamedFieldMap('streamed'), DEFAULT_SEMANTICS)
  const random = SeededRandom.open(5)
  const file = openSync(path, 'r')
  const sieves = COUNTS.map((count) => {
    const before = busyMs()
    const wanted = patterns(count, random)
    const made = busyMs()
    const filters = FilterWorkshop.open(module).build(wanted)
    const shared = shareFilters(module, filters, false)
    const slot = openSlot(shared)
    const opened = 'off' in slot ? slot : WasmSieve.open(table, slot)
    if ('off' in opened) throw new Error(opened.off)
    const bytes = `${(filters.length / count).toFixed(2)} bytes each`
    const ms = `${(busyMs() - made).toFixed(0)} ms (generated in ${(made - before).toFixed(0)})`
    printFigure(`filters of ${count}`, `${bytes}, built in ${ms}`)
    return opened.sieve
  })
  const read = (sieve: WasmSieve, scan: boolean): number => {
    let stops = 0
    for (let at = 0; at < size;) {
      const count = readSync(file, sieve.block, 0, Math.min(BLOCK_BYTES, size - at), at)
      if (!scan) {
        at += count
        continue
      }
      const found = sieve.scanLines(0, count, RECORD_LIMIT)
      at += found.lineStart[found.lineCount] ?? count
      stops += found.stopCount
    }
    return stops
  }
  const rows: readonly (readonly [string, () => number])[] = [
    ...sieves.slice(0, 1).map((sieve) => ['read only', () => read(sieve, false)] as const),
    ...sieves.map((sieve, i) => [`${COUNTS[i]} indicators`, () => read(sieve, true)] as const),
  ]
  const stops = rows.map(([, run]) => run())
  for (const [i, found] of stops.entries()) {
    if (i > 0 && found < events.hitLineCount) throw new Error(`${rows[i]?.[0]} missed hits`)
  }
  const measured = await measureRows(
    rows.map(([name, run], i) => ({ name, run, expected: stops[i] ?? -1 })),
    ROUNDS,
  )
  const best = measured.map(({ busy }) => Math.min(...busy))
  measured.forEach((row, i) => {
    const share = i === 0 ? '' : `, ${(((best[1] ?? 0) / (best[i] ?? 1)) * 100).toFixed(0)} % of ${COUNTS[0]}`
    const passed = i === 0 ? '' : `, ${stops[i]} of ${LINES} lines pass for ${events.hitLineCount} hits`
    printFigure(row.name, speedOf(row, size) + share + passed)
  })
  closeSync(file)
} finally {
  rmSync(folder, { recursive: true })
}
