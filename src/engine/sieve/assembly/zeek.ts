import { BACKSLASH, bitsEqual, holds } from './bytes.ts'
import { COLUMN_BYTES, readText } from './columns.ts'
import { JSON_KIND } from './kinds.ts'
import { doubt, survives } from './record.ts'
import { COLUMNS, OBSERVED, ZEEK_WORDS, slot } from './slot.ts'

/** Cells of a Zeek log: no quotes, two words for no value, escapes that are doubt, and lists with a separator of their own. */
let setSeparator: u32 = 0
let unsetLength: usize = 0
let emptyLength: usize = 0

export function enterZeekCells(separator: u32, lengthOfUnset: usize, lengthOfEmpty: usize): void {
  setSeparator = separator
  unsetLength = lengthOfUnset
  emptyLength = lengthOfEmpty
}

/** As `readColumns` in columns.ts. */
export function readZeekColumns(ends: usize, width: usize, rowEnd: usize): void {
  let entry = slot + COLUMNS
  let column = <usize>load<u32>(entry)
  while (column < width) {
    const from = <usize>load<u32>(ends + (column << 2)) + 1
    const to = column + 1 == width ? rowEnd : <usize>load<u32>(ends + (column << 2), 4)
    if (hasValue(from, to)) {
      const counter = slot + OBSERVED + (<usize>load<u32>(entry, 4) << 3)
      store<f64>(counter, load<f64>(counter) + 1)
      if (!survives) readCell(load<u32>(entry, 8), load<u32>(entry, 12) != 0, from, to)
    }
    entry += COLUMN_BYTES
    column = <usize>load<u32>(entry)
  }
}

/** Says whether bytes are neither none nor one of the words for no value. */
@inline
function hasValue(from: usize, to: usize): bool {
  const length = to - from
  if (from >= to) return false
  if (length == unsetLength && isWord(from, length, slot + ZEEK_WORDS)) return false
  return length != emptyLength || !isWord(from, length, slot + ZEEK_WORDS + 16)
}

/** Compares at most sixteen bytes. */
@inline
function isWord(at: usize, length: usize, word: usize): bool {
  const inside = ((<u32>1) << (<u32>length)) - 1
  const equal = <u32>i8x16.bitmask(i8x16.eq(v128.load(at), v128.load(word)))
  return (equal & inside) == inside
}

function readCell(kinds: u32, isList: bool, from: usize, to: usize): void {
  if ((kinds & JSON_KIND) != 0 || holds(from, to, BACKSLASH)) doubt()
  else if (!isList) readText(kinds, from, to)
  else readMembers(kinds, from, to)
}

/** Asks about each member of a list. */
function readMembers(kinds: u32, from: usize, to: usize): void {
  let member = from
  for (let at = from; at < to; at += 16) {
    let separators = bitsEqual(at, setSeparator)
    while (separators != 0) {
      const end = at + <usize>ctz(separators)
      separators &= separators - 1
      if (end >= to) break
      if (hasValue(member, end)) readText(kinds, member, end)
      member = end + 1
    }
  }
  if (hasValue(member, to)) readText(kinds, member, to)
}
