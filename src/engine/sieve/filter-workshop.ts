import type { TextList } from '../text-list.ts'
import { copyBytes } from './copy-bytes.ts'
import type { FilterPatterns } from './filter-patterns.ts'
import { AFFIX_FUNCTION_COUNT, FILTERS_START, planFilters } from './filter-plan.ts'
import { type Kernel, instantiateKernel } from './kernel.ts'
import { PAGE_BYTES, SLOT_PAGES } from './kernel-layout.ts'
import { type WasmMemory, type WasmModule, sharedMemory } from './web-assembly.ts'

/** Patterns that are carried into the memory at a time; they and their keys stay in the second-level cache. */
const BATCH = 8192
/** Bytes that the kernel may read behind a text. */
const SLACK = 64
/** Parts that keys are dealt into, the size of their chunks, and keys in each; `assembly/parts.ts` says the same. */
const PART_LIMIT = 256
const CHUNK_BYTES = 4096
const CHUNK_KEYS = 511

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

  /** The filters for these patterns, valid until others are built. Throws a RangeError when there are too many for 4 GiB. */
  build(patterns: FilterPatterns): Uint8Array {
    const kernel = this.#kernel
    const plan = planFilters(patterns)
    const filters = (1 + SLOT_PAGES) * PAGE_BYTES
    const parts = align(filters + plan.bytes)
    const keys = parts + PART_LIMIT * 8
    const scratch = keys + BATCH * 8
    const chunks = Math.ceil((scratch + longestBatch(patterns)) / CHUNK_BYTES) * CHUNK_BYTES
    const usedBefore = this.#memory.buffer.byteLength
    this.#reserve(chunks + (Math.ceil(plan.keyCount / CHUNK_KEYS) + PART_LIMIT) * CHUNK_BYTES)
    const memory = new Uint8Array(this.#memory.buffer)
    memory.fill(0, filters, Math.min(filters + plan.bytes, usedBefore)) // what is new is zero
    new Uint32Array(memory.buffer, filters, FILTERS_START / 4).set(plan.header)
    kernel.open(PAGE_BYTES, filters, 0)
    kernel.prepare()
    kernel.openParts(parts, chunks)
    for (const { type, words, keys: values } of patterns.binary) {
      for (let first = 0; first < values.length; first += BATCH * words) {
        const batch = values.subarray(first, first + BATCH * words)
        copyBytes(batch, memory, scratch)
        kernel.enterBinary(scratch, batch.length / words, words, type, keys)
        kernel.dealKeys(keys, batch.length / words)
      }
    }
    const enterTexts = (texts: TextList, enter: (bytes: number, count: number) => void): void => {
      for (let first = 0; first < texts.count; first += BATCH) {
        const count = Math.min(BATCH, texts.count - first)
        const offsets = texts.offset.subarray(first, first + count + 1)
        const bytes = align(scratch + offsets.byteLength)
        copyBytes(offsets, memory, scratch)
        copyBytes(texts.bytes.subarray(offsets[0], offsets[count]), memory, bytes)
        enter(bytes, count)
        kernel.dealKeys(keys, count)
      }
    }
    enterTexts(patterns.names, (bytes, count) => kernel.enterNames(bytes, scratch, count, keys))
    patterns.affixes.forEach((texts, i) => {
      const type = Math.floor(i / AFFIX_FUNCTION_COUNT)
      const fn = i % AFFIX_FUNCTION_COUNT
      enterTexts(texts, (bytes, count) => kernel.enterAffixes(type, fn, bytes, scratch, count, keys))
    })
    for (let part = 0; part < PART_LIMIT; part += 1) kernel.fillPart(part)
    return memory.subarray(filters, filters + plan.bytes)
  }

  #reserve(bytes: number): void {
    const missing = Math.ceil((bytes - this.#memory.buffer.byteLength) / PAGE_BYTES)
    if (missing > 0) this.#memory.grow(missing)
  }
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
