import type { IndexImage } from '../engine/image-reader.ts'
import type { SharedSieve } from '../engine/sieve/sieve-memory.ts'
import { ExaminerCache } from './examiner-cache.ts'
import type { ScanExecutor, TaskSegment } from './executor.ts'
import { RowChain } from './row-chain.ts'
import type { ScanSettings } from './scan-settings.ts'
import { scanSource } from './scan-source.ts'
import type { ScanTask } from './scan-task.ts'

/** Inline segments are small, because a signal is only seen between two of them. */
const INLINE_SEGMENT_BYTES = 4_194_304

/** Scans on the calling thread: for small inputs, where starting threads costs more than it saves, and for streams. */
export function openInlineExecutor(
  image: IndexImage,
  settings: ScanSettings,
  sieve: SharedSieve | null,
  streams: ReadonlyMap<number, AsyncIterable<Uint8Array>>,
): ScanExecutor {
  let isClosed = false
  const inlineSettings = { ...settings, segmentBytes: Math.min(settings.segmentBytes, INLINE_SEGMENT_BYTES) }

  const examiners = new ExaminerCache(image, inlineSettings, sieve)

  async function* run(tasks: readonly ScanTask[]): AsyncGenerator<TaskSegment> {
    const chain = new RowChain()
    for (const planned of tasks) {
      const task = chain.begun(planned)
      if (task === null) continue
      const chunks = streams.get(task.source) ?? null
      const progress = new Float64Array(2)
      const segments = scanSource(task, {
        examiners,
        settings: inlineSettings,
        progress,
        poisoned: [],
        chunks,
      })
      for await (const segment of segments) {
        chain.read(segment)
        yield { task, segment }
        await new Promise((resolve) => setImmediate(resolve))
        if (isClosed) return
      }
    }
  }

  return {
    run,
    workers: 0,
    close: async () => {
      isClosed = true
    },
  }
}
