import { type FilterPatterns, patternCount } from './filter-patterns.ts'
import { FilterWorkshop } from './filter-workshop.ts'
import { compileKernel } from './kernel.ts'
import { buildPortableFilters } from './portable-filters.ts'

/** Below this many patterns a memory for the workshop costs more than it saves. */
const WORKSHOP_LEAST = 10_000

/** The filters for these patterns; the same bytes on every machine. */
export function buildFilters(patterns: FilterPatterns): Uint8Array {
  const module = patternCount(patterns) < WORKSHOP_LEAST ? null : compileKernel()
  if (module === null) return buildPortableFilters(patterns)
  try {
    return FilterWorkshop.open(module).build(patterns)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return buildPortableFilters(patterns) // a memory is not to be had
  }
}
