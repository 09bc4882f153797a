import type { KeyTable } from '../../model/key-table.ts'
import type { BlockSieve, LineScan } from './block-sieve.ts'
import { ObservedCounter } from './count-observed.ts'
import type { Kernel } from './kernel.ts'
import { enterKeys, whyTooManyKeys } from './kernel-keys.ts'
import {
  INPUT_BYTES,
  INPUT_OFFSET,
  LINE_LIMIT,
  LINE_START_OFFSET,
  OBSERVED_OFFSET,
  RECORD_OFFSET,
  STOPS_OFFSET,
} from './kernel-layout.ts'
import { whyUnfit } from './mapped-keys.ts'
import type { SieveSlot } from './sieve-memory.ts'

/**
 * The sieve in WebAssembly: the same contract as `PortableSieve` has, and for lines a faster way, which takes a block of
 * them at once. Values are not asked of the matcher but of filters, which know a few more values than are sought.
 */
export class WasmSieve implements BlockSieve {
  /** Per key of the table: its lexical occurrences in all records so far (semantics 9). */
  readonly observed: Float64Array
  /** `INPUT_BYTES` of lines. */
  readonly block: Uint8Array
  readonly #kernel: Kernel
  readonly #input: number
  readonly #record: Uint8Array
  readonly #recordAddress: number
  readonly #lineStart: Uint32Array
  readonly #stops: Uint32Array
  /** For records that are larger than the block. */
  readonly #counter: ObservedCounter

  private constructor({ kernel, address, memory }: SieveSlot, table: KeyTable) {
    const { buffer } = memory
    this.#kernel = kernel
    this.#input = address + INPUT_OFFSET
    this.block = new Uint8Array(buffer, this.#input, INPUT_BYTES)
    this.#recordAddress = address + RECORD_OFFSET
    this.#record = new Uint8Array(buffer, this.#recordAddress, INPUT_BYTES)
    this.observed = new Float64Array(buffer, address + OBSERVED_OFFSET, table.keys.length)
    this.#lineStart = new Uint32Array(buffer, address + LINE_START_OFFSET, LINE_LIMIT + 1)
    this.#stops = new Uint32Array(buffer, address + STOPS_OFFSET, LINE_LIMIT)
    this.#counter = ObservedCounter.open(table)
    kernel.prepare()
    enterKeys(kernel, table, new Uint8Array(buffer, address, INPUT_OFFSET), 0)
  }

  /** Opens a sieve for the keys of a table, or says why there can be none. The slot's sieve before it is dead then. */
  static open(table: KeyTable, slot: SieveSlot): { readonly sieve: WasmSieve } | { readonly off: string } {
    const off = whyUnfit(table) ?? whyTooManyKeys(table, 0)
    return off === null ? { sieve: new WasmSieve(slot, table) } : { off }
  }

  /**
   * Says whether the record `bytes[start, end)` may match, and adds to `observed`. A record that is larger than the block
   * may always.
   */
  mayMatch(bytes: Uint8Array, start: number, end: number): boolean {
    const length = end - start
    if (length > INPUT_BYTES) return this.#countOnly(bytes, start, end)
    this.#record.set(bytes.subarray(start, end))
    return this.#kernel.scanRecord(this.#recordAddress, this.#recordAddress + length) !== 0
  }

  /** At most `LINE_LIMIT` lines. Not a plain record is one that does not run from `{` to `}`. */
  scanLines(start: number, end: number, maxBytes: number): LineScan {
    this.#kernel.scanLines(this.#input + start, this.#input + end, maxBytes)
    return {
      lineCount: this.#kernel.linesFound(),
      lineStart: this.#lineStart,
      feedsBefore: null,
      stops: this.#stops,
      stopCount: this.#kernel.stopsFound(),
    }
  }

  #countOnly(bytes: Uint8Array, start: number, end: number): true {
    const { observed } = this.#counter
    observed.fill(0)
    this.#counter.count(bytes, start, end)
    for (let key = 0; key < observed.length; key += 1) this.observed[key]! += observed[key]! // one count per key
    return true
  }
}
