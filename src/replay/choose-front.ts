import type { BlockSieve } from '../engine/sieve/block-sieve.ts'
import { ObservedCounter } from '../engine/sieve/count-observed.ts'
import { mappedColumns, whyRowsUnfit } from '../engine/sieve/mapped-columns.ts'
import { PortableRowSieve } from '../engine/sieve/portable-row-sieve.ts'
import { PortableSieve } from '../engine/sieve/portable-sieve.ts'
import { RowCounter } from '../engine/sieve/row-counter.ts'
import type { SieveSlot } from '../engine/sieve/sieve-memory.ts'
import type { SieveTarget } from '../engine/sieve/sieve-target.ts'
import { WasmRowSieve } from '../engine/sieve/wasm-row-sieve.ts'
import { WasmSieve } from '../engine/sieve/wasm-sieve.ts'
import { whyUnfit } from '../engine/sieve/mapped-keys.ts'
import type { Classification } from '../logs/classify.ts'
import { INDICATOR_TYPES } from '../model/indicator.ts'
import type { KeyTable } from '../model/key-table.ts'
import type { RowLayout } from '../model/row-layout.ts'
import type { ScanSettings } from './scan-settings.ts'

/** What stands in front of the full reading: a sieve, or a counter that lets every record pass. */
export interface Front {
  readonly mayMatch: (bytes: Uint8Array, start: number, end: number) => boolean
  readonly observed: Float64Array
  /** The sieve that takes many lines at once, or null. */
  readonly lines: BlockSieve | null
  /** Reads rows as another header of the same log says. */
  readonly enterLayout: (layout: RowLayout) => void
}

/** Why no sieve can stand in front of a log, or null when one can. */
export function whyNoSieve(
  table: KeyTable,
  { fieldMap, delimited }: Pick<Classification, 'fieldMap' | 'delimited'>,
  { kernel, semantics }: Pick<ScanSettings, 'kernel' | 'semantics'>,
): string | null {
  if (fieldMap?.any === true) return table.incompleteReason ?? 'every field is looked at'
  if (kernel === 'off') return 'switched off'
  if (semantics.validate === 'strict') return 'strict validation reads every record'
  return delimited === null ? whyUnfit(table) : whyRowsUnfit(table, delimited)
}

/** Opens the front for a log. Without a slot, or where the kernel has no room for the keys, the portable sieve serves. */
export function openFront(
  table: KeyTable,
  classification: Pick<Classification, 'fieldMap' | 'delimited'>,
  settings: Pick<ScanSettings, 'kernel' | 'semantics'>,
  slot: SieveSlot | null,
  target: SieveTarget,
): Front {
  if (whyNoSieve(table, classification, settings) !== null) return openCounter(table, classification)
  const wasm = slot === null ? null : openWasm(table, classification.delimited, slot)
  if (wasm !== null && 'sieve' in wasm) return { ...frontOf(wasm.sieve), lines: wasm.sieve }
  const portable = openPortable(table, classification.delimited, target)
  return 'sieve' in portable ? frontOf(portable.sieve) : openCounter(table, classification)
}

function openWasm(
  table: KeyTable,
  layout: RowLayout | null,
  slot: SieveSlot,
): { readonly sieve: WasmSieve | WasmRowSieve } | { readonly off: string } {
  return layout === null ? WasmSieve.open(table, slot) : WasmRowSieve.open(table, layout, slot)
}

/** The portable sieve for records, or for rows where there is a layout; or why there is none. */
export function openPortable(
  table: KeyTable,
  layout: RowLayout | null,
  target: SieveTarget,
): { readonly sieve: PortableSieve | PortableRowSieve } | { readonly off: string } {
  return layout === null ? PortableSieve.open(table, target) : PortableRowSieve.open(table, layout, target)
}

function openCounter(
  table: KeyTable,
  { fieldMap, delimited }: Pick<Classification, 'fieldMap' | 'delimited'>,
): Front {
  if (fieldMap?.any === true)
    return {
      mayMatch: () => true,
      observed: new Float64Array(INDICATOR_TYPES.length),
      lines: null,
      enterLayout: () => {},
    }
  const observed = new Float64Array(table.keys.length)
  const rowCounter = (layout: RowLayout): RowCounter =>
    new RowCounter(observed, mappedColumns(table, layout), layout)
  let counter = delimited === null ? ObservedCounter.open(table) : rowCounter(delimited)
  return {
    mayMatch: (bytes, start, end) => {
      counter.count(bytes, start, end)
      return true
    },
    observed: counter.observed,
    lines: null,
    enterLayout: (layout) => {
      counter = rowCounter(layout)
    },
  }
}

function frontOf(sieve: PortableSieve | PortableRowSieve | WasmSieve | WasmRowSieve): Front {
  return {
    mayMatch: (bytes, start, end) => sieve.mayMatch(bytes, start, end),
    observed: sieve.observed,
    lines: null,
    enterLayout: (layout) => {
      if ('enterLayout' in sieve) sieve.enterLayout(layout)
    },
  }
}
