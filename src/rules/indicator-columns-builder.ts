import { NO_ID, NO_TIME } from '../model/rule-set.ts'
import type { IndicatorColumns } from '../model/rule-set.ts'
import type { TimeTicks } from '../model/time.ts'

/** Most bytes of values: offsets into them are 32-bit. */
const VALUE_BYTES_LIMIT = 2 ** 32 - 1

/** Room that every `beginValue` guarantees; the longest canonical value has 253 bytes. */
const VALUE_ROOM = 1024

/** One row without its value. */
export interface IndicatorRow {
  readonly definition: number
  readonly type: number
  readonly detectionFunction: number
  readonly enabled: boolean
  readonly expiresAt: TimeTicks | null
  readonly createdAt: TimeTicks | null
  readonly id: number | null
  readonly sourceFile: number
  readonly sourceLine: number
  readonly sourceColumn: number
}

/**
 * Growing columns in the order of reading. A value is first written to `valueBytes` at `valueEnd`
 * (after `beginValue`), then `commit` makes it a row; without a commit it never was.
 * Columns are public and mutable because lists of millions are written into them directly.
 */
export class IndicatorColumnsBuilder {
  count = 0
  valueEnd = 0
  valueBytes: Uint8Array = new Uint8Array(4096)
  valueOffset: Uint32Array = new Uint32Array(65)
  definition: Uint32Array = new Uint32Array(64)
  type: Uint8Array = new Uint8Array(64)
  detectionFunction: Uint8Array = new Uint8Array(64)
  enabled: Uint8Array = new Uint8Array(64)
  sourceFile: Uint32Array = new Uint32Array(64)
  sourceLine: Uint32Array = new Uint32Array(64)
  sourceColumn: Uint32Array = new Uint32Array(64)
  expiresAt: BigInt64Array | null = null
  createdAt: BigInt64Array | null = null
  id: Float64Array | null = null

  /** Makes room for one more row and its value. False when the rule set is full. */
  beginValue(): boolean {
    if (this.valueEnd + VALUE_ROOM > this.valueBytes.length) {
      if (this.valueEnd + VALUE_ROOM > VALUE_BYTES_LIMIT) return false
      const size = Math.min(
        VALUE_BYTES_LIMIT,
        Math.max(this.valueBytes.length * 2, this.valueEnd + VALUE_ROOM),
      )
      const grown = new Uint8Array(size)
      grown.set(this.valueBytes.subarray(0, this.valueEnd))
      this.valueBytes = grown
    }
    if (this.count === this.type.length) this.#growRows(this.count * 2)
    return true
  }

  /** Grows at once to the rows and bytes that a list is expected to bring; only a matter of speed. */
  reserve(rows: number, bytes: number): void {
    if (this.count + rows > this.type.length) this.#growRows(this.count + rows)
    const size = this.valueEnd + bytes + VALUE_ROOM
    if (size > this.valueBytes.length && size < VALUE_BYTES_LIMIT) {
      const grown = new Uint8Array(size)
      grown.set(this.valueBytes.subarray(0, this.valueEnd))
      this.valueBytes = grown
    }
  }

  /** Adds a row whose value has the given length and stands at `valueEnd`. */
  commit(row: IndicatorRow, valueLength: number): void {
    const i = this.count
    this.definition[i] = row.definition
    this.type[i] = row.type
    this.detectionFunction[i] = row.detectionFunction
    this.enabled[i] = row.enabled ? 1 : 0
    this.sourceFile[i] = row.sourceFile
    this.sourceLine[i] = row.sourceLine
    this.sourceColumn[i] = row.sourceColumn
    if (row.expiresAt !== null) {
      this.expiresAt ??= new BigInt64Array(this.type.length).fill(NO_TIME)
      this.expiresAt[i] = row.expiresAt
    }
    if (row.createdAt !== null) {
      this.createdAt ??= new BigInt64Array(this.type.length).fill(NO_TIME)
      this.createdAt[i] = row.createdAt
    }
    if (row.id !== null) {
      this.id ??= new Float64Array(this.type.length).fill(NO_ID)
      this.id[i] = row.id
    }
    this.valueEnd += valueLength
    this.count = i + 1
    this.valueOffset[i + 1] = this.valueEnd
  }

  /**
   * Adds a row of a list: only what differs from row to row. The caller fills in `definition`, `enabled` and
   * `sourceFile` with `fillList`, and gives times, for the rows of the whole list at once.
   */
  commitListRow(
    type: number,
    detectionFunction: number,
    valueLength: number,
    line: number,
    column: number,
  ): void {
    const i = this.count
    this.type[i] = type
    this.detectionFunction[i] = detectionFunction
    this.sourceLine[i] = line
    this.sourceColumn[i] = column
    this.valueEnd += valueLength
    this.count = i + 1
    this.valueOffset[i + 1] = this.valueEnd
  }

  /** Gives the last committed row a time of expiry. */
  expireLastRow(expiresAt: TimeTicks): void {
    this.expiresAt ??= new BigInt64Array(this.type.length).fill(NO_TIME)
    this.expiresAt[this.count - 1] = expiresAt
  }

