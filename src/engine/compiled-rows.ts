import type { AlertDefinition } from '../model/alert-definition.ts'
import type { RuleSet } from '../model/rule-set.ts'
import { takeSpareMemory } from '../model/spare-memory.ts'
import type { RowValues } from './row-values.ts'
import { FUNCTION_EQUALS, TYPE_DOMAIN, TYPE_IP } from './image-layout.ts'

/** Rows that enter an image, and what became of the others. */
export interface CompiledRows {
  /** Row of each id; ids are in canonical order (semantics 8). */
  readonly rows: Uint32Array
  /** Whether the rows ascend: they do where the rules are in canonical order already. */
  readonly doAscend: boolean
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
  const { values, definitionRank } = selection
  const { chosen, disabled, rejected } = chooseRows(selection)
  const isRanked = definitionRank.every((rank, definition) => rank === definition)
  // 1 where a row has the keys of the one before it, so that a merge need not compare the others again.
  const known =
    isRanked && values.same !== null ? sameOfChosen(values.same, chosen) : sameIfSorted(selection, chosen)
  if (known === null) {
    const compare = rowOrder(selection)
    chosen.sort((left, right) => compare(left, right) || left - right)
  } else if (!known.includes(1)) {
    const duplicates = { rows: new Uint32Array(0), keptRows: new Uint32Array(0) }
    return { rows: chosen, doAscend: true, duplicates, disabled, rejected }
  }
  const mayBeSame = known ?? new Uint8Array(chosen.length).fill(1)
  return { ...mergeDuplicates(selection, chosen, mayBeSame), doAscend: known !== null, disabled, rejected }
}

/** Rows that no option, definition or flag leaves out, in the order given. */
function chooseRows({ rules, rejectNonEqualsHash }: RowSelection): {
  readonly chosen: Uint32Array
  readonly disabled: number
  readonly rejected: number
} {
  const { count, definition, type, detectionFunction, enabled } = rules.indicators
  const isDefinitionEnabled = Uint8Array.from(rules.definitions, ({ Enabled }) => (Enabled ? 1 : 0))
  const memory = takeSpareMemory(rules.indicators, count * 4)
  const chosen =
    memory === null ? new Uint32Array(count) : new Uint32Array(memory.buffer, memory.byteOffset, count)
  if (!rejectNonEqualsHash && !isDefinitionEnabled.includes(0) && !enabled.includes(0)) {
    for (let row = 0; row < count; row += 1) chosen[row] = row
    return { chosen, disabled: 0, rejected: 0 }
  }
  let chosenCount = 0
  let disabled = 0
  let rejected = 0
  for (let row = 0; row < count; row += 1) {
    if (enabled[row] !== 1 || isDefinitionEnabled[definition[row]!] !== 1) {
      disabled += 1
      continue
    }
    if (rejectNonEqualsHash && detectionFunction[row] !== FUNCTION_EQUALS) {
      const isHash = type[row] !== TYPE_IP && type[row] !== TYPE_DOMAIN
      if (isHash) {
        rejected += 1
        continue
      }
    }
    chosen[chosenCount] = row
    chosenCount += 1
  }
  return { chosen: chosen.subarray(0, chosenCount), disabled, rejected }
}

/** What is known of all rows, for those that were chosen. */
function sameOfChosen(same: Uint8Array, chosen: Uint32Array): Uint8Array {
  if (chosen.length === same.length) return same
  const sameOf = new Uint8Array(chosen.length)
  for (let i = 1; i < chosen.length; i += 1) {
    let row = chosen[i]!
    const before = chosen[i - 1]!
    while (row > before && same[row] === 1) row -= 1
    if (row === before) sameOf[i] = 1
  }
  return sameOf
}

/** 1 where a row has the keys of the one before it; null where rows are out of order. */
function sameIfSorted(selection: RowSelection, chosen: Uint32Array): Uint8Array | null {
  const compareKeys = keyOrder(selection)
  const compare = rowOrder(selection)
  const same = new Uint8Array(chosen.length)
  for (let i = 1; i < chosen.length; i += 1) {
    const order = compareKeys(chosen[i - 1]!, chosen[i]!)
    if (order > 0 || (order === 0 && compare(chosen[i - 1]!, chosen[i]!) > 0)) return null
    if (order === 0) same[i] = 1
  }
  return same
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

/** `mayBeSame` is 0 where a row is known to differ from the one before it. What is left of `sorted` moves together. */
function mergeDuplicates(
  selection: RowSelection,
  sorted: Uint32Array,
  mayBeSame: Uint8Array,
): Pick<CompiledRows, 'rows' | 'duplicates'> {
  const { createdAt } = selection.rules.indicators
  const isSameGroup = groupTest(selection)
  // Rows move forwards only, so that those to come are not written over.
  const rows = sorted
  const duplicateRows: number[] = []
  const keptRows: number[] = []
  let count = 0
  for (let from = 0; from < sorted.length;) {
    const next = mayBeSame.indexOf(1, from + 1)
    // Rows up to the one before that are like none of their neighbours.
    const behind = next < 0 ? sorted.length : next - 1
    if (count < from) rows.copyWithin(count, from, behind)
    count += behind - from
    from = behind
    if (next < 0) break
    let to = next
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
    rows: rows.subarray(0, count),
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
