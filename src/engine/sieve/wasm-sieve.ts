import type { KeyTable } from '../../model/key-table.ts'
import { QUOTE } from '../../canonical/ascii.ts'
import { ObservedCounter } from './count-observed.ts'
import type { Kernel } from './kernel.ts'
import {
  IN_DOCUMENT_OFFSET,
  IN_KEY_OFFSET,
  INPUT_BYTES,
  INPUT_OFFSET,
  KEY_LIMIT,
  KEY_TEXT_BYTES,
  KEY_TEXT_OFFSET,
  LINE_LIMIT,
  LINE_START_OFFSET,
  OBSERVED_OFFSET,
  RECORD_OFFSET,
  STOPS_OFFSET,
} from './kernel-layout.ts'
import { whyUnfit } from './mapped-keys.ts'
import type { SieveSlot } from './sieve-memory.ts'
import { kindSet } from './value-probe.ts'

/** What the kernel said of the lines in a stretch of the block. */
export interface LineScan {
  /** Whole lines that it looked at. */
  readonly lineCount: number
  /** Where each of them begins, and in the entry behind the last one where the first other one does; from the stretch's start. */
  readonly lineStart: Uint32Array
  /** Lines to look at: in the first entries the indices of survivors and of lines that are no records, ascending. */
  readonly stops: Uint32Array
  readonly stopCount: number
}

/** Characters that spell quotes and further escapes in a document that a string holds. */
const DOCUMENT_CHARACTERS = '"\\u0123456789abcdefABCDEF'

/**
 * The sieve in WebAssembly: the same contract as `PortableSieve` has, and for lines a faster way, which takes a block of
 * them at once. Values are not asked of the matcher but of filters, which know a few more values than are sought.
 */
export class WasmSieve {
  /** Per key of the table: its lexical occurrences in all records so far (semantics 9). */
  readonly observed: Float64Array
  /** Lines to be scanned stand here: `INPUT_BYTES` of them. Only its owner writes to it. */
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
    enterKeys(kernel, table, new Uint8Array(buffer, address, INPUT_OFFSET))
  }

  /** Opens a sieve for the keys of a table, or says why there can be none. The slot's sieve before it is dead then. */
  static open(table: KeyTable, slot: SieveSlot): { readonly sieve: WasmSieve } | { readonly off: string } {
    const off = whyUnfit(table) ?? whyTooMany(table)
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

  /**
   * Looks at the whole lines in `block[start, end)`, at most `LINE_LIMIT` of them, and adds what plain records hold to
   * `observed`. Not a plain record is a line longer than `maxLineBytes`, and one that does not run from `{` to `}`.
   * The arrays of the answer are overwritten by the next call.
   */
  scanLines(start: number, end: number, maxLineBytes: number): LineScan {
    this.#kernel.scanLines(this.#input + start, this.#input + end, maxLineBytes)
    return {
      lineCount: this.#kernel.linesFound(),
      lineStart: this.#lineStart,
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

function whyTooMany({ keys }: KeyTable): string | null {
  if (keys.length > KEY_LIMIT) return `more than ${KEY_LIMIT} keys are mapped`
  const bytes = keys.reduce((sum, key) => sum + roomFor(key.bytes), 0)
  return bytes > KEY_TEXT_BYTES ? `the mapped keys together are longer than ${KEY_TEXT_BYTES} bytes` : null
}

/** A key stands behind a quote, and is compared sixteen bytes at a time. */
function roomFor(key: Uint8Array): number {
  return Math.ceil((key.length + 2) / 16) * 16 + 16
}

function enterKeys(kernel: Kernel, { keys }: KeyTable, slot: Uint8Array): void {
  let offset = 1
  keys.forEach(({ bytes, kinds, isNested }, index) => {
    slot[KEY_TEXT_OFFSET + offset - 1] = QUOTE
    slot.set(bytes, KEY_TEXT_OFFSET + offset)
    kernel.enterKey(index, offset, bytes.length, kindSet(kinds), isNested ? 1 : 0)
    offset += roomFor(bytes)
    for (const byte of bytes) {
      slot[IN_KEY_OFFSET + byte] = 1
      slot[IN_DOCUMENT_OFFSET + byte] = 1
    }
  })
  for (const character of DOCUMENT_CHARACTERS) slot[IN_DOCUMENT_OFFSET + character.charCodeAt(0)] = 1
}
