/**
 * Sorts u64 numbers by their upper halves, and by their whole where there are few. The upper half is a word of a value, the
 * lower one the value's number; numbers ascend, so that equal words stay in the order of the values.
 *
 * Most significant bits first: as many as leave a few numbers in each of the parts, beginning with the first bit in which
 * any two differ. So digests take one step, and texts, whose bytes differ in few bits, one or two more.
 */
import { COUNTERS } from './layout.ts'

/** Fewer are sorted by insertion. */
const FEW: usize = 24
const MOST_BITS: u32 = 12
const COUNTER_BYTES: usize = 4 << MOST_BITS

/** Sorts `[from, to)` of the numbers at `numbers`; `spare` has room for as many. `level` is 0 for the caller. */
export function sortWords(numbers: usize, from: usize, to: usize, spare: usize, level: usize): void {
  const first = numbers + (from << 3)
  const end = numbers + (to << 3)
  const count = to - from
  if (count <= FEW) {
    sortFew(first, end)
    return
  }
  const difference = differingBits(first, end) >> 32
  if (difference == 0) return
  const width = 64 - <u32>clz<u64>(difference)
  const wanted = 30 - <u32>clz<u32>(<u32>count) // of parts of two to four
  const bits = min(width, min(wanted, MOST_BITS))
  const shift = <u64>(32 + width - bits)
  const mask = ((<u64>1) << bits) - 1
  const counters = COUNTERS + level * COUNTER_BYTES
  memory.fill(counters, 0, (<usize>4) << bits)
  for (let at = first; at < end; at += 8) {
    const counter = counters + (<usize>((load<u64>(at) >> shift) & mask) << 2)
    store<u32>(counter, load<u32>(counter) + 1)
  }
  let sum: u32 = 0
  let most: u32 = 0
  for (let part: usize = 0; part <= <usize>mask; part++) {
    const size = load<u32>(counters + (part << 2))
    store<u32>(counters + (part << 2), sum)
    sum += size
    most = max(most, size)
  }
  for (let at = first; at < end; at += 8) {
    const number = load<u64>(at)
    const counter = counters + (<usize>((number >> shift) & mask) << 2)
    const place = load<u32>(counter)
    store<u32>(counter, place + 1)
    store<u64>(spare + ((<usize>place) << 3), number)
  }
  if (most <= <u32>FEW) {
    // No number moves out of its part, so that one pass sorts all of them: random digests never take another way.
    insertAll(spare, first, count)
    return
  }
  memory.copy(first, spare, count << 3)
  // Each counter has moved to the end of its part.
  let start = from
  for (let part: usize = 0; part <= <usize>mask; part++) {
    const stop = from + <usize>load<u32>(counters + (part << 2))
    if (stop - start > 1) sortWords(numbers, start, stop, spare, level + 1)
    start = stop
  }
}

/** Bits that are not the same in all numbers. */
function differingBits(first: usize, end: usize): u64 {
  const number = load<u64>(first)
  let bits: u64 = 0
  for (let at = first + 8; at < end; at += 8) bits |= load<u64>(at) ^ number
  return bits
}

function sortFew(first: usize, end: usize): void {
  for (let at = first + 8; at < end; at += 8) insert(load<u64>(at), first, at)
}

/** Copies numbers into their order. */
function insertAll(from: usize, to: usize, count: usize): void {
  for (let i: usize = 0; i < count; i++) insert(load<u64>(from + (i << 3)), to, to + (i << 3))
}

/** Puts a number among those of `[first, end)`, which are in order and have room for one more. */
@inline
function insert(number: u64, first: usize, end: usize): void {
  let hole = end
  while (hole > first && load<u64>(hole - 8) > number) {
    store<u64>(hole, load<u64>(hole - 8))
    hole -= 8
  }
  store<u64>(hole, number)
}
