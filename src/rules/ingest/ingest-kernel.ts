import { INGEST_KERNEL_BYTES } from './ingest-kernel-bytes.ts'

// The part of the platform's WebAssembly that we use. Its types come with browsers' libraries, which we do not load.
interface WasmMemory {
  readonly buffer: ArrayBuffer
}
declare const WebAssembly:
  | {
      validate(bytes: Uint8Array): boolean
      readonly Module: new (bytes: Uint8Array) => object
      readonly Memory: new (size: { readonly initial: number; readonly maximum: number }) => WasmMemory
      readonly Instance: new (
        module: object,
        imports: { readonly env: { readonly memory: WasmMemory } },
      ) => { readonly exports: object }
    }
  | undefined

/** What the WebAssembly module exports. */
interface IngestKernelExports {
  useHeader(
    cells: number,
    type: number,
    detectionFunction: number,
    value: number,
    expiresAt: number,
    enabled: number,
    isStrict: number,
  ): void
  readRows(from: number, to: number, firstWord: number): void
  readLines(from: number, to: number, firstWord: number): void
  tallyRows(): void
  useBuckets(nextRow: number, nextWord: number, words: number, starts: number, rows: number): void
  dealValues(
    count: number,
    row: number,
    definitions: number,
    types: number,
    functions: number,
    ends: number,
    piece: number,
  ): void
  useValues(words: number, starts: number, rows: number, same: number, room: number, most: number): void
  sortValues(from: number, to: number): void
  rowsRead(): number
  inputRead(): number
  isStoppedByRow(): number
  timesRead(): number
  textRead(): number
}

/** The ingest kernel over a memory of its own, which is garbage as soon as nobody holds the kernel. */
export interface IngestKernel {
  readonly exports: IngestKernelExports
  readonly memory: WasmMemory
}

/** Where everything stands in the kernel's memory; `assembly/layout.ts` says the same. */
export const INGEST_LAYOUT = {
  input: 0x1_0000,
  type: 0x6_0000,
  detectionFunction: 0x6_4000,
  enabled: 0x6_8000,
  valueEnd: 0x7_0000,
  column: 0x8_0000,
  tally: 0x9_0000,
  expiresAt: 0xa_0000,
  values: 0xc_0000,
} as const
/** Most bytes that may stand at `input`. A value never takes more bytes than its row. */
export const INGEST_INPUT_BYTES: number = 2 ** 18
/** Most rows that one call reads. */
export const INGEST_ROW_LIMIT: number = 2 ** 14
/** Where a memory for sorting begins to be the caller's: counters stand before it. */
export const INGEST_SORT_START = 0x4_0000
/** Shorter lists are read before a kernel is compiled. */
export const INGEST_LEAST_BYTES: number = 2 ** 17
/** Pages of a memory for reading. */
const READING_PAGES = 17
const MOST_PAGES = 65_536

/** Kept, because the platform makes code faster while it runs, and would begin anew with another module. */
let compiled: object | null = null

/** A new kernel, or null where WebAssembly, its vectors or so much memory are missing. */
export function openIngestKernel(pages: number = READING_PAGES): IngestKernel | null {
  if (typeof WebAssembly === 'undefined') return null
  if (compiled === null) {
    const bytes = Uint8Array.from(atob(INGEST_KERNEL_BYTES), (character) => character.charCodeAt(0))
    if (!WebAssembly.validate(bytes)) return null
    compiled = new WebAssembly.Module(bytes)
  }
  try {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: MOST_PAGES })
    const { exports } = new WebAssembly.Instance(compiled, { env: { memory } })
    return { exports: exports as IngestKernelExports, memory } // the generated module is tested to be what its source says
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return null
  }
}
