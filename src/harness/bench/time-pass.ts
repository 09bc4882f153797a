import type { IndexImage } from '../../engine/image-reader.ts'
import type { ReplaySummary } from '../../model/replay-summary.ts'
import type { ReplayOptions } from '../../replay/replay.ts'
import { replay } from '../../replay/replay.ts'

/** What is replayed in a pass, and how. */
export interface PassSettings {
  readonly logs: readonly string[]
  readonly options: Omit<ReplayOptions, 'workers' | 'signal' | 'onProgress'>
  /** Milliseconds after which a pass over long logs is ended where it stands. */
  readonly capMs: number
  readonly signal: AbortSignal
}

/** One pass over the logs. */
export interface Pass {
  readonly summary: ReplaySummary
  readonly milliseconds: number
  /** Decompressed bytes that were read. */
  readonly bytes: number
  /** True where it was ended before the end of the logs. */
  readonly isCut: boolean
}

/** Bytes that every pass reads, however long it takes: short logs are never cut. */
const LEAST_BYTES = 16_000_000

/** Parts that each thread finishes before a pass is cut. */
const LEAST_PARTS = 3

/**
 * Replays the logs once. A pass that is cut has the time and the bytes of the parts that were finished; on threads, of those after
 * the first of each, since starting threads counts for little where logs are long.
 */
export async function timePass(
  image: IndexImage,
  workers: number,
  { logs, options, capMs, signal }: PassSettings,
): Promise<Pass> {
  const cut = new AbortController()
  const startedAt = performance.now()
  const parts: { readonly bytes: number; readonly ms: number }[] = []
  const { summary } = await replay(logs, image, {
    ...options,
    workers,
    signal: AbortSignal.any([signal, cut.signal]),
    onProgress: ({ bytes }) => {
      const ms = performance.now() - startedAt
      if (bytes === 0 || cut.signal.aborted) return
      parts.push({ bytes, ms })
      if (ms > capMs && bytes >= LEAST_BYTES && isRoundOf(workers, parts.length)) cut.abort()
    },
  })
  const wholeMs = performance.now() - startedAt
  const last = parts.at(-1)
  if (summary.partial && last !== undefined) {
    const { bytes, ms } = parts[workers - 1] ?? { bytes: 0, ms: 0 }
    return { summary, milliseconds: last.ms - ms, bytes: last.bytes - bytes, isCut: true }
  }
  const { examined, quarantined, skipped } = summary.accounting.bytes
  return { summary, milliseconds: wholeMs, bytes: examined + quarantined + skipped, isCut: false }
}

/** Threads finish their parts at about the same time: the first and the last of a stretch must end such a burst. */
function isRoundOf(workers: number, parts: number): boolean {
  return workers === 0 || (parts >= LEAST_PARTS * workers && parts % workers === 0)
}
