import { CHECK_LANES } from './slot.ts'

/**
 * The checksum of an image (`../../checksum.ts` says why it is as it is), in whole blocks of 64 bytes: eight vectors of
 * four lanes each, two for every sixteen bytes.
 *
 *   CHECK_LANES: u32[16] of the low row | u32[16] of the high row | v128 of the low odd number | v128 of the high one
 */
@inline
function lowStep(lanes: v128, words: v128, odd: v128): v128 {
  const mixed = i32x4.mul(v128.xor(lanes, words), odd)
  return v128.or(i32x4.shl(mixed, 13), i32x4.shr_u(mixed, 19))
}

@inline
function highStep(lanes: v128, words: v128, odd: v128): v128 {
  const mixed = i32x4.mul(v128.xor(lanes, words), odd)
  return v128.or(i32x4.shl(mixed, 17), i32x4.shr_u(mixed, 15))
}

export function mixBlocks(from: usize, to: usize): void {
  const lowOdd = v128.load(CHECK_LANES, 128)
  const highOdd = v128.load(CHECK_LANES, 144)
  let a = v128.load(CHECK_LANES)
  let b = v128.load(CHECK_LANES, 16)
  let c = v128.load(CHECK_LANES, 32)
  let d = v128.load(CHECK_LANES, 48)
  let e = v128.load(CHECK_LANES, 64)
  let f = v128.load(CHECK_LANES, 80)
  let g = v128.load(CHECK_LANES, 96)
  let h = v128.load(CHECK_LANES, 112)
  for (let at = from; at < to; at += 64) {
    const first = v128.load(at)
    const second = v128.load(at, 16)
    const third = v128.load(at, 32)
    const fourth = v128.load(at, 48)
    a = lowStep(a, first, lowOdd)
    e = highStep(e, first, highOdd)
    b = lowStep(b, second, lowOdd)
    f = highStep(f, second, highOdd)
    c = lowStep(c, third, lowOdd)
    g = highStep(g, third, highOdd)
    d = lowStep(d, fourth, lowOdd)
    h = highStep(h, fourth, highOdd)
  }
  v128.store(CHECK_LANES, a)
  v128.store(CHECK_LANES, b, 16)
  v128.store(CHECK_LANES, c, 32)
  v128.store(CHECK_LANES, d, 48)
  v128.store(CHECK_LANES, e, 64)
  v128.store(CHECK_LANES, f, 80)
  v128.store(CHECK_LANES, g, 96)
  v128.store(CHECK_LANES, h, 112)
}
