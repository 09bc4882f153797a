import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../../model/indicator.ts'
import type { IndicatorColumns, RuleSet } from '../../model/rule-set.ts'
import { SeededRandom } from '../generate/seeded-random.ts'

/** So that two runs double the same rules to the same rules. */
const SEED = 7
const EQUALS = DETECTION_FUNCTIONS.indexOf('Equals')
const IP_ADDRESS = INDICATOR_TYPES.indexOf('IpAddress')
const DIGESTS: readonly number[] = ['Sha1', 'Sha256', 'Md5'].map((type) =>
  INDICATOR_TYPES.findIndex((known) => known === type),
)

/** Every definition with a share of the indicators, from 0 to 1, taken evenly through their canonical order. */
export function partOfRules(rules: RuleSet, share: number): RuleSet {
  const rows: number[] = []
  for (let row = 0; row < rules.indicators.count; row += 1)
    if (Math.floor((row + 1) * share) > Math.floor(row * share)) rows.push(row)
  return { ...rules, indicators: pickRows(rules.indicators, Uint32Array.from(rows)) }
}

/**
 * The rules with every indicator a second time, of the same definition, type, operator and length, but with other letters and
 * digits. That is how more rules of the same kind would weigh; what they would match is not known.
 */
export function doubledRules(rules: RuleSet): RuleSet {
  const { indicators } = rules
  const { count } = indicators
  const rows = Uint32Array.from({ length: 2 * count }, (_, i) => i >> 1)
  const doubled = pickRows(indicators, rows)
  const random = SeededRandom.open(SEED)
  const { valueOffset } = doubled
  const joined = joinValues(rows.length, (row) => {
    const value = doubled.valueBytes.subarray(valueOffset[row], valueOffset[row + 1])
    return row % 2 === 1 ? otherValue(value, kindOf(doubled, row), random) : value
  })
  return { ...rules, indicators: { ...doubled, ...joined } }
}

type ValueKind = 'digest' | 'address' | 'text'

function kindOf({ type, detectionFunction }: IndicatorColumns, row: number): ValueKind {
  if (DIGESTS.includes(type[row] ?? -1)) return 'digest'
  return type[row] === IP_ADDRESS && detectionFunction[row] === EQUALS ? 'address' : 'text'
}

const COLON = 0x3a
const HEX = '0123456789abcdef'
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
const DIGITS = '0123456789'

function otherValue(value: Uint8Array, kind: ValueKind, random: SeededRandom): Uint8Array {
  if (kind === 'address') return new TextEncoder().encode(otherAddress(value.includes(COLON), random))
  return value.map((byte) => {
    const character = String.fromCharCode(byte)
    const alphabet = kind === 'digest' ? HEX : LETTERS.includes(character) ? LETTERS : DIGITS
    return alphabet.includes(character) ? alphabet.charCodeAt(random.below(alphabet.length)) : byte
  })
}

/** A canonical address: groups of IPv6 that are not zero are never shortened. */
function otherAddress(isV6: boolean, random: SeededRandom): string {
  return isV6
    ? Array.from({ length: 8 }, () => (1 + random.below(0xffff)).toString(16)).join(':')
    : Array.from({ length: 4 }, () => random.below(256)).join('.')
}

function pickRows(from: IndicatorColumns, rows: Uint32Array): IndicatorColumns {
  const u32 = (column: Uint32Array): Uint32Array => rows.map((row) => column[row] ?? 0)
  const u8 = (column: Uint8Array): Uint8Array => Uint8Array.from(rows, (row) => column[row] ?? 0)
  const times = (column: BigInt64Array | null): BigInt64Array | null =>
    column === null ? null : BigInt64Array.from(rows, (row) => column[row] ?? 0n)
  const values = joinValues(rows.length, (i) => {
    const row = rows[i] ?? 0
    return from.valueBytes.subarray(from.valueOffset[row], from.valueOffset[row + 1])
  })
  const { id } = from
  return {
    count: rows.length,
    definition: u32(from.definition),
    type: u8(from.type),
    detectionFunction: u8(from.detectionFunction),
    ...values,
    expiresAt: times(from.expiresAt),
    createdAt: times(from.createdAt),
    enabled: u8(from.enabled),
    id: id === null ? null : Float64Array.from(rows, (row) => id[row] ?? 0),
    sourceFile: u32(from.sourceFile),
    sourceLine: u32(from.sourceLine),
    sourceColumn: u32(from.sourceColumn),
  }
}

/** Never holds more than one value apart: there may be millions. */
function joinValues(
  count: number,
  valueAt: (index: number) => Uint8Array,
): Pick<IndicatorColumns, 'valueOffset' | 'valueBytes'> {
  const valueOffset = new Uint32Array(count + 1)
  let bytes = new Uint8Array(65_536)
  let length = 0
  for (let i = 0; i < count; i += 1) {
    const value = valueAt(i)
    if (length + value.length > bytes.length) {
      const grown = new Uint8Array(Math.max(bytes.length * 2, length + value.length))
      grown.set(bytes)
      bytes = grown
    }
    bytes.set(value, length)
    length += value.length
    valueOffset[i + 1] = length
  }
  return { valueOffset, valueBytes: bytes.subarray(0, length) }
}
