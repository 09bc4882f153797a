import type { TextList } from '../text-list.ts'
import type { FilterPatterns } from './filter-patterns.ts'
import { AFFIX_FUNCTION_COUNT, FILTERS_START, planFilters } from './filter-plan.ts'
import { type Kernel, instantiateKernel } from './kernel.ts'
import { PAGE_BYTES, SLOT_PAGES } from './kernel-layout.ts'
import { type WasmMemory, type WasmModule, sharedMemory } from './web-assembly.ts'

/** Patterns that are carried into the memory at a time. */
const BATCH = 32_768
/** Bytes that the kernel may read behind a text. */
const SLACK = 64
/** Counters of the parts that keys are spread into. */
const COUNTER_BYTES = 1024

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
    const plan = planFilters(patterns)
    const filters = (1 + SLOT_PAGES) * PAGE_BYTES
    const keys = align(filters + plan.bytes)
    const scratch = align(keys + plan.keyCount * 8)
    // When all patterns have been carried in, the keys are spread where these were.
    const spread = align(scratch + COUNTER_BYTES)
    this.#reserve(Math.max(scratch + longestBatch(patterns), spread + plan.keyCount * 8))
    const memory = new Uint8Array(this.#memory.buffer)
    memory.fill(0, filters, filters + plan.bytes)
    new Uint32Array(memory.buffer, filters, FILTERS_START / 4).set(plan.header)
    kernel.open(PAGE_BYTES, filters, 0)
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
        kernel.enterAffixes(
          Math.floor(i / AFFIX_FUNCTION_COUNT),
          i % AFFIX_FUNCTION_COUNT,
          bytes,
          scratch,
          count,
          out,
        )
      })
    })
    kernel.spreadKeys(keys, plan.keyCount, spread, scratch)
    kernel.fillBloom(spread, plan.keyCount)
    kernel.fillTags(spread, plan.keyCount)
    return memory.slice(filters, filters + plan.bytes)
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
