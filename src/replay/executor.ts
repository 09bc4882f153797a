import type { ScanTask, Segment } from './scan-task.ts'

/** A scanned part of a task, with the task it belongs to. */
export interface TaskSegment {
  readonly task: ScanTask
  readonly segment: Segment
}

/** Carries tasks through the scanner. Segments arrive in the order of tasks, whatever ran first. */
export interface ScanExecutor {
  run(tasks: readonly ScanTask[]): AsyncIterable<TaskSegment>
  /** Ends threads at once; a run in progress ends without its remaining segments. */
  close(): Promise<void>
  /** Threads beside the main one. */
  readonly workers: number
}

/** The run cannot go on: every worker died before it began, or one died again and again. */
export class WorkersFailedError extends Error {
  readonly code: 'out-of-memory' | 'workers-died'
  constructor(code: 'out-of-memory' | 'workers-died', message: string, cause: unknown) {
    super(message, { cause })
    this.name = 'WorkersFailedError'
    this.code = code
  }
}
