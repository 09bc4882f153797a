// Question: how fast does replay carry a log through 100,000 indicators, against what a careful engineer writes in Node?
// We would change the sieve below twice that row on one core.
import { readFileSync } from 'node:fs'
import { IndexImage } from '../../src/engine/image-reader.ts'
import { replay } from '../../src/replay/replay.ts'
import { timeInterleaved } from '../support/interleaved.ts'
import { writeReplayLog } from '../support/replay-log.ts'
import { expectCount, printHeader, printFigure } from '../support/report.ts'
import { SensibleNode } from '../support/sensible-node.ts'

const ROUNDS = 5

printHeader('How fast is replay, against sensible Node?')
const data = writeReplayLog({
  indicators: 100_000,
  lines: Number(process.argv[2] ?? 200_000),
  copies: Number(process.argv[3] ?? 5),
})
const image = IndexImage.open(readFileSync(data.image))
const sensible = SensibleNode.open(data.indicators)

async function replayHere(kernel: 'wasm' | 'portable'): Promise<void> {
  const options = { semantics: { dedupe: 'off' }, now: 0n, workers: 0, kernel } as const
  const { summary } = await replay([data.log], image, options)
  expectCount(`replay, ${kernel}`, summary.detections.total, data.hits)
}

try {
  const rows = await timeInterleaved(
    [
      [
        'sensible Node, one core',
        () => expectCount('sensible Node', sensible.countFile(data.log), data.hits),
      ],
      ['dryfire, this thread, portable kernel', () => replayHere('portable')],
      ['dryfire, this thread, wasm kernel', () => replayHere('wasm')],
    ],
    ROUNDS,
  )
  const reference = rows[0]?.median ?? 0
  printFigure('log', `${(data.bytes / 1e6).toFixed(0)} MB, ${data.lines} lines, ${data.hits} hits`)
  for (const { name, median, samples } of rows)
    printFigure(
      name,
      `${(data.bytes / median / 1e6).toFixed(2)} GB/s  ${(reference / median).toFixed(2)} x sensible  ` +
        `median ${median.toFixed(0)} ms (${samples[0]?.toFixed(0)} to ${samples.at(-1)?.toFixed(0)} ms)`,
    )
} finally {
  data.remove()
}
