import type { MessagePort } from 'node:worker_threads'
import type { ScanTask } from './scan-task.ts'
import type { ProgressCell } from './segment-scanner.ts'

/** One task as a worker gets it. */
export interface WorkerJob {
  readonly task: ScanTask
  readonly progress: ProgressCell
  readonly poisoned: readonly number[]
  /** Segments that an earlier attempt delivered already. */
  readonly skipSegments: number
  /** Segments that may be under way; each message on the port allows one more. */
  readonly credits: number
  readonly port: MessagePort
}

/** Tells a worker that nobody wants the rest of its segments. */
export const STOP = 'stop'
