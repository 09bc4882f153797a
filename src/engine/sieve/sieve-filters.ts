import type { TextList } from '../text-list.ts'
import { type FilterPatterns, patternCount } from './filter-patterns.ts'
import { type Kernel, instantiateKernel } from './kernel.ts'
import { PAGE_BYTES, SLOT_PAGES } from './kernel-layout.ts'
import { type WasmMemory, type WasmModule, sharedMemory } from './web-assembly.ts'

/**
 * What the kernel asks instead of the image, in one block of bytes that may lie anywhere (offsets from its start):
 *
 *   u32  seed low, high | bloom offset, words | directory offset, buckets | tags offset | names have parents
 *   pad to 64, then 15 affix filters by type and function: u32 bitset offset, shift, gram, classes
 *   at 512, each on 64 bytes: bloom u64[words] | directory u32[buckets + 1] | tags u16[patterns + 8] | bitsets
 *
 * Every pattern is one 64-bit key: a digest's first bytes, or a hash. Key k sets three bits of a Bloom word, and its
 * tag, 16 bits of it, stands in its bucket: 12.8 + 16 + 4 bits a pattern, and no digest.
 */
const FILTERS_START = 512
const AFFIX_OFFSET = 64
const AFFIX_BYTES = 16
const FUNCTIONS = 3
const BLOOM_WORDS_PER_KEY = 0.2
const KEYS_PER_BUCKET = 8
/** A vector of tags is read at once. */
const TAG_PADDING = 8
/** Bits of an affix bitset per pattern, and the limits of its size as powers of two: the largest fits a second-level cache. */
const AFFIX_BITS = 16
const AFFIX_LEAST = 10
const AFFIX_MOST = 20
const LONGEST_GRAM = 8

/** Patterns that are carried into the memory at a time. */
const BATCH = 32_768
/** Bytes that the kernel may read behind a text. */
const SLACK = 64

interface Plan {
  readonly keyCount: number
  readonly header: Uint32Array
  readonly bytes: number
}

/** Builds filters in a memory of its own, which can be dropped afterwards: WebAssembly's memory never shrinks. */
export class FilterWorkshop {
  readonly #kernel: Kernel
  readonly #memory: WasmMemory

  private constructor(kernel: Kernel, memory: WasmMemory) {
    this.#kernel = kernel
    this.#memory = memory
  }

  static open(module: WasmModule): FilterWorkshop {
    const memory = sharedMemory(1 + SLOT_PAGES)
    return new FilterWorkshop(instantiateKernel(module, memory), memory)
  }

