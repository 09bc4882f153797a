import type { Clock } from '../../src/sync/clock.ts'

/** A clock whose waits pass at once and are written down. */
export class RecordingClock implements Clock {
  readonly waits: number[] = []
  #now: number

  constructor(start: number = Date.parse('2026-11-23T12:00:00Z')) {
    this.#now = start
  }

  now(): number {
    return this.#now
  }

  advance(ms: number): void {
    this.#now += ms
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    this.waits.push(ms)
    this.#now += ms
  }
}
