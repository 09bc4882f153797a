import { IndexImage } from '../engine/image-reader.ts'
import type { Alert, Detection } from '../model/detection.ts'
import type { FieldMap } from '../model/field-map.ts'
import type { QuarantinedRecord, ReplaySummary, Timing } from '../model/replay-summary.ts'
import type { Semantics } from '../model/semantics.ts'
import { DEFAULT_SEMANTICS } from '../model/semantics.ts'
import type { TimeTicks } from '../model/time.ts'
import { TICKS_PER_MS } from '../model/time.ts'
import { type ChosenKernel, chooseKernel } from './choose-kernel.ts'
import type { ClassifiedInput } from './classify-input.ts'
import { elapsedMs } from './elapsed.ts'
import type { ScanExecutor } from './executor.ts'
import { shownDefinitions } from './filter-events.ts'
import { gatherInputs } from './gather-inputs.ts'
import { SegmentMerger } from './merge-segments.ts'
import { openExecutor } from './open-executor.ts'
import { planTasks } from './plan-tasks.ts'
import type { ReplayFilters, ScanSettings, SimulatedFault } from './scan-settings.ts'
import { DEFAULT_BLOCK_BYTES, DEFAULT_SEGMENT_BYTES, NO_FILTERS } from './scan-settings.ts'
import { summarizeInput } from './summarize-input.ts'
import { summarize } from './summarize.ts'

/** Everything of a replay but the rules and the logs; each part has a default. */
export interface ReplayOptions {
  /** Switches of the matching law; `nonEqualsHash` is the image's. */
  readonly semantics?: Partial<Semantics>
  /** Detections outside are not counted anywhere. */
  readonly filters?: Partial<ReplayFilters>
  /** Name of the log format; null: found from the content. */
  readonly logFormat?: string | null
  /** Fields of a log format of the user's; null: the built-in maps. */
  readonly fieldMap?: FieldMap | null
  /** Table of records that do not name one. */
  readonly table?: string | null
  /** Further fields to show with every event, as printed paths. */
  readonly include?: readonly string[]
  /** Threads beside this one; 0: none; 'auto': as the input's size and the machine suggest. */
  readonly workers?: number | 'auto'
  /**
   * The filter in front of the exact matcher; `off` reads every record in full, with the same result. `portable` stands
   * in for `wasm`, the default, where a machine lacks it; the summary's `timing` says so.
   */
  readonly kernel?: 'wasm' | 'portable' | 'off'
  /** Most decompressed bytes per compressed one, beyond which a source is read no further; null: no limit. */
  readonly maxRatio?: number | null
  /** Bytes of one task of a split file. */
  readonly chunkBytes?: number | 'whole'
  /** Called for each detection, in the order of the logs, with the device that alerts are grouped by (semantics 8). */
  readonly onDetection?: (detection: Detection, device: string) => void
  /** Called for each alert, after the last detection. */
  readonly onAlert?: (alert: Alert) => void
  /** Called for each record that could not be looked at. */
  readonly onQuarantined?: (record: QuarantinedRecord) => void
  /** Called once before the first byte, then after each part. */
  readonly onProgress?: (progress: ReplayProgress) => void
  /** Ends the run early: what was read is reported, with `partial: true`. */
  readonly signal?: AbortSignal
  /** The clock for "expired today"; the caller's, so that a run can be repeated. */
  readonly now?: TimeTicks
  /** Milliseconds without progress after which a worker is killed. */
  readonly stallMs?: number
  /** Heap of one worker in MiB, buffers not counted. */
  readonly workerHeapMiB?: number
  /** For tests: a fault that a worker acts out. */
  readonly simulate?: SimulatedFault | null
}

/** Where a run stands: decompressed bytes and records merged so far; all bytes, or null where an input is compressed or a stream. */
export interface ReplayProgress {
  readonly bytes: number
  readonly records: number
  readonly totalBytes: number | null
}

/** What a replay found. */
export interface ReplayResult {
  readonly summary: ReplaySummary
  /** True when dedupe ran out of room and kept later copies (semantics 8): exit code 7. */
  readonly isDedupeFull: boolean
  /** True when a source was left at `maxRatio`: exit code 7. */
  readonly isRatioExceeded: boolean
}

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
  const startedAt = elapsedMs()
  const opened = image instanceof IndexImage ? image : IndexImage.open(image)
  const settings = settingsOf(options, opened)
  const { inputs, problems } = await gatherInputs(logs, {
    logFormat: options.logFormat ?? null,
    userMap: options.fieldMap ?? null,
    fields: settings.semantics.fields,
    table: options.table ?? null,
    include: options.include ?? [],
    signal: options.signal ?? null,
  })
  const kernel = chooseKernel(opened, settings, inputs)
  const executor = await openExecutor(opened, settings, kernel.sieve, inputs, {
    workers: options.workers ?? 'auto',
    stallMs: options.stallMs ?? STALL_MS,
    heapMiB: options.workerHeapMiB ?? WORKER_HEAP_MIB,
  })
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
  const timing = timingOf(startedAt, merger, executor.workers, kernel)
  const summary = summarize({
    image: opened,
    semantics: settings.semantics,
    isDefinitionShown: shownDefinitions(opened.definitions, settings.filters),
    merger,
    groups,
    input: summarizeInput(inputs, problems, merger),
    partial: isPartial,
    timing,
  })
  return { summary, isDedupeFull: merger.isDedupeFull, isRatioExceeded: merger.isRatioExceeded }
}

function settingsOf(options: ReplayOptions, image: IndexImage): ScanSettings {
  const { nonEqualsHash } = image.options
  const semantics = { ...DEFAULT_SEMANTICS, ...options.semantics, nonEqualsHash }
  return {
    semantics,
    filters: { ...NO_FILTERS, ...options.filters },
    kernel: options.kernel ?? 'wasm',
    defaultTable: options.table ?? null,
    blockBytes: DEFAULT_BLOCK_BYTES,
    segmentBytes: DEFAULT_SEGMENT_BYTES,
    maxRatio: options.maxRatio ?? null,
    areHitsShown: options.onDetection !== undefined || options.onAlert !== undefined,
    simulate: options.simulate ?? null,
  }
}

/** Runs all tasks into the merger; true when the run was ended early. */
async function runTasks(
  executor: ScanExecutor,
  inputs: readonly ClassifiedInput[],
  merger: SegmentMerger,
  options: ReplayOptions,
): Promise<boolean> {
  const { signal } = options
  const totalBytes = totalBytesOf(inputs)
  const onAbort = (): void => void executor.close()
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    if (isAborted(signal)) return true
    let records = 0
    options.onProgress?.({ bytes: 0, records, totalBytes })
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

/** Null where an input is a stream or compressed: how much it holds shows only in reading it. */
function totalBytesOf(inputs: readonly ClassifiedInput[]): number | null {
  let total = 0
  for (const { size, compression } of inputs) {
    if (size === null || compression !== 'none') return null
    total += size
  }
  return total
}

/** A function, because the compiler takes a signal that was once seen unaborted for one that stays so. */
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true
}

function timingOf(startedAt: number, merger: SegmentMerger, workers: number, kernel: ChosenKernel): Timing {
  const milliseconds = Math.round(elapsedMs() - startedAt)
  const bytes = merger.bytes.examined + merger.bytes.quarantined + merger.bytes.skipped
  return {
    milliseconds,
    bytesPerSecond: milliseconds === 0 ? 0 : Math.round((bytes * 1000) / milliseconds),
    workers,
    kernel: kernel.name,
    kernelNote: kernel.note,
    survivors: merger.survivors,
  }
}
