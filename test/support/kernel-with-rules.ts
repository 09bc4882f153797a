import type { FilterPatterns } from '../../src/engine/sieve/filter-patterns.ts'
import { compileKernel } from '../../src/engine/sieve/kernel.ts'
import { FilterWorkshop } from '../../src/engine/sieve/filter-workshop.ts'
import {
  FILTERS_ADDRESS,
  openSlot,
  shareFilters,
  type SieveSlot,
} from '../../src/engine/sieve/sieve-memory.ts'
import type { RowLayout } from '../../src/model/row-layout.ts'
import { WasmRowSieve } from '../../src/engine/sieve/wasm-row-sieve.ts'
import { WasmSieve } from '../../src/engine/sieve/wasm-sieve.ts'
import type { TextList } from '../../src/engine/text-list.ts'
import { readHexKey, readIpKey } from '../../src/engine/value-key.ts'
import { type DetectionFunction, INDICATOR_TYPES, type IndicatorType } from '../../src/model/indicator.ts'
import type { KeyTable } from '../../src/model/key-table.ts'

/** An indicator that filters are to know, in canonical text. */
export interface Sought {
  readonly type: IndicatorType
  readonly fn: DetectionFunction
  readonly value: string
}

const HASH_WORDS: readonly (readonly [IndicatorType, number])[] = [
  ['Sha1', 5],
  ['Sha256', 8],
  ['Md5', 4],
]
const AFFIX_FUNCTIONS: readonly DetectionFunction[] = ['StartWith', 'EndWith', 'Contains']
/** Room for the filters of a few indicators. */
const FILTER_BYTES = 262_144

/** A kernel whose few rules change from case to case, in one memory: a memory for each would exhaust the machine. */
export class KernelWithRules {
  readonly slot: SieveSlot
  readonly #workshop: FilterWorkshop
  readonly #filters: Uint8Array

  private constructor(workshop: FilterWorkshop, slot: SieveSlot) {
    this.#workshop = workshop
    this.slot = slot
    this.#filters = new Uint8Array(slot.memory.buffer, FILTERS_ADDRESS, FILTER_BYTES)
  }

  static open(): KernelWithRules {
    const module = compileKernel()
    if (module === null) throw new Error('this machine has no kernel')
    const slot = openSlot(shareFilters(module, new Uint8Array(FILTER_BYTES), false))
    if ('off' in slot) throw new Error(slot.off)
    return new KernelWithRules(FilterWorkshop.open(module), slot)
  }

  /** Opens the sieve for the keys; the one before it is dead then. */
  sieve(table: KeyTable): WasmSieve {
    const opened = WasmSieve.open(table, this.slot)
    if ('off' in opened) throw new Error(opened.off)
    return opened.sieve
  }

  /** The same for rows. */
  rowSieve(table: KeyTable, layout: RowLayout): WasmRowSieve {
    const opened = WasmRowSieve.open(table, layout, this.slot)
    if ('off' in opened) throw new Error(opened.off)
    return opened.sieve
  }

  /** Puts the filters of these patterns in the place of those before. */
  load(patterns: FilterPatterns, withParents: boolean = false): void {
    this.loadFilters(this.#workshop.build(patterns), withParents)
  }

  loadFilters(filters: Uint8Array, withParents: boolean = false): void {
    if (filters.length > FILTER_BYTES) throw new Error(`no room for filters of ${filters.length} bytes`)
    this.#filters.set(filters)
    this.slot.kernel.open(this.slot.address, FILTERS_ADDRESS, withParents ? 1 : 0)
  }

  seek(...sought: readonly Sought[]): void {
    this.load(patternsFor(sought))
  }
}

/** What filters are built from, for a few indicators. */
export function patternsFor(sought: readonly Sought[]): FilterPatterns {
  const valuesOf = (type: IndicatorType, fn: DetectionFunction): readonly string[] =>
    sought.filter((one) => one.type === type && one.fn === fn).map(({ value }) => value)
  return {
    binary: [
      ...HASH_WORDS.map(([type, words]) => digests(type, words, valuesOf(type, 'Equals'))),
      ...[1, 4].map((words) => addresses(words, valuesOf('IpAddress', 'Equals'))),
    ],
    names: textList(valuesOf('DomainName', 'Equals')),
    affixes: INDICATOR_TYPES.flatMap((type) => AFFIX_FUNCTIONS.map((fn) => textList(valuesOf(type, fn)))),
    seed: { low: 0x1234_5678, high: 0x9abc_def0 },
  }
}

function digests(
  type: IndicatorType,
  words: number,
  values: readonly string[],
): FilterPatterns['binary'][number] {
  const keys = new Uint32Array(values.length * words)
  values.forEach((value, i) => readHexKey(Buffer.from(value), 0, value.length, keys, i * words, words))
  return { type: INDICATOR_TYPES.indexOf(type), words, keys }
}

function addresses(words: number, values: readonly string[]): FilterPatterns['binary'][number] {
  const found = values.map((value) => {
    const key = new Uint32Array(4)
    return key.subarray(0, readIpKey(Buffer.from(value), 0, value.length, key, 0))
  })
  return {
    type: INDICATOR_TYPES.indexOf('IpAddress'),
    words,
    keys: Uint32Array.from(found.filter((key) => key.length === words).flatMap((key) => [...key])),
  }
}

function textList(values: readonly string[]): TextList {
  const offset = new Uint32Array(values.length + 1)
  values.forEach((value, i) => (offset[i + 1] = offset[i]! + value.length))
  return { count: values.length, offset, bytes: Buffer.from(values.join(''), 'latin1') }
}
