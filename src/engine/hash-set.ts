import { buildDirectory, INSERTION_SORT_LIMIT, orderByBucket } from './bucket-order.ts'
import type { BucketOrder } from './bucket-order.ts'
import { damaged } from './image-format-error.ts'
import { hashWords } from './key-hash.ts'
import type { HashSeed } from './key-hash.ts'
import type { PatternGroups } from './pattern-groups.ts'

/**
 * A set of binary keys of one width: digests and addresses.
 *
 *   directory: u32 offset[bucketCount + 1]   bucketCount is a power of two; counts keys, not bytes
 *   keys:      u32 word[patternCount * keyWords]
 *
 * Pattern p is the p-th key. The keys of bucket b are `offset[b] .. offset[b + 1]`; their hashes end in b; they
 * ascend strictly by their words, compared as unsigned numbers from the first one on.
 */
export interface HashSetData {
  readonly directory: Uint32Array
  readonly keys: Uint32Array
  readonly groups: PatternGroups
}

// A bucket this small is walked; only a crafted one is larger, and there a binary search keeps the promise.
const WALKED_BUCKET = 8

/** Builds the set from raw keys, one per row; equal rows become one pattern. */
export function buildHashSet(raw: Uint32Array, keyWords: number, seed: HashSeed): HashSetData {
  const rowCount = raw.length / keyWords
  if (rowCount === 0) {
    const groups = { patternCount: 0, start: new Uint32Array(1), rows: new Uint32Array(0) }
    return { directory: new Uint32Array(0), keys: new Uint32Array(0), groups }
  }
  const hashes = new Uint32Array(rowCount)
  for (let row = 0; row < rowCount; row += 1) hashes[row] = hashWords(raw, row * keyWords, keyWords, seed)
  const buckets = orderByBucket(hashes)
  const { order } = buckets
  // Keys are brought together before they are compared: each is fetched from afar once, and neighbours are near.
  const keys = gatherKeys(raw, order, keyWords)
  sortKeys(raw, keys, buckets, keyWords)
  const groups = groupKeys(keys, order, keyWords)
  const directory = buildDirectory(buckets.end, groups)
  return { directory, keys: keys.subarray(0, groups.patternCount * keyWords), groups }
}

function gatherKeys(raw: Uint32Array, order: Uint32Array, keyWords: number): Uint32Array {
  const keys = new Uint32Array(order.length * keyWords)
  for (let i = 0, to = 0; i < order.length; i += 1) {
    const from = order[i]! * keyWords // a row of raw
    for (let word = 0; word < keyWords; word += 1, to += 1) keys[to] = raw[from + word]!
  }
  return keys
}

/** Sorts the keys of every bucket, and the order with them. */
function sortKeys(raw: Uint32Array, keys: Uint32Array, { order, end }: BucketOrder, keyWords: number): void {
  let start = 0
  for (let bucket = 0; bucket < end.length; bucket += 1) {
    const stop = end[bucket]!
    if (stop - start > INSERTION_SORT_LIMIT) {
      const rows = order.subarray(start, stop)
      rows.sort(
        (left, right) => compareKeys(raw, left * keyWords, raw, right * keyWords, keyWords) || left - right,
      )
      keys.set(gatherKeys(raw, rows, keyWords), start * keyWords)
    } else {
      for (let i = start + 1; i < stop; i += 1) {
        for (let j = i; j > start; j -= 1) {
          if (compareKeys(keys, (j - 1) * keyWords, keys, j * keyWords, keyWords) <= 0) break
          swapKeys(keys, j - 1, j, keyWords)
          const row = order[j]!
          order[j] = order[j - 1]!
          order[j - 1] = row
        }
      }
    }
    start = stop
  }
}

function swapKeys(keys: Uint32Array, left: number, right: number, keyWords: number): void {
  for (let word = 0; word < keyWords; word += 1) {
    const moved = keys[left * keyWords + word]!
    keys[left * keyWords + word] = keys[right * keyWords + word]!
    keys[right * keyWords + word] = moved
  }
}

/** Groups equal neighbours and closes the gaps that all but the first of them leave in `keys`. */
function groupKeys(keys: Uint32Array, order: Uint32Array, keyWords: number): PatternGroups {
  const start = new Uint32Array(order.length + 1)
  let patternCount = 0
  for (let i = 0; i < order.length; i += 1) {
    const isNew =
      i === 0 || compareKeys(keys, (patternCount - 1) * keyWords, keys, i * keyWords, keyWords) !== 0
    if (!isNew) continue
    if (patternCount < i) keys.copyWithin(patternCount * keyWords, i * keyWords, (i + 1) * keyWords)
    start[patternCount] = i
    patternCount += 1
  }
  start[patternCount] = order.length
  return { patternCount, start: start.subarray(0, patternCount + 1), rows: order }
}

