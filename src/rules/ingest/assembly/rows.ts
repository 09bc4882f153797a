import { cellCount, cellEnd, cellStart, rowCells } from './cells.ts'
import { headDigits, headLength, headType, keepHead, knownHead, lineFeedBehind } from './heads.ts'
import { objectCells } from './objects.ts'
import {
  COLUMN,
  ENABLED,
  EXPIRES_AT,
  FUNCTION,
  INPUT,
  ROW_LIMIT,
  TALLY,
  TYPE,
  VALUES,
  VALUE_END,
} from './layout.ts'
import { NO_TIME, ODD_TIME, timeOfText } from './time.ts'
import { textLength, writeDigest, writeValue } from './values.ts'
import { EQUALS, IP_ADDRESS, enabledOfWord, functionOfWord, typeOfWord } from './words.ts'

/** Which cell holds which column; NO_CELL where the list has none. */
const NO_CELL: u32 = 0xffff_ffff
let wantedCells: u32 = 0
let typeCell: u32 = 0
let functionCell: u32 = 0
let valueCell: u32 = 0
let expiresAtCell: u32 = 0
let enabledCell: u32 = 0
let refusesFragments: bool = false
/** Whether nothing but a line end stands behind the values, and nothing before them but their types and functions. */
let hasHeads: bool = false

/** A value that stands as far from the beginning of its line is another reader's. */
const FAR_COLUMN: u32 = 0xffff

/** What the last call read. */
export let rowCount: u32 = 0
export let bytesRead: u32 = 0
export let isOdd: bool = false
export let hasTimes: bool = false
export let textBytes: u32 = 0
let valueEnd: usize = VALUES
let wordBase: u32 = 0

/** Says where the columns stand, and whether a hash for another function than Equals is refused. */
export function useHeader(
  cells: u32,
  type: u32,
  fn: u32,
  value: u32,
  expiresAt: u32,
  enabled: u32,
  isStrict: bool,
): void {
  wantedCells = cells
  typeCell = type
  functionCell = fn
  valueCell = value
  expiresAtCell = expiresAt
  enabledCell = enabled
  refusesFragments = isStrict
  hasHeads = value + 1 == cells && expiresAt == NO_CELL && enabled == NO_CELL
}

function beginReading(firstWord: u32): void {
  rowCount = 0
  isOdd = false
  hasTimes = false
  textBytes = 0
  valueEnd = VALUES
  wordBase = firstWord
}

/** The same for a list with a JSON object on each line; the place of a value is that of its quote. */
export function readLines(from: u32, to: u32, firstWord: u32): void {
  const end = INPUT + <usize>to
  beginReading(firstWord)
  const begin = INPUT + <usize>from
  let row = begin
  while (row < end && rowCount < ROW_LIMIT) {
    const lineEnd = objectCells(row, end)
    if (lineEnd == 0 || !takeRow(row, 0)) {
      isOdd = true
      break
    }
    row = lineEnd + 1
  }
  bytesRead = <u32>(row - begin)
}

/**
 * Reads plain rows, each of which is a line, from the bytes `[from, to)` of the input until one is not plain, or not whole,
 * or there is no room. Values end at words counted from `firstWord`.
 */
export function readRows(from: u32, to: u32, firstWord: u32): void {
  const end = INPUT + <usize>to
  beginReading(firstWord)
  const begin = INPUT + <usize>from
  let row = begin
  while (row < end && rowCount < ROW_LIMIT) {
    let lineEnd = hasHeads ? readKnownRow(row, end) : 0
    if (lineEnd == 0) {
      lineEnd = rowCells(row, end)
      if (lineEnd == end) break
      if (lineEnd == 0 || !takeRow(row, 1)) {
        isOdd = true
        break
      }
    }
    row = lineEnd + 1
  }
  bytesRead = <u32>(row - begin)
}

/** Reads a row that begins as one before it did, and gives the address of its line feed; 0 where it is not such a row. */
function readKnownRow(row: usize, end: usize): usize {
  const head = knownHead(row)
  if (head == 0) return 0
  const value = row + headLength(head)
  const lineEnd = lineFeedBehind(head, value, end)
  if (lineEnd == 0) return 0
  const type = headType(head)
  const stored = writeDigest(value, headDigits(head), valueEnd)
  if (stored == 0) return 0
  addRow(type, EQUALS, 1, NO_TIME, <u32>(value - row) + 1, stored)
  return lineEnd
}

/** Writes the row whose cells were found; false where it is not plain. */
function takeRow(row: usize, firstColumn: u32): bool {
  if (cellCount != wantedCells) return false
  const type = typeOfWord(cellStart(typeCell), cellEnd(typeCell) - cellStart(typeCell))
  if (type < 0) return false
  let fn = EQUALS
  if (functionCell != NO_CELL) {
    fn = functionOfWord(cellStart(functionCell), cellEnd(functionCell) - cellStart(functionCell))
    if (fn < 0 || (fn != EQUALS && type < IP_ADDRESS && refusesFragments)) return false
  }
  let enabled: i32 = 1
  if (enabledCell != NO_CELL) {
    enabled = enabledOfWord(cellStart(enabledCell), cellEnd(enabledCell) - cellStart(enabledCell))
    if (enabled < 0) return false
  }
  let expiresAt = NO_TIME
  if (expiresAtCell != NO_CELL && cellEnd(expiresAtCell) > cellStart(expiresAtCell)) {
    expiresAt = timeOfText(cellStart(expiresAtCell), cellEnd(expiresAtCell) - cellStart(expiresAtCell))
    if (expiresAt == ODD_TIME) return false
  }
  const value = cellStart(valueCell)
  const column = <u32>(value - row) + firstColumn
  if (column >= FAR_COLUMN) return false
  const stored = writeValue(type, fn, value, cellEnd(valueCell), valueEnd)
  if (stored == 0) return false
  addRow(type, fn, enabled, expiresAt, column, stored)
  if (hasHeads && fn == EQUALS && type < IP_ADDRESS) keepHead(row, value, type)
  return true
}

/** Adds a row whose value has just been written and takes so many bytes. */
@inline
function addRow(type: i32, fn: i32, enabled: i32, expiresAt: i64, column: u32, stored: usize): void {
  const i = <usize>rowCount
  if (expiresAt != NO_TIME) hasTimes = true
  valueEnd += stored
  textBytes += <u32>textLength
  store<u8>(TYPE + i, <u8>type)
  store<u8>(FUNCTION + i, <u8>fn)
  store<u8>(ENABLED + i, <u8>enabled)
  store<u32>(VALUE_END + (i << 2), wordBase + ((<u32>(valueEnd - VALUES)) >> 2))
  store<u16>(COLUMN + (i << 1), <u16>column)
  store<i64>(EXPIRES_AT + (i << 3), expiresAt)
  rowCount++
}

/** Counts the rows that were read, as `../../value-tally.ts` does; a value's first byte is the upper one of its first word. */
export function tallyRows(): void {
  let value = VALUES
  for (let i: usize = 0; i < <usize>rowCount; i++) {
    const end = VALUES + (<usize>(load<u32>(VALUE_END + (i << 2)) - wordBase) << 2)
    const kind = (<usize>load<u8>(TYPE + i) << 2) + <usize>load<u8>(FUNCTION + i)
    const counter = TALLY + (((kind << 8) | <usize>load<u8>(value, 3)) << 3)
    store<u32>(counter, load<u32>(counter) + 1)
    store<u32>(counter, load<u32>(counter, 4) + (<u32>(end - value) >> 2), 4)
    value = end
  }
}
