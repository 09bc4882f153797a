// The long comparison of the three kernels: `npm run test:sieve -- [--lines N] [--seed N]`.
import { parseArgs } from 'node:util'
import { compareKernels } from '../property/compare-kernels.ts'

/** What a run does that is told nothing. */
const ORDINARY_LINES = 10_000_000
const MILLION = 1_000_000

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: String(ORDINARY_LINES) },
    seed: { type: 'string', default: '1' },
  },
})
const startedAt = performance.now()
let shown = 0
const seen = compareKernels({
  seed: Number(values.seed),
  lines: Number(values.lines),
  onBlock: ({ lines }) => {
    if (lines < shown + MILLION) return
    shown += MILLION
    process.stderr.write(`${shown} lines, ${seconds()}\n`)
  },
})
const shares = `read in full by wasm ${seen.wasm}, portable ${seen.portable}, off ${seen.off}`
process.stdout.write(
  `${seen.lines} lines, seed ${values.seed}: no difference; ${seen.hits} with matches, ` +
    `${seen.quarantined} quarantined, ${seen.oracle} found by the oracle, ${shares}; ${seconds()}\n`,
)

/** A busy machine gives a process a part of a core: the time on the processor is what the run itself takes. */
function seconds(): string {
  const { user, system } = process.cpuUsage()
  const passed = ((performance.now() - startedAt) / 1000).toFixed(0)
  return `${passed} s (${((user + system) / 1e6).toFixed(0)} s of processor time)`
}
