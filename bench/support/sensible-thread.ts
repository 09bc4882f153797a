import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { SensibleTask } from './sensible-thread-entry.ts'

/**
 * Sensible Node in a thread of its own. In ours its million strings are marked while our rows run, and compiled code of ours
 * is forgotten while its row runs: prices that no user pays. Between two counts it keeps no process alive.
 */
export class SensibleThread {
  readonly #worker: Worker

  private constructor(worker: Worker) {
    this.#worker = worker
  }

  /** Resolves when its sets are built. */
  static async open(task: SensibleTask): Promise<SensibleThread> {
    const worker = new Worker(new URL('./sensible-thread-entry.ts', import.meta.url), { workerData: task })
    await once(worker, 'message')
    worker.unref()
    return new SensibleThread(worker)
  }

  /** Counts the lines of a file that match. */
  async countFile(path: string): Promise<number> {
    this.#worker.ref()
    this.#worker.postMessage(path)
    const [count]: unknown[] = await once(this.#worker, 'message')
    this.#worker.unref()
    return Number(count)
  }
}
