/**
 * The proofs of an image's large sections, where it lies in this memory. Each says whether its TypeScript twin would
 * accept; the twin names what is wrong. They read what `verify-image.ts` has found to be within the image.
 */
import { ROOT_CHILDREN, TRIE_PATH } from './slot.ts'

const NO_PATTERN: u32 = 0xffffffff
/** Set in a posting that is an index into the overflow lists. */
const OVERFLOW_FLAG: u32 = 0x80000000

@inline
function word(words: usize, index: usize): u32 {
  return load<u32>(words + (index << 2))
}

/**
 * Whether buckets `[from, to)` of a directory hold keys of so many words that ascend strictly, also from the bucket before,
 * each in the bucket of its first word. Of the first bucket and the last one it is checked that they begin and end the keys.
 */
export function areBuckets(
  directory: usize,
  from: usize,
  to: usize,
  bucketCount: usize,
  keys: usize,
  count: usize,
  words: usize,
): bool {
  let i = <usize>word(directory, from)
  if (i > count || (from == 0 && i != 0)) return false
  for (let bucket = from; bucket < to; bucket++) {
    const end = <usize>word(directory, bucket + 1)
    if (end < i || end > count) return false
    if (end == i) continue
    // The keys between the first and the last one of a bucket lie between their buckets.
    if (bucketOf(keys + ((i * words) << 2), bucketCount) != bucket) return false
    for (; i < end; i++) {
      if (i == 0) continue
      const key = keys + ((i * words) << 2)
      const before = key - (words << 2)
      const first = load<u32>(key)
      const firstBefore = load<u32>(before)
      if (first > firstBefore) continue
      if (first < firstBefore || !followsBy(before, key, words)) return false
    }
    if (bucketOf(keys + (((end - 1) * words) << 2), bucketCount) != bucket) return false
  }
  return to < bucketCount || i == count
}

@inline
function bucketOf(key: usize, bucketCount: usize): usize {
  return <usize>((<u64>load<u32>(key) * <u64>bucketCount) >> 32)
}

/** Whether a key that begins as the one before it is above it. */
function followsBy(before: usize, key: usize, words: usize): bool {
  for (let i: usize = 1; i < words; i++) {
    if (word(key, i) != word(before, i)) return word(key, i) > word(before, i)
  }
  return false
}

/** Whether all bytes are printable ASCII without blanks. */
export function arePrintable(from: usize, to: usize): bool {
  let at = from
  let odd = i8x16.splat(0)
  for (; at + 16 <= to; at += 16) {
    odd = v128.or(odd, i8x16.gt_u(i8x16.sub(v128.load(at), i8x16.splat(0x21)), i8x16.splat(0x5d)))
  }
  if (v128.any_true(odd)) return false
  for (; at < to; at++) if (<u32>load<u8>(at) - 0x21 > 0x5d) return false
  return true
}

@inline
function avalanche(lane: u32): u32 {
  let mixed = (lane ^ (lane >> 16)) * 0x85ebca6b
  mixed = (mixed ^ (mixed >> 13)) * 0xc2b2ae35
  return mixed ^ (mixed >> 16)
}

@inline
function hashStep(hash: u32, value: u32): u32 {
  return rotl<u32>(hash ^ (rotl<u32>(value * 0xcc9e2d51, 15) * 0x1b873593), 13) * 5 + 0xe6546b64
}

/** As `hashText` in `../../key-hash.ts`. */
function hashOf(from: usize, to: usize, low: u32, high: u32): u32 {
  let hash = low
  let key = high
  let at = from
  for (; at + 4 <= to; at += 4) {
    hash = hashStep(hash, load<u32>(at) ^ key)
    key += 0x9e3779b9
  }
  let tail: u32 = 0
  for (let shift: u32 = 0; at < to; at++, shift += 8) tail |= (<u32>load<u8>(at)) << shift
  return avalanche(hashStep(hash, tail ^ key) ^ <u32>(to - from))
}

/** Whether the bytes of one text come before those of the next. */
function textsAscend(left: usize, middle: usize, right: usize): bool {
  const length = min(middle - left, right - middle)
  for (let i: usize = 0; i < length; i++) {
    const difference = <i32>load<u8>(left + i) - <i32>load<u8>(middle + i)
    if (difference != 0) return difference < 0
  }
  return middle - left < right - middle
}

/** Whether each text stands in the bucket of its hash, in order. The directory ascends to the number of texts. */
export function textsInBuckets(
  directory: usize,
  bucketCount: u32,
  offsets: usize,
  bytes: usize,
  low: u32,
  high: u32,
): bool {
  for (let bucket: u32 = 0; bucket < bucketCount; bucket++) {
    const start = <usize>word(directory, bucket)
    const end = <usize>word(directory, bucket + 1)
    for (let i = start; i < end; i++) {
      const from = bytes + <usize>word(offsets, i)
      const to = bytes + <usize>word(offsets, i + 1)
      if ((hashOf(from, to, low, high) & (bucketCount - 1)) != bucket) return false
      if (i > start && !textsAscend(bytes + <usize>word(offsets, i - 1), from, to)) return false
    }
  }
  return true
}

