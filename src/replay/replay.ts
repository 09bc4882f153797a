import { availableParallelism } from 'node:os'
import { IndexImage } from '../engine/image-reader.ts'
import { FileError } from '../files/file-error.ts'
import { listInputs } from '../files/list-inputs.ts'
import type { Alert, Detection } from '../model/detection.ts'
import type { FieldMap } from '../model/field-map.ts'
import type {
  InputFile,
  InputProblem,
  InputSummary,
  QuarantinedRecord,
  ReplaySummary,
  Timing,
} from '../model/replay-summary.ts'
import type { Semantics } from '../model/semantics.ts'
import { DEFAULT_SEMANTICS } from '../model/semantics.ts'
import type { TimeTicks } from '../model/time.ts'
import { TICKS_PER_MS } from '../model/time.ts'
import type { ClassifiedInput } from './classify-input.ts'
import { classifyInput } from './classify-input.ts'
import type { ScanExecutor } from './executor.ts'
import { shownDefinitions } from './filter-events.ts'
import { openInlineExecutor } from './inline-executor.ts'
import { SegmentMerger } from './merge-segments.ts'
import { planTasks } from './plan-tasks.ts'
import { openPoolExecutor } from './pool-executor.ts'
import type { ReplayFilters, ScanSettings, SimulatedFault } from './scan-settings.ts'
import { DEFAULT_BLOCK_BYTES, DEFAULT_SEGMENT_BYTES, NO_FILTERS } from './scan-settings.ts'
import { summarize } from './summarize.ts'

/** Everything of a replay but the rules and the logs; each part has a default. */
export interface ReplayOptions {
  readonly semantics?: Partial<Semantics>
  readonly filters?: Partial<ReplayFilters>
  /** Name of the log format; null: found from the content. */
  readonly logFormat?: string | null
  readonly fieldMap?: FieldMap | null
  /** Table of records that do not name one. */
  readonly table?: string | null
  /** Further fields to show with every event, as printed paths. */
  readonly include?: readonly string[]
  /** Threads beside this one; 0: none; 'auto': as the input's size and the machine suggest. */
  readonly workers?: number | 'auto'
  readonly kernel?: 'portable' | 'off'
  /** Bytes of one task of a split file. */
  readonly chunkBytes?: number | 'whole'
  readonly onDetection?: (detection: Detection) => void
  readonly onAlert?: (alert: Alert) => void
  readonly onQuarantined?: (record: QuarantinedRecord) => void
  readonly onProgress?: (progress: ReplayProgress) => void
  /** Ends the run early: what was read is reported, with `partial: true`. */
  readonly signal?: AbortSignal
  /** The clock for "expired today"; the caller's, so that a run can be repeated. */
  readonly now?: TimeTicks
  /** Milliseconds without progress after which a worker is killed. */
  readonly stallMs?: number
  /** Heap of one worker in MiB, buffers not counted. */
  readonly workerHeapMiB?: number
  readonly simulate?: SimulatedFault | null
}

/** Where a run stands: decompressed bytes and records merged so far, and bytes on disk where all sizes are known. */
export interface ReplayProgress {
  readonly bytes: number
  readonly records: number
  readonly totalBytes: number | null
}

export interface ReplayResult {
  readonly summary: ReplaySummary
  /** True when dedupe ran out of room and kept later copies (semantics 8): exit code 7. */
  readonly isDedupeFull: boolean
}

/** Inputs below this are scanned on the calling thread: starting threads costs about as much as scanning 50 MB. */
const INLINE_BYTES = 50_000_000
const STALL_MS = 60_000
/** A record of the largest size that is allowed fits several times over. */
const WORKER_HEAP_MIB = 2048
/** Quarantined records named in the summary; the stream has all of them. */
const SUMMARY_QUARANTINE_LIMIT = 20

/**
 * Carries logs through compiled rules and tells which alerts would fire (semantics 1-10).
 *
 * @param logs files, folders, globs, or `-` for stdin; read in the order given
 * @param image rules compiled by `compileRules`, or the bytes of a `.dfx` file
 * @throws ImageFormatError when the image is damaged; WorkersFailedError when workers die again and again.
 *   Unreadable inputs do not throw: they are named in `summary.input.problems`.
 */