/** Finds a binary key among those of an image. */
export class HashSet {
  readonly #directory: Uint32Array
  readonly #keys: Uint32Array
  readonly #keyWords: number
  readonly #seed: HashSeed

  private constructor(directory: Uint32Array, keys: Uint32Array, keyWords: number, seed: HashSeed) {
    this.#directory = directory
    this.#keys = keys
    this.#keyWords = keyWords
    this.#seed = seed
  }

  /** A view over verified sections. */
  static open(directory: Uint32Array, keys: Uint32Array, keyWords: number, seed: HashSeed): HashSet {
    return new HashSet(directory, keys, keyWords, seed)
  }

  get patternCount(): number {
    return this.#keys.length / this.#keyWords
  }

  /** The pattern whose key is the first words of `key`, or -1. */
  find(key: Uint32Array): number {
    const directory = this.#directory
    if (directory.length === 0) return -1
    const keys = this.#keys
    const keyWords = this.#keyWords
    const bucket = hashWords(key, 0, keyWords, this.#seed) & (directory.length - 2)
    let low = directory[bucket]! // bucket <= bucketCount - 1
    let high = directory[bucket + 1]!
    while (high - low > WALKED_BUCKET) {
      const middle = (low + high) >>> 1
      if (compareKeys(keys, middle * keyWords, key, 0, keyWords) > 0) high = middle
      else low = middle
    }
    for (; low < high; low += 1) {
      const first = low * keyWords
      if (keys[first] === key[0] && compareKeys(keys, first, key, 0, keyWords) === 0) return low
    }
    return -1
  }

  /** Throws unless the sections are what the layout says; afterwards `find` stays in range and misses no key. */
  verify(offset: number): void {
    const directory = this.#directory
    const keys = this.#keys
    const keyWords = this.#keyWords
    const seed = this.#seed
    if (keys.length % keyWords !== 0) throw damaged(offset, 'a whole number of keys', `${keys.length} words`)
    verifyDirectory(directory, this.patternCount, offset)
    const mask = directory.length - 2
    for (let bucket = 0; bucket <= mask; bucket += 1) {
      const start = directory[bucket]!
      const end = directory[bucket + 1]!
      for (let pattern = start; pattern < end; pattern += 1) {
        const first = pattern * keyWords
        if ((hashWords(keys, first, keyWords, seed) & mask) !== bucket) {
          throw damaged(offset, 'every key in its own bucket', `key ${pattern} in bucket ${bucket}`)
        }
        if (pattern > start && compareKeys(keys, first - keyWords, keys, first, keyWords) >= 0) {
          throw damaged(offset, 'ascending keys in a bucket', `key ${pattern} out of order`)
        }
      }
    }
  }
}

/** Throws unless a directory has a power of two of buckets whose offsets ascend from 0 to the pattern count. */
export function verifyDirectory(directory: Uint32Array, patternCount: number, offset: number): void {
  const bucketCount = directory.length - 1
  if (patternCount === 0 && directory.length === 0) return
  if (patternCount === 0 || bucketCount < 1 || (bucketCount & (bucketCount - 1)) !== 0) {
    throw damaged(
      offset,
      'a power of two of buckets, none without keys',
      `${bucketCount} for ${patternCount} keys`,
    )
  }
  let last = 0
  for (let bucket = 0; bucket <= bucketCount; bucket += 1) {
    const next = directory[bucket]! // bucket < directory.length
    if (next < last || (bucket === 0 && next !== 0)) {
      throw damaged(offset, 'ascending bucket offsets from 0', `${next} after ${last}`)
    }
    last = next
  }
  if (last !== patternCount)
    throw damaged(offset, `buckets that end at ${patternCount} keys`, `end at ${last}`)
}

function compareKeys(
  left: Uint32Array,
  leftFirst: number,
  right: Uint32Array,
  rightFirst: number,
  keyWords: number,
): number {
  for (let word = 0; word < keyWords; word += 1) {
    const difference = left[leftFirst + word]! - right[rightFirst + word]! // callers pass whole keys
    if (difference !== 0) return difference
  }
  return 0
}
