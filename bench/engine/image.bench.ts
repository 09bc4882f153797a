// Question: how large is an image, and how long until it answers? `npx node bench/engine/image.bench.ts [indicators]`
// We would change the layout if a SHA-256 took more than 40 bytes, the sieve's filters included, or if reading and proving a
// million took more than 30 ms of a core in the kernel's memory, or three times as much outside of it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Bench } from 'tinybench'
import { compileRules } from '../../src/engine/compile-rules.ts'
import { IndexImage } from '../../src/engine/image-reader.ts'
import { Matcher } from '../../src/engine/matcher.ts'
import { readFileInto } from '../../src/files/read-into.ts'
import { readAndProve } from '../support/open-image.ts'
import { expectCount, printFigure, printHeader, printTasks } from '../support/report.ts'
import { MIXED, randomRules, valueOf } from './random-rules.ts'
import type { Share } from './random-rules.ts'

const COUNT = Number(process.argv[2] ?? 1_000_000)
const SHAPES: readonly (readonly [string, readonly Share[]])[] = [
  ['mixed', MIXED],
  ['SHA-256 only', [{ Type: 'Sha256', DetectionFunction: 'Equals', share: 1 }]],
  ['names by suffix only', [{ Type: 'DomainName', DetectionFunction: 'EndWith', share: 0.1 }]],
]

const folder = mkdtempSync(join(tmpdir(), 'dryfire-image-'))
printHeader('How large is an image, and how long until it answers?')
for (const [shape, shares] of SHAPES) {
  const rules = randomRules(COUNT, shares)
  const { count } = rules.indicators
  const { image } = compileRules(rules)
  const opened = IndexImage.open(image)
  expectCount('indicators', opened.indicatorCount, count)
  printFigure(`${shape}, ${count} indicators`, `${(image.length / count).toFixed(1)} bytes each`)
  const bench = new Bench({ time: 1000, iterations: 5, warmupTime: 100, warmupIterations: 2 })
  const path = join(folder, 'image.dfx')
  writeFileSync(path, image)
  bench.add(`${shape}: read and prove in the kernel's memory`, async () => {
    await readAndProve(path)
  })
  bench.add(`${shape}: read and prove outside of it`, () => {
    IndexImage.open(readFileInto(path, (bytes) => new Uint8Array(bytes)))
  })
  bench.add(`${shape}: adopt, already verified`, () => {
    IndexImage.adopt(image)
  })
  bench.add(`${shape}: open the matcher`, () => {
    Matcher.open(opened)
  })
  if (shape === 'mixed') {
    bench.add('naive: a Set of strings', () => {
      const values = new Set<string>()
      for (let row = 0; row < count; row += 1) values.add(valueOf(rules, row))
    })
  }
  await bench.run()
  printTasks(bench, { operations: 1, bytes: image.length })
}
rmSync(folder, { recursive: true })
