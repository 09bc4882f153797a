import type { AlertDefinition } from '../model/alert-definition.ts'
import type { RuleSet } from '../model/rule-set.ts'
import type { RowValues } from './row-values.ts'
import { FUNCTION_EQUALS, TYPE_DOMAIN, TYPE_IP } from './image-layout.ts'

/** Rows that enter an image, and what became of the others. */
export interface CompiledRows {
  /** Row of each id; ids are in canonical order (semantics 8). */
  readonly rows: Uint32Array
  readonly disabled: number
  /** Non-Equals hash rows that the options refuse. */
  readonly rejected: number
  readonly duplicates: DuplicateRows
}

/** Rows that were merged away, ascending in canonical order, each with the row that stands for it. */
export interface DuplicateRows {
  readonly rows: Uint32Array
  readonly keptRows: Uint32Array
}

export interface RowSelection {
  readonly rules: RuleSet
  readonly values: RowValues
  /** Position of each definition in canonical order. */
  readonly definitionRank: Uint32Array
  readonly rejectNonEqualsHash: boolean
}

/**
 * Leaves out disabled rows and rows of disabled definitions, then merges rows equal in (definition, Type,
 * DetectionFunction, Value, ExpiresAt, CreatedAt), keeping the lowest Id (semantics 8). The result does not depend on
 * the order of the rows: rules arrive sorted, which one pass proves; otherwise they are sorted here.
 */
export function selectRows(selection: RowSelection): CompiledRows {
  const { indicators, definitions } = selection.rules
  const { type, detectionFunction } = indicators
  const compareKeys = keyOrder(selection)
  const compare = rowOrder(selection)
  const isDefinitionEnabled = Uint8Array.from(definitions, (definition) => (definition.Enabled ? 1 : 0))
  const chosen = new Uint32Array(indicators.count)
  // 1 where a row has the keys of the one before it, so that a merge need not compare the others again.
  const hasSameKeys = new Uint8Array(indicators.count)
  let count = 0
  let disabled = 0
  let rejected = 0
  let isSorted = true
  let areDistinct = true
  for (let row = 0; row < indicators.count; row += 1) {
    if (indicators.enabled[row] !== 1 || isDefinitionEnabled[indicators.definition[row]!] !== 1) {
      disabled += 1
      continue
    }
    const isHash = type[row] !== TYPE_IP && type[row] !== TYPE_DOMAIN
    if (selection.rejectNonEqualsHash && isHash && detectionFunction[row] !== FUNCTION_EQUALS) {
      rejected += 1
      continue
    }
    if (isSorted && count > 0) {
      const order = compareKeys(chosen[count - 1]!, row)
      if (order >= 0) areDistinct = false
      if (order === 0) hasSameKeys[count] = 1
      if (order > 0 || (order === 0 && compare(chosen[count - 1]!, row) > 0)) isSorted = false
    }
    chosen[count] = row
    count += 1
  }
  const sorted = chosen.subarray(0, count)
  if (isSorted && areDistinct) {
    const duplicates = { rows: new Uint32Array(0), keptRows: new Uint32Array(0) }
    return { rows: sorted, duplicates, disabled, rejected }
  }
  if (!isSorted) {
    sorted.sort((left, right) => compare(left, right) || left - right)
    hasSameKeys.fill(1)
  }
  return { ...mergeDuplicates(selection, sorted, hasSameKeys), disabled, rejected }
}

/** Position of each definition by (Name in UTF-8 byte order, Id), a missing Id last. */
export function rankDefinitions(definitions: readonly AlertDefinition[]): Uint32Array {
  const encoder = new TextEncoder()
  const names = definitions.map((definition) => encoder.encode(definition.Name))
  const order = definitions.map((_, i) => i)
  const compare = (left: number, right: number): number =>
    compareBytes(names[left] ?? NO_BYTES, names[right] ?? NO_BYTES) ||
    compareNumbers(
      definitions[left]?.Id ?? Number.POSITIVE_INFINITY,
      definitions[right]?.Id ?? Number.POSITIVE_INFINITY,
    )
  order.sort(compare)
  const rank = new Uint32Array(definitions.length)
  order.forEach((definition, position) => (rank[definition] = position))
  return rank
}

