import type { KeyTable } from '../../model/key-table.ts'
import { ZEEK_FIELD_BYTES, type ZeekLayout, hasReadableRows, type RowLayout } from '../../model/row-layout.ts'
import type { BlockSieve, LineScan } from './block-sieve.ts'
import type { Kernel } from './kernel.ts'
import { enterKeys, whyTooManyKeys } from './kernel-keys.ts'
import {
  COLUMNS_OFFSET,
  COLUMN_LIMIT,
  INPUT_BYTES,
  INPUT_OFFSET,
  KEY_LIMIT,
  LINE_FEEDS_OFFSET,
  LINE_LIMIT,
  LINE_START_OFFSET,
  MAPPED_COLUMN_LIMIT,
  OBSERVED_OFFSET,
  RECORD_OFFSET,
  STOPS_OFFSET,
  ZEEK_WORDS_OFFSET,
} from './kernel-layout.ts'
import { documentKeys, mappedColumns, whyRowsUnfit } from './mapped-columns.ts'
import { RowCounter } from './row-counter.ts'
import type { SieveSlot } from './sieve-memory.ts'

const COLUMN_WORDS = 4
/** Stands behind the last mapped column. */
const NO_COLUMN = 0xffff_ffff

/**
 * The kernel for rows of delimited files: the same contract as `PortableRowSieve` has, and a faster way that takes a
 * block of rows at once.
 */
export class WasmRowSieve implements BlockSieve {
  /** Per key of the table: cells of its columns that were not empty so far (semantics 9). */
  readonly observed: Float64Array
  /** `INPUT_BYTES` of rows. */
  readonly block: Uint8Array
  readonly #kernel: Kernel
  readonly #input: number
  readonly #record: Uint8Array
  readonly #recordAddress: number
  readonly #lineStart: Uint32Array
  readonly #feedsBefore: Uint32Array
  readonly #stops: Uint32Array
  readonly #table: KeyTable
  /** Where the slot says which columns are mapped, and what the words for no value are. */
  readonly #columns: Uint32Array
  readonly #zeekWords: Uint8Array
  /** For rows that are larger than the block. */
  #counter: RowCounter

  private constructor({ kernel, address, memory }: SieveSlot, table: KeyTable, layout: RowLayout) {
    const { buffer } = memory
    this.#kernel = kernel
    this.#table = table
    this.#input = address + INPUT_OFFSET
    this.block = new Uint8Array(buffer, this.#input, INPUT_BYTES)
    this.#recordAddress = address + RECORD_OFFSET
    this.#record = new Uint8Array(buffer, this.#recordAddress, INPUT_BYTES)
    this.observed = new Float64Array(buffer, address + OBSERVED_OFFSET, table.keys.length)
    this.#lineStart = new Uint32Array(buffer, address + LINE_START_OFFSET, LINE_LIMIT + 1)
    this.#feedsBefore = new Uint32Array(buffer, address + LINE_FEEDS_OFFSET, LINE_LIMIT + 1)
    this.#stops = new Uint32Array(buffer, address + STOPS_OFFSET, LINE_LIMIT)
    this.#columns = new Uint32Array(
      buffer,
      address + COLUMNS_OFFSET,
      (MAPPED_COLUMN_LIMIT + 1) * COLUMN_WORDS,
    )
    this.#zeekWords = new Uint8Array(buffer, address + ZEEK_WORDS_OFFSET, 2 * ZEEK_FIELD_BYTES)
    kernel.prepare()
    this.#counter = this.#enter(layout)
    // Keys in documents are searched for and not counted: their counters lie behind those that anybody reads.
    const slot = new Uint8Array(buffer, address, INPUT_OFFSET)
    enterKeys(kernel, documentKeys(table, layout), slot, table.keys.length)
  }

  /** Reads rows as another header of the same log says; what was observed stays. */
  enterLayout(layout: RowLayout): void {
    this.#counter = this.#enter(layout)
  }

  /** A layout whose rows cannot be read has no width, so that no row is plain. */
  #enter(layout: RowLayout): RowCounter {
    const columns = mappedColumns(this.#table, layout)
    const { separator, zeek } = layout
    this.#kernel.enterLayout(separator, hasReadableRows(layout) ? layout.columns.length : 0)
    if (zeek !== undefined) this.#enterZeek(zeek)
    const words = columns.flatMap(({ column, key, kinds, isList }) => [column, key, kinds, isList ? 1 : 0])
    this.#columns.set([...words, NO_COLUMN])
    return new RowCounter(this.observed, columns, layout)
  }

  #enterZeek({ setSeparator, unsetField, emptyField }: ZeekLayout): void {
    const words = [unsetField, emptyField]
    words.forEach((word, i) => this.#zeekWords.set(Buffer.from(word, 'latin1'), i * ZEEK_FIELD_BYTES))
    this.#kernel.enterZeek(setSeparator, unsetField.length, emptyField.length)
  }

  /** Opens a sieve for the mapped columns, or says why there can be none. The slot's sieve before it is dead then. */
  static open(
    table: KeyTable,
    layout: RowLayout,
    slot: SieveSlot,
  ): { readonly sieve: WasmRowSieve } | { readonly off: string } {
    const off = whyRowsUnfit(table, layout) ?? whyTooMany(table, layout)
    return off === null ? { sieve: new WasmRowSieve(slot, table, layout) } : { off }
  }

  /**
   * Says whether the row `bytes[start, end)`, of as many cells as there are columns, may match, and adds to `observed`. A
   * row that is larger than the block may always.
   */
  mayMatch(bytes: Uint8Array, start: number, end: number): boolean {
    const length = end - start
    if (length > INPUT_BYTES) {
      this.#counter.count(bytes, start, end)
      return true
    }
    this.#record.set(bytes.subarray(start, end))
    return this.#kernel.scanRow(this.#recordAddress, this.#recordAddress + length) !== 0
  }

  /** At most `LINE_LIMIT` rows. Not plain is a blank row, and one of another width. */
  scanLines(start: number, end: number, maxBytes: number): LineScan {
    this.#kernel.scanRows(this.#input + start, this.#input + end, maxBytes)
    return {
      lineCount: this.#kernel.linesFound(),
      lineStart: this.#lineStart,
      feedsBefore: this.#feedsBefore,
      stops: this.#stops,
      stopCount: this.#kernel.stopsFound(),
    }
  }
}

function whyTooMany(table: KeyTable, layout: RowLayout): string | null {
  if (layout.columns.length > COLUMN_LIMIT) return `the header names more than ${COLUMN_LIMIT} columns`
  if (mappedColumns(table, layout).length > MAPPED_COLUMN_LIMIT)
    return `more than ${MAPPED_COLUMN_LIMIT} columns are mapped`
  if (table.keys.length > KEY_LIMIT) return `more than ${KEY_LIMIT} keys are mapped`
  return whyTooManyKeys(documentKeys(table, layout), table.keys.length)
}
