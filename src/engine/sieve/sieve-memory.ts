import type { IndexImage } from '../image-reader.ts'
import type { MatcherOptions } from '../matcher.ts'
import { copyBytes } from './copy-bytes.ts'
import { compileKernel, instantiateKernel, type Kernel } from './kernel.ts'
import { PAGE_BYTES, SLOT_PAGES } from './kernel-layout.ts'
import { type WasmMemory, type WasmModule, sharedMemory } from './web-assembly.ts'

/** What threads share: the kernel's code, and one memory that holds the filters once. Plain data for structured clone. */
export interface SharedSieve {
  readonly module: WasmModule
  readonly memory: WasmMemory
  /** Address of the filters. */
  readonly filters: number
  /** True where a name also equals every parent of itself. */
  readonly withParents: boolean
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

/** Shares the filters of an image; or says why there is no kernel. */
export function shareSieve(
  image: IndexImage,
  { domainEquals }: Pick<MatcherOptions, 'domainEquals'>,
): SharedSieve | { readonly off: string } {
  const module = compileKernel()
  if (module === null) return { off: 'this machine has no WebAssembly with vectors and shared memory' }
  const withParents = domainEquals === 'subdomains'
  if (image.memory !== null)
    return {
      module: image.memory.module,
      memory: image.memory.memory,
      filters: image.filters.byteOffset,
      withParents,
    }
  try {
    return shareFilters(module, image.filters, withParents)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { off: `the kernel's memory does not suffice: ${error.message}` }
  }
}

/** A memory with these filters in it. Throws a RangeError where none is to be had. */
export function shareFilters(module: WasmModule, filters: Uint8Array, withParents: boolean): SharedSieve {
  const memory = sharedMemory(1 + Math.ceil(filters.length / PAGE_BYTES))
  copyBytes(filters, new Uint8Array(memory.buffer), FILTERS_ADDRESS)
  return { module, memory, filters: FILTERS_ADDRESS, withParents }
}

/**
 * Takes the next slot, or says why there is none: a memory ends at 4 GiB. Growing is atomic, so that threads cannot get
 * the same one. A slot is never given back.
 */
export function openSlot({
  module,
  memory,
  filters,
  withParents,
}: SharedSieve): SieveSlot | { readonly off: string } {
  try {
    const address = memory.grow(SLOT_PAGES) * PAGE_BYTES
    const kernel = instantiateKernel(module, memory)
    kernel.open(address, filters, withParents ? 1 : 0)
    return { kernel, address, memory }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { off: `the kernel's memory does not suffice: ${error.message}` }
  }
}
