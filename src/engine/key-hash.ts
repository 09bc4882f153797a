import { avalanche } from './checksum.ts'

/**
 * Seed of the hashes. It is derived from the content of the image, so that equal rules give equal bytes and
 * keys that were made to collide under one seed meet another one.
 */
export interface HashSeed {
  readonly low: number
  readonly high: number
}

// The shape of MurmurHash3 with one change: the seed enters every word before the first product. Without that, words
// that cancel each other would collide under all seeds, and a feed could carry such values.
const SEED_STEP = 0x9e3779b9

/** Hash of the bytes `[start, end)`, a u32. */
export function hashText(bytes: Uint8Array, start: number, end: number, seed: HashSeed): number {
  let hash = seed.low
  let key = seed.high
  let i = start
  for (; i + 4 <= end; i += 4) {
    const word = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24)
    hash = step(hash, word ^ key)
    key = (key + SEED_STEP) | 0
  }
  let tail = 0
  for (let shift = 0; i < end; i += 1, shift += 8) tail |= bytes[i]! << shift
  return avalanche(step(hash, tail ^ key) ^ (end - start))
}

function step(hash: number, word: number): number {
  let mixed = Math.imul(word, 0xcc9e2d51)
  mixed = (mixed << 15) | (mixed >>> 17)
  mixed = hash ^ Math.imul(mixed, 0x1b873593)
  mixed = (mixed << 13) | (mixed >>> 19)
  return (Math.imul(mixed, 5) + 0xe6546b64) | 0
}
