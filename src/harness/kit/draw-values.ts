import { canonicalHash } from '../../canonical/hash.ts'
import { canonicalIp } from '../../canonical/ip.ts'
import type { IndicatorType } from '../../model/indicator.ts'
import { isSeenName, matchingValues } from '../generate/matching-values.ts'
import { nearValues } from '../generate/near-values.ts'
import type { MatchSwitches, OneIndicator } from '../match-one.ts'
import { matchesOne } from '../match-one.ts'
import type { Choices } from './choices.ts'

/** Changes that are tried on a planted value; each stays only where the indicator still matches. */
const CHANGES_LIMIT = 4
const HEX = Array.from('0123456789abcdef')
const NAME_SIGNS = Array.from('abcxyz019-.')
const LABELS = ['a', 'www', 'b-2', 'x.y', '_dmarc', 'xn--bcher-kva']

/**
 * A canonical value that an indicator matches: the plainest one, or one with other signs where the indicator does not
 * look. Null where none was found, which for a fragment of an address may mean that there is none.
 */
export function drawHit(indicator: OneIndicator, switches: MatchSwitches, choices: Choices): string | null {
  const plain = matchingValues(indicator, switches)
  if (plain.length === 0) return null
  let value = choices.pick(plain)
  for (let changes = choices.below(CHANGES_LIMIT + 1); changes > 0; changes -= 1) {
    const changed = changedValue(indicator.Type, value, choices)
    if (isObservable(indicator.Type, changed) && matchesOne(indicator, changed, switches)) value = changed
  }
  return value
}

/** A canonical value that an indicator nearly matches, and in what it differs; null where none is known. */
export function drawNearMiss(
  indicator: OneIndicator,
  switches: MatchSwitches,
  choices: Choices,
): { readonly value: string; readonly why: string } | null {
  const near = nearValues(indicator, switches)
  return near.length === 0 ? null : choices.pick(near)
}

/** The text with another sign at one place, or a name with labels before or behind it. */
function changedValue(type: IndicatorType, value: string, choices: Choices): string {
  if (type === 'DomainName' && choices.oneIn(2)) {
    const label = choices.pick(LABELS)
    return choices.oneIn(2) ? `${value}.${label}` : `${label}.${value}`
  }
  const at = choices.below(value.length)
  const sign = choices.pick(type === 'DomainName' ? NAME_SIGNS : HEX)
  return value.slice(0, at) + sign + value.slice(at + 1)
}

/** True for a value that stands in canonical form in an event (semantics 5). */
function isObservable(type: IndicatorType, value: string): boolean {
  if (type === 'DomainName') return isSeenName(value) && !value.includes('..')
  return (type === 'IpAddress' ? canonicalIp(value) : canonicalHash(type, value)) === value
}

/** The same value as another log may spell it: letters in either case, dots at the end of a name. */
export function respelled(type: IndicatorType, value: string, choices: Choices): string {
  const isShouted = choices.oneIn(2)
  const cased = Array.from(value, (sign) => (isShouted || choices.oneIn(2) ? sign.toUpperCase() : sign)).join(
    '',
  )
  return type === 'DomainName' ? cased + '.'.repeat(choices.below(3)) : cased
}
