import { INSERTION_SORT_LIMIT, orderByBucket } from './bucket-order.ts'
import type { BucketOrder } from './bucket-order.ts'
import { damaged } from './image-format-error.ts'
import { oneToOne, type PatternGroups } from './pattern-groups.ts'
import type { SectionProofs } from './section-proofs.ts'

/**
 * A set of binary keys of one width, digests or addresses, in the order of their values.
 *
 *   directory: u32 offset[bucketCount + 1]   counts keys, not bytes; `bucketCountFor` says how many buckets
 *   keys:      u32 word[patternCount * keyWords]
 *
 * Pattern p is the p-th key. Keys ascend strictly, compared by their words from the first one on. The keys of bucket b
 * are `offset[b] .. offset[b + 1]`: those whose first word lies in the b-th of equal parts of all words.
 */
export interface KeySetData {
  readonly directory: Uint32Array
  readonly keys: Uint32Array
  readonly groups: PatternGroups
}

/** Keys of a bucket on average: an eighth of a byte of directory each, and two bisections before the walk. */
const KEYS_PER_BUCKET = 32
/** Keys that are passed over at once where a directory is made. */
const STRIDE = 16
/** A word times this is still exact as a double. */
const BUCKET_LIMIT = 2 ** 21
const WORDS = 2 ** 32
// What is left of a bucket is walked. Addresses crowd a few buckets, crafted keys may crowd one: they are bisected.
const WALKED_KEYS = 8

/** Buckets of so many keys. */
function bucketCountFor(keyCount: number): number {
  return Math.min(BUCKET_LIMIT, Math.ceil(keyCount / KEYS_PER_BUCKET))
}

/** Where a first word belongs: monotone, so that keys in order are buckets in order. */
function bucketOf(word: number, bucketCount: number): number {
  return Math.floor((word * bucketCount) / WORDS)
}

/** The least word that belongs to a bucket, or all words' number behind the last one. */
function firstWordOf(bucket: number, bucketCount: number): number {
  return Math.ceil((bucket * WORDS) / bucketCount)
}

/**
 * Builds the set from raw keys, one per row; equal rows become one pattern. Rows that ascend already are not moved, and not
 * even looked at where the caller knows.
 */
export function buildKeySet(raw: Uint32Array, keyWords: number, doAscend = false): KeySetData {
  const least = doAscend ? 1 : leastStep(raw, keyWords)
  if (least > 0) {
    const groups = oneToOne(raw.length / keyWords)
    return { directory: buildDirectory(raw, keyWords), keys: raw, groups }
  }
  const { keys, groups } = least < 0 ? sortKeys(raw, keyWords) : groupSorted(raw, keyWords)
  return { directory: buildDirectory(keys, keyWords), keys, groups }
}

/** Above 0 where keys ascend strictly, 0 where some are equal, below 0 where they are out of order. */
function leastStep(keys: Uint32Array, keyWords: number): number {
  let least = 1
  for (let first = keyWords; first < keys.length; first += keyWords) {
    if (keys[first]! > keys[first - keyWords]!) continue
    const step = compareKeys(keys, first, keys, first - keyWords, keyWords)
    if (step < 0) return step
    if (step === 0) least = 0
  }
  return least
}

function groupSorted(raw: Uint32Array, keyWords: number): Pick<KeySetData, 'keys' | 'groups'> {
  const keys = raw.slice()
  const groups = groupKeys(keys, oneToOne(raw.length / keyWords).rows, keyWords)
  return { keys: keys.subarray(0, groups.patternCount * keyWords), groups }
}

