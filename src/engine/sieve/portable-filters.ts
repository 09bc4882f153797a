import type { HashSeed } from '../key-hash.ts'
import type { TextList } from '../text-list.ts'
import type { FilterPatterns } from './filter-patterns.ts'
import {
  AFFIX_FUNCTION_COUNT,
  AFFIX_WORD,
  AFFIX_WORDS,
  affixClassOf,
  CLASS_LENGTHS,
  FILTERS_START,
  type FilterPlan,
  planFilters,
} from './filter-plan.ts'
import { IP_ADDRESS } from './sieve-target.ts'
import { highProduct, Word64 } from './word64.ts'

const GOLDEN = [0x9e3779b9, 0x7f4a7c15] as const
const FIRST = [0xff51afd7, 0xed558ccd] as const
const SECOND = [0xc4ceb9fe, 0x1a85ec53] as const
const TAG_MIX = [0xbf58476d, 0x1ce4e5b9] as const
/** The second of the functions of affixes. */
const END_WITH = 1

/** Builds filters without WebAssembly: the same bytes as the workshop's, a few times more slowly. */
export function buildPortableFilters(patterns: FilterPatterns): Uint8Array {
  const plan = planFilters(patterns)
  const filters = new Uint8Array(plan.bytes)
  new Uint32Array(filters.buffer, 0, FILTERS_START / 4).set(plan.header)
  const keys = new FilterKeys(plan.keyCount, patterns.seed)
  for (const { type, words, keys: values } of patterns.binary)
    for (let first = 0; first < values.length; first += words) keys.pushBinary(values, first, words, type)
  forEachText(patterns.names, (bytes, start, end) => keys.pushText(bytes, start, end, 0))
  patterns.affixes.forEach((texts, affix) => {
    const isEnd = affix % AFFIX_FUNCTION_COUNT === END_WITH
    forEachText(texts, (bytes, start, end) => {
      setAffixBit(filters, plan, affix, bytes, isEnd ? end : start, isEnd)
      const index = affixClassOf(end - start)
      const length = CLASS_LENGTHS[index]!
      const from = isEnd ? end - length : start
      keys.pushText(bytes, from, from + length, 1 + affix * CLASS_LENGTHS.length + index)
    })
  })
  fillBloom(filters, plan, keys)
  fillTags(filters, plan, keys)
  return filters
}

function forEachText(
  { count, offset, bytes }: TextList,
  visit: (bytes: Uint8Array, start: number, end: number) => void,
): void {
  for (let i = 0; i < count; i += 1) visit(bytes, offset[i]!, offset[i + 1]!) // one offset more than texts
}

/** The 64-bit keys of patterns; `assembly/hash.ts` says what of. */
class FilterKeys {
  readonly low: Uint32Array
  readonly high: Uint32Array
  readonly #seed: HashSeed
  readonly #seedFor = new Word64()
  readonly #key = new Word64()
  #length = 0

  constructor(count: number, seed: HashSeed) {
    this.low = new Uint32Array(count)
    this.high = new Uint32Array(count)
    this.#seed = seed
  }

  pushBinary(words: Uint32Array, first: number, count: number, type: number): void {
    const key = this.#key
    if (type !== IP_ADDRESS) {
      key.set(swap(words[first + 1]!), swap(words[first]!)) // every digest has two words
      this.#xorSeed(type)
    } else if (count === 1) {
      key.set(0, swap(words[first]!))
      this.#xorSeed(3)
      mixOnce(key)
    } else {
      key.set(swap(words[first + 1]!), swap(words[first]!))
      this.#xorSeed(4)
      mixOnce(key)
      const { high, low } = key
      key.multiply(...FIRST)
      key.xor(high >>> 29, (low >>> 29) | (high << 3))
      key.xor(swap(words[first + 3]!), swap(words[first + 2]!))
    }
    mixOnce(key)
    this.#push()
  }

  pushText(bytes: Uint8Array, start: number, end: number, what: number): void {
    const key = this.#key.set(0, end - start).multiply(...SECOND)
    this.#xorSeed(what + 16)
    let at = start
    for (; at < end; at += 16) {
      key.xor(wordAt(bytes, at + 4, end), wordAt(bytes, at, end))
      key.multiply(...FIRST).foldBy32()
      key.xor(wordAt(bytes, at + 12, end), wordAt(bytes, at + 8, end))
      key.multiply(...SECOND).foldBy29()
    }
    mixOnce(key)
    this.#push()
  }

  #xorSeed(what: number): void {
    const { high, low } = this.#seedFor
      .set(0, what)
      .multiply(...GOLDEN)
      .add(this.#seed.high, this.#seed.low)
    this.#key.xor(high, low)
  }

  #push(): void {
    this.low[this.#length] = this.#key.low
    this.high[this.#length] = this.#key.high
    this.#length += 1
  }
}

function mixOnce(key: Word64): void {
  key.multiply(...GOLDEN).foldBy32()
}

/** Four bytes of a text, low byte first; what lies behind its end is 0. */
function wordAt(bytes: Uint8Array, at: number, end: number): number {
  let word = 0
  for (let i = Math.min(end, at + 4) - 1; i >= at; i -= 1) word = (word << 8) | bytes[i]!
  return word
}

/** The four bytes of a word the other way round. */
function swap(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)
}

function setAffixBit(
  filters: Uint8Array,
  { header }: FilterPlan,
  affix: number,
  bytes: Uint8Array,
  edge: number,
  isEnd: boolean,
): void {
  const filter = AFFIX_WORD + affix * AFFIX_WORDS
  const offset = header[filter]!
  const shift = header[filter + 1]! // 44 to 54: the bit's number is in the upper half
  const gram = header[filter + 2]!
  const from = isEnd ? edge - gram : edge
  const short = new Word64().set(wordAt(bytes, from + 4, from + gram), wordAt(bytes, from, from + gram))
  const bit = short.multiply(...GOLDEN).high >>> (shift - 32)
  filters[offset + (bit >>> 3)]! |= 1 << (bit & 7)
}

function fillBloom(filters: Uint8Array, { header, keyCount }: FilterPlan, keys: FilterKeys): void {
  const words = header[3]!
  const bloom = new Uint32Array(filters.buffer, header[2], words * 2)
  for (let i = 0; i < keyCount; i += 1) {
    const low = keys.low[i]!
    const at = highProduct(keys.high[i]!, words) * 2
    for (const bit of [low & 63, (low >>> 6) & 63, (low >>> 12) & 63])
      bloom[at + (bit >>> 5)]! |= 1 << (bit & 31)
  }
}

/** Tags stand in their buckets from the last key to the first. */
function fillTags(filters: Uint8Array, { header, keyCount }: FilterPlan, keys: FilterKeys): void {
  const buckets = header[5]!
  const directory = new Uint32Array(filters.buffer, header[4], buckets + 1)
  const tags = new Uint16Array(filters.buffer, header[6], keyCount)
  for (let i = 0; i < keyCount; i += 1) directory[highProduct(keys.high[i]!, buckets)]! += 1
  let sum = 0
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    sum += directory[bucket]!
    directory[bucket] = sum
  }
  directory[buckets] = sum
  const mixed = new Word64()
  for (let i = 0; i < keyCount; i += 1) {
    const bucket = highProduct(keys.high[i]!, buckets)
    const place = directory[bucket]! - 1
    directory[bucket] = place
    tags[place] = mixed.set(keys.high[i]!, keys.low[i]!).multiply(...TAG_MIX).high >>> 16
  }
}
