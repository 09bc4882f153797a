import { KERNEL_BYTES } from './kernel-bytes.ts'
import { type WasmMemory, type WasmModule, webAssembly } from './web-assembly.ts'

/** What the WebAssembly module exports. Addresses are unsigned 32-bit numbers. */
export interface Kernel {
  open(slot: number, filters: number, withParents: number): void
  prepare(): void
  enterKey(index: number, text: number, length: number, kinds: number, isNested: number): void
  enterLayout(separator: number, columnCount: number): void
  enterZeek(setSeparator: number, unsetLength: number, emptyLength: number): void
  scanRecord(from: number, to: number): number
  scanLines(from: number, to: number, limit: number): void
  scanRow(from: number, to: number): number
  scanRows(from: number, to: number, limit: number): void
  linesFound(): number
  stopsFound(): number
  enterBinary(values: number, count: number, words: number, type: number, out: number): void
  enterNames(bytes: number, offsets: number, count: number, out: number): void
  enterAffixes(type: number, fn: number, bytes: number, offsets: number, count: number, out: number): void
  openParts(parts: number, chunks: number): void
  dealKeys(keys: number, count: number): void
  fillPart(index: number): void
  mixBlocks(from: number, to: number): void
  areBuckets(
    directory: number,
    from: number,
    to: number,
    bucketCount: number,
    keys: number,
    count: number,
    words: number,
  ): number
  ascends(numbers: number, count: number, last: number): number
  lengthsOf(offsets: number, count: number, limit: number): number
  arePrintable(from: number, to: number): number
  textsInBuckets(
    directory: number,
    bucketCount: number,
    offsets: number,
    bytes: number,
    seedLow: number,
    seedHigh: number,
  ): number
  isTrie(
    firstChild: number,
    labels: number,
    patterns: number,
    nodeCount: number,
    offsets: number,
    bytes: number,
    textCount: number,
    isReversed: number,
  ): number
  areLinks(
    firstChild: number,
    labels: number,
    patterns: number,
    nodeCount: number,
    fails: number,
    outputs: number,
  ): number
  listedIds(postings: number, count: number, overflow: number, overflowCount: number): number
  awaitIds(waiting: number, from: number, to: number): void
  areMet(waiting: number, from: number, to: number): number
  meetRange(waiting: number, from: number, to: number): number
  meetListed(waiting: number, idCount: number, postings: number, count: number, overflow: number): number
}

/** Kept, because the platform makes code faster while it runs, and would begin anew with another module. */
let compiled: WasmModule | null = null

/** Compiles the kernel, or returns null where WebAssembly, its vectors or shared memory are missing. */
export function compileKernel(): WasmModule | null {
  if (webAssembly === null) return null
  if (compiled === null) {
    try {
      compiled = new webAssembly.Module(new Uint8Array(Buffer.from(KERNEL_BYTES, 'base64')))
    } catch {
      return null // asking first whether it would compile takes as long as compiling it
    }
  }
  return compiled
}

/** A kernel over a memory that it may share with others. It has no state of its own beyond where its slot is. */
export function instantiateKernel(module: WasmModule, memory: WasmMemory): Kernel {
  if (webAssembly === null) throw new RangeError('there is no WebAssembly')
  const { exports } = new webAssembly.Instance(module, { env: { memory } })
  return exports as Kernel // the generated module is tested to be what its source says
}
