import type { IndexImage } from '../image-reader.ts'
import type { MatcherOptions } from '../matcher.ts'
import { patternsOf } from './filter-patterns.ts'
import { compileKernel, instantiateKernel, type Kernel } from './kernel.ts'
import { PAGE_BYTES, SLOT_PAGES } from './kernel-layout.ts'
import { FilterWorkshop } from './sieve-filters.ts'
import { type WasmMemory, type WasmModule, sharedMemory } from './web-assembly.ts'

/** What threads share: the kernel's code, and one memory that holds the filters once. Plain data for structured clone. */
export interface SharedSieve {
  readonly module: WasmModule
  readonly memory: WasmMemory
  /** Bytes of the filters; they begin at `FILTERS_ADDRESS`. */
  readonly filterBytes: number
}

/** A slot of the shared memory with a kernel of its own over it: what one thread needs, for one sieve after the other. */
export interface SieveSlot {
  readonly kernel: Kernel
  /** Unsigned address of the slot. */
  readonly address: number
  readonly memory: WasmMemory
}

/** The first page stays unused, so that no address is 0. */
export const FILTERS_ADDRESS: number = PAGE_BYTES

/** Filters of images that are still in use, so that a second run over the same rules need not build them again. */
const filtersOf = new WeakMap<IndexImage, Map<string, Uint8Array>>()

/** Builds the filters of an image and shares them; or says why there is no kernel. */
export function shareSieve(
  image: IndexImage,
  options: Pick<MatcherOptions, 'domainEquals'>,
): SharedSieve | { readonly off: string } {
  const module = compileKernel()
  if (module === null) return { off: 'this machine has no WebAssembly with vectors and shared memory' }
  try {
    return shareFilters(module, buildOnce(module, image, options))
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { off: `the kernel's memory does not suffice: ${error.message}` }
  }
}

function buildOnce(
  module: WasmModule,
  image: IndexImage,
  options: Pick<MatcherOptions, 'domainEquals'>,
): Uint8Array {
  const built = filtersOf.get(image) ?? new Map<string, Uint8Array>()
  const filters =
    built.get(options.domainEquals) ?? FilterWorkshop.open(module).build(patternsOf(image, options))
  filtersOf.set(image, built.set(options.domainEquals, filters))
  return filters
}

/** A memory with these filters in it. Throws a RangeError where none is to be had. */
export function shareFilters(module: WasmModule, filters: Uint8Array): SharedSieve {
  const pages = 1 + Math.ceil(filters.length / PAGE_BYTES)
  const memory = sharedMemory(pages)
  new Uint8Array(memory.buffer).set(filters, FILTERS_ADDRESS)
  return { module, memory, filterBytes: filters.length }
}

/**
 * Takes the next slot, or says why there is none: a memory ends at 4 GiB. Growing is atomic, so that threads cannot get
 * the same one. A slot is never given back.
 */
export function openSlot({ module, memory }: SharedSieve): SieveSlot | { readonly off: string } {
  try {
    const address = memory.grow(SLOT_PAGES) * PAGE_BYTES
    const kernel = instantiateKernel(module, memory)
    kernel.open(address, FILTERS_ADDRESS)
    return { kernel, address, memory }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { off: `the kernel's memory does not suffice: ${error.message}` }
  }
}
