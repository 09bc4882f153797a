import { CARRIAGE_RETURN, COLON, COMMA, LINE_FEED, QUOTE, byteAt, equal } from './bytes.ts'
import { cellEnd, openCells, setCell } from './cells.ts'

const LEFT_BRACE: u32 = 0x7b
const RIGHT_BRACE: u32 = 0x7d
const BACKSLASH: u32 = 0x5c

/** Cells of an object by key. `plain-row-reader.ts` gives the columns these numbers. */
const TYPE_CELL: u32 = 0
const FUNCTION_CELL: u32 = 1
const VALUE_CELL: u32 = 2
const EXPIRES_AT_CELL: u32 = 3
const ENABLED_CELL: u32 = 4
const CELL_COUNT: u32 = 5
const NO_CELL: u32 = 0xffff_ffff

/**
 * Finds the values of a line that is one object of texts, and gives the address of its line feed. 0 where the line is not
 * plain or does not end before `end`: unknown keys, a key that stands twice, escapes, empty texts, other values.
 */
export function objectCells(row: usize, end: usize): usize {
  openCells(CELL_COUNT)
  let at = row
  if (byteAt(at) != LEFT_BRACE) return 0
  at = skipBlanks(at + 1, end)
  while (true) {
    if (at >= end || byteAt(at) != QUOTE) return 0
    const keyEnd = endOfText(at + 1, end)
    if (keyEnd == 0) return 0
    const cell = cellOfKey(at + 1, keyEnd - at - 1)
    if (cell == NO_CELL || cellEnd(cell) != 0) return 0
    at = skipBlanks(keyEnd + 1, end)
    if (at >= end || byteAt(at) != COLON) return 0
    at = skipBlanks(at + 1, end)
    if (at >= end) return 0
    let valueEnd: usize
    if (cell == ENABLED_CELL) {
      valueEnd = endOfBoolean(at)
      if (valueEnd == 0) return 0
      setCell(cell, at, valueEnd)
      at = valueEnd
    } else {
      if (byteAt(at) != QUOTE) return 0
      valueEnd = endOfText(at + 1, end)
      if (valueEnd == 0 || valueEnd == at + 1) return 0
      setCell(cell, at + 1, valueEnd)
      at = valueEnd + 1
    }
    at = skipBlanks(at, end)
    if (at >= end) return 0
    if (byteAt(at) == RIGHT_BRACE) break
    if (byteAt(at) != COMMA) return 0
    at = skipBlanks(at + 1, end)
  }
  at = skipBlanks(at + 1, end)
  if (at < end && byteAt(at) == CARRIAGE_RETURN) at++
  return at < end && byteAt(at) == LINE_FEED ? at : 0
}

@inline
function skipBlanks(from: usize, end: usize): usize {
  let at = from
  while (at < end && (byteAt(at) == 0x20 || byteAt(at) == 0x09)) at++
  return at
}

/** The closing quote of a text without escapes; 0 where it has some, or control characters, or no end. */
function endOfText(from: usize, end: usize): usize {
  let at = from
  while (at < end) {
    const bytes = v128.load(at)
    const odd = v128.or(equal(bytes, BACKSLASH), i8x16.lt_u(bytes, i8x16.splat(0x20)))
    const bits = <u32>i8x16.bitmask(v128.or(odd, equal(bytes, QUOTE)))
    if (bits != 0) {
      const mark = at + <usize>ctz(bits)
      return mark < end && byteAt(mark) == QUOTE ? mark : 0
    }
    at += 16
  }
  return 0
}

/** Behind a literal in small letters, as JSON has it; what follows must end the value and is looked at by the caller. */
@inline
function endOfBoolean(at: usize): usize {
  if (load<u32>(at) == 0x6575_7274) return at + 4 // "true"
  return load<u32>(at) == 0x736c_6166 && load<u8>(at + 4) == 0x65 ? at + 5 : 0 // "fals", "e"
}

function cellOfKey(at: usize, length: usize): u32 {
  if (length == 4) return load<u32>(at) == 0x6570_7954 ? TYPE_CELL : NO_CELL // "Type"
  if (length == 5) {
    return load<u32>(at) == 0x756c_6156 && load<u8>(at + 4) == 0x65 ? VALUE_CELL : NO_CELL // "Valu", "e"
  }
  if (length == 17) {
    const isKey =
      load<u64>(at) == 0x6f69_7463_6574_6544 && // "Detectio"
      load<u64>(at + 8) == 0x6f69_7463_6e75_466e && // "nFunctio"
      load<u8>(at + 16) == 0x6e
    return isKey ? FUNCTION_CELL : NO_CELL
  }
  if (length == 9) {
    return load<u64>(at) == 0x4173_6572_6970_7845 && load<u8>(at + 8) == 0x74 ? EXPIRES_AT_CELL : NO_CELL // "ExpiresA", "t"
  }
  if (length == 7) {
    return load<u32>(at) == 0x6261_6e45 && load<u32>(at + 3) == 0x6465_6c62 ? ENABLED_CELL : NO_CELL // "Enab", "bled"
  }
  return NO_CELL
}
