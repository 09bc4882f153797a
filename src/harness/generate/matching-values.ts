import { canonicalIp } from '../../canonical/ip.ts'
import { assertNever } from '../../model/assert-never.ts'
import { HASH_DIGITS } from '../../model/indicator.ts'
import type { HashType } from '../../model/indicator.ts'
import type { MatchSwitches, OneIndicator } from '../match-one.ts'
import { matchesOne } from '../match-one.ts'

/**
 * Canonical values that an indicator matches, the shortest and plainest first; at most `VALUES_LIMIT`. Empty where no
 * value of its type can match: a fragment of an address that is in no address.
 */
export function matchingValues(indicator: OneIndicator, switches: MatchSwitches): readonly string[] {
  const found: string[] = []
  let tried = 0
  for (const value of candidates(indicator)) {
    tried += 1
    if (tried > TRIES_FOR_MORE && found.length > 0) break
    if (found.includes(value) || !matchesOne(indicator, value, switches)) continue
    found.push(value)
    if (found.length === VALUES_LIMIT) break
  }
  return found
}

const VALUES_LIMIT = 4
/** Candidates after which one value is enough. */
const TRIES_FOR_MORE = 60

function candidates(indicator: OneIndicator): Iterable<string> {
  switch (indicator.Type) {
    case 'Sha1':
    case 'Sha256':
    case 'Md5':
      return digestsWith(indicator.Type, indicator)
    case 'IpAddress':
      return addressesWith(indicator)
    case 'DomainName':
      return namesWith(indicator)
    default:
      return assertNever(indicator.Type)
  }
}

/** Digits that fill a digest up; no fragment of a real rule set is in them. */
const FILLER = '5d0f7a3c9b1e8426'

/** A digest of a type that holds a fragment at the front, at the back or in the middle. */
export function digestWith(type: HashType, fragment: string, place: 'front' | 'back' | 'middle'): string {
  const rest = Math.max(0, HASH_DIGITS[type] - fragment.length)
  const filler = FILLER.repeat(4)
  if (place === 'front') return fragment + filler.slice(0, rest)
  if (place === 'back') return filler.slice(0, rest) + fragment
  const before = rest >> 1
  return filler.slice(0, before) + fragment + filler.slice(0, rest - before)
}

function digestsWith(type: HashType, { DetectionFunction, Value }: OneIndicator): readonly string[] {
  switch (DetectionFunction) {
    case 'Equals':
      return [Value]
    case 'StartWith':
      return [digestWith(type, Value, 'front')]
    case 'EndWith':
      return [digestWith(type, Value, 'back')]
    case 'Contains':
      return [digestWith(type, Value, 'middle')]
    default:
      return assertNever(DetectionFunction)
  }
}

const V4_HEADS = [
  '',
  '1',
  '1.',
  '1.2',
  '1.2.',
  '1.2.3',
  '1.2.3.',
  '10',
  '10.',
  '10.1.',
  '10.1.2.',
  '19',
  '1.1',
]
const V4_TAILS = ['', '1', '.1', '.1.2', '.1.2.3', '1.2', '1.2.3', '1.2.3.4', '0', '0.1', '0.1.2', '.']
/** Before digits that cannot begin a part: `05` is in 1.2.3.105. */
const V4_LATE_HEADS = ['1.2.1', '1.2.3.1']
const V6_HEADS = ['', '2001:db8::', '2001:db8:', '2001:db8', '2', '20', 'f', '::', '2001:db8:1:']
const V6_TAILS = ['', '1', '::1', ':1', '1::1', '::', ':']
const V4 = { heads: [...V4_HEADS, ...V4_LATE_HEADS], tails: V4_TAILS }
/** Every number of groups before and behind, with and without digits of the first group that was cut. */
const V6 = {
  heads: [
    ...V6_HEADS,
    ...groups(7, true).flatMap((head) => [
      head,
      `${head}1`,
      `${head}:`,
      `::${head}`,
      `::${head.slice(0, -1)}`,
    ]),
    ':',
  ],
  tails: [
    ...V6_TAILS,
    ...groups(7, false).flatMap((tail) => [tail, `1${tail}`, `:${tail}`, `${tail}::`, `${tail.slice(1)}::`]),
  ],
}

/** Canonical addresses that hold a fragment where its operator looks for it. */
function* addressesWith({ DetectionFunction, Value }: OneIndicator): Iterable<string> {
  if (DetectionFunction === 'Equals') {
    yield Value
    return
  }
  const isV6 = /[:a-f]/.test(Value)
  const isEither = /^\d+$/.test(Value)
  const kinds = [...(isV6 ? [] : [V4]), ...(isV6 || isEither ? [V6] : [])]
  for (const { heads, tails } of kinds)
    for (const head of DetectionFunction === 'StartWith' ? [''] : heads)
      for (const tail of DetectionFunction === 'EndWith' ? [''] : tails) {
        const text = head + Value + tail
        if (canonicalIp(text) === text) yield text
      }
}

/** `1:` and `1:2:` and so on before a fragment, or `:1` and `:1:2` behind one. */
function groups(count: number, isBefore: boolean): readonly string[] {
  return Array.from({ length: count }, (_, i) => {
    const numbers = Array.from({ length: i + 1 }, (_, k) => String(k + 1)).join(':')
    return isBefore ? `${numbers}:` : `:${numbers}`
  })
}

/** A domain that nobody has. */
const PARENT = 'example'

function* namesWith({ DetectionFunction, Value }: OneIndicator): Iterable<string> {
  const isOpenBefore = Value.startsWith('.') || Value.startsWith('-')
  const heads = DetectionFunction === 'Equals' ? [''] : isOpenBefore ? ['a'] : ['', 'a.', 'a']
  const tails = DetectionFunction === 'Equals' ? [''] : tailsOf(Value)
  for (const head of DetectionFunction === 'StartWith' ? [''] : heads)
    for (const tail of DetectionFunction === 'EndWith' ? [''] : tails) {
      const name = head + Value + tail
      if (isSeenName(name)) yield name
    }
}

function tailsOf(value: string): readonly string[] {
  if (value.endsWith('.')) return [PARENT]
  return value.endsWith('-') ? [`a.${PARENT}`] : ['', `.${PARENT}`, `a.${PARENT}`]
}

/** True for a name that an event can show as it stands: no dot at its end, and no address. */
export function isSeenName(name: string): boolean {
  return name !== '' && !name.endsWith('.') && canonicalIp(name) === null
}
