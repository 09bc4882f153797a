import {
  packedDigits,
  packedTextLength,
  packedValuesOf,
  unpackText,
  type PackedValues,
} from '../model/packed-values.ts'
import type { IndicatorColumns } from '../model/rule-set.ts'
import { compareTexts, type TextList } from './text-list.ts'
import { readHexKey } from './value-key.ts'

/** The values of a rule set's rows as the compiler reads them: from packed values where there are any, else from texts. */
export interface RowValues {
  /** Bytes that a row's value is stored as. */
  storedBytes(row: number): number
  /** Orders two rows of one type and function by their values. */
  compare(left: number, right: number): number
  /** Writes the keys of rows whose values are digests, and gives the first row whose value is none, or -1. */
  readDigests(rows: Uint32Array, keyWords: number, out: Uint32Array): number
  /** Texts by row; only those of digests may be missing. */
  readonly texts: TextList
}

/** The values of columns. */
export function rowValuesOf(columns: IndicatorColumns): RowValues {
  const packed = packedValuesOf(columns)
  return packed === null ? textRows(columns) : packedRows(columns, packed)
}

function textRows({ count, valueOffset, valueBytes }: IndicatorColumns): RowValues {
  const texts = { count, offset: valueOffset, bytes: valueBytes }
  return {
    storedBytes: (row) => valueOffset[row + 1]! - valueOffset[row]!, // callers give rows of the columns
    compare: (left, right) => compareTexts(texts, left, right),
    readDigests(rows, keyWords, out) {
      for (let i = 0; i < rows.length; i += 1) {
        const row = rows[i]!
        const start = valueOffset[row]!
        if (!readHexKey(valueBytes, start, valueOffset[row + 1]!, out, i * keyWords, keyWords)) return row
      }
      return -1
    },
    texts,
  }
}

function packedRows(columns: IndicatorColumns, packed: PackedValues): RowValues {
  const { words, start } = packed
  return {
    storedBytes: (row) => (start[row + 1]! - start[row]!) * 4,
    compare(left, right) {
      const rightEnd = start[right + 1]!
      const leftEnd = start[left + 1]!
      let i = start[left]!
      let j = start[right]!
      for (; i < leftEnd && j < rightEnd; i += 1, j += 1)
        if (words[i] !== words[j]) return words[i]! - words[j]!
      return leftEnd - i - (rightEnd - j)
    },
    readDigests(rows, keyWords, out) {
      const first = rows[0] ?? 0
      const last = rows[rows.length - 1] ?? -1
      // Packed rows are sorted, so rows without a gap are a whole stretch of the words.
      if (last - first === rows.length - 1) out.set(words.subarray(start[first], start[last + 1]))
      else for (let i = 0; i < rows.length; i += 1) copyWords(packed, rows[i]!, out, i * keyWords)
      return -1
    },
    texts: textsOf(columns, packed),
  }
}

function copyWords({ words, start }: PackedValues, row: number, out: Uint32Array, outFirst: number): void {
  const end = start[row + 1]!
  for (let from = start[row]!, to = outFirst; from < end; from += 1, to += 1) out[to] = words[from]!
}

function textsOf(columns: IndicatorColumns, packed: PackedValues): TextList {
  const { count, type, detectionFunction } = columns
  const offset = new Uint32Array(count + 1)
  for (let row = 0; row < count; row += 1) {
    const isText = packedDigits(type[row]!, detectionFunction[row]!) === 0 // row < count
    offset[row + 1] = offset[row]! + (isText ? packedTextLength(packed, row) : 0)
  }
  const bytes = new Uint8Array(offset[count]!)
  for (let row = 0; row < count; row += 1) {
    if (offset[row] !== offset[row + 1]) unpackText(packed, row, bytes, offset[row]!)
  }
  return { count, offset, bytes }
}
