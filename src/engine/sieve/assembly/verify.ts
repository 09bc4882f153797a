/**
 * The proofs of an image's large sections, where it lies in this memory. Each says whether its TypeScript twin would
 * accept; the twin names what is wrong. They read what `verify-image.ts` has found to be within the image.
 */
const NO_PATTERN: u32 = 0xffffffff

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

/** The child of a node along a byte, or 0. */
function childOf(firstChild: usize, labels: usize, node: usize, byte: u32): usize {
  let low = <usize>word(firstChild, node)
  let high = <usize>word(firstChild, node + 1)
  while (high - low > 8) {
    const middle = (low + high) >> 1
    if (<u32>load<u8>(labels + middle) > byte) high = middle
    else low = middle
  }
  for (; low < high; low++) if (<u32>load<u8>(labels + low) == byte) return low
  return 0
}

/**
 * Whether the nodes are a trie of the texts, spelled backwards where `isReversed`. The sections have the sizes that
 * `nodeCount` says, and there are nodes.
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
  if (word(patterns, 0) != NO_PATTERN) return false
  let endCount: u32 = 0
  for (let node: usize = 0; node < nodeCount; node++) {
    const start = <usize>word(firstChild, node)
    const end = <usize>word(firstChild, node + 1)
    if (start <= node || end < start || end > nodeCount) return false
    for (let child = start + 1; child < end; child++) {
      if (load<u8>(labels + child - 1) >= load<u8>(labels + child)) return false
    }
    if (word(patterns, node) != NO_PATTERN) endCount++
    else if (start == end) return false
  }
  if (endCount != textCount) return false
  for (let text: usize = 0; text < <usize>textCount; text++) {
    const from = bytes + <usize>word(offsets, text)
    const to = bytes + <usize>word(offsets, text + 1)
    let node: usize = 0
    for (let i: usize = 0; i < to - from; i++) {
      node = childOf(firstChild, labels, node, <u32>load<u8>(isReversed ? to - 1 - i : from + i))
      if (node == 0) return false
    }
    if (<usize>word(patterns, node) != text) return false
  }
  return true
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
  for (let node: usize = 0; node < nodeCount; node++) {
    const end = <usize>word(firstChild, node + 1)
    for (let child = <usize>word(firstChild, node); child < end; child++) {
      const fail = node == 0 ? 0 : failOf(firstChild, labels, fails, node, <u32>load<u8>(labels + child))
      const output = word(patterns, fail) == NO_PATTERN ? word(outputs, fail) : <u32>fail
      if (word(fails, child) != <u32>fail || word(outputs, child) != output) return false
    }
  }
  return true
}

/** Links of smaller nodes have been found to be right, so that the chain leads to the root. */
function failOf(firstChild: usize, labels: usize, fails: usize, parent: usize, byte: u32): usize {
  let node = <usize>word(fails, parent)
  let child = childOf(firstChild, labels, node, byte)
  while (child == 0 && node != 0) {
    node = <usize>word(fails, node)
    child = childOf(firstChild, labels, node, byte)
  }
  return child
}