const NO_BYTES = new Uint8Array(0)

/** `mayBeSame` is 0 where a row is known to differ from the one before it. */
function mergeDuplicates(
  selection: RowSelection,
  sorted: Uint32Array,
  mayBeSame: Uint8Array,
): Pick<CompiledRows, 'rows' | 'duplicates'> {
  const { createdAt } = selection.rules.indicators
  const isSameGroup = groupTest(selection)
  const rows = new Uint32Array(sorted.length)
  const duplicateRows: number[] = []
  const keptRows: number[] = []
  let count = 0
  for (let from = 0; from < sorted.length;) {
    let to = from + 1
    while (to < sorted.length && mayBeSame[to] === 1 && isSameGroup(sorted[from]!, sorted[to]!)) to += 1
    // Within a group only CreatedAt may differ; by it the first row, which has the lowest Id, is kept.
    const keptByTime = to - from > 1 ? new Map<bigint | undefined, number>() : null
    for (let i = from; i < to; i += 1) {
      const row = sorted[i]!
      const kept = keptByTime?.get(createdAt?.[row])
      if (kept !== undefined) {
        duplicateRows.push(row)
        keptRows.push(kept)
        continue
      }
      keptByTime?.set(createdAt?.[row], row)
      rows[count] = row
      count += 1
    }
    from = to
  }
  return {
    rows: rows.slice(0, count),
    duplicates: { rows: Uint32Array.from(duplicateRows), keptRows: Uint32Array.from(keptRows) },
  }
}

/** Equal in everything that a merge compares but CreatedAt. */
function groupTest({ rules, values }: RowSelection): (left: number, right: number) => boolean {
  const { definition, type, detectionFunction, expiresAt } = rules.indicators
  return (left, right) =>
    definition[left] === definition[right] &&
    type[left] === type[right] &&
    detectionFunction[left] === detectionFunction[right] &&
    values.compare(left, right) === 0 &&
    expiresAt?.[left] === expiresAt?.[right]
}

/** Canonical order of rows, with CreatedAt last so that no two different rows are equal. */
function rowOrder(selection: RowSelection): (left: number, right: number) => number {
  const { expiresAt, createdAt, id } = selection.rules.indicators
  const compareKeys = keyOrder(selection)
  return (left, right) =>
    compareKeys(left, right) ||
    compareTimes(expiresAt, left, right) ||
    (id === null ? 0 : compareNumbers(id[left]!, id[right]!)) ||
    compareTimes(createdAt, left, right)
}

/** Order by definition, Type, DetectionFunction and Value: nearly always enough to tell two rows apart. */
function keyOrder({ rules, values, definitionRank }: RowSelection): (left: number, right: number) => number {
  const { definition, type, detectionFunction } = rules.indicators
  return (left, right) =>
    definitionRank[definition[left]!]! - definitionRank[definition[right]!]! ||
    type[left]! - type[right]! ||
    detectionFunction[left]! - detectionFunction[right]! ||
    values.compare(left, right)
}

function compareTimes(column: BigInt64Array | null, left: number, right: number): number {
  if (column === null) return 0
  const leftTime = column[left]!
  const rightTime = column[right]!
  return leftTime < rightTime ? -1 : leftTime > rightTime ? 1 : 0
}

/** Subtraction would give NaN for two missing Ids, which are infinite. */
function compareNumbers(left: number, right: number): number {
  return left < right ? -1 : left > right ? 1 : 0
}

function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const shorter = Math.min(left.length, right.length)
  for (let i = 0; i < shorter; i += 1) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}