/**
 * Whether the nodes are a trie of the texts, spelled backwards where `isReversed`. The sections have the sizes that
 * `nodeCount` says, there are nodes, and no text is longer than 253 bytes.
 *
 * Texts in order meet the nodes in the order of a walk over the whole trie: the next text leaves the path of the one before
 * for the next sibling, and every node behind that is the first child. So nothing is searched for, and each node is
 * looked at once. When as many have been met as there are, none is left over.
 */
export function isTrie(
  firstChild: usize,
  labels: usize,
  patterns: usize,
  nodeCount: usize,
  offsets: usize,
  bytes: usize,
  textCount: u32,
  isReversed: bool,
): bool {
  if (word(firstChild, 0) != 1 || <usize>word(firstChild, nodeCount) != nodeCount) return false
  if (<usize>word(firstChild, 1) > nodeCount || word(patterns, 0) != NO_PATTERN) return false
  store<u32>(TRIE_PATH, 0)
  const step: usize = isReversed ? <usize>-1 : 1
  let met: usize = 1
  let before: usize = 0
  let lengthBefore: usize = 0
  for (let text: usize = 0; text < <usize>textCount; text++) {
    const from = bytes + <usize>word(offsets, text)
    const to = bytes + <usize>word(offsets, text + 1)
    const length = to - from
    const first = isReversed ? to - 1 : from
    let depth: usize = 0
    const shorter = min(length, lengthBefore)
    while (depth < shorter && load<u8>(first + depth * step) == load<u8>(before + depth * step)) depth++
    // Ascending texts: the one before is a prefix, or has the lesser byte where they part.
    if (depth == length) return false
    const parent = <usize>word(TRIE_PATH, depth)
    let node = <usize>word(firstChild, parent)
    if (depth < lengthBefore) {
      if (load<u8>(before + depth * step) > load<u8>(first + depth * step)) return false
      node = <usize>word(TRIE_PATH, depth + 1) + 1
    }
    let behind = <usize>word(firstChild, parent + 1)
    met += length - depth
    while (true) {
      // The node is a child of the path's last one, and stands before its own children, which end within the trie.
      if (node >= behind || load<u8>(labels + node) != load<u8>(first + depth * step)) return false
      depth++
      store<u32>(TRIE_PATH + (depth << 2), <u32>node)
      const children = <usize>word(firstChild, node)
      behind = <usize>word(firstChild, node + 1)
      if (children <= node || behind < children || behind > nodeCount) return false
      if (depth == length) break
      if (word(patterns, node) != NO_PATTERN) return false
      node = children
    }
    if (<usize>word(patterns, node) != text) return false
    before = first
    lengthBefore = length
  }
  return met == nodeCount
}

/** Whether the links of a trie are those of its automaton. */
export function areLinks(
  firstChild: usize,
  labels: usize,
  patterns: usize,
  nodeCount: usize,
  fails: usize,
  outputs: usize,
): bool {
  if (word(fails, 0) != 0 || word(outputs, 0) != 0) return false
  enterRootChildren(firstChild, labels)
  for (let node: usize = 0; node < nodeCount; node++) {
    const end = <usize>word(firstChild, node + 1)
    for (let child = <usize>word(firstChild, node); child < end; child++) {
      const fail = <usize>word(fails, child)
      const byte = <u32>load<u8>(labels + child)
      if (node == 0 ? fail != 0 : !isFail(firstChild, labels, nodeCount, fails, node, byte, fail)) return false
      const output = word(patterns, fail) == NO_PATTERN ? word(outputs, fail) : <u32>fail
      if (word(outputs, child) != output) return false
    }
  }
  return true
}

/** Most chains end at the root, which has more children than any other node. */
function enterRootChildren(firstChild: usize, labels: usize): void {
  memory.fill(ROOT_CHILDREN, 0, 1024)
  const end = <usize>word(firstChild, 1)
  for (let child: usize = 1; child < end; child++) {
    store<u32>(ROOT_CHILDREN + ((<usize>load<u8>(labels + child)) << 2), <u32>child)
  }
}

/**
 * Whether a link is the child along a byte of the first node of the parent's chain that has one. A child belongs to one node, so
 * it is only looked for where it does not stand. Links of smaller nodes have been found to be right: the chain leads to the root.
 */
function isFail(
  firstChild: usize,
  labels: usize,
  nodeCount: usize,
  fails: usize,
  parent: usize,
  byte: u32,
  fail: usize,
): bool {
  let node = <usize>word(fails, parent)
  while (node != 0) {
    const low = <usize>word(firstChild, node)
    const high = <usize>word(firstChild, node + 1)
    if (fail - low < high - low) return <u32>load<u8>(labels + fail) == byte
    if (holds(labels, nodeCount, low, high, byte)) return false
    node = <usize>word(fails, node)
  }
  return fail == <usize>word(ROOT_CHILDREN, byte)
}

