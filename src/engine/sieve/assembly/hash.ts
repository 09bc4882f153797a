import { MASKS, filters, slot } from './slot.ts'

/**
 * 64-bit keys for everything that is sought. The seed comes with the filters, so that nobody who does not know the
 * rules can write logs that pass the filters in vain.
 */
const GOLDEN: u64 = 0x9e3779b97f4a7c15
const FIRST: u64 = 0xff51afd7ed558ccd
const SECOND: u64 = 0xc4ceb9fe1a85ec53

@inline
function seedFor(what: u64): u64 {
  return load<u64>(filters) + what * GOLDEN
}

/** Mixes 64 bits that are nearly random already: high and low half of the result depend on all of them. */
@inline
function mixOnce(value: u64): u64 {
  const product = value * GOLDEN
  return product ^ (product >> 32)
}

/** Key of a digest from its first eight bytes. */
@inline
export function digestKey(firstBytes: u64, type: u32): u64 {
  return mixOnce(firstBytes ^ seedFor(<u64>type))
}

/** Key of an IPv4 address, its bytes in order, low byte first. */
@inline
export function ipv4Key(address: u32): u64 {
  return mixOnce(mixOnce(<u64>address ^ seedFor(3)))
}

/** Key of the IPv6 address whose sixteen bytes stand at `address`. */
export function ipv6Key(address: usize): u64 {
  const high = mixOnce(load<u64>(address) ^ seedFor(4))
  return mixOnce((high * FIRST) ^ (high >> 29) ^ load<u64>(address, 8))
}

/** Key of a text in small letters; `what` keeps names and the grams of each type and function apart. */
export function textKey(text: usize, length: usize, what: u32): u64 {
  let hash = seedFor(<u64>what + 16) ^ (<u64>length * SECOND)
  let at = text
  let left = length
  while (left >= 16) {
    hash = (hash ^ load<u64>(at)) * FIRST
    hash ^= hash >> 32
    hash = (hash ^ load<u64>(at, 8)) * SECOND
    hash ^= hash >> 29
    at += 16
    left -= 16
  }
  if (left > 0) {
    const kept = v128.and(v128.load(at), v128.load(slot + MASKS + 16 - left))
    hash = (hash ^ <u64>i64x2.extract_lane(kept, 0)) * FIRST
    hash ^= hash >> 32
    hash = (hash ^ <u64>i64x2.extract_lane(kept, 1)) * SECOND
    hash ^= hash >> 29
  }
  return mixOnce(hash)
}
