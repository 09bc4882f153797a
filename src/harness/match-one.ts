import type { DetectionFunction, IndicatorType } from '../model/indicator.ts'
import type { Semantics } from '../model/semantics.ts'
import type { TimeTicks } from '../model/time.ts'
import { TICKS_PER_SECOND } from '../model/time.ts'

/** What is compared with an observable: one indicator whose value is canonical. */
export interface OneIndicator {
  readonly Type: IndicatorType
  readonly DetectionFunction: DetectionFunction
  readonly Value: string
}

/** When one indicator counts. */
export interface Lifetime {
  readonly ExpiresAt: TimeTicks | null
  readonly CreatedAt: TimeTicks | null
}

/** Switches that the comparison depends on. */
export type MatchSwitches = Pick<Semantics, 'domainEquals' | 'domainSuffix'>

/**
 * Does one indicator match a canonical value of its type (semantics 6)? The matcher's answer for a set of one, without
 * an image: for questions about a single indicator that is in no image.
 */
export function matchesOne(indicator: OneIndicator, value: string, switches: MatchSwitches): boolean {
  const { Type, DetectionFunction: operator, Value } = indicator
  if (operator === 'StartWith') return value.startsWith(Value)
  if (operator === 'Contains') return value.includes(Value)
  if (operator === 'Equals') {
    if (value === Value) return true
    return Type === 'DomainName' && switches.domainEquals === 'subdomains' && value.endsWith(`.${Value}`)
  }
  if (!value.endsWith(Value)) return false
  if (Type !== 'DomainName' || switches.domainSuffix === 'textual') return true
  return value.length === Value.length || Value.startsWith('.') || value.at(-Value.length - 1) === '.'
}

/** Time that a new indicator needs until it is effective in the service (ti-api 2). */
const ACTIVATION_DELAY = 20n * 60n * TICKS_PER_SECOND

/** Is an indicator with that lifetime active for an event at that time (semantics 7)? */
export function isAlive(
  { ExpiresAt, CreatedAt }: Lifetime,
  eventTime: TimeTicks | null,
  { asOf, activation }: Pick<Semantics, 'asOf' | 'activation'>,
): boolean {
  const clock = asOf === 'event' ? eventTime : asOf
  if (ExpiresAt !== null && clock !== null && clock >= ExpiresAt) return false
  if (activation === 'always' || eventTime === null || CreatedAt === null) return true
  return eventTime >= CreatedAt + (activation === 'created' ? 0n : ACTIVATION_DELAY)
}
