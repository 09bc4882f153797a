import type { Clock } from '../../src/sync/clock.ts'

interface Timer {
  readonly due: number
  readonly run: () => void
}

const START = Date.UTC(2026, 10, 23, 8)

/** Time that passes only while somebody sleeps: hours take no time, and what was put off happens on the way. */
export class VirtualClock implements Clock {
  #now = START
  readonly #timers: Timer[] = []

  now(): number {
    return this.#now
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const end = this.#now + ms
    for (;;) {
      const next = this.#timers.filter(({ due }) => due <= end).toSorted((a, b) => a.due - b.due)[0]
      if (next === undefined) break
      this.#timers.splice(this.#timers.indexOf(next), 1)
      this.#now = Math.max(this.#now, next.due)
      next.run()
      await settle()
    }
    this.#now = end
    await Promise.resolve()
    signal.throwIfAborted()
  }

  /** Runs something once so much time has passed. */
  after(ms: number, run: () => void): void {
    this.#timers.push({ due: this.#now + ms, run })
  }

  /** For servers: waits without moving the time. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve))
  }
}

/** Lets what a timer set off come to its end. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
}
