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

/** Parts of a cut pass from which on the first may be left out. */
const SUSTAINED_PARTS = 4

/**
 * Replays the logs once. A pass that is cut has the time and the bytes of the parts that were finished; on threads, of those after
 * the first, since starting threads counts for little where logs are long.
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
      if (ms > capMs && bytes >= LEAST_BYTES) cut.abort()
    },
  })
  const wholeMs = performance.now() - startedAt
  const last = parts.at(-1)
  if (summary.partial && last !== undefined) {
    const from = workers > 0 && parts.length >= SUSTAINED_PARTS ? parts[0] : undefined
    const { bytes, ms } = from ?? { bytes: 0, ms: 0 }
    return { summary, milliseconds: last.ms - ms, bytes: last.bytes - bytes, isCut: true }
  }
  const { examined, quarantined, skipped } = summary.accounting.bytes
  return { summary, milliseconds: wholeMs, bytes: examined + quarantined + skipped, isCut: false }
}
