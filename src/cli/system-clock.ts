import { setTimeout } from 'node:timers/promises'
import type { Clock } from '../sync/clock.ts'

/** The time of this machine. */
export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => setTimeout(ms, undefined, { signal }),
}