/** Whether labels `[low, high)` hold a byte. */
function holds(labels: usize, nodeCount: usize, low: usize, high: usize, byte: u32): bool {
  const sought = i8x16.splat(<i8>byte)
  let at = low
  for (; at < high && at + 16 <= nodeCount; at += 16) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(labels + at), sought))
    const own = high - at < 16 ? (1 << <i32>(high - at)) - 1 : 0xffff
    if ((found & own) != 0) return true
  }
  for (; at < high; at++) if (<u32>load<u8>(labels + at) == byte) return true
  return false
}

/** Whether numbers ascend from 0 to `last`, equal ones among them. There is one at least. */
export function ascends(numbers: usize, count: usize, last: u32): bool {
  let before: u32 = 0
  for (let i: usize = 0; i < count; i++) {
    const number = word(numbers, i)
    if (number < before) return false
    before = number
  }
  return word(numbers, 0) == 0 && before == last
}

/** The lengths of texts that occur: bit n - 1 for n bytes, and bit 31 for all from 32 on; 0 where one is not 1 to `limit`. */
export function lengthsOf(offsets: usize, count: usize, limit: u32): u32 {
  let seen: u32 = 0
  for (let i: usize = 0; i < count; i++) {
    const length = word(offsets, i + 1) - word(offsets, i)
    if (length - 1 >= limit) return 0
    seen |= 1 << min(length - 1, 31)
  }
  return seen
}

/** How many ids the entries stand for; 2^32 - 1 where the overflow lists are not whole, ascending and in order. */
export function listedIds(postings: usize, count: usize, overflow: usize, overflowCount: u32): u32 {
  let ids: u32 = 0
  let next: u32 = 0
  for (let i: usize = 0; i < count; i++) {
    const entry = word(postings, i)
    if (entry < OVERFLOW_FLAG) {
      ids++
      continue
    }
    if (entry - OVERFLOW_FLAG != next || next >= overflowCount) return NO_PATTERN
    const size = word(overflow, next)
    if (size < 2 || size > overflowCount - next - 1) return NO_PATTERN
    for (let at = next + 2; at <= next + size; at++) {
      if (word(overflow, at) <= word(overflow, at - 1)) return NO_PATTERN
    }
    ids += size
    next += size + 1
  }
  return next == overflowCount ? ids : NO_PATTERN
}

/** Sets the bits `from` up to `to`. */
export function awaitIds(waiting: usize, from: u32, to: u32): void {
  let id = from
  for (; id < to && (id & 31) != 0; id++) setBit(waiting, id)
  for (; id + 32 <= to; id += 32) store<u32>(waiting + (id >> 3), 0xffffffff)
  for (; id < to; id++) setBit(waiting, id)
}

/** Whether the bits `from` up to `to` are clear. */
export function areMet(waiting: usize, from: u32, to: u32): bool {
  let id = from
  for (; id < to && (id & 31) != 0; id++) if (isWaiting(waiting, id)) return false
  for (; id + 32 <= to; id += 32) if (load<u32>(waiting + (id >> 3)) != 0) return false
  for (; id < to; id++) if (isWaiting(waiting, id)) return false
  return true
}

/** Whether the bits `from` up to `to` are set; clears them. */
export function meetRange(waiting: usize, from: u32, to: u32): bool {
  let id = from
  for (; id < to && (id & 31) != 0; id++) if (!meet(waiting, id)) return false
  for (; id + 32 <= to; id += 32) {
    if (load<u32>(waiting + (id >> 3)) != 0xffffffff) return false
    store<u32>(waiting + (id >> 3), 0)
  }
  for (; id < to; id++) if (!meet(waiting, id)) return false
  return true
}

/** Whether the bits of all ids are set that the entries stand for, as `listedIds` has found them; clears them. */
export function meetListed(
  waiting: usize,
  idCount: u32,
  postings: usize,
  count: usize,
  overflow: usize,
): bool {
  for (let i: usize = 0; i < count; i++) {
    const entry = word(postings, i)
    if (entry < OVERFLOW_FLAG) {
      if (entry >= idCount || !meet(waiting, entry)) return false
      continue
    }
    const list = entry - OVERFLOW_FLAG
    const end = list + word(overflow, list)
    for (let at = list + 1; at <= end; at++) {
      const id = word(overflow, at)
      if (id >= idCount || !meet(waiting, id)) return false
    }
  }
  return true
}

@inline
function setBit(bits: usize, index: u32): void {
  const place = bits + ((index >> 5) << 2)
  store<u32>(place, load<u32>(place) | (1 << (index & 31)))
}

@inline
function isWaiting(bits: usize, index: u32): bool {
  return ((load<u32>(bits + ((index >> 5) << 2)) >> (index & 31)) & 1) != 0
}

@inline
function meet(bits: usize, index: u32): bool {
  const place = bits + ((index >> 5) << 2)
  const found = load<u32>(place)
  const bit: u32 = 1 << (index & 31)
  if ((found & bit) == 0) return false
  store<u32>(place, found ^ bit)
  return true
}