function sortKeys(raw: Uint32Array, keyWords: number): Pick<KeySetData, 'keys' | 'groups'> {
  const rowCount = raw.length / keyWords
  const bucketCount = Math.min(BUCKET_LIMIT, Math.ceil(rowCount / 2))
  const bucketOfRow = new Uint32Array(rowCount)
  for (let row = 0; row < rowCount; row += 1) bucketOfRow[row] = bucketOf(raw[row * keyWords]!, bucketCount)
  const buckets = orderByBucket(bucketOfRow, bucketCount)
  const { order } = buckets
  // Keys are brought together before they are compared: each is fetched from afar once, and neighbours are near.
  const keys = gatherKeys(raw, order, keyWords)
  sortBuckets(raw, keys, buckets, keyWords)
  const groups = groupKeys(keys, order, keyWords)
  return { keys: keys.subarray(0, groups.patternCount * keyWords), groups }
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
function sortBuckets(
  raw: Uint32Array,
  keys: Uint32Array,
  { order, end }: BucketOrder,
  keyWords: number,
): void {
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

function buildDirectory(keys: Uint32Array, keyWords: number): Uint32Array {
  const keyCount = keys.length / keyWords
  const bucketCount = bucketCountFor(keyCount)
  const directory = new Uint32Array(keyCount === 0 ? 0 : bucketCount + 1)
  let end = 0
  for (let bucket = 0; bucket < bucketCount; bucket += 1) {
    const behind = firstWordOf(bucket + 1, bucketCount)
    // In strides first: most keys of a bucket need not be fetched.
    while (end + STRIDE <= keyCount && keys[(end + STRIDE - 1) * keyWords]! < behind) end += STRIDE
    while (end < keyCount && keys[end * keyWords]! < behind) end += 1
    directory[bucket + 1] = end
  }
  return directory
}

/** Finds a binary key among those of an image. */
export class KeySet {
  readonly #directory: Uint32Array
  readonly #keys: Uint32Array
  readonly #keyWords: number

  private constructor(directory: Uint32Array, keys: Uint32Array, keyWords: number) {
    this.#directory = directory
    this.#keys = keys
    this.#keyWords = keyWords
  }

  /** A view over verified sections. */
  static open(directory: Uint32Array, keys: Uint32Array, keyWords: number): KeySet {
    return new KeySet(directory, keys, keyWords)
  }

  get patternCount(): number {
    return this.#keys.length / this.#keyWords
  }

  /** The pattern whose key is the first words of `key`, or -1. */
  find(key: Uint32Array): number {
    const first = this.firstOf(key[0]!) // keys have a word at least
    return first < 0 ? -1 : this.findFrom(first, key)
  }

  /**
   * A pattern before or at the first one whose key begins with this word, or -1 where no key does. Digests are spread
   * evenly, so that a guess within the bucket is a few keys off, and most values that are not sought cost two cache lines.
   */
  firstOf(word: number): number {
    const directory = this.#directory
    if (directory.length === 0) return -1
    const keys = this.#keys
    const keyWords = this.#keyWords
    const place = (word * (directory.length - 1)) / WORDS
    const bucket = Math.floor(place)
    const low = directory[bucket]! // bucket < bucketCount
    const high = directory[bucket + 1]!
    if (low === high) return -1
    let at = low + Math.floor((place - bucket) * (high - low)) // below high: the fraction is below 1
    let steps = 0
    while (at < high && keys[at * keyWords]! < word) {
      at += 1
      steps += 1
      if (steps === WALKED_KEYS) return at
    }
    while (steps < WALKED_KEYS && at > low && keys[(at - 1) * keyWords]! >= word) {
      at -= 1
      steps += 1
    }
    if (steps === WALKED_KEYS) return low
    return at < high && keys[at * keyWords] === word ? at : -1
  }

  /** The pattern whose key is the first words of `key`, or -1; `first` is what `firstOf` says of its first word. */
  findFrom(first: number, key: Uint32Array): number {
    const directory = this.#directory
    const keys = this.#keys
    const keyWords = this.#keyWords
    let low = first
    let high = directory[bucketOf(key[0]!, directory.length - 1) + 1]! // the bucket that `first` lies in
    while (high - low > WALKED_KEYS) {
      const middle = (low + high) >>> 1
      if (compareKeys(keys, middle * keyWords, key, 0, keyWords) > 0) high = middle
      else low = middle
    }
    for (; low < high; low += 1) {
      const at = low * keyWords
      if (keys[at] === key[0] && compareKeys(keys, at, key, 0, keyWords) === 0) return low
    }
    return -1
  }

  /** Throws unless the sections are what the layout says; afterwards `find` stays in range and misses no key. */
  verify(offset: number, proofs: SectionProofs | null = null): void {
    const directory = this.#directory
    const keys = this.#keys
    const keyWords = this.#keyWords
    if (keys.length % keyWords !== 0) throw damaged(offset, 'a whole number of keys', `${keys.length} words`)
    const bucketCount = bucketCountFor(this.patternCount)
    const hasBuckets = bucketCount > 0 && directory.length === bucketCount + 1
    if (hasBuckets && proofs?.isKeySet(directory, keys, keyWords) === true) return
    if (leastStep(keys, keyWords) <= 0) throw damaged(offset, 'ascending keys', 'others')
    const { patternCount } = this
    verifyDirectory(directory, bucketCount, patternCount, offset)
    for (let bucket = 0; bucket < bucketCount; bucket += 1) {
      const start = directory[bucket]!
      const end = directory[bucket + 1]!
      if (start === end) continue
      // The keys between the first and the last one of a bucket lie between their buckets.
      const isOwn =
        bucketOf(keys[start * keyWords]!, bucketCount) === bucket &&
        bucketOf(keys[(end - 1) * keyWords]!, bucketCount) === bucket
      if (!isOwn) throw damaged(offset, 'every key in its own bucket', `others in bucket ${bucket}`)
    }
  }
}

/** Throws unless a directory has so many buckets, whose offsets ascend from 0 to the pattern count. */
export function verifyDirectory(
  directory: Uint32Array,
  bucketCount: number,
  patternCount: number,
  offset: number,
  proofs: SectionProofs | null = null,
): void {
  if (directory.length !== (patternCount === 0 ? 0 : bucketCount + 1)) {
    throw damaged(offset, `${bucketCount} buckets for ${patternCount} keys`, `${directory.length} offsets`)
  }
  if (directory.length > 0 && proofs?.doAscend(directory, patternCount) === true) return
  let last = 0
  for (let bucket = 0; bucket < directory.length; bucket += 1) {
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
