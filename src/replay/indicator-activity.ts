import type { IndexImage } from '../engine/image-reader.ts'
import type { Semantics } from '../model/semantics.ts'
import type { TimeTicks } from '../model/time.ts'
import { TICKS_PER_SECOND } from '../model/time.ts'

/** Time that a new indicator needs until it is effective in the service (ti-api 2). */
const ACTIVATION_DELAY = 20n * 60n * TICKS_PER_SECOND

/**
 * Is the indicator active for an event at that time (semantics 7)?
 * An event without a time finds every indicator active; a fixed clock decides expiry for all events alike.
 */
export function isActive(
  image: IndexImage,
  indicator: number,
  eventTime: TimeTicks | null,
  semantics: Semantics,
): boolean {
  const expiresAt = image.expiresAt(indicator)
  const clock = semantics.asOf === 'event' ? eventTime : semantics.asOf
  if (expiresAt !== null && clock !== null && clock >= expiresAt) return false
  if (semantics.activation === 'always' || eventTime === null) return true
  const createdAt = image.createdAt(indicator)
  if (createdAt === null) return true
  return eventTime >= createdAt + (semantics.activation === 'created' ? 0n : ACTIVATION_DELAY)
}
