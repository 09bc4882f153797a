import type { IndicatorColumns } from './rule-set.ts'
import { HASH_DIGITS, INDICATOR_TYPES, type HashType } from './indicator.ts'

/**
 * Canonical values as they are stored in bulk: whole digests as bytes, all other values as text.
 *
 *   words: u32[]            each the number that four bytes spell; text is filled up with zero bytes, which no text has
 *   start: u32[count + 1]   where each row's value begins, in words
 *
 * Within one type and function the order of these words is the order of the texts. Those of a digest are its binary key.
 */
export interface PackedValues {
  readonly words: Uint32Array
  readonly start: Uint32Array
  /**
   * Where somebody knows: 1 by row whose definition, type, function and value are those of the row before it. Rows with
   * this column are in canonical order.
   */
  readonly same: Uint8Array | null
}

/** Values as texts: the columns of `IndicatorColumns` by these names. */
type TextValues = Pick<IndicatorColumns, 'valueOffset' | 'valueBytes'>
/** Where each row was written. */
export type RowPlaces = Pick<IndicatorColumns, 'sourceFile' | 'sourceLine' | 'sourceColumn'>
/** The columns that every reader of a rule set wants. */
export type PlainColumns = Omit<IndicatorColumns, keyof TextValues | keyof RowPlaces>

const HASH_TYPES: readonly HashType[] = ['Sha1', 'Sha256', 'Md5']
/** Hex digits by type; 0 where values are no digests. */
const DIGITS_OF_TYPE: Uint8Array = Uint8Array.from(INDICATOR_TYPES, (type) => {
  const hash = HASH_TYPES.find((name) => name === type)
  return hash === undefined ? 0 : HASH_DIGITS[hash]
})
const EQUALS = 0

/** Hex digits of a row's value where it is stored as bytes, 0 where it is stored as text. */
export function packedDigits(type: number, detectionFunction: number): number {
  return detectionFunction === EQUALS ? (DIGITS_OF_TYPE[type] ?? 0) : 0
}

/** Kept beside the columns, not in them: a copy with other values must not take these along. */
const packedOf = new WeakMap<IndicatorColumns, PackedValues>()

/** The packed values of columns that were made with them, or null. */
export function packedValuesOf(columns: IndicatorColumns): PackedValues | null {
  return packedOf.get(columns) ?? null
}

/** Columns whose values are packed; texts and places are made when somebody first asks for them. */
export function packedColumns(
  columns: PlainColumns,
  values: PackedValues,
  placesOf: () => RowPlaces,
): IndicatorColumns {
  let texts: TextValues | null = null
  let places: RowPlaces | null = null
  const textsNow = (): TextValues => (texts ??= unpackValues(columns, values))
  const placesNow = (): RowPlaces => (places ??= placesOf())
  const whole: IndicatorColumns = {
    ...columns,
    get valueOffset() {
      return textsNow().valueOffset
    },
    get valueBytes() {
      return textsNow().valueBytes
    },
    get sourceFile() {
      return placesNow().sourceFile
    },
    get sourceLine() {
      return placesNow().sourceLine
    },
    get sourceColumn() {
      return placesNow().sourceColumn
    },
  }
  packedOf.set(whole, values)
  return whole
}

const HEX_DIGITS: Uint8Array = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0))

function unpackValues(columns: PlainColumns, values: PackedValues): TextValues {
  const { count, type, detectionFunction } = columns
  const { words, start } = values
  const valueOffset = new Uint32Array(count + 1)
  for (let row = 0; row < count; row++) {
    const digits = packedDigits(type[row]!, detectionFunction[row]!) // row < count
    valueOffset[row + 1] = valueOffset[row]! + (digits > 0 ? digits : packedTextLength(values, row))
  }
  const valueBytes = new Uint8Array(valueOffset[count]! + LAST_WORD)
  const view = new DataView(valueBytes.buffer)
  for (let row = 0; row < count; row++) {
    const to = valueOffset[row]!
    if (packedDigits(type[row]!, detectionFunction[row]!) === 0) unpackText(values, row, view, to)
    else
      for (let i = start[row]!, at = to; i < start[row + 1]!; i++, at += 8)
        writeHex(words[i]!, valueBytes, at)
  }
  return { valueOffset, valueBytes: valueBytes.subarray(0, valueOffset[count]) }
}

/** Bytes that the last word of a text may take behind its end. */
const LAST_WORD = 4

function writeHex(word: number, out: Uint8Array, outOffset: number): void {
  for (let digit = 0; digit < 8; digit++)
    out[outOffset + digit] = HEX_DIGITS[(word >>> (28 - digit * 4)) & 15]!
}

/** Writes the text of a row to `out`, filled up with zero bytes to whole words. */
export function unpackText(
  { words, start }: PackedValues,
  row: number,
  out: DataView,
  outOffset: number,
): void {
  const end = start[row + 1]!
  for (let word = start[row]!, to = outOffset; word < end; word++, to += 4) out.setUint32(to, words[word]!)
}

/** Characters of a row that is stored as text. */
export function packedTextLength({ words, start }: PackedValues, row: number): number {
  const end = start[row + 1]!
  if (end === start[row]) return 0
  const last = words[end - 1]!
  const missing = (last & 0xff) !== 0 ? 0 : (last & 0xffff) !== 0 ? 1 : (last & 0xffffff) !== 0 ? 2 : 3
  return (end - start[row]!) * 4 - missing
}
