/**
 * Question: how long does a user wait for a small log with a compiled image, and what does the process take of memory with two
 * workers? We would load less if a million indicators and 10 MB of log took more than 120 ms, or more than 150 MB.
 *
 * `npx node bench/replay/cold-start.bench.ts [indicators]`, after `npm run build`. Every run is a process of its own; the first
 * of each kind keeps what it compiled for the others. Where others use the machine, read the processor time. Peaks are read
 * from `/proc`.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compileRules } from '../../src/engine/compile-rules.ts'
import { MIXED, randomRules, valueOf } from '../engine/random-rules.ts'
import { expectCount, printFigure, printHeader } from '../support/report.ts'

const COUNT = Number(process.argv[2] ?? 1_000_000)
const LINES = 10_000
const RUNS = 9
/** Every so many lines hold a sought digest. */
const HIT_EVERY = 1_000

interface Run {
  readonly wallMs: number
  readonly busyMs: number
  readonly peakMb: number
}

const folder = mkdtempSync(join(tmpdir(), 'dryfire-cold-'))
const image = join(folder, 'rules.dfx')
const log = join(folder, 'events.ndjson')
const launcher = join(import.meta.dirname, '../../src/cli/launcher.js')
/** Tells at the end of a process what it took; of memory since the program began, which `maxRSS` does not. */
const REPORT = `data:text/javascript,${encodeURIComponent(
  "import{readFileSync}from'node:fs';process.on('exit',()=>{const u=process.resourceUsage();" +
    "const kb=/VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status','latin1'))[1];" +
    'process.stderr.write(`took ${(u.userCPUTime+u.systemCPUTime)/1e3} ${kb/1e3}`)})',
)}`

function runOnce(words: readonly string[], expected: number | null): Run {
  const before = performance.now()
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', REPORT, ...words], {
    encoding: 'utf8',
    env: { ...process.env, XDG_CACHE_HOME: folder },
  })
  const wallMs = performance.now() - before
  if (expected !== null) expectCount('detections', detectionsIn(stdout), expected)
  const [busyMs = 0, peakMb = 0] = (/took (\S+) (\S+)$/.exec(stderr) ?? []).slice(1).map(Number)
  return { wallMs, busyMs, peakMb }
}

function detectionsIn(json: string): number {
  return Number(/"detections":\{"total":(\d+)/.exec(json)?.[1] ?? Number.NaN)
}

function printRuns(name: string, runs: readonly Run[]): void {
  const median = (of: (run: Run) => number): string =>
    (runs.map(of).toSorted((a, b) => a - b)[runs.length >> 1] ?? Number.NaN).toFixed(0)
  printFigure(
    name,
    `${median((run) => run.wallMs)} ms, ${median((run) => run.busyMs)} ms of processor time, ` +
      `best ${Math.min(...runs.map((run) => run.busyMs)).toFixed(0)}; peak ${median((run) => run.peakMb)} MB`,
  )
}

try {
  printHeader('How long does a user wait, and what does it take of memory?')
  const rules = randomRules(COUNT, MIXED)
  writeFileSync(image, compileRules(rules).image)
  const filler = 'x'.repeat(900)
  const lines = Array.from({ length: LINES }, (_, i) => {
    const SHA1 = i % HIT_EVERY === 0 ? valueOf(rules, i) : i.toString(16).padStart(40, '0')
    return JSON.stringify({ category: 'AdvancedHunting-DeviceFileEvents', properties: { SHA1, filler } })
  })
  writeFileSync(log, `${lines.join('\n')}\n`)
  const replayed = [launcher, 'replay', log, '-r', image, '--log-format', 'defender-storage', '--json']
  const rows: readonly (readonly [string, readonly string[], number | null])[] = [
    ['an empty script', ['-e', '0'], null],
    ['one thread', replayed, LINES / HIT_EVERY],
    ['two workers', [...replayed, '--workers', '2'], LINES / HIT_EVERY],
  ]
  const runs = rows.map((): Run[] => [])
  for (let round = 0; round < RUNS; round += 1)
    rows.forEach(([, words, expected], i) => runs[i]?.push(runOnce(words, expected)))
  rows.forEach(([name], i) => printRuns(`${name}, ${COUNT} indicators`, runs[i] ?? []))
} finally {
  rmSync(folder, { recursive: true })
}
