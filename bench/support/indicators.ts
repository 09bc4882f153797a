import type { DetectionFunction, IndicatorType } from '../../src/model/indicator.ts'
import { ipv4 } from '../../src/harness/generate/event-pools.ts'
import { SeededRandom } from '../../src/harness/generate/seeded-random.ts'

export interface BenchIndicator {
  readonly Type: IndicatorType
  readonly DetectionFunction: DetectionFunction
  readonly Value: string
}

/** Indicators that need not all be objects at the same time: ten million of them do not fit a heap. */
export interface BenchIndicators extends Iterable<BenchIndicator> {
  readonly length: number
}

/** Most indicators that are not Equals, however large the set. */
const AFFIX_LIMIT = 50_000
/** Rows that are joined to one string: a string has its limit long before a file has. */
const ROWS_AT_ONCE = 65_536

/**
 * Indicators from a seed: 95 % Equals (45 Sha256 : 20 Sha1 : 15 Md5 : 8 IpAddress : 7 DomainName), the rest, at most
 * 50,000, StartWith, EndWith and Contains. None of them occurs in the events' pools; hits are planted.
 */
export function indicatorSet(count: number, seed: number): readonly BenchIndicator[] {
  return [...drawIndicators(count, seed)]
}

/** The `planted` indicators and so many others that the set has `count`, drawn anew each time it is walked. */
export function indicatorsWith(planted: readonly BenchIndicator[], count: number): BenchIndicators {
  return {
    length: count,
    *[Symbol.iterator]() {
      yield* planted
      yield* drawIndicators(count - planted.length, 8)
    },
  }
}

/** The set as an IOC list with its header. */
export function indicatorCsv(indicators: Iterable<BenchIndicator>): Uint8Array {
  const parts: Uint8Array[] = []
  let rows = ['Type,DetectionFunction,Value\n']
  for (const { Type, DetectionFunction, Value } of indicators) {
    rows.push(`${Type},${DetectionFunction},${Value}\n`)
    if (rows.length < ROWS_AT_ONCE) continue
    parts.push(Buffer.from(rows.join('')))
    rows = []
  }
  return Buffer.concat([...parts, Buffer.from(rows.join(''))])
}

function* drawIndicators(count: number, seed: number): Generator<BenchIndicator> {
  const random = SeededRandom.open(seed)
  const affixCount = Math.min(AFFIX_LIMIT, Math.round(count / 20))
  for (let i = 0; i < count - affixCount; i += 1) yield equalsIndicator(random)
  for (let i = 0; i < affixCount; i += 1) yield affixIndicator(random)
}

/** A canonical value that the indicator matches and that stands in none of the pools. */
export function matchingValue(indicator: BenchIndicator, random: SeededRandom): string {
  const { Type, DetectionFunction, Value } = indicator
  if (DetectionFunction === 'Equals') return Value
  if (Type === 'IpAddress') return `${Value}${random.below(256)}`
  if (Type === 'Sha256') return random.hex(64 - Value.length) + Value
  if (DetectionFunction === 'StartWith') return `${Value}.example`
  return DetectionFunction === 'EndWith' ? `a${random.hex(3)}${Value}` : `n${Value}.example`
}

function equalsIndicator(random: SeededRandom): BenchIndicator {
  const DetectionFunction = 'Equals'
  const share = random.below(95)
  if (share < 45) return { Type: 'Sha256', DetectionFunction, Value: random.hex(64) }
  if (share < 65) return { Type: 'Sha1', DetectionFunction, Value: random.hex(40) }
  if (share < 80) return { Type: 'Md5', DetectionFunction, Value: random.hex(32) }
  if (share < 88) return { Type: 'IpAddress', DetectionFunction, Value: soughtAddress(random) }
  return { Type: 'DomainName', DetectionFunction, Value: `x${random.hex(9)}.sought.example` }
}

function affixIndicator(random: SeededRandom): BenchIndicator {
  const share = random.below(100)
  const label = `q${random.hex(10)}`
  if (share < 40) return { Type: 'DomainName', DetectionFunction: 'EndWith', Value: `.${label}.example` }
  if (share < 65) return { Type: 'DomainName', DetectionFunction: 'Contains', Value: label }
  if (share < 85) {
    const Value = `${200 + random.below(20)}.${random.below(256)}.${random.below(256)}.`
    return { Type: 'IpAddress', DetectionFunction: 'StartWith', Value }
  }
  if (share < 95) return { Type: 'DomainName', DetectionFunction: 'StartWith', Value: label }
  return { Type: 'Sha256', DetectionFunction: 'EndWith', Value: random.hex(16) }
}

/** An address outside of the pools' ranges. */
function soughtAddress(random: SeededRandom): string {
  const address = ipv4(random)
  return address.replace(/^\d+/, String(130 + random.below(60)))
}
