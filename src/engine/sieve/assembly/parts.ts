import { bloomMask, scaled, tagOf, BLOOM, BLOOM_WORDS, BUCKETS, DIRECTORY, TAGS } from './probe.ts'
import { filters } from './slot.ts'

/**
 * Brings keys into the filters. They are dealt into up to 256 parts, stretches of whole buckets, and filled in part by part,
 * so that what is written stays near. How many keys a part will have is not known while they come: it is a chain of chunks.
 *
 *   parts: for each of 256, u32 its first chunk, 0 for none | u32 where its next key goes
 *   chunk, on 4 KiB: u32 the next chunk, 0 for none | u32 0 | u64 key[511]
 */
const PART_LIMIT: u32 = 256
const CHUNK_BYTES: usize = 4096
const CHUNK_HEAD: usize = 8

let parts: usize = 0
let nextChunk: usize = 0
let tagCount: u32 = 0

/** Says where the parts stand, and from where on, on a multiple of 4 KiB, there is room for chunks. */
export function openParts(partsAt: usize, chunks: usize): void {
  parts = partsAt
  nextChunk = chunks
  tagCount = 0
  memory.fill(parts, 0, <usize>PART_LIMIT << 3)
}

/** Buckets of a part, as a power of two. */
@inline
function partShift(buckets: u32): usize {
  return <usize>max(24 - <i32>clz<u32>(buckets), 0)
}

/** Deals `count` keys. */
export function dealKeys(keys: usize, count: u32): void {
  const buckets = load<u32>(filters, BUCKETS)
  const shift = partShift(buckets)
  const end = keys + ((<usize>count) << 3)
  for (let at = keys; at < end; at += 8) {
    const key = load<u64>(at)
    const part = parts + ((scaled(key, <u64>buckets) >> shift) << 3)
    let place = <usize>load<u32>(part, 4)
    if ((place & (CHUNK_BYTES - 1)) == 0) place = addChunk(part, place)
    store<u64>(place, key)
    store<u32>(part, <u32>(place + 8), 4)
  }
}

/** Gives a part another chunk, whose first key's place it returns. `behind` is the end of the last one, or 0. */
function addChunk(part: usize, behind: usize): usize {
  const chunk = nextChunk
  nextChunk += CHUNK_BYTES
  store<u64>(chunk, 0)
  if (behind == 0) store<u32>(part, <u32>chunk)
  else store<u32>(behind - CHUNK_BYTES, <u32>chunk)
  return chunk + CHUNK_HEAD
}

/** Fills in the keys of a part. Parts come in order, all 256 of them. Precondition: filters are zero. */
export function fillPart(index: u32): void {
  const bucketCount = load<u32>(filters, BUCKETS)
  const shift = partShift(bucketCount)
  const part = parts + ((<usize>index) << 3)
  const behind = <usize>load<u32>(part, 4)
  for (let chunk = <usize>load<u32>(part); chunk != 0; chunk = <usize>load<u32>(chunk)) {
    countKeys(chunk + CHUNK_HEAD, endOf(chunk, behind), <u64>bucketCount)
  }
  const directory = filters + load<u32>(filters, DIRECTORY)
  const from = min(<usize>index << shift, <usize>bucketCount)
  const to = min((<usize>index + 1) << shift, <usize>bucketCount)
  for (let bucket = from; bucket < to; bucket++) {
    tagCount += load<u32>(directory + (bucket << 2))
    store<u32>(directory + (bucket << 2), tagCount)
  }
  if (to == <usize>bucketCount) store<u32>(directory + (to << 2), tagCount)
  for (let chunk = <usize>load<u32>(part); chunk != 0; chunk = <usize>load<u32>(chunk)) {
    placeTags(chunk + CHUNK_HEAD, endOf(chunk, behind), <u64>bucketCount)
  }
}

/** Where the keys of a chunk end: `behind` is the end of the part's last key, in this chunk or in another. */
@inline
function endOf(chunk: usize, behind: usize): usize {
  return behind - chunk <= CHUNK_BYTES ? behind : chunk + CHUNK_BYTES
}

/** Sets the Bloom bits of keys, and counts them in their buckets. */
function countKeys(from: usize, to: usize, buckets: u64): void {
  const bloom = filters + load<u32>(filters, BLOOM)
  const words = <u64>load<u32>(filters, BLOOM_WORDS)
  const directory = filters + load<u32>(filters, DIRECTORY)
  for (let at = from; at < to; at += 8) {
    const key = load<u64>(at)
    const place = bloom + (scaled(key, words) << 3)
    store<u64>(place, load<u64>(place) | bloomMask(key))
    const counter = directory + (scaled(key, buckets) << 2)
    store<u32>(counter, load<u32>(counter) + 1)
  }
}

/** Brings the tags of keys into their buckets, whose entries are their ends and walk down to their starts. */
function placeTags(from: usize, to: usize, buckets: u64): void {
  const directory = filters + load<u32>(filters, DIRECTORY)
  const tags = filters + load<u32>(filters, TAGS)
  for (let at = from; at < to; at += 8) {
    const key = load<u64>(at)
    const entry = directory + (scaled(key, buckets) << 2)
    const place = load<u32>(entry) - 1
    store<u32>(entry, place)
    store<u16>(tags + ((<usize>place) << 1), <u16>tagOf(key))
  }
}
