/**
 * Question: how long does it take from an IOC list to an image, and from an image to a matcher, on one thread
 * but for the threads that read the file?
 * We would change the reader, the order of its passes or the layout if a million took more than 0.25 s of a core to compile or
 * 30 ms to load.
 *
 * `npx node bench/rules/from-csv.bench.ts [indicators…]`: 1,000, 100,000 and 1,000,000 where no number is given; 10,000,000 take
 * 4 GB and some minutes. Rows are interleaved, and garbage is collected between them, outside the clock. Where others use the machine, read the processor time.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { IndexImage } from '../../src/engine/image-reader.ts'
import { Matcher } from '../../src/engine/matcher.ts'
import { indicatorCsv, indicatorsWith } from '../support/indicators.ts'
import { measureRows, type BenchRow } from '../support/measured-rows.ts'
import { readAndProve } from '../support/open-image.ts'
import { expectCount, printFigure, printHeader } from '../support/report.ts'
import { compileList, parseList } from '../support/rule-files.ts'

const ROUNDS = 7
/** Beyond this many there are no rows for comparison: they would take most of the time. */
const COMPARED = 1_000_000

const folder = mkdtempSync(join(tmpdir(), 'dryfire-list-'))
const file = join(folder, 'rules.dfx')
const given = process.argv.slice(2).map(Number)
printHeader('What does it cost to compile an IOC list, and to load the image?')
for (const count of given.length > 0 ? given : [1000, 100_000, 1_000_000]) {
  const csv = indicatorCsv(indicatorsWith([], count))
  const image = compileList(csv)
  writeFileSync(file, image)
  const { accounting } = IndexImage.open(image)
  expectCount('read', accounting.read, count)
  expectCount('compiled and duplicate', accounting.compiled + accounting.duplicate, count)
  const rows: BenchRow[] = [
    { name: 'CSV to rule set', run: () => parseList(csv).accounting.kept, expected: count },
    { name: 'CSV to image', run: () => compileList(csv).length, expected: image.length },
    {
      name: 'image to matcher, in TypeScript',
      run: () => Matcher.open(IndexImage.open(image)).image.indicatorCount,
      expected: accounting.compiled,
    },
    {
      name: "image file to matcher, in the kernel's memory",
      run: async () => Matcher.open(await readAndProve(file)).image.indicatorCount,
      expected: accounting.compiled,
    },
  ]
  for (const { name, wall, busy } of await measureRows(rows.concat(comparedRows(csv, count)), ROUNDS, {
    isTidy: true,
  })) {
    const text = `${middle(wall)} ms (${best(wall)} at best), processor time ${middle(busy)} (${best(busy)})`
    printFigure(`${name}, ${count}`, text)
  }
  printFigure(`image bytes per indicator, ${count}`, (image.length / count).toFixed(1))
}
rmSync(folder, { recursive: true })

function comparedRows(csv: Uint8Array, count: number): readonly BenchRow[] {
  if (count > COMPARED) return []
  const lines = Buffer.from(
    [...indicatorsWith([], count)].map((indicator) => `${JSON.stringify(indicator)}\n`).join(''),
  )
  return [
    {
      name: 'NDJSON to rule set',
      run: () => parseList(lines, 'list.ndjson').accounting.kept,
      expected: count,
    },
    {
      name: 'naive: split lines into a Set',
      run: () => Math.min(1, new Set(Buffer.from(csv).toString().split('\n')).size),
      expected: 1,
    },
  ]
}

function middle(values: readonly number[]): string {
  return (values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN).toFixed(1)
}

function best(values: readonly number[]): string {
  return Math.min(...values).toFixed(1)
}
