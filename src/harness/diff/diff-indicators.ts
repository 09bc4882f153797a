import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../../model/indicator.ts'
import type { IndicatorDiff, IndicatorState, SortedDiffs } from '../../model/rule-diff.ts'
import type { IndicatorColumns } from '../../model/rule-set.ts'
import { NO_TIME } from '../../model/rule-set.ts'
import { formatTime } from '../../model/time.ts'
import type { RowRange } from './definition-rows.ts'
import { DiffList } from './diff-list.ts'

/** The indicators of one definition on one side, in canonical order. */
export interface IndicatorRows {
  readonly columns: IndicatorColumns
  readonly rows: RowRange
}

/**
 * How the indicators of a definition differ, as a multiset by (Type, DetectionFunction, canonical Value). Of copies, those
 * that are equal in every attribute are paired first; the rest are paired in order and are changed; what is left over is
 * added or removed. So swapping the sides swaps the answer.
 */
export function diffIndicators(a: IndicatorRows, b: IndicatorRows): SortedDiffs<IndicatorDiff> {
  const added = new DiffList<IndicatorDiff>()
  const removed = new DiffList<IndicatorDiff>()
  const changed = new DiffList<IndicatorDiff>()
  let unchanged = 0
  let left = a.rows.from
  let right = b.rows.from
  while (left < a.rows.to || right < b.rows.to) {
    const order =
      left === a.rows.to ? 1 : right === b.rows.to ? -1 : compareRows(a.columns, left, b.columns, right)
    const leftEnd = order > 0 ? left : endOfCopies(a, left)
    const rightEnd = order < 0 ? right : endOfCopies(b, right)
    if (order === 0 && leftEnd - left === 1 && rightEnd - right === 1) {
      if (attributesOf(a.columns, left) === attributesOf(b.columns, right)) unchanged += 1
      else changed.add(() => diffOf(a.columns, left, b.columns, right))
    } else {
      const pairs = pairCopies(a.columns, { from: left, to: leftEnd }, b.columns, {
        from: right,
        to: rightEnd,
      })
      unchanged += pairs.equal
      for (const [before, after] of pairs.different) {
        const list = before === null ? added : after === null ? removed : changed
        list.add(() => diffOf(a.columns, before, b.columns, after))
      }
    }
    left = leftEnd
    right = rightEnd
  }
  return { added: added.end(), removed: removed.end(), changed: changed.end(), unchanged }
}

interface PairedCopies {
  readonly equal: number
  readonly different: readonly (readonly [before: number | null, after: number | null])[]
}

function pairCopies(
  a: IndicatorColumns,
  before: RowRange,
  b: IndicatorColumns,
  after: RowRange,
): PairedCopies {
  const waiting = new Map<string, number[]>()
  for (let row = after.from; row < after.to; row += 1) {
    const attributes = attributesOf(b, row)
    const rows = waiting.get(attributes)
    if (rows === undefined) waiting.set(attributes, [row])
    else rows.push(row)
  }
  const taken = new Set<number>()
  const leftBefore: number[] = []
  for (let row = before.from; row < before.to; row += 1) {
    const partner = waiting.get(attributesOf(a, row))?.shift()
    if (partner === undefined) leftBefore.push(row)
    else taken.add(partner)
  }
  const leftAfter = Array.from({ length: after.to - after.from }, (_, i) => after.from + i).filter(
    (row) => !taken.has(row),
  )
  // Rows arrive ordered by ExpiresAt and then by Id, which is no attribute of the IOC: equal times go by Enabled.
  leftBefore.sort((x, y) => compareAttributes(a, x, y))
  leftAfter.sort((x, y) => compareAttributes(b, x, y))
  const length = Math.max(leftBefore.length, leftAfter.length)
  return {
    equal: taken.size,
    different: Array.from({ length }, (_, i) => [leftBefore[i] ?? null, leftAfter[i] ?? null] as const),
  }
}

function endOfCopies({ columns, rows }: IndicatorRows, first: number): number {
  let end = first + 1
  while (end < rows.to && compareRows(columns, first, columns, end) === 0) end += 1
  return end
}

/** By Type, DetectionFunction and the bytes of the Value: the order of rows within a definition. */
function compareRows(a: IndicatorColumns, left: number, b: IndicatorColumns, right: number): number {
  const kind = a.type[left]! - b.type[right]! || a.detectionFunction[left]! - b.detectionFunction[right]! // rows of the ranges
  if (kind !== 0) return kind
  const leftStart = a.valueOffset[left]!
  const rightStart = b.valueOffset[right]!
  const leftLength = a.valueOffset[left + 1]! - leftStart
  const rightLength = b.valueOffset[right + 1]! - rightStart
  const shorter = Math.min(leftLength, rightLength)
  for (let i = 0; i < shorter; i += 1) {
    const difference = a.valueBytes[leftStart + i]! - b.valueBytes[rightStart + i]!
    if (difference !== 0) return difference
  }
  return leftLength - rightLength
}

function expiryOf(columns: IndicatorColumns, row: number): bigint {
  return columns.expiresAt?.[row] ?? NO_TIME
}

function attributesOf(columns: IndicatorColumns, row: number): string {
  return `${expiryOf(columns, row)} ${columns.enabled[row]}`
}

function compareAttributes(columns: IndicatorColumns, left: number, right: number): number {
  const difference = expiryOf(columns, left) - expiryOf(columns, right)
  if (difference !== 0n) return difference < 0n ? -1 : 1
  return columns.enabled[left]! - columns.enabled[right]! // rows of the ranges
}

/** At least one of the rows is given; the identity is the same on both sides. */
function diffOf(
  a: IndicatorColumns,
  before: number | null,
  b: IndicatorColumns,
  after: number | null,
): IndicatorDiff {
  const columns = before === null ? b : a
  const row = before ?? after ?? 0
  const bytes = columns.valueBytes.subarray(columns.valueOffset[row], columns.valueOffset[row + 1])
  return {
    Type: INDICATOR_TYPES[columns.type[row] ?? 0]!,
    DetectionFunction: DETECTION_FUNCTIONS[columns.detectionFunction[row] ?? 0]!,
    Value: String.fromCharCode(...bytes),
    before: before === null ? null : stateOf(a, before),
    after: after === null ? null : stateOf(b, after),
  }
}

function stateOf(columns: IndicatorColumns, row: number): IndicatorState {
  const expiry = expiryOf(columns, row)
  return { ExpiresAt: expiry === NO_TIME ? null : formatTime(expiry), Enabled: columns.enabled[row] === 1 }
}
