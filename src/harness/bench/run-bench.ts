import { compileRules } from '../../engine/compile-rules.ts'
import { IndexImage } from '../../engine/image-reader.ts'
import { imageSizes } from '../../engine/image-sizes.ts'
import { Matcher } from '../../engine/matcher.ts'
import type {
  BenchImage,
  BenchLogs,
  BenchReport,
  BenchScale,
  BenchSlowPath,
  BenchThroughput,
  BenchTiming,
  QuotaUse,
  Spread,
} from '../../model/bench-report.ts'
import type { InputProblem } from '../../model/replay-summary.ts'
import type { RuleSet } from '../../model/rule-set.ts'
import { DEFAULT_SEMANTICS } from '../../model/semantics.ts'
import { TOOL_VERSION } from '../../model/version.ts'
import { gatherInputs } from '../../replay/gather-inputs.ts'
import { traceSlowPath } from '../../replay/trace-slow-path.ts'
import type { Quotas } from '../../model/quotas.ts'
import { quotaUse } from '../quotas.ts'
import { BenchError } from './bench-error.ts'
import { thisMachine } from './machine.ts'
import { slowPathReport } from './slow-path-report.ts'
import type { InterleavedRow, RowTimes } from './time-interleaved.ts'
import { spreadOf, timeInterleaved } from './time-interleaved.ts'
import type { PassSettings } from './time-pass.ts'
import { timePass } from './time-pass.ts'
import { doubledRules, partOfRules } from './vary-rules.ts'

/** What is measured, and for how long. */
export interface BenchInput {
  readonly rules: RuleSet
  readonly image: IndexImage
  /** Reads the rules once more from where they stand; null where they came compiled. */
  readonly readRules: (() => void) | null
  readonly logs: readonly string[]
  readonly isGenerated: boolean
  readonly replay: PassSettings['options']
  readonly kernel: 'wasm' | 'portable' | 'off'
  /** Threads of the second throughput row; 0: there is none. */
  readonly workers: number
  readonly quotas: Partial<Quotas>
  /** Seconds that the run is to take, more or less. */
  readonly seconds: number
  readonly signal: AbortSignal
  /** Called with what is under way. */
  readonly onStep: (step: string) => void
}

/** What is known before anything is timed. */
export interface BenchSubject {
  readonly input: BenchInput
  readonly logs: BenchLogs
  readonly problems: readonly InputProblem[]
  readonly slowPath: BenchSlowPath
  readonly settings: PassSettings
  /** How often short logs are read in one sample, so that it is long enough to be timed. */
  readonly repeats: number
  readonly startedAt: number
}

/** Fewest and most samples of a row. */
const ROUNDS = { least: 3, planned: 5, most: 21 } as const
/** Rows that read logs, and as much again for the others. */
const ROWS = 6
const SHORTEST_PASS_MS = 100
/** What a pass on threads gets more before it is cut, since the threads must start. */
const STARTING_MS = 300
const COLD_MS = 500
/** Of the time, for the rows that run on one thread. */
const ONE_THREAD_SHARE = 0.7
const MOST_REPEATS = 20
/** Bytes whose records are looked at one by one, for each second. */
const SAMPLED_BYTES = 8_000_000
const SHARES = [0.1, 0.5, 2] as const

/** Reads the logs once for their counts; null when a signal came. Throws a BenchError where there is nothing to measure. */
export async function prepareBench(input: BenchInput): Promise<BenchSubject | null> {
  const startedAt = performance.now()
  const { image, signal } = input
  const passMs = Math.max(SHORTEST_PASS_MS, (input.seconds * 1000) / ((ROUNDS.planned + 1) * ROWS))
  const settings: PassSettings = {
    logs: input.logs,
    options: { ...input.replay, kernel: input.kernel },
    capMs: passMs * 2,
    signal,
  }
  input.onStep('reading the logs')
  // The first pass runs code that is not compiled yet, and is given more time.
  const cold = await timePass(image, 0, { ...settings, capMs: Math.max(COLD_MS, input.seconds * 250) })
  if (signal.aborted) return null
  const { summary: read } = cold
  if (read.input.records === 0)
    throw new BenchError('the logs hold no record that can be read', reasonOf(read.input.problems))
  const pass = await timePass(image, 0, settings)
  if (signal.aborted) return null
  const { summary } = pass
  input.onStep('looking at the slow path')
  const slowPath = await slowPathOf(input)
  if (signal.aborted) return null
  return {
    input,
    logs: {
      isGenerated: input.isGenerated,
      files: read.input.files.length,
      bytes: pass.bytes,
      records: summary.input.records,
      detections: summary.detections.total,
      isCut: pass.isCut,
    },
    problems: read.input.problems,
    slowPath,
    settings,
    repeats: Math.min(MOST_REPEATS, Math.max(1, Math.round(passMs / pass.milliseconds))),
    startedAt,
  }
}

