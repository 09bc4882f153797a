import { MessageChannel } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { WorkersFailedError } from './executor.ts'
import type { ScanTask, Segment } from './scan-task.ts'
import type { ProgressCell } from './segment-scanner.ts'
import { STOP, type WorkerJob } from './worker-job.ts'

/** Hands a job to a thread; rejects when the thread dies or the signal aborts it. */
export type RunJob = (job: WorkerJob, signal: AbortSignal) => Promise<void>

/** Segments of one task that may wait at the main thread. */
const CREDITS = 3
/** Deaths over one task after which something other than a record must be wrong. */
const DEATH_LIMIT = 64

/**
 * One task on the pool: receives its segments with back-pressure, repeats it when its worker dies,
 * and has a record quarantined on which two workers died (semantics 11).
 */
export class TaskRun {
  readonly task: ScanTask
  readonly #runJob: RunJob
  readonly #stallMs: number
  readonly #queue: Segment[] = []
  readonly #poisoned: number[] = []
  readonly #deathsAt = new Map<number, number>()
  #received = 0
  #isDone = false
  #failure: unknown = null
  #port: MessagePort | null = null
  #wake = (): void => {}
  /** Counts attempts, so that a late word from a dead one is not heard. */
  #attempt = 0

  constructor(task: ScanTask, runJob: RunJob, stallMs: number) {
    this.task = task
    this.#runJob = runJob
    this.#stallMs = stallMs
  }

  start(): void {
    this.#attempt += 1
    const attempt = this.#attempt
    const progress: ProgressCell = new Float64Array(new SharedArrayBuffer(16))
    progress[0] = -1
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    port1.on('message', (segment: Segment | null) => {
      if (attempt === this.#attempt) this.#receive(segment)
      else if (segment === null) port1.close()
    })
    const abort = new AbortController()
    const watchdog = watchForStall(progress, this.#stallMs, () => abort.abort())
    const job: WorkerJob = {
      task: this.task,
      progress,
      poisoned: [...this.#poisoned],
      skipSegments: this.#received,
      credits: CREDITS - this.#queue.length,
      port: port2,
    }
    this.#runJob(job, abort.signal)
      .catch((error: unknown) => {
        if (attempt !== this.#attempt || this.#isDone) return
        port1.close()
        this.#died(progress[0] ?? -1, error)
      })
      .finally(() => clearInterval(watchdog))
  }

  /** True when no worker is busy with it any more. */
  get isDone(): boolean {
    return this.#isDone
  }

  /** The task's next segment, null after the last. Throws when the task cannot be finished. */
  async next(): Promise<Segment | null> {
    while (this.#queue.length === 0) {
      if (this.#failure !== null) throw this.#failure
      if (this.#isDone) return null
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
    const segment = this.#queue.shift() ?? null
    if (!this.#isDone) this.#port?.postMessage('one more')
    return segment
  }

  /** Ends an unfinished run with the reason. */
  fail(error: unknown): void {
    if (this.#isDone || this.#failure !== null) return
    this.#attempt += 1
    this.#failure = failureOf(this.task, error)
    this.#port?.close()
    this.#wake()
  }

  /** Lets the run end by itself, since nobody wants what it yields: a row that it began with is none. */
  abandon(): void {
    this.#attempt += 1
    this.#isDone = true
    this.#queue.length = 0
    this.#port?.postMessage(STOP)
  }

  /** Wakes a waiting reader; the run yields nothing more. */
  cancel(): void {
    this.#attempt += 1
    this.#isDone = true
    this.#queue.length = 0
    this.#port?.close()
    this.#wake()
  }

  #receive(segment: Segment | null): void {
    if (segment === null) {
      this.#isDone = true
      this.#port?.close()
    } else {
      this.#received += 1
      this.#queue.push(segment)
    }
    this.#wake()
  }

  #died(recordOffset: number, error: unknown): void {
    const deaths = (this.#deathsAt.get(recordOffset) ?? 0) + 1
    this.#deathsAt.set(recordOffset, deaths)
    const total = [...this.#deathsAt.values()].reduce((sum, count) => sum + count, 0)
    if ((recordOffset < 0 && deaths >= 2) || total >= DEATH_LIMIT) {
      this.fail(error)
      return
    }
    if (deaths >= 2) this.#poisoned.push(recordOffset)
    this.start()
  }
}

function failureOf(task: ScanTask, error: unknown): WorkersFailedError {
  const isMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
  const reason = error instanceof Error ? error.message : String(error)
  return isMemory
    ? new WorkersFailedError(
        'out-of-memory',
        `workers ran out of memory on ${task.name}: use fewer workers`,
        error,
      )
    : new WorkersFailedError('workers-died', `workers died on ${task.name}: ${reason}`, error)
}

/** Calls `stalled` when a begun job has shown no heartbeat for `stallMs`; a job that waits for the reader is not stalled. */
function watchForStall(progress: ProgressCell, stallMs: number, stalled: () => void): NodeJS.Timeout {
  let seen = ''
  let quietSince = Date.now()
  const timer = setInterval(
    () => {
      const beat = progress[1] ?? 0
      const now = `${progress[0]} ${beat}`
      if (now !== seen || beat <= 0) {
        seen = now
        quietSince = Date.now()
      } else if (Date.now() - quietSince >= stallMs) stalled()
    },
    Math.min(1000, stallMs / 4),
  )
  return timer.unref()
}
