import { damaged } from './image-format-error.ts'

/**
 * A column by id, stored where its value changes:
 *
 *   start: u32[stepCount]   ids, strictly ascending
 *   value: i64 or f64[stepCount]
 *
 * From `start[i]` up to the next start the value is `value[i]`; before the first start it is the absent value. A feed
 * whose rows all expire together costs 12 bytes, not 8 per row; a column without values costs nothing.
 */
export interface StepColumn<Values> {
  readonly start: Uint32Array
  readonly value: Values
}

/** The step that an id falls into, or -1 when it lies before the first one. */
export function stepAt(start: Uint32Array, id: number): number {
  let low = 0
  let high = start.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (start[middle]! <= id)
      low = middle + 1 // middle < high <= start.length
    else high = middle
  }
  return low - 1
}

/** The steps of a bigint column; `rows[id]` is the row of an id. */
export function buildTimeSteps(
  column: BigInt64Array | null,
  rows: Uint32Array,
  absent: bigint,
): StepColumn<BigInt64Array> {
  if (column === null) return { start: new Uint32Array(0), value: new BigInt64Array(0) }
  const start = changes(
    rows.length,
    (id) => column[rows[id]!] !== (id === 0 ? absent : column[rows[id - 1]!]),
  )
  return { start, value: BigInt64Array.from(start, (id) => column[rows[id]!]!) }
}

/** The steps of a number column. */
export function buildNumberSteps(
  column: Float64Array | null,
  rows: Uint32Array,
  absent: number,
): StepColumn<Float64Array> {
  if (column === null) return { start: new Uint32Array(0), value: new Float64Array(0) }
  const start = changes(
    rows.length,
    (id) => column[rows[id]!] !== (id === 0 ? absent : column[rows[id - 1]!]),
  )
  return { start, value: Float64Array.from(start, (id) => column[rows[id]!]!) }
}

/** Throws unless the starts ascend below the id count and each has a value. */
export function verifySteps(
  start: Uint32Array,
  valueCount: number,
  indicatorCount: number,
  offset: number,
): void {
  if (start.length !== valueCount) throw damaged(offset, `${start.length} step values`, `${valueCount}`)
  for (let i = 0; i < start.length; i += 1) {
    if (start[i]! >= indicatorCount || (i > 0 && start[i]! <= start[i - 1]!)) {
      throw damaged(offset, `ascending ids below ${indicatorCount}`, `${start[i]} at step ${i}`)
    }
  }
}

function changes(idCount: number, isChange: (id: number) => boolean): Uint32Array {
  let count = 0
  for (let id = 0; id < idCount; id += 1) if (isChange(id)) count += 1
  const start = new Uint32Array(count)
  for (let id = 0, i = 0; id < idCount; id += 1) {
    if (!isChange(id)) continue
    start[i] = id
    i += 1
  }
  return start
}
