import { packedTextLength, packedValuesOf, unpackText, type PackedValues } from '../model/packed-values.ts'
import { DOMAIN_TEXT_LIMIT } from '../model/indicator.ts'
import type { IndicatorColumns } from '../model/rule-set.ts'
import { compareTexts, pickTexts, type TextList } from './text-list.ts'
import { readHexKey, readIpKey } from './value-key.ts'

/** What is known of rows: `canonical` ones ascend and are of one definition, type and function. */
type RowOrder = 'any' | 'ascending' | 'canonical'

/** Digests as keys, one after the other. */
interface Digests {
  readonly keys: Uint32Array
  /** True where they are known to ascend strictly. */
  readonly doKeysAscend: boolean
}

/** The values of a rule set's rows as the compiler reads them: from packed values where there are any, else from texts. */
export interface RowValues {
  /** See `PackedValues`: what is known of rows that equal the one before. */
  readonly same: Uint8Array | null
  /** True where the values are known to be canonical, and need not be looked at for what no canonical value has. */
  readonly areCanonical: boolean
  /** Orders two rows of one type and function by their values. */
  compare(left: number, right: number): number
  /** The first of the rows whose value has no canonical length, and that length; or null. */
  findOddLength(rows: Uint32Array): { readonly row: number; readonly length: number } | null
  /** The keys of rows whose values are digests, not to be changed; or the first row whose value is none. */
  digests(rows: Uint32Array, keyWords: number, order: RowOrder): Digests | number
  /** Reads a row's address into `key` and gives the words of it: 1 or 4, or 0 where the value is none. */
  readAddress(row: number, key: Uint32Array): number
  /** The texts of rows whose values are no whole digests, in the order of `rows`. */
  texts(rows: Uint32Array, direction?: 'forward' | 'reverse'): TextList
}

/** The values of columns. */
export function rowValuesOf(columns: IndicatorColumns): RowValues {
  const packed = packedValuesOf(columns)
  return packed === null ? textRows(columns) : packedRows(packed)
}

function textRows({ count, valueOffset, valueBytes }: IndicatorColumns): RowValues {
  const all = { count, offset: valueOffset, bytes: valueBytes }
  return {
    same: null,
    areCanonical: false,
    compare: (left, right) => compareTexts(all, left, right),
    findOddLength(rows) {
      for (const row of rows) {
        const length = valueOffset[row + 1]! - valueOffset[row]! // callers give rows of the columns
        if (length === 0 || length > DOMAIN_TEXT_LIMIT) return { row, length }
      }
      return null
    },
    digests(rows, keyWords) {
      const keys = new Uint32Array(rows.length * keyWords)
      for (let i = 0; i < rows.length; i += 1) {
        const row = rows[i]!
        const start = valueOffset[row]!
        if (!readHexKey(valueBytes, start, valueOffset[row + 1]!, keys, i * keyWords, keyWords)) return row
      }
      return { keys, doKeysAscend: false }
    },
    readAddress: (row, key) => readIpKey(valueBytes, valueOffset[row]!, valueOffset[row + 1]!, key, 0),
    texts: (rows, direction) => pickTexts(all, rows, direction),
  }
}

/** Packed values come from the reader of rules, which has made them canonical. */
function packedRows(packed: PackedValues): RowValues {
  const { words, start, same } = packed
  const text = new Uint8Array(DOMAIN_TEXT_LIMIT + 4)
  const view = new DataView(text.buffer)
  return {
    same,
    areCanonical: true,
    compare(left, right) {
      const rightEnd = start[right + 1]!
      const leftEnd = start[left + 1]!
      let i = start[left]!
      let j = start[right]!
      for (; i < leftEnd && j < rightEnd; i += 1, j += 1)
        if (words[i] !== words[j]) return words[i]! - words[j]!
      return leftEnd - i - (rightEnd - j)
    },
    findOddLength: () => null,
    digests: (rows, keyWords, order) => packedDigests(packed, rows, keyWords, order),
    readAddress(row, key) {
      unpackText(packed, row, view, 0)
      return readIpKey(text, 0, packedTextLength(packed, row), key, 0)
    },
    texts: (rows, direction = 'forward') => packedTexts(packed, rows, direction),
  }
}

/** Ascending rows without a gap are a whole stretch of the words. */
function packedDigests(
  { words, start, same }: PackedValues,
  rows: Uint32Array,
  keyWords: number,
  order: RowOrder,
): Digests {
  const first = rows[0] ?? 0
  const last = rows.at(-1) ?? -1
  if (order !== 'any' && last - first === rows.length - 1) {
    const areDistinct = same !== null && !same.subarray(first + 1, last + 1).includes(1)
    const keys = words.subarray(start[first], start[last + 1])
    return { keys, doKeysAscend: order === 'canonical' && areDistinct }
  }
  const keys = new Uint32Array(rows.length * keyWords)
  for (let i = 0, to = 0; i < rows.length; i += 1) {
    const from = start[rows[i]!]!
    for (let word = 0; word < keyWords; word += 1, to += 1) keys[to] = words[from + word]!
  }
  return { keys, doKeysAscend: false }
}

function packedTexts(packed: PackedValues, rows: Uint32Array, direction: 'forward' | 'reverse'): TextList {
  const count = rows.length
  const offset = new Uint32Array(count + 1)
  for (let i = 0; i < count; i += 1) offset[i + 1] = offset[i]! + packedTextLength(packed, rows[i]!)
  // Whole words, so that the bytes can be mixed into the seed four at a time, and room for the last word of the last text.
  const byteLength = Math.ceil(offset[count]! / 4) * 4
  const bytes = new Uint8Array(byteLength + 4)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < count; i += 1) {
    unpackText(packed, rows[i]!, view, offset[i]!)
    if (direction === 'reverse') reverse(bytes, offset[i]!, offset[i + 1]!)
  }
  return { count, offset, bytes: bytes.subarray(0, byteLength) }
}

function reverse(bytes: Uint8Array, start: number, end: number): void {
  for (let left = start, right = end - 1; left < right; left += 1, right -= 1) {
    const byte = bytes[left]!
    bytes[left] = bytes[right]!
    bytes[right] = byte
  }
}
