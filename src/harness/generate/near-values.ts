import { canonicalIp } from '../../canonical/ip.ts'
import { assertNever } from '../../model/assert-never.ts'
import type { HashType, IndicatorType } from '../../model/indicator.ts'
import type { MatchSwitches, OneIndicator } from '../match-one.ts'
import { matchesOne } from '../match-one.ts'
import { digestWith, isSeenName, matchingValues } from './matching-values.ts'

/** A value of the indicator's type that nearly matches, and in what it differs. */
export interface NearValue {
  readonly value: string
  readonly why: string
}

/** Values that an indicator does not match although they look as if it might; each only once. */
export function nearValues(indicator: OneIndicator, switches: MatchSwitches): readonly NearValue[] {
  const seen = new Set<string>()
  const found: NearValue[] = []
  for (const near of candidates(indicator, switches)) {
    if (seen.has(near.value) || matchesOne(indicator, near.value, switches)) continue
    seen.add(near.value)
    found.push(near)
  }
  return found
}

function candidates(indicator: OneIndicator, switches: MatchSwitches): readonly NearValue[] {
  switch (indicator.Type) {
    case 'Sha1':
    case 'Sha256':
    case 'Md5':
      return nearDigests(indicator.Type, indicator)
    case 'IpAddress':
      return nearAddresses(indicator, switches)
    case 'DomainName':
      return nearNames(indicator, switches)
    default:
      return assertNever(indicator.Type)
  }
}

const ONE_OFF = 'one character off'
const OTHER_PLACE = 'at another place'

function nearDigests(type: HashType, { DetectionFunction, Value }: OneIndicator): readonly NearValue[] {
  const wrong = Value.slice(0, -1) + otherDigit(Value.at(-1) ?? '0')
  const first = otherDigit(Value.at(0) ?? '0') + Value.slice(1)
  if (DetectionFunction === 'Equals')
    return [
      { value: wrong, why: ONE_OFF },
      { value: first, why: ONE_OFF },
    ]
  const place =
    DetectionFunction === 'StartWith' ? 'front' : DetectionFunction === 'EndWith' ? 'back' : 'middle'
  const other = place === 'front' ? 'back' : 'front'
  return [
    { value: digestWith(type, wrong, place), why: ONE_OFF },
    { value: digestWith(type, Value, other), why: OTHER_PLACE },
  ]
}

function otherDigit(digit: string): string {
  return (Number.parseInt(digit, 16) ^ 1).toString(16)
}

function nearAddresses(indicator: OneIndicator, switches: MatchSwitches): readonly NearValue[] {
  const { Value } = indicator
  const hits = matchingValues(indicator, switches)
  const changed = hits.flatMap((hit) => [
    ...digitsChanged(hit, hit.lastIndexOf(Value) + lastDigit(Value)),
    ...(hit === Value ? [`${hit}1`, hit.slice(0, -1), `1${hit}`] : []),
    ...digitsChanged(hit, hit.indexOf(Value)),
  ])
  const elsewhere = placesElsewhere(indicator).flatMap((other) => matchingValues(other, switches))
  return [
    ...changed.filter(isAddress).map((value) => ({ value, why: ONE_OFF })),
    ...elsewhere.map((value) => ({ value, why: OTHER_PLACE })),
  ].slice(0, ADDRESSES_LIMIT)
}

/** Candidates that are looked at; many a changed digit says the same. */
const ADDRESSES_LIMIT = 8

function isAddress(text: string): boolean {
  return canonicalIp(text) === text
}

function lastDigit(text: string): number {
  return text.search(/[\da-f][^\da-f]*$/)
}

/** A text with another digit at one place. */
function digitsChanged(text: string, at: number): readonly string[] {
  const digit = text[at] ?? ''
  if (!/[\da-f]/.test(digit)) return []
  const number = Number.parseInt(digit, 16)
  const others = [number ^ 1, (number + 1) % 10, (number + 9) % 10]
  return others.map((other) => text.slice(0, at) + other.toString(16) + text.slice(at + 1))
}

/** The same fragment for an operator that looks at another place. */
function placesElsewhere({ Type, DetectionFunction, Value }: OneIndicator): readonly OneIndicator[] {
  if (DetectionFunction === 'StartWith') return [{ Type, DetectionFunction: 'EndWith', Value }]
  if (DetectionFunction === 'EndWith') return [{ Type, DetectionFunction: 'StartWith', Value }]
  return []
}

function nearNames(indicator: OneIndicator, switches: MatchSwitches): readonly NearValue[] {
  const { DetectionFunction, Value } = indicator
  const hits = matchingValues(indicator, switches)
  const elsewhere = placesElsewhere(indicator).flatMap((other) => matchingValues(other, switches))
  const near = [
    ...borders(Value, DetectionFunction),
    ...hits.slice(0, 1).flatMap((hit) => letterChanged(hit, Value)),
    ...sibling(Value),
    ...elsewhere.map((value) => ({ value, why: OTHER_PLACE })),
  ]
  return near.filter(({ value }) => isSeenName(value) && !value.includes('..') && !value.startsWith('.'))
}

/** Names just before or behind the border that an operator looks at. */
function borders(value: string, operator: OneIndicator['DetectionFunction']): readonly NearValue[] {
  const bare = value.startsWith('.') ? value.slice(1) : value
  switch (operator) {
    case 'Equals':
      return [
        { value: `a.${value}`, why: 'a name below it' },
        { value: `a${value}`, why: 'no label border' },
        { value: `${value}.example`, why: 'a longer name' },
      ]
    case 'EndWith':
      return [
        ...(value.startsWith('.')
          ? [
              { value: bare, why: 'the domain itself' },
              { value: `a${bare}`, why: 'no label border' },
            ]
          : [{ value: `a${bare}`, why: 'no label border' }]),
        { value: `a.${bare}.example`, why: 'a longer name' },
      ]
    case 'StartWith':
      return [
        { value: `a${value}${value.endsWith('.') ? 'example' : '.example'}`, why: 'something before it' },
      ]
    case 'Contains':
      return [{ value: value.replace(/^\.|\.$/g, ''), why: 'no label border' }]
    default:
      return assertNever(operator)
  }
}

/** The name with another letter inside of what the rule says. */
function letterChanged(hit: string, value: string): readonly NearValue[] {
  const start = hit.indexOf(value)
  const isLetter = (at: number): boolean => /[a-z0-9]/.test(hit[at] ?? '')
  const places = Array.from({ length: value.length }, (_, i) => start + value.length - 1 - i).filter(isLetter)
  const [at] = places
  if (at === undefined) return []
  const letter = hit[at] === 'x' ? 'y' : 'x'
  return [{ value: hit.slice(0, at) + letter + hit.slice(at + 1), why: ONE_OFF }]
}

/** Another name below the same parent. */
function sibling(value: string): readonly NearValue[] {
  const labels = value.replace(/^\./, '').split('.')
  const [first = '', ...parent] = labels
  if (parent.length === 0 || parent.includes('')) return []
  return [{ value: [`${first}-2`, ...parent].join('.'), why: 'a sibling' }]
}

/** Hash types whose fields a digest or fragment can be put under by mistake. */
export function otherHashTypes(type: IndicatorType): readonly HashType[] {
  const all: readonly HashType[] = ['Sha1', 'Sha256', 'Md5']
  return all.some((hash) => hash === type) ? all.filter((hash) => hash !== type) : []
}
