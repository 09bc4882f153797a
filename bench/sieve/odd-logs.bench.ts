/**
 * Question: does the kernel keep its speed on logs that are not as most are? IPv6 in half of the IP fields, arrays under
 * mapped keys, Sysmon's `Hashes` and `QueryResults` on every line must keep half of the ordinary log's speed per byte, and a
 * CSV export the same; and lines that reach the slow path must be about those that hit. What keeps less would be tuned.
 *
 * `npx node bench/sieve/odd-logs.bench.ts [lines] [indicators] [rounds]`; rows of a round follow each other. Reading
 * the file is included; shares are taken of processor time within rounds.
 */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { IndexImage } from '../../src/engine/image-reader.ts'
import type { BlockSieve } from '../../src/engine/sieve/block-sieve.ts'
import { openSlot, shareSieve } from '../../src/engine/sieve/sieve-memory.ts'
import { WasmRowSieve } from '../../src/engine/sieve/wasm-row-sieve.ts'
import { WasmSieve } from '../../src/engine/sieve/wasm-sieve.ts'
import { classify } from '../../src/logs/classify.ts'
import { streamedFieldMap } from '../../src/logs/formats/defender-storage.ts'
import { buildKeyTable } from '../../src/logs/key-table.ts'
import type { FieldEntry, ObservableKind } from '../../src/model/field-map.ts'
import type { KeyTable } from '../../src/model/key-table.ts'
import { DEFAULT_SEMANTICS } from '../../src/model/semantics.ts'
import { defenderEvents, type EventSet } from '../support/datasets.ts'
import { indicatorCsv, indicatorSet } from '../support/indicators.ts'
import { arrayEvents, csvEvents, ipv6Events, sysmonEvents } from '../support/odd-datasets.ts'
import { type BenchRow, measureRows, speedOf, timesFaster } from '../support/measured-rows.ts'
import { printFigure, printHeader } from '../support/report.ts'
import { compileList } from '../support/rule-files.ts'

const LINES = Number(process.argv[2] ?? 20_000)
const INDICATORS = Number(process.argv[3] ?? 1_000_000)
const ROUNDS = Number(process.argv[4] ?? 30)
const BLOCK_BYTES = 262_144
const RECORD_LIMIT = 1 << 24

interface Row extends BenchRow {
  readonly bytes: number
  readonly run: () => number
}

const folder = mkdtempSync(join(tmpdir(), 'dryfire-odd-'))
try {
  printHeader('Does the kernel keep its speed on odd logs?')
  const planted = indicatorSet(1_000, 7)
  const indicators = [...planted, ...indicatorSet(INDICATORS - planted.length, 8)]
  const image = IndexImage.open(compileList(indicatorCsv(indicators)))
  const shared = shareSieve(image, DEFAULT_SEMANTICS)
  if ('off' in shared) throw new Error(shared.off)
  const wish = { lineCount: LINES, seed: 11, indicators: planted }
  const map = streamedFieldMap('streamed')
  const plain = buildKeyTable(map, DEFAULT_SEMANTICS)
  const sysmon = buildKeyTable(
    {
      ...map,
      entries: [
        ...map.entries,
        entry('Hashes', 'hash-list'),
        entry('InitiatingProcessHashes', 'hash-list'),
        entry('QueryResults', 'dns-results'),
      ],
    },
    DEFAULT_SEMANTICS,
  )
  const rows: readonly Row[] = [
    rowOf('ordinary lines', defenderEvents(wish), plain),
    rowOf('IPv6 in half of the IP fields', ipv6Events(wish), plain),
    rowOf('arrays under mapped keys', arrayEvents(wish), plain),
    rowOf('Hashes and QueryResults', sysmonEvents(wish), sysmon),
    rowOf('30 % of lines hit', defenderEvents({ ...wish, hitShare: 0.3 }), plain),
    rowOf('CSV export', csvEvents(wish), null),
  ]
  const measured = await measureRows(rows, ROUNDS)
  const [first] = rows
  const [ordinary] = measured
  if (first === undefined || ordinary === undefined) throw new Error('there are no rows')
  for (const [i, { bytes, expected }] of rows.entries()) {
    const row = measured[i] ?? ordinary
    const share = ((timesFaster(row, ordinary, 'busy') * bytes) / first.bytes) * 100
    printFigure(
      row.name,
      `${speedOf(row, bytes)}, ${share.toFixed(0)} % of ${first.name}, ${expected} of ${LINES} pass`,
    )
  }

  /** Writes the log, and opens a sieve of its own for it; throws when the sieve misses a hit, or passes much beyond. */
  function rowOf(name: string, events: EventSet, table: KeyTable | null): Row {
    const path = join(folder, `${name.replaceAll(/\W/g, '-')}.log`)
    writeFileSync(path, events.bytes)
    const sieve = sieveFor(events, table)
    const file = openSync(path, 'r')
    const size = events.bytes.length
    const first = table === null ? events.bytes.indexOf(0x0a) + 1 : 0
    const run = (): number => {
      let stops = 0
      for (let at = first; at < size;) {
        const count = readSync(file, sieve.block, 0, Math.min(BLOCK_BYTES, size - at), at)
        const found = sieve.scanLines(0, count, RECORD_LIMIT)
        at += found.lineStart[found.lineCount] ?? count
        stops += found.stopCount
      }
      return stops
    }
    const stops = run()
    printFigure(name, `${(size / LINES).toFixed(0)} bytes a line, ${events.hitLineCount} hits, ${stops} pass`)
    if (stops < events.hitLineCount) throw new Error(`${name}: missed hits`)
    process.on('exit', () => closeSync(file))
    return { name, bytes: size, run, expected: stops }
  }

  function sieveFor(events: EventSet, table: KeyTable | null): BlockSieve {
    if ('off' in shared) throw new Error(shared.off)
    const slot = openSlot(shared)
    if ('off' in slot) throw new Error(slot.off)
    const opened = table === null ? openRows(events) : WasmSieve.open(table, slot)
    if ('off' in opened) throw new Error(opened.off)
    return opened.sieve

    function openRows({ bytes }: EventSet): ReturnType<typeof WasmRowSieve.open> {
      const options = { logFormat: null, userMap: null, fields: 'mapped', table: null } as const
      const { fieldMap, delimited } = classify(bytes.subarray(0, 65_536), false, options)
      if (fieldMap === null || delimited === null || 'off' in slot) throw new Error('no CSV export')
      return WasmRowSieve.open(buildKeyTable(fieldMap, DEFAULT_SEMANTICS), delimited, slot)
    }
  }
} finally {
  rmSync(folder, { recursive: true })
}

function entry(column: string, kind: ObservableKind): FieldEntry {
  return { path: ['properties', column], kind, role: 'object', scope: null, tables: null, nested: [] }
}
