import { DEFAULT_SEMANTICS } from '../../src/model/semantics.ts'
import { NO_FILTERS, type ScanSettings } from '../../src/replay/scan-settings.ts'

/** Settings of a scan that shows everything, in small blocks and segments. */
export const SMALL_SCAN: ScanSettings = {
  semantics: DEFAULT_SEMANTICS,
  filters: NO_FILTERS,
  kernel: 'wasm',
  defaultTable: null,
  blockBytes: 65_536,
  segmentBytes: 65_536,
  maxRatio: null,
  areHitsShown: true,
  simulate: null,
}
