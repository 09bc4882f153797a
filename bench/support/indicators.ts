import type { DetectionFunction, IndicatorType } from '../../src/model/indicator.ts'
import { ipv4 } from '../../src/harness/generate/event-pools.ts'
import { SeededRandom } from '../../src/harness/generate/seeded-random.ts'

export interface BenchIndicator {
  readonly Type: IndicatorType
  readonly DetectionFunction: DetectionFunction
  readonly Value: string
}

/** Most indicators that are not Equals, however large the set. */
const AFFIX_LIMIT = 50_000

/**
 * Indicators from a seed: 95 % Equals (45 Sha256 : 20 Sha1 : 15 Md5 : 8 IpAddress : 7 DomainName), the rest, at most
 * 50,000, StartWith, EndWith and Contains. None of them occurs in the events' pools; hits are planted.
 */
export function indicatorSet(count: number, seed: number): readonly BenchIndicator[] {
  const random = SeededRandom.open(seed)
  const affixCount = Math.min(AFFIX_LIMIT, Math.round(count / 20))
  const indicators: BenchIndicator[] = []
  for (let i = 0; i < count - affixCount; i += 1) indicators.push(equalsIndicator(random))
  for (let i = 0; i < affixCount; i += 1) indicators.push(affixIndicator(random))
  return indicators
}

/** The set as an IOC list with its header. */
export function indicatorCsv(indicators: readonly BenchIndicator[]): Uint8Array {
  const rows = indicators.map((ioc) => `${ioc.Type},${ioc.DetectionFunction},${ioc.Value}\n`)
  return Buffer.from(`Type,DetectionFunction,Value\n${rows.join('')}`)
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
