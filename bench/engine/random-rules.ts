import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../../src/model/indicator.ts'
import type { DetectionFunction, IndicatorType } from '../../src/model/indicator.ts'
import type { RuleSet } from '../../src/model/rule-set.ts'

/** A kind of indicator and its share of a rule set, in canonical order of kinds. */
export interface Share {
  readonly Type: IndicatorType
  readonly DetectionFunction: DetectionFunction
  readonly share: number
}

/** What feeds look like: mostly digests, 5 % names by suffix or fragment (counts are capped like real patterns are). */
export const MIXED: readonly Share[] = [
  { Type: 'Sha1', DetectionFunction: 'Equals', share: 0.2 },
  { Type: 'Sha256', DetectionFunction: 'Equals', share: 0.45 },
  { Type: 'Md5', DetectionFunction: 'Equals', share: 0.15 },
  { Type: 'IpAddress', DetectionFunction: 'Equals', share: 0.08 },
  { Type: 'DomainName', DetectionFunction: 'Equals', share: 0.07 },
  { Type: 'DomainName', DetectionFunction: 'EndWith', share: 0.03 },
  { Type: 'DomainName', DetectionFunction: 'Contains', share: 0.02 },
]

/** Seeded generator of u32 numbers (xorshift). */
export function randomNumbers(seed: number): () => number {
  let state = seed | 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}

/**
 * A sorted rule set of one definition, written straight into columns: a million strings or objects beside it would
 * make the garbage collector part of every measurement.
 */
export function randomRules(count: number, shares: readonly Share[], seed = 1): RuleSet {
  const random = randomNumbers(seed)
  const parts = shares.map((share) => ({
    ...share,
    values: sortedValues(share, Math.round(count * share.share), random),
  }))
  const total = parts.reduce((sum, part) => sum + part.values.offset.length - 1, 0)
  const valueOffset = new Uint32Array(total + 1)
  const valueBytes = new Uint8Array(parts.reduce((sum, part) => sum + part.values.bytes.length, 0))
  const type = new Uint8Array(total)
  const detectionFunction = new Uint8Array(total)
  let row = 0
  let byte = 0
  for (const { Type, DetectionFunction, values } of parts) {
    valueBytes.set(values.bytes, byte)
    for (let i = 0; i + 1 < values.offset.length; i += 1, row += 1) {
      type[row] = INDICATOR_TYPES.indexOf(Type)
      detectionFunction[row] = DETECTION_FUNCTIONS.indexOf(DetectionFunction)
      valueOffset[row + 1] = byte + (values.offset[i + 1] ?? 0)
    }
    byte += values.bytes.length
  }
  return {
    definitions: [DEFINITION],
    indicators: {
      count: total,
      definition: new Uint32Array(total),
      type,
      detectionFunction,
      valueOffset,
      valueBytes,
      expiresAt: null,
      createdAt: null,
      enabled: new Uint8Array(total).fill(1),
      id: null,
      sourceFile: new Uint32Array(total),
      sourceLine: new Uint32Array(total),
      sourceColumn: new Uint32Array(total),
    },
    opaque: [],
    sources: [],
    warnings: [],
  }
}

/** Canonical value of a row, as text. */
export function valueOf({ indicators }: RuleSet, row: number): string {
  const { valueBytes, valueOffset } = indicators
  const start = valueOffset[row] ?? 0
  const length = (valueOffset[row + 1] ?? 0) - start
  return Buffer.from(valueBytes.buffer, valueBytes.byteOffset + start, length).toString('latin1')
}

/** A host name of 10 to 20 characters that real feeds could hold. */
export function randomHost(random: () => number): string {
  let name = ''
  const length = 7 + (random() % 8)
  for (let i = 0; i < length; i += 1) name += String.fromCharCode(97 + (random() % 26))
  return `${name}.${['com', 'net', 'org', 'example'][random() % 4]}`
}

const DEFINITION: RuleSet['definitions'][number] = {
  Id: null,
  Name: 'bench',
  Title: 'Bench',
  Severity: 'High',
  Category: 'Malware',
  UxDescription: 'Measured.',
  RecommendedAction: null,
  InternalDescription: null,
  Enabled: true,
}

interface Values {
  readonly offset: Uint32Array
  readonly bytes: Uint8Array
}

const DIGEST_WORDS = new Map<IndicatorType, number>([
  ['Sha1', 5],
  ['Sha256', 8],
  ['Md5', 4],
])
const HEX = new TextEncoder().encode('0123456789abcdef')

function sortedValues({ Type, DetectionFunction }: Share, count: number, random: () => number): Values {
  const words = DIGEST_WORDS.get(Type)
  if (words !== undefined && DetectionFunction === 'Equals') return sortedDigests(count, words, random)
  const texts = new Set<string>()
  while (texts.size < count) {
    if (Type === 'IpAddress') texts.add(Array.from({ length: 4 }, () => random() % 256).join('.'))
    else if (DetectionFunction === 'Contains') texts.add(randomHost(random).slice(0, 7 + (random() % 4)))
    else texts.add((DetectionFunction === 'EndWith' ? '.' : '') + randomHost(random))
  }
  const sorted = [...texts].toSorted()
  const offset = new Uint32Array(count + 1)
  sorted.forEach((text, i) => (offset[i + 1] = (offset[i] ?? 0) + text.length))
  return { offset, bytes: new TextEncoder().encode(sorted.join('')) }
}

/** Digests in order: their first words are sorted numbers, the rest is random. */
function sortedDigests(count: number, words: number, random: () => number): Values {
  const first = new Uint32Array(count)
  for (let i = 0; i < count; i += 1) first[i] = random()
  first.sort()
  const digits = words * 8
  const bytes = new Uint8Array(count * digits)
  const offset = new Uint32Array(count + 1)
  let at = 0
  for (let i = 0; i < count; i += 1) {
    offset[i + 1] = (i + 1) * digits
    for (let word = 0; word < words; word += 1) {
      const value = word === 0 ? (first[i] ?? 0) : random()
      for (let shift = 28; shift >= 0; shift -= 4, at += 1) bytes[at] = HEX[(value >>> shift) & 15] ?? 0
    }
  }
  return { offset, bytes }
}
