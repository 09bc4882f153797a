// Question: how long does it take from an IOC list on disk to an image, and from an image on disk to a matcher?
// We would change the reader or the layout if a million took more than 1.5 s to compile or 150 ms to load.
import { Bench } from 'tinybench'
import { IndexImage } from '../../src/engine/image-reader.ts'
import { Matcher } from '../../src/engine/matcher.ts'
import { indicatorCsv, indicatorSet } from '../support/indicators.ts'
import { expectCount, printFigure, printHeader, printTasks } from '../support/report.ts'
import { compileList, parseList } from '../support/rule-files.ts'

printHeader('What does it cost to compile an IOC list, and to load the image?')
for (const count of [1000, 100_000, 1_000_000]) {
  const indicators = indicatorSet(count, 7)
  const csv = indicatorCsv(indicators)
  const lines = Buffer.from(indicators.map((ioc) => `${JSON.stringify(ioc)}\n`).join(''))
  const image = compileList(csv)
  const { accounting } = IndexImage.open(image)
  expectCount('read', accounting.read, count)
  expectCount('lines read', parseList(lines, 'list.ndjson').accounting.kept, count)
  expectCount('compiled and duplicate', accounting.compiled + accounting.duplicate, count)
  const bench = new Bench({ time: 500, iterations: 5, warmupTime: 0, warmupIterations: 1 })
  bench.add(`CSV to rule set, ${count}`, () => {
    parseList(csv)
  })
  bench.add(`CSV to image, ${count}`, () => {
    compileList(csv)
  })
  bench.add(`NDJSON to rule set, ${count}`, () => {
    parseList(lines, 'list.ndjson')
  })
  bench.add(`naive: split lines into a Set, ${count}`, () => {
    expectCount('lines', new Set(Buffer.from(csv).toString().split('\n')).size > 0 ? 1 : 0, 1)
  })
  bench.add(`image to matcher, ${count}`, () => {
    Matcher.open(IndexImage.open(image))
  })
  await bench.run()
  printTasks(bench, { operations: count })
  printFigure(`image bytes per indicator, ${count}`, (image.byteLength / count).toFixed(1))
}