  /** The filters for these patterns. Throws a RangeError when there are too many for 4 GiB. */
  build(patterns: FilterPatterns): Uint8Array {
    const kernel = this.#kernel
    const plan = planFilters(patterns, kernel)
    const filters = (1 + SLOT_PAGES) * PAGE_BYTES
    const keys = align(filters + plan.bytes)
    const scratch = align(keys + plan.keyCount * 8)
    this.#reserve(scratch + longestBatch(patterns))
    const memory = new Uint8Array(this.#memory.buffer)
    memory.fill(0, filters, filters + plan.bytes)
    new Uint32Array(memory.buffer, filters, FILTERS_START / 4).set(plan.header)
    kernel.open(PAGE_BYTES, filters)
    kernel.prepare()
    let out = keys
    for (const { type, words, keys: values } of patterns.binary) {
      for (let first = 0; first < values.length; first += BATCH * words) {
        const batch = values.subarray(first, first + BATCH * words)
        new Uint32Array(memory.buffer, scratch, batch.length).set(batch)
        kernel.enterBinary(scratch, batch.length / words, words, type, out)
        out += (batch.length / words) * 8
      }
    }
    const enterTexts = (texts: TextList, enter: (bytes: number, count: number) => void): void => {
      for (let first = 0; first < texts.count; first += BATCH) {
        const count = Math.min(BATCH, texts.count - first)
        const offsets = texts.offset.subarray(first, first + count + 1)
        const bytes = align(scratch + offsets.byteLength)
        new Uint32Array(memory.buffer, scratch, offsets.length).set(offsets)
        memory.set(texts.bytes.subarray(offsets[0], offsets[count]), bytes)
        enter(bytes, count)
        out += count * 8
      }
    }
    enterTexts(patterns.names, (bytes, count) => kernel.enterNames(bytes, scratch, count, out))
    patterns.affixes.forEach((texts, i) => {
      enterTexts(texts, (bytes, count) => {
        kernel.enterAffixes(Math.floor(i / FUNCTIONS), i % FUNCTIONS, bytes, scratch, count, out)
      })
    })
    kernel.fillBloom(keys, plan.keyCount)
    kernel.fillTags(keys, plan.keyCount)
    return memory.slice(filters, filters + plan.bytes)
  }

  #reserve(bytes: number): void {
    const missing = Math.ceil((bytes - this.#memory.buffer.byteLength) / PAGE_BYTES)
    if (missing > 0) this.#memory.grow(missing)
  }
}

function planFilters(patterns: FilterPatterns, kernel: Kernel): Plan {
  const keyCount = patternCount(patterns)
  const header = new Uint32Array(FILTERS_START / 4)
  let offset = FILTERS_START
  const place = (bytes: number): number => {
    const at = offset
    offset = align(offset + bytes)
    return at
  }
  const words = Math.max(1, Math.ceil(keyCount * BLOOM_WORDS_PER_KEY))
  const buckets = Math.max(1, Math.ceil(keyCount / KEYS_PER_BUCKET))
  header[0] = patterns.seed.low
  header[1] = patterns.seed.high
  header[2] = place(words * 8)
  header[3] = words
  header[4] = place((buckets + 1) * 4)
  header[5] = buckets
  header[6] = place((keyCount + TAG_PADDING) * 2)
  header[7] = patterns.withParents ? 1 : 0
  patterns.affixes.forEach((texts, i) => {
    if (texts.count === 0) return
    const power = Math.ceil(Math.log2(texts.count * AFFIX_BITS))
    const bits = Math.min(AFFIX_MOST, Math.max(AFFIX_LEAST, power))
    const { shortest, classes } = lengthsOf(texts, kernel)
    header.set(
      [place(2 ** bits / 8), 64 - bits, Math.min(LONGEST_GRAM, shortest), classes],
      (AFFIX_OFFSET + i * AFFIX_BYTES) / 4,
    )
  })
  return { keyCount, header, bytes: offset }
}

/** The shortest text, and a bit for every class of length that occurs. */
function lengthsOf(
  { count, offset }: TextList,
  kernel: Kernel,
): { readonly shortest: number; readonly classes: number } {
  let shortest = Number.MAX_SAFE_INTEGER
  let classes = 0
  const classOfLength = Array.from({ length: 256 }, (_, length) => kernel.affixClass(length))
  for (let i = 0; i < count; i += 1) {
    const length = offset[i + 1]! - offset[i]! // i < count; there is one offset more
    shortest = Math.min(shortest, length)
    classes |= 1 << (classOfLength[length] ?? kernel.affixClass(length))
  }
  return { shortest, classes }
}

/** Bytes of the largest batch of patterns. */
function longestBatch({ binary, names, affixes }: FilterPatterns): number {
  const sizes = binary.map(({ words, keys }) => Math.min(keys.length, BATCH * words) * 4)
  for (const { count, offset } of [names, ...affixes]) {
    for (let first = 0; first < count; first += BATCH) {
      const behind = Math.min(count, first + BATCH)
      sizes.push((BATCH + 1) * 4 + 2 * SLACK + offset[behind]! - offset[first]!) // behind <= count
    }
  }
  return sizes.reduce((most, size) => Math.max(most, size), 0) + SLACK
}

function align(offset: number): number {
  return Math.ceil(offset / 64) * 64
}