export async function replay(
  logs: readonly string[],
  image: IndexImage | Uint8Array,
  options: ReplayOptions = {},
): Promise<ReplayResult> {
  const startedAt = performance.now()
  const opened = image instanceof IndexImage ? image : IndexImage.open(image)
  const settings = settingsOf(options, opened)
  const { inputs, problems } = await classifyInputs(logs, settings, options)
  const executor = openExecutor(opened, settings, inputs, options)
  const merger = new SegmentMerger({
    image: opened,
    semantics: settings.semantics,
    now: options.now ?? BigInt(Date.now()) * TICKS_PER_MS,
    sinks: {
      detection: options.onDetection ?? null,
      alert: options.onAlert ?? null,
      quarantined: options.onQuarantined ?? null,
    },
    quarantineLimit: SUMMARY_QUARANTINE_LIMIT,
  })
  const isPartial = await runTasks(executor, inputs, merger, options)
  const groups = merger.finish()
  const timing = timingOf(startedAt, merger, executor.workers, settings)
  const summary = summarize({
    image: opened,
    semantics: settings.semantics,
    isDefinitionShown: shownDefinitions(opened.definitions, settings.filters),
    merger,
    groups,
    input: inputSummary(inputs, problems, merger),
    partial: isPartial,
    timing,
  })
  return { summary, isDedupeFull: merger.isDedupeFull }
}

function settingsOf(options: ReplayOptions, image: IndexImage): ScanSettings {
  const { nonEqualsHash } = image.options
  const semantics = { ...DEFAULT_SEMANTICS, ...options.semantics, nonEqualsHash }
  return {
    semantics,
    filters: { ...NO_FILTERS, ...options.filters },
    kernel: options.kernel ?? 'portable',
    defaultTable: options.table ?? null,
    blockBytes: DEFAULT_BLOCK_BYTES,
    segmentBytes: DEFAULT_SEGMENT_BYTES,
    simulate: options.simulate ?? null,
  }
}

interface Inputs {
  readonly inputs: readonly ClassifiedInput[]
  readonly problems: readonly InputProblem[]
}

async function classifyInputs(
  logs: readonly string[],
  settings: ScanSettings,
  options: ReplayOptions,
): Promise<Inputs> {
  const listed = listInputs(logs, { cwd: process.cwd() })
  const inputs: ClassifiedInput[] = []
  const problems: InputProblem[] = [...listed.problems]
  for (const input of listed.inputs) {
    try {
      const classified = await classifyInput(input, {
        logFormat: options.logFormat ?? null,
        userMap: options.fieldMap ?? null,
        fields: settings.semantics.fields,
        table: options.table ?? null,
      })
      const problem = refusalOf(classified)
      if (problem === null) inputs.push(withIncluded(classified, options.include ?? []))
      else problems.push(problem)
    } catch (error) {
      if (!(error instanceof FileError)) throw error
      problems.push({ source: input.name, severity: 'error', message: error.message, fix: error.fix })
    }
  }
  return { inputs, problems }
}

function refusalOf(input: ClassifiedInput): InputProblem | null {
  const { refused, fieldMap } = input.classification
  if (refused !== null)
    return { source: input.name, severity: 'error', message: refused.reason, fix: refused.fix }
  if (fieldMap !== null) return null
  return {
    source: input.name,
    severity: 'error',
    message: 'no log format is recognised, so no field of it is known to hold hashes, addresses or names',
    fix: 'name the fields with --field-map FILE, or look at every string with --fields any',
  }
}

function withIncluded(input: ClassifiedInput, include: readonly string[]): ClassifiedInput {
  const { classification } = input
  if (include.length === 0 || classification.fieldMap === null) return input
  const { envelope } = classification.fieldMap
  const context = [...envelope.context, ...include.map((path) => path.split('.'))]
  const fieldMap = { ...classification.fieldMap, envelope: { ...envelope, context } }
  return { ...input, classification: { ...classification, fieldMap } }
}

