import {
  LINE_FLAG,
  QUEUE_KEY,
  QUEUE_LIMIT,
  QUEUE_LINE,
  QUEUE_PASSED,
  QUEUE_WORD,
  filters,
  slot,
} from './slot.ts'

/**
 * The filters, relative to their first byte; `filter-plan.ts` lays them out and draws them.
 *
 *   u64 seed | u32 bloom offset, words | directory offset, buckets | tags offset | pad to 64
 *   then 15 affix filters of 16 bytes, see affix.ts
 *
 * A key passes when three bits of one Bloom word are set and its tag stands in its bucket.
 */
export const BLOOM: usize = 8
export const BLOOM_WORDS: usize = 12
export const DIRECTORY: usize = 16
export const BUCKETS: usize = 20
export const TAGS: usize = 24

const TAG_MIX: u64 = 0xbf58476d1ce4e5b9

let queued: u32 = 0

/** Queues a key; the record it comes from survives if the filters know it. */
@inline
export function enqueue(key: u64, line: u32): void {
  store<u64>(slot + QUEUE_KEY + ((<usize>queued) << 3), key)
  store<u32>(slot + QUEUE_LINE + ((<usize>queued) << 2), line)
  queued += 1
  if (queued == QUEUE_LIMIT) flush()
}

@inline
export function bloomMask(key: u64): u64 {
  return ((<u64>1) << (key & 63)) | ((<u64>1) << ((key >> 6) & 63)) | ((<u64>1) << ((key >> 12) & 63))
}

@inline
export function scaled(key: u64, count: u64): usize {
  return <usize>(((key >> 32) * count) >> 32)
}

@inline
export function tagOf(key: u64): u32 {
  return <u32>((key * TAG_MIX) >> 48)
}

/**
 * Answers all queued keys. Every step loads what the next one looks at, for all keys and with nothing in between, so that
 * as many cache misses overlap as the machine can have: first the Bloom words, then the buckets of the few that passed,
 * then the first tags of each.
 */
export function flush(): void {
  const bloom = filters + load<u32>(filters, BLOOM)
  const words = <u64>load<u32>(filters, BLOOM_WORDS)
  const keys = slot + QUEUE_KEY
  const loaded = slot + QUEUE_WORD
  const end = keys + ((<usize>queued) << 3)
  for (let key = keys, word = loaded; key < end; key += 8, word += 8) {
    store<u64>(word, load<u64>(bloom + (scaled(load<u64>(key), words) << 3)))
  }
  let passed = slot + QUEUE_PASSED
  for (let key = keys, word = loaded; key < end; key += 8, word += 8) {
    const mask = bloomMask(load<u64>(key))
    store<u32>(passed, <u32>key)
    passed += <usize>((load<u64>(word) & mask) == mask) << 2
  }
  queued = 0
  answer(passed)
}

/** Asks for the tags of the keys that are listed up to `behind`. */
function answer(behind: usize): void {
  const buckets = <u64>load<u32>(filters, BUCKETS)
  const directory = filters + load<u32>(filters, DIRECTORY)
  const loaded = slot + QUEUE_WORD
  const first = slot + QUEUE_PASSED
  for (let at = first, range = loaded; at < behind; at += 4, range += 8) {
    const key = load<u64>(<usize>load<u32>(at))
    store<u64>(range, load<u64>(directory + (scaled(key, buckets) << 2)))
  }
  for (let at = first, range = loaded; at < behind; at += 4, range += 8) {
    const key = <usize>load<u32>(at)
    if (!hasTag(load<u64>(key), load<u32>(range), load<u32>(range, 4))) continue
    const line = <usize>load<u32>(slot + QUEUE_LINE + ((key - slot - QUEUE_KEY) >> 1))
    store<u8>(slot + LINE_FLAG + line, 1)
  }
}

/** Says whether the key's tag is one of those in `[first, behind)`, its bucket. */
function hasTag(key: u64, first: u32, behind: u32): bool {
  const tags = filters + load<u32>(filters, TAGS)
  const sought = i16x8.splat(<i16>tagOf(key))
  for (let i = first; i < behind; i += 8) {
    const found = <u32>i16x8.bitmask(i16x8.eq(v128.load(tags + ((<usize>i) << 1)), sought))
    const left = behind - i
    if ((left >= 8 ? found : found & ((1 << left) - 1)) != 0) return true
  }
  return false
}
