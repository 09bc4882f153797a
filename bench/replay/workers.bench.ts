// Question: how much faster are two workers than one core, and how much of the rest is the machine's?
// Two processes that share nothing but the page cache show what two cores of this machine are worth together.
// We would change how a file is split below 1.8 times one core on two workers. The portable kernel, because the other is
// so fast that the page cache is measured: node workers.bench.ts LINES COPIES wasm
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { replay } from '../../src/replay/replay.ts'
import { timeInterleaved } from '../../src/harness/bench/time-interleaved.ts'
import { openInMemory } from '../support/open-image.ts'
import { writeReplayLog } from '../support/replay-log.ts'
import { expectCount, printFigure, printHeader } from '../support/report.ts'

const ROUNDS = 5
const ONE_PROCESS = fileURLToPath(new URL('../support/replay-process.ts', import.meta.url))

printHeader('What are two workers worth?')
const data = writeReplayLog({
  indicators: 100_000,
  lines: Number(process.argv[2] ?? 200_000),
  copies: Number(process.argv[3] ?? 12),
})
const kernel = process.argv[4] === 'wasm' ? 'wasm' : 'portable'
const image = openInMemory(readFileSync(data.image))

async function replayWith(workers: number): Promise<void> {
  const options = { semantics: { dedupe: 'off' }, now: 0n, workers, kernel } as const
  const { summary } = await replay([data.log], image, options)
  expectCount(`${workers} workers`, summary.detections.total, data.hits)
}

/** A process of its own that replays the whole log on its one thread; it checks the count itself. */
async function replayApart(): Promise<void> {
  const child = spawn(process.execPath, [ONE_PROCESS, data.log, data.image, String(data.hits), kernel], {
    stdio: 'inherit',
  })
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve))
  expectCount('exit code of a process', code ?? -1, 0)
}

try {
  const rows = await timeInterleaved(
    [
      ['this thread', () => replayWith(0)],
      ['one worker', () => replayWith(1)],
      ['two workers', () => replayWith(2)],
      ['one process', replayApart],
      ['two processes, twice the work', async () => void (await Promise.all([replayApart(), replayApart()]))],
    ],
    { rounds: ROUNDS },
  )
  const [thread, , , one] = rows
  printFigure(
    'log',
    `${kernel} kernel, ${(data.bytes / 1e6).toFixed(0)} MB, ${data.lines} lines, ${data.hits} hits`,
  )
  for (const { name, median, samples } of rows) {
    const isPair = name.startsWith('two processes')
    const reference = (name.includes('process') ? one : thread)?.median ?? 0
    printFigure(
      name,
      `${(((isPair ? 2 : 1) * reference) / median).toFixed(2)} x one core  median ${median.toFixed(0)} ms ` +
        `(${samples[0]?.toFixed(0)} to ${samples.at(-1)?.toFixed(0)} ms)`,
    )
  }
} finally {
  data.remove()
}
