import {
  LINE_FLAG,
  QUEUE_KEY,
  QUEUE_LIMIT,
  QUEUE_LINE,
  QUEUE_PASSED,
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
 * Answers all queued keys: first the Bloom words of all of them, so that their cache misses overlap, then the few
 * that passed.
 */
export function flush(): void {
  const bloom = filters + load<u32>(filters, BLOOM)
  const words = <u64>load<u32>(filters, BLOOM_WORDS)
  const keys = slot + QUEUE_KEY
  const passed = slot + QUEUE_PASSED
  const count = <usize>queued
  let passedCount: usize = 0
  for (let i: usize = 0; i < count; i++) {
    const key = load<u64>(keys + (i << 3))
    const mask = bloomMask(key)
    store<u32>(passed + (passedCount << 2), <u32>i)
    passedCount += <usize>((load<u64>(bloom + (scaled(key, words) << 3)) & mask) == mask)
  }
  queued = 0
  for (let i: usize = 0; i < passedCount; i++) {
    const at = <usize>load<u32>(passed + (i << 2))
    if (hasTag(load<u64>(keys + (at << 3)))) {
      store<u8>(slot + LINE_FLAG + <usize>load<u32>(slot + QUEUE_LINE + (at << 2)), 1)
    }
  }
}

function hasTag(key: u64): bool {
  const directory = filters + load<u32>(filters, DIRECTORY)
  const tags = filters + load<u32>(filters, TAGS)
  const bucket = directory + (scaled(key, <u64>load<u32>(filters, BUCKETS)) << 2)
  const first = load<u32>(bucket)
  const behind = load<u32>(bucket, 4)
  const sought = i16x8.splat(<i16>tagOf(key))
  for (let i = first; i < behind; i += 8) {
    const found = <u32>i16x8.bitmask(i16x8.eq(v128.load(tags + ((<usize>i) << 1)), sought))
    const left = behind - i
    if ((left >= 8 ? found : found & ((1 << left) - 1)) != 0) return true
  }
  return false
}
