import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../model/indicator.ts'

/** Buckets that the rows of a definition are sorted into in a large set: type, function, first byte of the value. */
export const TALLY_BUCKETS: number = INDICATOR_TYPES.length * DETECTION_FUNCTIONS.length * 256

/** The bucket of a value that begins with this word, among those of its definition. */
export function bucketOfValue(type: number, detectionFunction: number, firstWord: number): number {
  return ((type * DETECTION_FUNCTIONS.length + detectionFunction) << 8) | (firstWord >>> 24)
}

/** Counts rows by bucket while they are read, when their values are near: to look at all of them again takes longer. */
export class ValueTally {
  /** By bucket: rows, and words of their values. */
  readonly #counts = new Uint32Array(TALLY_BUCKETS * 2)

  /** Counts a row. */
  add(bucket: number, words: number): void {
    this.#counts[bucket * 2]! += 1
    this.#counts[bucket * 2 + 1]! += words
  }

  /** Counts the rows of another tally. */
  addAll(counts: Uint32Array): void {
    for (let i = 0; i < this.#counts.length; i++) this.#counts[i]! += counts[i]!
  }

  /** Rows and words by bucket, or null where other rows were counted than so many. */
  countsOf(rowCount: number): Uint32Array | null {
    let counted = 0
    for (let i = 0; i < this.#counts.length; i += 2) counted += this.#counts[i]!
    return counted === rowCount ? this.#counts : null
  }
}
