import { DOMAIN_TEXT_LIMIT } from '../model/indicator.ts'
import { bucketCountFor, buildDirectory, orderByBucket, sortBuckets } from './bucket-order.ts'
import { damaged } from './image-format-error.ts'
import { verifyDirectory } from './key-set.ts'
import { hashText } from './key-hash.ts'
import type { HashSeed } from './key-hash.ts'
import { groupPatterns, oneToOne, type PatternGroups } from './pattern-groups.ts'
import type { SectionProofs } from './section-proofs.ts'
import { compareTexts, doTextsAscend, type TextList } from './text-list.ts'

/**
 * A hash set of texts: host names.
 *
 *   directory: u32 offset[bucketCount + 1]   bucketCount is a power of two; a text's hash ends in the number of its bucket
 *
 * The texts themselves are the image's pattern texts, in bucket order, ascending by bytes within a bucket.
 */
export interface TextSetData {
  readonly directory: Uint32Array
  readonly groups: PatternGroups
}

const WALKED_BUCKET = 8

/** Builds the set from one text per row; equal rows become one pattern. */
export function buildTextSet(texts: TextList, seed: HashSeed): TextSetData {
  if (texts.count === 0) {
    const groups = { patternCount: 0, start: new Uint32Array(1), rows: new Uint32Array(0) }
    return { directory: new Uint32Array(0), groups }
  }
  const { count, offset, bytes } = texts
  const bucketCount = bucketCountFor(count)
  const bucketOfRow = new Uint32Array(count)
  for (let row = 0; row < count; row += 1)
    bucketOfRow[row] = hashText(bytes, offset[row]!, offset[row + 1]!, seed) & (bucketCount - 1)
  const compare = (left: number, right: number): number => compareTexts(texts, left, right)
  const buckets = orderByBucket(bucketOfRow, bucketCount)
  if (doTextsAscend(texts)) {
    // So do those of each bucket, and none are equal.
    const groups = { ...oneToOne(count), rows: buckets.order, isOneToOne: false }
    return { directory: buildDirectory(buckets.end, groups), groups }
  }
  sortBuckets(buckets, compare)
  const groups = groupPatterns(buckets.order, (left, right) => compare(left, right) === 0)
  const directory = buildDirectory(buckets.end, groups)
  return { directory, groups }
}

/** Finds a text among those of an image. */
export class TextSet {
  readonly #directory: Uint32Array
  readonly #offset: Uint32Array
  readonly #bytes: Uint8Array
  readonly #seed: HashSeed

  private constructor(directory: Uint32Array, texts: TextList, seed: HashSeed) {
    this.#directory = directory
    this.#offset = texts.offset
    this.#bytes = texts.bytes
    this.#seed = seed
  }

  /** A view over verified sections; pattern p is text p of the list. */
  static open(directory: Uint32Array, texts: TextList, seed: HashSeed): TextSet {
    return new TextSet(directory, texts, seed)
  }

  get patternCount(): number {
    return this.#offset.length - 1
  }

  /** The pattern that equals the bytes `[start, end)`, or -1. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const directory = this.#directory
    const length = end - start
    if (directory.length === 0 || length > DOMAIN_TEXT_LIMIT) return -1
    const bucket = hashText(bytes, start, end, this.#seed) & (directory.length - 2)
    let low = directory[bucket]! // bucket < bucketCount
    let high = directory[bucket + 1]!
    while (high - low > WALKED_BUCKET) {
      const middle = (low + high) >>> 1
      if (this.#compare(middle, bytes, start, length) > 0) high = middle
      else low = middle
    }
    for (; low < high; low += 1) if (this.#compare(low, bytes, start, length) === 0) return low
    return -1
  }

  /** Throws unless every text stands in its bucket, in order. The texts must have been verified. */
  verify(offset: number, proofs: SectionProofs | null = null): void {
    const bucketCount = Math.max(0, this.#directory.length - 1)
    if ((bucketCount & (bucketCount - 1)) !== 0)
      throw damaged(offset, 'a power of two of buckets', `${bucketCount}`)
    verifyDirectory(this.#directory, bucketCount, this.patternCount, offset, proofs)
    const mask = this.#directory.length - 2
    const texts = { count: this.patternCount, offset: this.#offset, bytes: this.#bytes }
    if (mask >= 0 && proofs?.areTextsInBuckets(this.#directory, texts, this.#seed) === true) return
    for (let bucket = 0; bucket <= mask; bucket += 1) {
      const start = this.#directory[bucket]!
      const end = this.#directory[bucket + 1]!
      for (let p = start; p < end; p += 1) {
        const hash = hashText(this.#bytes, this.#offset[p]!, this.#offset[p + 1]!, this.#seed)
        if ((hash & mask) !== bucket) throw damaged(offset, 'every text in its own bucket', `text ${p}`)
        if (p > start && compareTexts(texts, p - 1, p) >= 0) {
          throw damaged(offset, 'ascending texts in a bucket', `text ${p} out of order`)
        }
      }
    }
  }

  #compare(pattern: number, bytes: Uint8Array, start: number, length: number): number {
    const own = this.#bytes
    const ownStart = this.#offset[pattern]!
    const ownLength = this.#offset[pattern + 1]! - ownStart
    const shorter = ownLength < length ? ownLength : length
    for (let i = 0; i < shorter; i += 1) {
      const difference = own[ownStart + i]! - bytes[start + i]! // i < both lengths
      if (difference !== 0) return difference
    }
    return ownLength - length
  }
}
