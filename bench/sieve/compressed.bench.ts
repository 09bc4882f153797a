/**
 * Question: does reading a compressed log cost more than decoding it? Inflating and scanning run on two threads, so that a file
 * should take as long as the slower of the two. Under 0.5 GB/s of output per .gz file, or 0.9 per .zst file, or under 80 %
 * of the decoder alone, the blocks that are handed over would change.
 *
 * `npx node bench/sieve/compressed.bench.ts [lines] [rounds]`; two cores are needed for the overlap to show. By processor time
 * decoding and scanning add up, as they must.
 */
import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createGunzip, createZstdDecompress, gzipSync, zstdCompressSync } from 'node:zlib'
import { IndexImage } from '../../src/engine/image-reader.ts'
import { openByteSource } from '../../src/files/byte-source.ts'
import { decompress } from '../../src/logs/decompress.ts'
import { replay } from '../../src/replay/replay.ts'
import { type BenchRow, measureRows, speedOf, timesFaster } from '../support/measured-rows.ts'
import { writeReplayLog } from '../support/replay-log.ts'
import { printFigure, printHeader } from '../support/report.ts'

const LINES = Number(process.argv[2] ?? 130_000)
const ROUNDS = Number(process.argv[3] ?? 7)
const READ_BYTES = 262_144
/** The largest of the usual sizes: the stock decoder is slower with smaller blocks. */
const DECODER_BLOCK = 1_048_576

const folder = mkdtempSync(join(tmpdir(), 'dryfire-compressed-'))
// The indicators themselves are let go: a heap that holds a hundred thousand objects is collected at a price no user pays.
const { indicators: _, ...data } = writeReplayLog({ indicators: 100_000, lines: LINES, copies: 1 })
const image = IndexImage.open(readFileSync(data.image))

/** What Node decodes by itself, piped from a file. */
async function decoderAlone(path: string, kind: 'gzip' | 'zstd'): Promise<number> {
  const options = { chunkSize: DECODER_BLOCK }
  const decoder = kind === 'gzip' ? createGunzip(options) : createZstdDecompress(options)
  let bytes = 0
  for await (const block of createReadStream(path, { highWaterMark: READ_BYTES }).pipe(decoder))
    if (block instanceof Uint8Array) bytes += block.length
  return bytes
}

/** What a scan decodes, scanning nothing. */
async function decodeOnly(path: string, kind: 'gzip' | 'zstd'): Promise<number> {
  const source = openByteSource(path)
  let bytes = 0
  const fail = ({ message }: { readonly message: string }): never => {
    throw new Error(message)
  }
  for await (const block of decompress(kind, source.chunks(READ_BYTES), fail)) bytes += block.length
  source.close()
  return bytes
}

async function replayed(logs: readonly string[], workers: number): Promise<number> {
  const { summary } = await replay(logs, image, { semantics: { dedupe: 'off' }, now: 0n, workers })
  return summary.detections.total
}

function rowsFor(kind: 'gzip' | 'zstd', path: string): readonly BenchRow[] {
  return [
    { name: `${kind}: decoder alone`, run: () => decoderAlone(path, kind), expected: data.bytes },
    { name: `${kind}: decoded, not scanned`, run: () => decodeOnly(path, kind), expected: data.bytes },
    { name: `${kind}: replay, this thread`, run: () => replayed([path], 0), expected: data.hits },
    {
      name: `${kind}: replay of two files, two workers`,
      run: () => replayed([path, copyOf(path)], 2),
      expected: data.hits * 2,
    },
  ]
}

function copyOf(path: string): string {
  return `${path}.copy`
}

try {
  printHeader('Does reading a compressed log cost more than decoding it?')
  const plain = readFileSync(data.log)
  const rows: BenchRow[] = [
    { name: 'plain: replay, this thread', run: () => replayed([data.log], 0), expected: data.hits },
  ]
  for (const [kind, packed] of [
    ['gzip', gzipSync(plain)],
    ['zstd', zstdCompressSync(plain)],
  ] as const) {
    const path = join(folder, `log.${kind}`)
    writeFileSync(path, packed)
    writeFileSync(copyOf(path), packed)
    rows.push(...rowsFor(kind, path))
    printFigure(kind, `${(plain.length / packed.length).toFixed(1)} bytes of output for one of input`)
  }
  printFigure('log', `${(data.bytes / 1e6).toFixed(0)} MB of output, ${data.lines} lines, ${data.hits} hits`)
  const measured = await measureRows(rows, ROUNDS)
  for (const row of measured) {
    const decoder = measured.find(({ name }) => name === `${row.name.split(':')[0]}: decoder alone`)
    const times = row.name.includes('two files') ? 2 : 1
    const share =
      decoder === undefined || decoder === row
        ? ''
        : `  ${(times * timesFaster(row, decoder, 'wall')).toFixed(2)} x the decoder alone`
    printFigure(row.name, speedOf(row, data.bytes * times) + share)
  }
} finally {
  data.remove()
  rmSync(folder, { recursive: true })
}
