import { HEX_VALUE } from '../canonical/ascii.ts'
import { packedColumns, packedDigits } from '../model/packed-values.ts'
import type { PackedValues } from '../model/packed-values.ts'
import { leaveSpareMemory } from '../model/spare-memory.ts'
import { NO_ID, NO_TIME } from '../model/rule-set.ts'
import type { IndicatorColumns } from '../model/rule-set.ts'
import type { TimeTicks } from '../model/time.ts'
import { RowPlaces } from './row-places.ts'
import { bucketOfValue, ValueTally } from './value-tally.ts'

/** Most bytes of values, whether as text or packed: offsets into them are 32-bit. */
const VALUE_BYTES_LIMIT = 2 ** 32 - 1

/** Room that every `beginValue` guarantees, in words; the longest canonical value has 253 bytes. */
const VALUE_ROOM = 256

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

/** Sorted rows `from` up to `to`, which share what they are sorted by first. */
export interface SortedGroup {
  readonly from: number
  readonly to: number
  readonly definition: number
  readonly type: number
  readonly detectionFunction: number
}

/** The rows of columns in canonical order, and their values in that order. */
export interface SortedRows {
  readonly order: Uint32Array
  readonly values: PackedValues
  /** They cover all rows, in order. */
  readonly groups: readonly SortedGroup[]
}

/**
 * Growing columns in the order of reading. A value is first written as text to `valueBytes` at `valueEnd`
 * (after `beginValue`), then `commit` packs it and makes it a row; without a commit it never was.
 * Columns are public and mutable because lists of millions are written into them directly.
 */
export class IndicatorColumnsBuilder {
  count = 0
  /** Packed values (see `packed-values.ts`), and where the next one begins. */
  words: Uint32Array = new Uint32Array(1024)
  wordEnd = 0
  /** The bytes of `words`; a text stands in them only until it is packed. */
  valueBytes: Uint8Array = new Uint8Array(this.words.buffer)
  /** Word at which each row's value begins, and one more. */
  valueStart: Uint32Array = new Uint32Array(65)
  definition: Uint32Array = new Uint32Array(64)
  type: Uint8Array = new Uint8Array(64)
  detectionFunction: Uint8Array = new Uint8Array(64)
  enabled: Uint8Array = new Uint8Array(64)
  readonly places: RowPlaces = new RowPlaces()
  /** Rows by bucket, as they are dealt when they are sorted. */
  readonly tally: ValueTally = new ValueTally()
  expiresAt: BigInt64Array | null = null
  createdAt: BigInt64Array | null = null
  id: Float64Array | null = null
  /** Characters of all values as texts. */
  #textBytes = 0

  /** Offset in `valueBytes` at which the next value is written. */
  get valueEnd(): number {
    return this.wordEnd * 4
  }

  /** Makes room for one more row and its value. False when the rule set is full. */
  beginValue(): boolean {
    return this.makeRoom(1, VALUE_ROOM, VALUE_ROOM * 4)
  }

  /** Makes room for rows whose values take so many words, and so many characters as texts. False when the rule set is full. */
  makeRoom(rows: number, words: number, textBytes: number): boolean {
    const wantedWords = this.wordEnd + words
    if (wantedWords * 4 > VALUE_BYTES_LIMIT || this.#textBytes + textBytes > VALUE_BYTES_LIMIT) return false
    if (wantedWords > this.words.length) {
      const most = Math.floor(VALUE_BYTES_LIMIT / 4)
      this.#growWords(Math.min(most, Math.max(this.words.length * 2, wantedWords)))
    }
    if (this.count + rows > this.type.length) this.#growRows(Math.max(this.count * 2, this.count + rows))
    return true
  }

  /** Grows at once to the rows and bytes that a list is expected to bring; only a matter of speed. */
  reserve(rows: number, bytes: number): void {
    if (this.count + rows > this.type.length) this.#growRows(this.count + rows)
    const words = this.wordEnd + Math.ceil(bytes / 4) + VALUE_ROOM
    if (words > this.words.length && words * 4 < VALUE_BYTES_LIMIT) this.#growWords(words)
  }

  /** Adds a row whose value stands at `valueEnd` as a text of the given length. */
  commit(row: IndicatorRow, valueLength: number): void {
    const i = this.count
    this.definition[i] = row.definition
    this.enabled[i] = row.enabled ? 1 : 0
    this.places.setFile(i, row.sourceFile)
    this.commitListRow(row.type, row.detectionFunction, valueLength, row.sourceLine, row.sourceColumn)
    if (row.expiresAt !== null) this.expireLastRow(row.expiresAt)
    if (row.createdAt !== null) {
      this.createdAt ??= new BigInt64Array(this.type.length).fill(NO_TIME)
      this.createdAt[i] = row.createdAt
    }
    if (row.id !== null) {
      this.id ??= new Float64Array(this.type.length).fill(NO_ID)
      this.id[i] = row.id
    }
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
    this.places.add(i, line, column)
    const digits = packedDigits(type, detectionFunction)
    const words = packValue(this.words, this.valueBytes, this.wordEnd, valueLength, digits)
    this.valueStart[i + 1] = this.wordEnd + words
    this.tally.add(bucketOfValue(type, detectionFunction, this.words[this.wordEnd]!), words) // a value has a word at least
    this.take(1, words, valueLength)
  }

  /** Counts rows that were written into the columns, with their values. */
  take(rows: number, words: number, textBytes: number): void {
    this.count += rows
    this.wordEnd += words
    this.#textBytes += textBytes
  }

  /** Gives the rows from `first` on their times of expiry. */
  expireRows(first: number, expiresAt: BigInt64Array): void {
    this.expiresAt ??= new BigInt64Array(this.type.length).fill(NO_TIME)
    this.expiresAt.set(expiresAt, first)
  }

  /** Gives the last committed row a time of expiry. */
  expireLastRow(expiresAt: TimeTicks): void {
    this.expiresAt ??= new BigInt64Array(this.type.length).fill(NO_TIME)
    this.expiresAt[this.count - 1] = expiresAt
  }

  /** Fills in what all rows from `firstRow` on have in common. */
  fillList(firstRow: number, definition: number, sourceFile: number): void {
    // New columns are zero, and pages that nobody writes cost nothing.
    if (definition !== 0) this.definition.fill(definition, firstRow, this.count)
    this.places.setFile(firstRow, sourceFile)
  }

  #growWords(words: number): void {
    const grown = new Uint32Array(words)
    grown.set(this.words.subarray(0, this.wordEnd))
    this.words = grown
    this.valueBytes = new Uint8Array(grown.buffer)
  }

