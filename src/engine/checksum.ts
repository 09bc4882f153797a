/**
 * Thirty-two lanes of 32 bits over little-endian words: word i goes to the lanes i mod 16 of two rows, which differ in
 * their odd number and their rotation. A step is `rotate((lane ^ word) * odd)`. In the end the lanes of each row are
 * taken into one number by the same step.
 *
 * For a fixed lane the step is a bijection of the word, and for a fixed word a bijection of the lane (xor, a product
 * with an odd number modulo 2^32 and a rotation can all be undone). So two inputs that differ in one word leave the
 * step of that word with different lanes, and stay different to the end: every change within one aligned word, hence
 * every change of one byte, is found with certainty; other accidents slip through with probability 2^-64.
 * Against a forger it promises nothing: he can seal the image again, so the reader checks the structure as well.
 *
 * One lane would have to wait for its product at every word. Sixteen do not wait for each other, and vectors take four
 * at once: `sieve/assembly/checksum.ts` is the same in WebAssembly.
 */
export class Checksum {
  readonly #lanes: Int32Array
  readonly #mixBlocks: BlockMixer
  #count = 0

  constructor(low = 0x243f6a88, high = 0x85a308d3, mixBlocks: BlockMixer = mixPieces) {
    this.#lanes = firstLanes(low, high)
    this.#mixBlocks = mixBlocks
  }

  /** Mixes `words[start, end)` in. */
  add(words: Uint32Array, start = 0, end: number = words.length): this {
    const lanes = this.#lanes
    let at = start
    for (; at < end && this.#count % LANES !== 0; at += 1) this.#step(words[at]!)
    const blocksEnd = at + Math.floor((end - at) / LANES) * LANES
    if (at < blocksEnd) this.#mixBlocks(words, at, blocksEnd, lanes)
    for (at = blocksEnd; at < end; at += 1) this.#step(words[at]!)
    return this
  }

  #step(word: number): void {
    const lanes = this.#lanes
    const lane = this.#count % LANES
    lanes[lane] = lowStep(lanes[lane]!, word)
    lanes[lane + LANES] = highStep(lanes[lane + LANES]!, word)
    this.#count += 1
  }

  get low(): number {
    return resultOf(this.#lanes).low
  }

  get high(): number {
    return resultOf(this.#lanes).high
  }
}

/** Mixes whole blocks, `words[start, end)`, into the lanes of both rows. */
export type BlockMixer = (words: Uint32Array, start: number, end: number, lanes: Int32Array) => void

/** Half of the lanes at a time, because a processor has registers for no more; pieces stay in the nearest cache. */
function mixPieces(words: Uint32Array, start: number, end: number, lanes: Int32Array): void {
  for (let at = start; at < end; at += PIECE_WORDS) {
    const pieceEnd = Math.min(end, at + PIECE_WORDS)
    mixHalf(words, at, pieceEnd, lanes, 0)
    mixHalf(words, at, pieceEnd, lanes, LANES / 2)
  }
}

/** Lanes of one row. */
export const LANES = 16
export const LOW_ODD = 0x9e3779b1
export const HIGH_ODD = 0x85ebca6b
const PIECE_WORDS = 4096

/** Both rows before the first word. */
export function firstLanes(low: number = 0x243f6a88, high: number = 0x85a308d3): Int32Array {
  const lanes = new Int32Array(2 * LANES)
  for (let lane = 0; lane < LANES; lane += 1) {
    lanes[lane] = low + Math.imul(lane, HIGH_ODD)
    lanes[lane + LANES] = high + Math.imul(lane + LANES, LOW_ODD)
  }
  return lanes
}

/** What both rows come to. */
export function resultOf(lanes: Int32Array): { readonly low: number; readonly high: number } {
  let low = 0
  let high = 0
  for (let lane = 0; lane < LANES; lane += 1) {
    low = lowStep(low, lanes[lane]!)
    high = highStep(high, lanes[lane + LANES]!)
  }
  return { low: avalanche(low), high: avalanche(high) }
}

function lowStep(lane: number, word: number): number {
  const mixed = Math.imul(lane ^ word, LOW_ODD)
  return (mixed << 13) | (mixed >>> 19)
}

function highStep(lane: number, word: number): number {
  const mixed = Math.imul(lane ^ word, HIGH_ODD)
  return (mixed << 17) | (mixed >>> 15)
}

/** Mixes eight of every sixteen words into the lanes from `first` on. */
function mixHalf(words: Uint32Array, start: number, end: number, lanes: Int32Array, first: number): void {
  let a = lanes[first]!
  let b = lanes[first + 1]!
  let c = lanes[first + 2]!
  let d = lanes[first + 3]!
  let e = lanes[first + 4]!
  let f = lanes[first + 5]!
  let g = lanes[first + 6]!
  let h = lanes[first + 7]!
  let i = lanes[first + LANES]!
  let j = lanes[first + LANES + 1]!
  let k = lanes[first + LANES + 2]!
  let l = lanes[first + LANES + 3]!
  let m = lanes[first + LANES + 4]!
  let n = lanes[first + LANES + 5]!
  let o = lanes[first + LANES + 6]!
  let p = lanes[first + LANES + 7]!
  for (let at = start + first; at < end; at += LANES) {
    a = lowStep(a, words[at]!) // at + 7 < end: whole blocks
    i = highStep(i, words[at]!)
    b = lowStep(b, words[at + 1]!)
    j = highStep(j, words[at + 1]!)
    c = lowStep(c, words[at + 2]!)
    k = highStep(k, words[at + 2]!)
    d = lowStep(d, words[at + 3]!)
    l = highStep(l, words[at + 3]!)
    e = lowStep(e, words[at + 4]!)
    m = highStep(m, words[at + 4]!)
    f = lowStep(f, words[at + 5]!)
    n = highStep(n, words[at + 5]!)
    g = lowStep(g, words[at + 6]!)
    o = highStep(o, words[at + 6]!)
    h = lowStep(h, words[at + 7]!)
    p = highStep(p, words[at + 7]!)
  }
  lanes.set([a, b, c, d, e, f, g, h], first)
  lanes.set([i, j, k, l, m, n, o, p], first + LANES)
}

/** Spreads every bit of a lane over the result; a bijection, so that differences survive. */
export function avalanche(lane: number): number {
  let mixed = lane ^ (lane >>> 16)
  mixed = Math.imul(mixed, 0x85ebca6b)
  mixed ^= mixed >>> 13
  mixed = Math.imul(mixed, 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
