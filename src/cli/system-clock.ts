import { setTimeout } from 'node:timers/promises'
import type { Clock } from '../sync/clock.ts'

/**
 * The time of this machine when the process began, and what passed since: a clock that is set meanwhile, by a person or by
 * NTP, must neither cut short nor draw out the time over which a tenant is watched (sync 11).
 */
export const SYSTEM_CLOCK: Clock = {
  now: () => Math.floor(performance.timeOrigin + performance.now()),
  sleep: (ms, signal) => setTimeout(ms, undefined, { signal }),
}