  #growRows(rows: number): void {
    this.definition = grown(new Uint32Array(rows), this.definition)
    this.type = grown(new Uint8Array(rows), this.type)
    this.detectionFunction = grown(new Uint8Array(rows), this.detectionFunction)
    this.enabled = grown(new Uint8Array(rows), this.enabled)
    this.places.grow(rows)
    this.valueStart = grown(new Uint32Array(rows + 1), this.valueStart)
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

  /**
   * The columns with their rows in the given order. They take over this builder's memory, which is of no other use afterwards:
   * new memory costs more than what is written to it.
   */
  build({ order, values, groups }: SortedRows): IndicatorColumns {
    const count = order.length
    const columns = {
      count,
      definition: new Uint32Array(count),
      type: this.type.subarray(0, count),
      detectionFunction: this.detectionFunction.subarray(0, count),
      expiresAt: this.expiresAt === null ? null : gatherTimes(this.expiresAt, order),
      createdAt: this.createdAt === null ? null : gatherTimes(this.createdAt, order),
      enabled: isConstant(this.enabled, count)
        ? this.enabled.subarray(0, count)
        : gather(new Uint8Array(count), this.enabled, order),
      id: this.id === null ? null : gather(new Float64Array(count), this.id, order),
    }
    for (const { from, to, definition, type, detectionFunction } of groups) {
      // New columns are zero, and pages that nobody writes cost nothing.
      if (definition !== 0) columns.definition.fill(definition, from, to)
      columns.type.fill(type, from, to)
      columns.detectionFunction.fill(detectionFunction, from, to)
    }
    const { places } = this
    const built = packedColumns(columns, values, () => ({
      sourceFile: Uint32Array.from(order, (row) => places.fileOf(row)),
      sourceLine: Uint32Array.from(order, (row) => places.lineOf(row)),
      sourceColumn: Uint32Array.from(order, (row) => places.columnOf(row)),
    }))
    leaveSpareMemory(built, [this.words.buffer, this.valueStart.buffer])
    return built
  }
}

/** Packs a text where it stands, from word `first` on, and gives the words that it then takes. */
function packValue(
  words: Uint32Array,
  bytes: Uint8Array,
  first: number,
  length: number,
  digits: number,
): number {
  const start = first * 4
  const wordCount = digits > 0 ? digits / 8 : Math.ceil(length / 4)
  // A word is written where its characters stood or before them.
  for (let i = 0; i < wordCount; i++) {
    let word = 0
    if (digits > 0) for (let k = 0; k < 8; k++) word = (word << 4) | HEX_VALUE[bytes[start + i * 8 + k]!]!
    else
      for (let at = i * 4; at < i * 4 + 4; at++) word = (word << 8) | (at < length ? bytes[start + at]! : 0)
    words[first + i] = word
  }
  return wordCount
}

type NumberColumn = Uint8Array | Uint32Array | Float64Array

function grown<Column extends NumberColumn>(out: Column, from: Column): Column {
  out.set(from)
  return out
}

function gather<Column extends NumberColumn>(out: Column, from: Column, order: Uint32Array): Column {
  for (let i = 0; i < order.length; i++) out[i] = from[order[i]!]! // order holds rows of `from`
  return out
}

/** Most lists have all of their rows enabled; to see that costs a tenth of gathering them. */
function isConstant(flags: Uint8Array, count: number): boolean {
  const other = flags.indexOf(flags[0] === 1 ? 0 : 1)
  return other < 0 || other >= count
}

function gatherTimes(from: BigInt64Array, order: Uint32Array): BigInt64Array {
  const out = new BigInt64Array(order.length)
  for (let i = 0; i < order.length; i++) out[i] = from[order[i] ?? 0] ?? NO_TIME
  return out
}
