import { COMMA, LINE_FEED, byteAt } from './bytes.ts'
import {
  addCell,
  beforeLineEnd,
  beginCells,
  bitsOfMarks,
  cellCount,
  cellEnd,
  cellStart,
  quotedCells,
} from './cells.ts'
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
import { textLength, writeValue } from './values.ts'
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
  let cell = row
  let at = row
  beginCells()
  while (at < end && rowCount < ROW_LIMIT) {
    let bits = bitsOfMarks(at)
    if (end - at < 16) bits &= (1 << (<u32>(end - at))) - 1
    let next = at + 16
    while (bits != 0) {
      let mark = at + <usize>ctz(bits)
      bits &= bits - 1
      const byte = byteAt(mark)
      if (byte == COMMA) {
        addCell(cell, mark)
        cell = mark + 1
        continue
      }
      if (byte == LINE_FEED) addCell(cell, beforeLineEnd(cell, mark))
      else {
        mark = quotedCells(row, end)
        next = mark + 1
        bits = 0
      }
      if (mark == 0 || !takeRow(row, 1)) {
        isOdd = true
        bytesRead = <u32>(row - begin)
        return
      }
      row = mark + 1
      cell = row
      beginCells()
      if (rowCount == ROW_LIMIT) break
    }
    at = next
  }
  bytesRead = <u32>(row - begin)
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
  return true
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