  /** Fills in what all rows from `firstRow` on have in common. */
  fillList(firstRow: number, definition: number, sourceFile: number): void {
    this.definition.fill(definition, firstRow, this.count)
    this.sourceFile.fill(sourceFile, firstRow, this.count)
  }

  #growRows(rows: number): void {
    this.definition = grown(new Uint32Array(rows), this.definition)
    this.type = grown(new Uint8Array(rows), this.type)
    this.detectionFunction = grown(new Uint8Array(rows), this.detectionFunction)
    this.enabled = grown(new Uint8Array(rows), this.enabled)
    this.sourceFile = grown(new Uint32Array(rows), this.sourceFile)
    this.sourceLine = grown(new Uint32Array(rows), this.sourceLine)
    this.sourceColumn = grown(new Uint32Array(rows), this.sourceColumn)
    this.valueOffset = grown(new Uint32Array(rows + 1), this.valueOffset)
    if (this.id !== null) this.id = grown(new Float64Array(rows).fill(NO_ID), this.id)
    if (this.expiresAt !== null) {
      const times = new BigInt64Array(rows).fill(NO_TIME)
      times.set(this.expiresAt)
      this.expiresAt = times
    }
    if (this.createdAt !== null) {
      const times = new BigInt64Array(rows).fill(NO_TIME)
      times.set(this.createdAt)
      this.createdAt = times
    }
  }

  /** The columns with the given rows in the given order, exactly as large as needed. */
  build(order: Uint32Array): IndicatorColumns {
    const count = order.length
    const { valueOffset, valueBytes } = this.#placeValues(order)
    return {
      count,
      definition: gather(new Uint32Array(count), this.definition, order),
      type: gather(new Uint8Array(count), this.type, order),
      detectionFunction: gather(new Uint8Array(count), this.detectionFunction, order),
      valueOffset,
      valueBytes,
      expiresAt: this.expiresAt === null ? null : gatherTimes(this.expiresAt, order),
      createdAt: this.createdAt === null ? null : gatherTimes(this.createdAt, order),
      enabled: gather(new Uint8Array(count), this.enabled, order),
      id: this.id === null ? null : gather(new Float64Array(count), this.id, order),
      sourceFile: gather(new Uint32Array(count), this.sourceFile, order),
      sourceLine: gather(new Uint32Array(count), this.sourceLine, order),
      sourceColumn: gather(new Uint32Array(count), this.sourceColumn, order),
    }
  }

  /**
   * The values in the given order. Rows are read in their own order and written to their place, which takes a third of
   * the time of fetching them from all over: a write waits for no memory. Digests keep every offset on a multiple of
   * eight, so most lists are copied as doubles; a double of ASCII bytes is never NaN, whose bits might not survive.
   */
  #placeValues(order: Uint32Array): { readonly valueOffset: Uint32Array; readonly valueBytes: Uint8Array } {
    const { valueOffset: offsets, valueBytes: bytes } = this
    const valueOffset = new Uint32Array(order.length + 1)
    const placeOf = new Uint32Array(order.length)
    for (let i = 0; i < order.length; i++) {
      const row = order[i]! // i < order.length, and order is a permutation of the rows
      placeOf[row] = i
      valueOffset[i + 1] = valueOffset[i]! + offsets[row + 1]! - offsets[row]!
    }
    const valueBytes = new Uint8Array(this.valueEnd)
    const fromDoubles = new Float64Array(bytes.buffer, 0, bytes.length >>> 3)
    const doubles = new Float64Array(valueBytes.buffer, 0, valueBytes.length >>> 3)
    for (let row = 0; row < order.length; row++) {
      let at = offsets[row]! // row < order.length: the columns have it and the offset after it
      const to = offsets[row + 1]!
      let place = valueOffset[placeOf[row]!]!
      if (((at | to | place) & 7) === 0) {
        let slot = place >>> 3
        for (let k = at >>> 3; k < to >>> 3; k++) doubles[slot++] = fromDoubles[k]!
      } else {
        for (; at < to; at++) valueBytes[place++] = bytes[at]!
      }
    }
    return { valueOffset, valueBytes }
  }
}

type NumberColumn = Uint8Array | Uint32Array | Float64Array

function grown<Column extends NumberColumn>(out: Column, from: Column): Column {
  out.set(from)
  return out
}

function gather<Column extends NumberColumn>(out: Column, from: Column, order: Uint32Array): Column {
  if (isConstant(from, order.length)) return filled(out, from[0] ?? 0)
  for (let i = 0; i < order.length; i++) out[i] = from[order[i]!]! // order holds rows of `from`
  return out
}

/** Most columns of a list hold one number; to see that costs a tenth of gathering them. */
function isConstant(column: NumberColumn, count: number): boolean {
  const first = column[0]
  for (let i = 1; i < count; i++) if (column[i] !== first) return false
  return true
}

function filled<Column extends NumberColumn>(out: Column, value: number): Column {
  out.fill(value)
  return out
}

function gatherTimes(from: BigInt64Array, order: Uint32Array): BigInt64Array {
  const out = new BigInt64Array(order.length)
  for (let i = 0; i < order.length; i++) out[i] = from[order[i] ?? 0] ?? NO_TIME
  return out
}
