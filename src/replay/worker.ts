import { workerData } from 'node:worker_threads'
import { IndexImage } from '../engine/image-reader.ts'
import type { SharedSieve } from '../engine/sieve/sieve-memory.ts'
import { ExaminerCache } from './examiner-cache.ts'
import type { ScanSettings } from './scan-settings.ts'
import { scanSource } from './scan-source.ts'
import { STOP, type WorkerJob } from './worker-job.ts'

const data: {
  readonly image: Uint8Array
  readonly settings: ScanSettings
  readonly sieve: SharedSieve | null
} = workerData
const { settings } = data
// The image was verified by the thread that shared it.
const examiners = new ExaminerCache(IndexImage.adopt(data.image), settings, data.sieve)

/** Scans one task and posts its segments, then null. */
export async function scanJob(job: WorkerJob): Promise<void> {
  const { port, progress } = job
  let credits = job.credits
  let wake = (): void => {}
  let isWanted = true
  port.on('message', (message: unknown) => {
    if (message === STOP) isWanted = false
    credits += 1
    wake()
  })
  progress[1] = 1
  let index = 0
  const environment = { examiners, settings, progress, poisoned: job.poisoned, chunks: null }
  for await (const segment of scanSource(job.task, environment)) {
    if (index++ < job.skipSegments) continue
    progress[1] = -Math.abs(progress[1] ?? 1) // waiting is not hanging
    while (credits === 0) await new Promise<void>((resolve) => (wake = resolve))
    if (!isWanted) break
    progress[1] = Math.abs(progress[1] ?? 1) + 1
    credits -= 1
    port.postMessage(segment)
  }
  port.postMessage(null)
  port.unref()
  if (!isWanted) port.close()
}
