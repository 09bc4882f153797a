import { DOMAIN_TEXT_LIMIT } from '../model/indicator.ts'
import type { IndicatorAccounting, RuleSet } from '../model/rule-set.ts'
import { NO_ID, NO_TIME } from '../model/rule-set.ts'
import { takeSpareMemory } from '../model/spare-memory.ts'
import { CompileError } from './compile-error.ts'
import { rankDefinitions, selectRows } from './compiled-rows.ts'
import type { CompiledRows, DuplicateRows } from './compiled-rows.ts'
import { encodeDefinitions } from './definition-section.ts'
import {
  commonSection,
  FILTER_SECTION,
  isLittleEndianHost,
  OPTION_REJECT_NON_EQUALS_HASH,
  OVERFLOW_FLAG,
} from './image-layout.ts'
import type { CommonSection } from './image-layout.ts'
import { writeImage } from './image-writer.ts'
import { buildPostings } from './postings.ts'
import { rowValuesOf, type RowValues } from './row-values.ts'
import { buildRuns } from './runs.ts'
import { openBlockMixer } from './sieve/block-mixer.ts'
import { buildFilters } from './sieve/build-filters.ts'
import { patternsOf } from './sieve/filter-patterns.ts'
import { buildNumberSteps, buildTimeSteps } from './step-column.ts'
import { buildStructures } from './structures.ts'

export interface CompileOptions {
  /** `reject` leaves out hash indicators whose function is not Equals and counts them as rejected. */
  readonly nonEqualsHash: 'allow' | 'reject'
  /** Indicators read, including those that never became rows; by default the rows and the opaque ones. */
  readonly read?: number
}

/** A sealed image, and what became of every indicator. */
export interface CompiledRules {
  /** A view: what it is a view of may be larger, since an image takes over memory that the rules leave. */
  readonly image: Uint8Array
  readonly accounting: IndicatorAccounting
  readonly duplicates: DuplicateRows
}

/** Most indicators of one image: the upper half of the u32 range marks overflow lists. */
export const INDICATOR_LIMIT: number = OVERFLOW_FLAG - 1

/** Below this many indicators the kernel's memory for checksums costs more than it saves. */
const MIXER_LEAST = 10_000

/**
 * Compiles validated rules into the bytes of an index image. Pure: equal rules give equal bytes, in whatever order
 * their rows stand. Throws a `CompileError` when the rules are too large or hold a value that is not canonical.
 */
export function compileRules(rules: RuleSet, options: Partial<CompileOptions> = {}): CompiledRules {
  if (!isLittleEndianHost()) {
    throw new CompileError('big-endian-host', 'expected a little-endian machine, found a big-endian one')
  }
  if (rules.indicators.count > INDICATOR_LIMIT) {
    throw new CompileError(
      'limit',
      `expected at most ${INDICATOR_LIMIT} IOCs, found ${rules.indicators.count}`,
    )
  }
  const rejectNonEqualsHash = options.nonEqualsHash === 'reject'
  const definitionRank = rankDefinitions(rules.definitions)
  const values = rowValuesOf(rules.indicators)
  const selected = selectRows({ rules, values, definitionRank, rejectNonEqualsHash })
  const accounting = accountFor(rules, selected, options.read)
  const { rows } = selected
  refuseLongValues(values, rows)
  const runs = buildRuns(rules, rows, definitionRank)
  const mixBlocks = rows.length < MIXER_LEAST ? undefined : (openBlockMixer() ?? undefined)
  const built = buildStructures(values, selected, runs, mixBlocks)
  const postings = buildPostings(built.patterns)
  const expiresAt = buildTimeSteps(rules.indicators.expiresAt, rows, NO_TIME)
  const createdAt = buildTimeSteps(rules.indicators.createdAt, rows, NO_TIME)
  const serverId = buildNumberSteps(rules.indicators.id, rows, NO_ID)
  const common: { readonly [K in CommonSection]: ArrayBufferView } = {
    definitions: encodeDefinitions(sortByRank(rules.definitions, definitionRank)),
    runs,
    structureBase: built.structureBase,
    ...postings,
    textOffset: built.texts.offset,
    textBytes: built.texts.bytes,
    expiresAtStart: expiresAt.start,
    expiresAtValue: expiresAt.value,
    createdAtStart: createdAt.start,
    createdAtValue: createdAt.value,
    serverIdStart: serverId.start,
    serverIdValue: serverId.value,
  }
  const contents = new Map(built.sections)
  contents.set(FILTER_SECTION, buildFilters(patternsOf(built.source)))
  for (const [name, content] of Object.entries(common))
    contents.set(commonSection(name as CommonSection), content)
  const image = writeImage(
    {
      seedLow: built.seed.low,
      seedHigh: built.seed.high,
      options: rejectNonEqualsHash ? OPTION_REJECT_NON_EQUALS_HASH : 0,
      indicatorCount: rows.length,
      patternCount: built.structureBase.at(-1) ?? 0,
      read: accounting.read,
      duplicate: accounting.duplicate,
      disabled: accounting.disabled,
      opaque: accounting.opaque,
      rejected: accounting.rejected,
    },
    contents,
    { mixBlocks, memoryFor: (byteLength) => takeSpareMemory(rules.indicators, byteLength) },
  )
  return { image, accounting, duplicates: selected.duplicates }
}

/** Every indicator read ends in exactly one place (semantics 10). */
function accountFor(rules: RuleSet, selected: CompiledRows, given: number | undefined): IndicatorAccounting {
  const opaque = rules.opaque.length
  const read = given ?? rules.indicators.count + opaque
  const neverRows = read - rules.indicators.count - opaque
  if (!Number.isSafeInteger(read) || neverRows < 0 || read > 0xffffffff) {
    throw new CompileError(
      'bad-accounting',
      `expected at least ${read - neverRows} indicators read, found ${read}`,
    )
  }
  return {
    read,
    compiled: selected.rows.length,
    duplicate: selected.duplicates.rows.length,
    disabled: selected.disabled,
    opaque,
    rejected: neverRows + selected.rejected,
  }
}

function refuseLongValues(values: RowValues, rows: Uint32Array): void {
  const odd = values.findOddLength(rows)
  if (odd === null) return
  throw new CompileError(
    'not-canonical',
    `expected a value of 1 to ${DOMAIN_TEXT_LIMIT} bytes, found ${odd.length} in row ${odd.row}`,
  )
}

function sortByRank<T>(items: readonly T[], rank: Uint32Array): T[] {
  return items
    .map((item, i) => ({ item, rank: rank[i] ?? 0 }))
    .sort((left, right) => left.rank - right.rank)
    .map(({ item }) => item)
}
