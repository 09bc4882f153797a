// The part of the platform's WebAssembly that we use. Its types come with browsers' libraries, which we do not load.

/** Compiled code. Plain data for structured clone. */
export interface WasmModule {
  readonly [Symbol.toStringTag]: string
}

/** A memory that threads share. Plain data for structured clone. */
export interface WasmMemory {
  readonly buffer: SharedArrayBuffer
  /** Adds pages and returns how many there were; throws a RangeError where there are none left. */
  grow(pages: number): number
}

interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => WasmModule
  readonly Memory: new (size: {
    readonly initial: number
    readonly maximum: number
    readonly shared: true
  }) => WasmMemory
  readonly Instance: new (
    module: WasmModule,
    imports: { readonly env: { readonly memory: WasmMemory } },
  ) => { readonly exports: object }
}

declare const WebAssembly: WebAssemblyApi | undefined

/** The platform's WebAssembly, or null where it has none or no memory that threads can share. */
export const webAssembly: WebAssemblyApi | null =
  typeof WebAssembly === 'undefined' || typeof SharedArrayBuffer === 'undefined' ? null : WebAssembly

/** Most pages that a memory can have: 4 GiB. */
const MOST_PAGES = 65_536

/** A shared memory of so many pages that can grow to 4 GiB. Throws where the machine has no such memory. */
export function sharedMemory(pages: number): WasmMemory {
  if (webAssembly === null) throw new RangeError('there is no WebAssembly')
  return new webAssembly.Memory({ initial: pages, maximum: MOST_PAGES, shared: true })
}
