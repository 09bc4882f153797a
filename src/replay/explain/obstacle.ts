import type { IndexImage } from '../../engine/image-reader.ts'
import { assertNever } from '../../model/assert-never.ts'
import type { NearKind, Obstacle } from '../../model/explanation.ts'
import type { FieldScope } from '../../model/field-map.ts'
import type { Indicator, IndicatorType } from '../../model/indicator.ts'
import { HASH_DIGITS } from '../../model/indicator.ts'
import type { Semantics } from '../../model/semantics.ts'
import type { TimeTicks } from '../../model/time.ts'
import { formatTime } from '../../model/time.ts'
import { differenceInWords, PLACE_OF } from './difference.ts'
import { isActive } from '../indicator-activity.ts'

/** Why an indicator does not match a value that comes near to it, and what would make it match. */
export function nearObstacle(
  kind: NearKind,
  indicator: Indicator,
  observable: { readonly type: IndicatorType; readonly value: string },
): Obstacle {
  const { DetectionFunction, Value, Type } = indicator
  const seen = observable.value
  switch (kind) {
    case 'subdomain':
      return {
        kind,
        reason: `${seen} is a subdomain of it, and Equals matches the exact name only`,
        fix: `use EndWith .${Value}, or --domain-equals subdomains`,
      }
    case 'parent-domain':
      return {
        kind,
        reason: `the IOC names a subdomain of ${seen}, and Equals matches the exact name only`,
        fix: `add Equals ${seen} if the domain itself is meant`,
      }
    case 'apex':
      return {
        kind,
        reason: `EndWith ${Value} needs a label before the dot and does not match ${seen} itself`,
        fix: `add Equals ${seen}`,
      }
    case 'not-at-label':
      return {
        kind,
        reason: `it ends with ${Value}, but not at a label's border, as --domain-suffix label demands`,
        fix: 'use --domain-suffix textual',
      }
    case 'other-place':
      return {
        kind,
        reason: `${Value} stands at position ${seen.indexOf(Value) + 1}, but ${DetectionFunction} looks at the ${DetectionFunction === 'StartWith' ? 'beginning' : 'end'} only`,
        fix: `use Contains ${Value}`,
      }
    case 'other-type':
      return {
        kind,
        reason: `the text fits, but ${Type} IOCs are compared with ${Type} values only, and this is ${observable.type}`,
        fix: `write the IOC with Type ${observable.type}`,
      }
    case 'spelling':
      return { kind, reason: differenceInWords(Value, seen, PLACE_OF[DetectionFunction]), fix: null }
    case 'wrong-length':
      return {
        kind,
        reason: `${digitsOf(Type)} has ${Value.length} hex digits, this text ${seen.length}; ${differenceInWords(Value, seen, 'whole')}`,
        fix: null,
      }
    case 'neighbour':
      return neighbourObstacle(Value, seen)
    case 'same-domain': {
      const shared = commonSuffix(Value, seen)
      return {
        kind,
        reason: `both are names under ${shared}, and Equals matches the exact name only`,
        fix: `use EndWith .${shared} if all of it is meant`,
      }
    }
    default:
      return assertNever(kind)
  }
}

/** Why an indicator that matches is not active at the event's time (semantics 7); empty when it is. */
export function inactivityObstacles(
  image: IndexImage,
  indicator: number,
  eventTime: TimeTicks | null,
  semantics: Semantics,
): readonly Obstacle[] {
  if (isActive(image, indicator, eventTime, semantics)) return []
  const expiresAt = image.expiresAt(indicator)
  const createdAt = image.createdAt(indicator)
  const clock = semantics.asOf === 'event' ? eventTime : semantics.asOf
  if (expiresAt !== null && clock !== null && clock >= expiresAt) {
    return [
      {
        kind: 'expired',
        reason: `it expired at ${formatTime(expiresAt)}, and the time that counts is ${formatTime(clock)}`,
        fix:
          semantics.asOf === 'event'
            ? 'move ExpiresAt; events before it fire all the same'
            : 'move ExpiresAt, or set another clock with --as-of',
      },
    ]
  }
  const created = createdAt === null ? '' : ` at ${formatTime(createdAt)}`
  const delay = semantics.activation === 'created' ? '' : ' and takes 20 minutes to become effective'
  const time = eventTime === null ? '' : `, and the time that counts is ${formatTime(eventTime)}`
  return [
    {
      kind: 'not-yet-active',
      reason: `it was created${created}${delay}${time}`,
      fix: 'use --activation always',
    },
  ]
}

/** Why a field is not looked at, and the switch that opens it (semantics 4). */
export function scopeObstacle(scope: FieldScope, field: string): Obstacle {
  const { what, flag } = SCOPE_WORDS[scope]
  return {
    kind: 'scope-off',
    reason: `${field} holds ${what}, which this run does not look at`,
    fix: `use ${flag}`,
  }
}

/** What a scope is about, and the switch that opens it. */
export const SCOPE_WORDS: { readonly [S in FieldScope]: { readonly what: string; readonly flag: string } } = {
  'actor-hash': { what: 'a hash of the initiating process', flag: '--hash-scope both' },
  'local-ip': { what: 'a local address', flag: '--ip-scope all' },
  'local-domain': { what: 'the name of a device', flag: '--domain-scope all' },
  'dns-answer': { what: 'a DNS answer', flag: '--dns-answers on' },
}

function neighbourObstacle(value: string, seen: string): Obstacle {
  const separator = value.includes(':') ? ':' : '.'
  const left = value.split(separator)
  const right = seen.split(separator)
  const differing = right.findIndex((part, i) => part !== left[i])
  const isIpv4 = separator === '.'
  if (isIpv4 && differing === 3) {
    const network = left.slice(0, 3).join('.')
    return {
      kind: 'neighbour',
      reason: `it lies in the same ${network}.0/24, and Equals matches one address only`,
      fix: `use StartWith ${network}. if the whole network is meant`,
    }
  }
  if (isIpv4) {
    return {
      kind: 'neighbour',
      reason: `only part ${differing + 1} of the address differs: ${right[differing]}, the IOC has ${left[differing]}`,
      fix: null,
    }
  }
  const shared = right.slice(0, Math.max(differing, 0)).join(':')
  return {
    kind: 'neighbour',
    reason: `the address differs from the IOC's behind ${shared}, and Equals matches one address only`,
    fix: null,
  }
}

function commonSuffix(left: string, right: string): string {
  const leftLabels = left.split('.').toReversed()
  const rightLabels = right.split('.').toReversed()
  const first = leftLabels.findIndex((label, i) => label !== rightLabels[i])
  return leftLabels
    .slice(0, first === -1 ? leftLabels.length : first)
    .toReversed()
    .join('.')
}

function digitsOf(type: IndicatorType): string {
  return type in HASH_DIGITS ? `a whole ${type} digest` : type
}
