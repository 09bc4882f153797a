import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'
import type { SharedSieve } from '../engine/sieve/sieve-memory.ts'
import type { ScanExecutor, TaskSegment } from './executor.ts'
import { RowChain } from './row-chain.ts'
import type { ScanSettings } from './scan-settings.ts'
import type { ScanTask } from './scan-task.ts'
import { TaskRun } from './task-run.ts'

export interface PoolOptions {
  readonly workers: number
  /** Milliseconds without progress after which a worker is killed. */
  readonly stallMs: number
  /** Old-space limit of one worker in MiB. */
  readonly heapMiB: number
}

/**
 * Scans on worker threads over one shared image. Tasks run ahead of the reader by a bounded window; the worker always is the
 * compiled one, so that there is one path on every Node.
 */
export function openPoolExecutor(
  sharedImage: Uint8Array<SharedArrayBuffer>,
  settings: ScanSettings,
  sieve: SharedSieve | null,
  options: PoolOptions,
): ScanExecutor {
  const pool = new Piscina({
    filename: fileURLToPath(new URL('../../dist/replay/worker.js', import.meta.url)),
    name: 'scanJob',
    minThreads: options.workers, // or idle workers are ended between two tasks
    maxThreads: options.workers,
    workerData: { image: sharedImage, settings, sieve },
    resourceLimits: { maxOldGenerationSizeMb: options.heapMiB },
  })
  const runs: TaskRun[] = []
  let isClosed = false
  // A worker that fails before it has a task: the others will not fare better, and nobody else would tell.
  pool.on('error', (error: unknown) => {
    for (const started of runs) started.fail(error)
  })

  async function* run(tasks: readonly ScanTask[]): AsyncGenerator<TaskSegment> {
    const ahead = options.workers + 1
    const chain = new RowChain()
    for (const [index, planned] of tasks.entries()) {
      while (runs.length < Math.min(tasks.length, index + ahead))
        runs.push(begin(chain.ahead(tasks[runs.length]!)))
      const task = chain.begun(planned)
      if (task === null) {
        runs[index]!.abandon()
        continue
      }
      let current = runs[index]!
      let segment = isClosed ? null : await current.next()
      if (segment !== null && !chain.isRight(task, segment)) {
        current.abandon()
        freeWorker(index)
        current = begin(task)
        runs[index] = current
        segment = isClosed ? null : await current.next()
      }
      while (segment !== null) {
        chain.read(segment)
        yield { task, segment }
        segment = isClosed ? null : await current.next()
      }
      if (isClosed) return
    }
  }

  /**
   * Makes room for a task that is read again: all workers may wait until somebody takes what they have read ahead, and nobody
   * does before that task is read. The last gives way and is begun again in its turn.
   */
  function freeWorker(index: number): void {
    const last = runs.at(-1)
    if (runs.length > index + 1 && last?.isDone === false) runs.pop()?.abandon()
  }

  function begin(task: ScanTask): TaskRun {
    const started = new TaskRun(
      task,
      (job, signal) => pool.run(job, { transferList: [job.port], signal }),
      options.stallMs,
    )
    started.start()
    return started
  }

  return {
    run,
    workers: options.workers,
    close: async () => {
      isClosed = true
      for (const started of runs) started.cancel()
      await pool.destroy()
    },
  }
}