/** Times everything in turns; null when a signal came before the first round had ended. */
export async function timeBench(subject: BenchSubject): Promise<BenchReport | null> {
  const { input, logs } = subject
  input.onStep('compiling other sizes')
  const varied = SHARES.map((share) => {
    const rules = share > 1 ? doubledRules(input.rules) : partOfRules(input.rules, share)
    return { share, key: `rules-${share}`, image: compileTo(rules, input.image) }
  })
  const rows: readonly InterleavedRow[] = [
    ...(input.readRules === null ? [] : [[READ_RULES, input.readRules] as const]),
    [COMPILE, () => void compileRules(input.rules, input.image.options)],
    [OPEN_IMAGE, () => void Matcher.open(IndexImage.open(input.image.bytes), input.replay.semantics)],
    [ONE_CORE, () => passOf(subject, input.image, 0)],
    ...varied.map(({ key, image }): InterleavedRow => [key, () => passOf(subject, image, 0)]),
  ]
  const timed = await timeRows(subject, rows, input.workers === 0 ? 1 : ONE_THREAD_SHARE)
  const rounds = timed[0]?.samples.length ?? 0
  if (rounds === 0) return null
  // While threads work this one idles, and a processor that idled starts slowly: in turns they would slow the other rows.
  const threaded = input.workers === 0 ? [] : await timeRows(subject, [threadsRow(subject)], 1)
  const spreads = new Map(
    [...timed, ...threaded].flatMap((row) =>
      row.samples.length === 0 ? [] : [[row.name, spreadOf(row)] as const],
    ),
  )
  const timings = (keys: readonly string[]): readonly BenchTiming[] =>
    keys.flatMap((key) => {
      const ms = spreads.get(key)
      return ms === undefined ? [] : [{ key, ms }]
    })
  const scaleRow = (key: string, share: number, image: IndexImage): readonly BenchScale[] =>
    timings([key]).map((timing) => ({
      ...timing,
      share,
      indicators: image.indicatorCount,
      imageBytes: image.bytes.length,
      bytesPerSecond: rateOf(logs.bytes, timing.ms),
    }))
  return {
    schemaVersion: 1,
    toolVersion: TOOL_VERSION,
    machine: thisMachine(),
    kernel: input.kernel,
    rules: {
      digest: input.image.digest,
      definitions: input.image.definitions.length,
      indicators: input.image.accounting,
    },
    logs,
    rounds,
    compile: timings([READ_RULES, COMPILE, OPEN_IMAGE]),
    throughput: [0, input.workers].flatMap((workers, i): readonly BenchThroughput[] =>
      i > 0 && workers === 0
        ? []
        : timings([workers === 0 ? ONE_CORE : workersKey(workers)]).map((timing) => ({
            ...timing,
            workers,
            bytesPerSecond: rateOf(logs.bytes, timing.ms),
            recordsPerSecond: rateOf(logs.records, timing.ms),
          })),
    ),
    scale: [
      ...varied.flatMap(({ key, share, image }) => scaleRow(key, share, image)),
      ...scaleRow(ONE_CORE, 1, input.image),
    ].toSorted((a, b) => a.share - b.share),
    image: imageReport(input.image),
    slowPath: subject.slowPath,
    quotas: quotasOf(input),
    partial: input.signal.aborted,
    comparison: null,
  }
}

const READ_RULES = 'read-rules'
const COMPILE = 'compile'
const OPEN_IMAGE = 'open-image'
const ONE_CORE = 'one-core'

function workersKey(workers: number): string {
  return `workers-${workers}`
}