function openExecutor(
  image: IndexImage,
  settings: ScanSettings,
  inputs: readonly ClassifiedInput[],
  options: ReplayOptions,
): ScanExecutor {
  const streams = new Map(
    inputs.flatMap((input, source) => (input.chunks === null ? [] : [[source, input.chunks] as const])),
  )
  const wanted = options.workers ?? 'auto'
  const isSmall = inputs.reduce((sum, input) => sum + (input.size ?? 0), 0) < INLINE_BYTES
  const workers = wanted === 'auto' ? (isSmall ? 0 : availableParallelism()) : wanted
  // A stream can only be read where it was opened.
  if (workers === 0 || streams.size > 0) return openInlineExecutor(image, settings, streams)
  const pool = {
    workers,
    stallMs: options.stallMs ?? STALL_MS,
    heapMiB: options.workerHeapMiB ?? WORKER_HEAP_MIB,
  }
  return openPoolExecutor(toShared(image.bytes), settings, pool)
}

function toShared(bytes: Uint8Array): Uint8Array<SharedArrayBuffer> {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.byteLength))
  shared.set(bytes)
  return shared
}

/** Runs all tasks into the merger; true when the run was ended early. */
async function runTasks(
  executor: ScanExecutor,
  inputs: readonly ClassifiedInput[],
  merger: SegmentMerger,
  options: ReplayOptions,
): Promise<boolean> {
  const { signal } = options
  const totalBytes = inputs.every((input) => input.size !== null)
    ? inputs.reduce((sum, input) => sum + (input.size ?? 0), 0)
    : null
  const onAbort = (): void => void executor.close()
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    if (isAborted(signal)) return true
    let records = 0
    for await (const part of executor.run(planTasks(inputs, options.chunkBytes ?? DEFAULT_SEGMENT_BYTES))) {
      merger.accept(part)
      records += part.segment.records
      const { examined, quarantined, skipped } = merger.bytes
      options.onProgress?.({ bytes: examined + quarantined + skipped, records, totalBytes })
    }
    return isAborted(signal)
  } finally {
    signal?.removeEventListener('abort', onAbort)
    await executor.close()
  }
}

/** A function, because the compiler takes a signal that was once seen unaborted for one that stays so. */
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true
}

function inputSummary(
  inputs: readonly ClassifiedInput[],
  problems: readonly InputProblem[],
  merger: SegmentMerger,
): InputSummary {
  const found: InputProblem[] = [...problems]
  const files: InputFile[] = inputs.map((input, source) => {
    const tally = merger.sources.get(source)
    found.push(...(tally?.problems ?? []).map((note) => ({ source: input.name, fix: null, ...note })))
    if (tally !== undefined && tally.timesOfReceipt > 0)
      found.push(receiptWarning(input.name, tally.timesOfReceipt))
    return {
      source: input.name,
      format: input.classification.format,
      compression: input.compression,
      bytes: tally?.bytes ?? 0,
      records: tally?.records ?? 0,
      quarantined: tally?.quarantined ?? 0,
    }
  })
  const records = files.reduce((sum, file) => sum + file.records, 0)
  const quarantined = files.reduce((sum, file) => sum + file.quarantined, 0)
  return {
    files,
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    records,
    examined: records - quarantined,
    quarantined,
    repaired: merger.repaired,
    skippedBytes: merger.bytes.skipped,
    quarantine: merger.quarantine,
    problems: found,
  }
}

function receiptWarning(source: string, count: number): InputProblem {
  return {
    source,
    severity: 'warning',
    message: `${count} records with detections have no time of their own: when they were received stands in for it`,
    fix: null,
  }
}

function timingOf(startedAt: number, merger: SegmentMerger, workers: number, settings: ScanSettings): Timing {
  const milliseconds = Math.round(performance.now() - startedAt)
  const bytes = merger.bytes.examined + merger.bytes.quarantined + merger.bytes.skipped
  return {
    milliseconds,
    bytesPerSecond: milliseconds === 0 ? 0 : Math.round((bytes * 1000) / milliseconds),
    workers,
    kernel: settings.kernel,
    kernelNote: null,
    survivors: merger.survivors,
  }
}
