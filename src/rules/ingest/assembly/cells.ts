import { CARRIAGE_RETURN, COMMA, LINE_FEED, QUOTE, byteAt, equal } from './bytes.ts'
import { CELLS, CELL_LIMIT } from './layout.ts'

/** Gives the row so many cells, all of them empty. */
export function openCells(count: u32): void {
  for (let cell: usize = 0; cell < <usize>count; cell++) store<u64>(CELLS + (cell << 3), 0)
  cellCount = count
}

@inline
export function setCell(cell: u32, from: usize, to: usize): void {
  store<u32>(CELLS + ((<usize>cell) << 3), <u32>from)
  store<u32>(CELLS + ((<usize>cell) << 3), <u32>to, 4)
}

/** Cells of the current row; those past the limit are counted only. */
export let cellCount: u32 = 0

@inline
function beginCells(): void {
  cellCount = 0
}

@inline
function addCell(from: usize, to: usize): void {
  if (cellCount < CELL_LIMIT) {
    const cell = CELLS + ((<usize>cellCount) << 3)
    store<u32>(cell, <u32>from)
    store<u32>(cell, <u32>to, 4)
  }
  cellCount++
}

@inline
export function cellStart(cell: u32): usize {
  return <usize>load<u32>(CELLS + ((<usize>cell) << 3))
}

@inline
export function cellEnd(cell: u32): usize {
  return <usize>load<u32>(CELLS + ((<usize>cell) << 3), 4)
}

/** One bit per byte of the sixteen at `at` that ends a cell or may begin a quoted one. */
@inline
function bitsOfMarks(at: usize): u32 {
  const bytes = v128.load(at)
  const ends = v128.or(equal(bytes, COMMA), equal(bytes, LINE_FEED))
  return <u32>i8x16.bitmask(v128.or(ends, equal(bytes, QUOTE)))
}

/** Where a cell ends that a line feed at `to` ends: a carriage return before that belongs to the line end. */
@inline
function beforeLineEnd(from: usize, to: usize): usize {
  return to > from && byteAt(to - 1) == CARRIAGE_RETURN ? to - 1 : to
}

/** Finds the cells of a row, and gives the address of its line feed; `end` where there is none, 0 where the row is not plain. */
export function rowCells(row: usize, end: usize): usize {
  beginCells()
  let cell = row
  for (let at = row; at < end; at += 16) {
    let bits = bitsOfMarks(at)
    if (end - at < 16) bits &= (1 << (<u32>(end - at))) - 1
    while (bits != 0) {
      const mark = at + <usize>ctz(bits)
      bits &= bits - 1
      const byte = byteAt(mark)
      if (byte == QUOTE) return quotedCells(row, end)
      if (byte == LINE_FEED) {
        addCell(cell, beforeLineEnd(cell, mark))
        return mark
      }
      addCell(cell, mark)
      cell = mark + 1
    }
  }
  return end
}

/**
 * Finds the cells of a row with quotes, and gives the address of its line feed. 0 where the row is not plain or does
 * not end before `end`: doubled quotes, line feeds in quotes, text around them.
 */
function quotedCells(row: usize, end: usize): usize {
  beginCells()
  let at = row
  while (at < end) {
    let from = at
    let to: usize
    if (byteAt(at) == QUOTE) {
      from = ++at
      while (at < end && byteAt(at) != QUOTE && byteAt(at) != LINE_FEED) at++
      to = at
      if (at >= end || byteAt(at) != QUOTE) return 0
      at++
      if (at < end && byteAt(at) == CARRIAGE_RETURN) {
        at++
        if (at >= end || byteAt(at) != LINE_FEED) return 0
      }
    } else {
      while (at < end && byteAt(at) != COMMA && byteAt(at) != LINE_FEED) {
        if (byteAt(at) == QUOTE) return 0
        at++
      }
      to = at < end && byteAt(at) == LINE_FEED ? beforeLineEnd(from, at) : at
    }
    if (at >= end) return 0
    addCell(from, to)
    if (byteAt(at) == LINE_FEED) return at
    if (byteAt(at) != COMMA) return 0
    at++
  }
  return 0
}
