import { isDeepStrictEqual } from 'node:util'
import type { RowStart } from '../logs/framer.ts'
import type { ScanTask, Segment } from './scan-task.ts'

/**
 * Links the tasks of files of rows. A task may begin with a guess where its first row is; the task before it ends where that
 * row really begins. What a row means depends on nothing else, so that a right guess makes the parts of a file the whole,
 * and a wrong one is read again.
 */
export class RowChain {
  #source = -1
  /** The row behind all tasks so far, null where none of the file was read. */
  #next: RowStart | null = null

  /** The task with all that is known of its beginning; null when no row begins in it. Tasks come in order. */
  begun(task: ScanTask): ScanTask | null {
    if (task.source !== this.#source) {
      this.#source = task.source
      this.#next = null
    }
    if (task.range === null || this.#next === null) return task
    return this.#next.offset >= task.range.to
      ? null
      : { ...task, range: { ...task.range, rowStart: this.#next } }
  }

  /** A task that is read ahead, with the header that was the last so far. */
  ahead(task: ScanTask): ScanTask {
    if (task.range === null || this.#next === null || task.source !== this.#source) return task
    return { ...task, range: { ...task.range, layout: this.#next.layout } }
  }

  /** Says whether the task began where `begun` says. */
  isRight({ range }: ScanTask, { rows }: Segment): boolean {
    const known = range?.rowStart ?? null
    return known === null || rows === null || isDeepStrictEqual(rows.first, known)
  }

  /** Takes a segment of the last task that was begun. */
  read({ rows }: Segment): void {
    this.#next = rows?.next ?? this.#next
  }
}
