import type { DetectionFunction, HashType, IndicatorType } from '../../src/model/indicator.ts'
import { DETECTION_FUNCTIONS, HASH_DIGITS, INDICATOR_TYPES } from '../../src/model/indicator.ts'
import { naiveIndicatorValue, naiveIp } from '../support/naive-canonical.ts'
import type { FuzzRule } from './fuzz-case.ts'
import type { FuzzRandom } from './fuzz-random.ts'

/** Values that the rules of a round are cut out of and its observables are made of. */
export type FuzzWorld = ReadonlyMap<IndicatorType, readonly string[]>

const HEX = '0123456789abcdef'
const LABELS = ['a', 'b', 'aa', 'ab', 'evil', 'c2', 'x-1', '_tcp', 'mail', '0', '10', 'xn--bcher-kva']
const LAST_LABELS = ['com', 'example', 'co', 'test', 'a']
const ADDRESS_GROUPS = [0, 0, 0, 1, 0xa, 0xdb8, 0x2001, 0xfe80, 0xffff]
const OCTETS = [0, 1, 10, 100, 127, 192, 255]

/** Most rounds have few rules, which is where structures have their edges; some have many. */
const RULE_COUNTS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 40]
const MANY_RULES = 300

/** The types of a round with two to five whole values each. */
export function drawWorld(random: FuzzRandom): FuzzWorld {
  const first = random.below(INDICATOR_TYPES.length)
  const types = INDICATOR_TYPES.filter((_, i) => i === first || random.oneIn(3))
  return new Map(
    types.map((type) => [type, Array.from({ length: 2 + random.below(4) }, () => drawValue(random, type))]),
  )
}

/** A canonical observable that knows nothing of any rule. */
function drawValue(random: FuzzRandom, type: IndicatorType): string {
  if (type === 'DomainName') return drawName(random)
  if (type === 'IpAddress') return drawAddress(random)
  return drawHash(random, type)
}

/** Indicators cut out of the world's values; some are off by one character, some come from nowhere. */
export function drawRules(random: FuzzRandom, world: FuzzWorld): readonly FuzzRule[] {
  const types = [...world.keys()]
  const count = random.oneIn(40) ? MANY_RULES : random.pick(RULE_COUNTS)
  const rules: FuzzRule[] = []
  for (let tries = 0; rules.length < count && tries < count * 2; tries += 1) {
    const type = random.pick(types)
    const detectionFunction = random.pick(DETECTION_FUNCTIONS)
    const source = random.oneIn(8) ? drawValue(random, type) : random.pick(world.get(type) ?? [])
    const raw = tweak(random, cutOut(random, detectionFunction, source))
    const value = naiveIndicatorValue(type, detectionFunction, raw)
    if (value !== null) rules.push([type, detectionFunction, value])
  }
  return rules
}

function cutOut(random: FuzzRandom, detectionFunction: DetectionFunction, source: string): string {
  const length = 1 + random.below(random.oneIn(2) ? 6 : source.length)
  switch (detectionFunction) {
    case 'Equals':
      return source
    case 'StartWith':
      return source.slice(0, length)
    case 'EndWith':
      return source.slice(-length)
    case 'Contains': {
      const start = random.below(source.length)
      return source.slice(start, start + length)
    }
    default:
      throw new Error('unreachable')
  }
}

function tweak(random: FuzzRandom, value: string): string {
  const sign = random.pick(['a', 'b', '0', '1', '.', 'f'])
  switch (random.below(12)) {
    case 0:
      return value + sign
    case 1:
      return sign + value
    case 2:
      return value.slice(0, -1) + sign
    case 3:
      return sign + value.slice(1)
    default:
      return value
  }
}

function drawHash(random: FuzzRandom, type: HashType): string {
  // Few digits make hashes that share beginnings, ends and parts.
  const digits = random.oneIn(2) ? '01' : HEX
  let hash = ''
  while (hash.length < HASH_DIGITS[type]) hash += digits[random.below(digits.length)] ?? '0'
  return hash
}

function drawAddress(random: FuzzRandom): string {
  if (!random.oneIn(3)) return Array.from({ length: 4 }, () => drawOctet(random)).join('.')
  const groups = Array.from({ length: 8 }, () =>
    random.oneIn(4) ? random.below(65_536) : random.pick(ADDRESS_GROUPS),
  )
  return naiveIp(groups.map((group) => group.toString(16)).join(':')) ?? '::1'
}

/** A part of an IPv4 address; mostly one that others have too. */
export function drawOctet(random: FuzzRandom): number {
  return random.oneIn(3) ? random.below(256) : random.pick(OCTETS)
}

function drawName(random: FuzzRandom): string {
  const count = random.oneIn(30) ? 60 : 1 + random.below(4)
  const labels = Array.from({ length: count }, () =>
    random.oneIn(40) ? 'abc'.repeat(21) : random.pick(LABELS),
  )
  return [...labels, random.pick(LAST_LABELS)].join('.')
}