/** Rows in turns, up to a share of the time that the run is to take. */
function timeRows(
  { input, startedAt }: BenchSubject,
  rows: readonly InterleavedRow[],
  share: number,
): Promise<readonly RowTimes[]> {
  const budgetMs = input.seconds * 1000
  return timeInterleaved(rows, {
    rounds: (warmUpMs) => roundsFor(startedAt + budgetMs * share - performance.now(), warmUpMs, budgetMs),
    signal: input.signal,
    onRun: (name, round, rounds) =>
      input.onStep(round === 0 ? `warming up: ${name}` : `round ${round} of ${rounds}: ${name}`),
  })
}

function threadsRow(subject: BenchSubject): InterleavedRow {
  const { image, workers } = subject.input
  return [workersKey(workers), () => passOf(subject, image, workers)]
}

/** As many rounds as fit; as many as a comparison needs, unless they would take twice the time. */
function roundsFor(leftMs: number, roundMs: number, budgetMs: number): number {
  const fitting = Math.floor(leftMs / Math.max(1, roundMs))
  const least = roundMs * ROUNDS.planned < budgetMs * 2 ? ROUNDS.planned : ROUNDS.least
  return Math.min(ROUNDS.most, Math.max(least, fitting))
}

/** Milliseconds of one pass over all bytes; a pass that was cut is taken to go on as it went. */
async function passOf(subject: BenchSubject, image: IndexImage, workers: number): Promise<number> {
  const { logs, settings, input } = subject
  // Threads are started for every replay: reading again would only start them again.
  const repeats = workers === 0 ? subject.repeats : 1
  const capMs = workers === 0 ? settings.capMs : settings.capMs + STARTING_MS
  let milliseconds = 0
  for (let i = 0; i < repeats; i += 1) {
    const pass = await timePass(image, workers, { ...settings, capMs })
    if (input.signal.aborted) return 0 // the round is dropped
    const isSame = pass.summary.detections.total === logs.detections || image !== input.image
    if (!pass.isCut && !logs.isCut && (pass.bytes !== logs.bytes || !isSame))
      throw new BenchError('the logs changed while they were measured', 'give logs that nobody writes to')
    milliseconds += (pass.milliseconds * logs.bytes) / Math.max(1, pass.bytes)
  }
  return milliseconds / repeats
}

async function slowPathOf({
  image,
  logs,
  replay,
  kernel,
  seconds,
  signal,
}: BenchInput): Promise<BenchSlowPath> {
  const semantics = {
    ...DEFAULT_SEMANTICS,
    ...replay.semantics,
    nonEqualsHash: image.options.nonEqualsHash,
  }
  const { inputs } = await gatherInputs(logs, {
    logFormat: replay.logFormat ?? null,
    userMap: replay.fieldMap ?? null,
    fields: semantics.fields,
    table: replay.table ?? null,
    include: [],
    signal,
  })
  const trace = await traceSlowPath(inputs, image, {
    semantics,
    kernel,
    defaultTable: replay.table ?? null,
    limitBytes: seconds * SAMPLED_BYTES,
    signal,
  })
  return slowPathReport(trace, image)
}

/** An image counts what was left out of it, but not by operator. */
function quotasOf({ rules, image, quotas, readRules }: BenchInput): readonly QuotaUse[] {
  const uses = quotaUse(rules, quotas)
  const { duplicate, disabled, opaque } = image.accounting
  const leftOut = duplicate + disabled + opaque
  if (readRules !== null || leftOut === 0) return uses
  return uses.map((use) => {
    if (use.quota === 'indicators') return { ...use, used: use.used + leftOut }
    return use.quota === 'nonEqualsIndicators' ? { ...use, isLeast: true } : use
  })
}

function compileTo(rules: RuleSet, { options }: IndexImage): IndexImage {
  return IndexImage.open(compileRules(rules, { nonEqualsHash: options.nonEqualsHash }).image)
}

function imageReport(image: IndexImage): BenchImage {
  const operators = imageSizes(image)
  const own = operators.reduce((sum, { bytes }) => sum + bytes, 0)
  return {
    bytes: image.bytes.length,
    commonBytes: image.bytes.length - own,
    threadBytes: operators.reduce((sum, { threadBytes }) => sum + threadBytes, 0),
    operators,
  }
}

function rateOf(amount: number, { median }: Spread): number {
  return median === 0 ? 0 : Math.round((amount * 1000) / median)
}

function reasonOf(problems: readonly InputProblem[]): string | null {
  const [problem] = problems
  return problem === undefined ? null : `${problem.source}: ${problem.message}`
}
