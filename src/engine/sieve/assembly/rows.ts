import { CARRIAGE_RETURN, byteAt, sixteen } from './bytes.ts'
import { readColumns } from './columns.ts'
import { enterZeekCells, readZeekColumns } from './zeek.ts'
import { ODD_LINE, beginLines, lineCount, listStops, nextLine } from './lines.ts'
import { flush } from './probe.ts'
import { doubt, openRow } from './record.ts'
import { CELL_ENDS, LINE_FEEDS, LINE_FLAG, LINE_LIMIT, LINE_START, ROW_ENDS, VECTORS, slot } from './slot.ts'

/**
 * Rows of a delimited file. Every quote toggles quotation; outside it a separator ends a cell, a line feed a row.
 *
 *   CELL_ENDS   the byte before the first row at hand, then where every cell ends, one after the other
 *   ROW_ENDS    per row: u32 index in CELL_ENDS of its line feed, IS_CUT perhaps | u32 line feeds up to and with it
 *
 * So cell c of a row ends where the row's first entry plus c says, and begins behind the entry before: no cell that nobody
 * asks for is looked at.
 */
const PIECE_BYTES: usize = 16384

/** The row was over the limit inside quotation, and its line feed belonged to it. */
const IS_CUT: u32 = 0x80000000

/** A line of a Zeek log that begins with it is a header's, and no row. */
const HASH_SIGN: u32 = 0x23

let separator: u32 = 0
let width: usize = 0
/** Rows of a Zeek log: quotes mean nothing there. */
let isZeek: bool = false
let quoteMask: u64 = 0

// What is known of the row that no line feed has ended yet.
/** All ones inside quotation. */
let quotation: u64 = 0
let rowStart: usize = 0
/** Entries of CELL_ENDS behind the first. */
let cellCount: usize = 0
let rowCount: usize = 0
let feedCount: u32 = 0
/** True where the next line is one of a header. */
let atHeader: bool = false

/** Says what separates cells, and how many of them a row has; none where no row can be read. Of CSV, unless the next follows. */
export function enterLayout(separatorByte: u32, columnCount: u32): void {
  separator = separatorByte
  width = <usize>columnCount
  isZeek = false
  quoteMask = ~(<u64>0)
}

/** Says that rows are those of a Zeek log; the words for no value stand in ZEEK_WORDS. */
export function enterZeek(setSeparator: u32, unsetLength: u32, emptyLength: u32): void {
  isZeek = true
  quoteMask = 0
  enterZeekCells(setSeparator, <usize>unsetLength, <usize>emptyLength)
}

/** Bit i is set where an odd number of the bits up to and with i is. */
@inline
function parityOf(bits: u64): u64 {
  let parity = bits ^ (bits << 1)
  parity ^= parity << 2
  parity ^= parity << 4
  parity ^= parity << 8
  parity ^= parity << 16
  return parity ^ (parity << 32)
}

@inline
function bitsOf(a: v128, b: v128, c: v128, d: v128, byte: v128): u64 {
  return (
    <u64><u32>i8x16.bitmask(i8x16.eq(a, byte)) |
    (<u64><u32>i8x16.bitmask(i8x16.eq(b, byte)) << 16) |
    (<u64><u32>i8x16.bitmask(i8x16.eq(c, byte)) << 32) |
    (<u64><u32>i8x16.bitmask(i8x16.eq(d, byte)) << 48)
  )
}

/** Writes the ends of all cells and rows in `[from, to)`; four are written for every 64 bytes, there or not. */
function findCells(from: usize, to: usize, limit: usize): void {
  const quote = v128.load(slot + VECTORS, 16)
  const feed = v128.load(slot + VECTORS, 32)
  const cellEnd = sixteen(separator)
  let out = slot + CELL_ENDS + ((cellCount + 1) << 2)
  let quoted = quotation
  let at = from
  while (at < to) {
    const a = v128.load(at)
    const b = v128.load(at, 16)
    const c = v128.load(at, 32)
    const d = v128.load(at, 48)
    let quotes = bitsOf(a, b, c, d, quote) & quoteMask
    let feeds = bitsOf(a, b, c, d, feed)
    let ends = bitsOf(a, b, c, d, cellEnd)
    let bytes: usize = 64
    if (to - at < 64) {
      bytes = to - at
      const inside = ((<u64>1) << bytes) - 1
      quotes &= inside
      feeds &= inside
      ends &= inside
    }
    let within = parityOf(quotes) ^ quoted
    quoted = <u64>((<i64>within) >> 63)
    let cut: u64 = 0
    if ((feeds & within) != 0) {
      cut = firstCut(at, feeds, within, limit)
      if (cut != 0) {
        // The row ends here whatever the quotation, which starts again behind it.
        const kept = cut | (cut - 1)
        feeds &= kept
        ends &= kept
        within &= ~cut
        quoted = 0
        bytes = <usize>ctz(cut) + 1
      }
    }
    const rowEnds = feeds & ~within
    ends = (ends & ~within) | rowEnds
    if (rowEnds != 0) noteRows(at, (out - slot - CELL_ENDS) >> 2, ends, rowEnds, feeds, cut)
    feedCount += <u32>popcnt(feeds)
    const behind = out + (<usize>popcnt(ends) << 2)
    keepEnd(out, at, ends)
    ends &= ends - 1
    keepEnd(out + 4, at, ends)
    ends &= ends - 1
    keepEnd(out + 8, at, ends)
    ends &= ends - 1
    keepEnd(out + 12, at, ends)
    ends &= ends - 1
    while (ends != 0) {
      out += 4
      keepEnd(out + 12, at, ends)
      ends &= ends - 1
    }
    out = behind
    at += bytes
  }
  quotation = quoted
  cellCount = ((out - slot - CELL_ENDS) >> 2) - 1
}

@inline
function keepEnd(out: usize, at: usize, bits: u64): void {
  store<u32>(out, <u32>(at + <usize>ctz(bits)))
}

/** The bit of the first quoted line feed that lies `limit` bytes or more behind its row's start, or none. */
function firstCut(at: usize, feeds: u64, within: u64, limit: usize): u64 {
  let quotedFeeds = feeds & within
  while (quotedFeeds != 0) {
    const bit = quotedFeeds & (0 - quotedFeeds)
    const before = feeds & ~within & (bit - 1)
    const start = before == 0 ? rowStart : at + 64 - <usize>clz(before)
    if (at + <usize>ctz(bit) - start >= limit) return bit
    quotedFeeds ^= bit
  }
  return 0
}

/** Notes the rows that end in the 64 bytes at `at`, whose first cell's end is entry `index` of CELL_ENDS. */
function noteRows(at: usize, index: usize, ends: u64, rowEnds: u64, feeds: u64, cut: u64): void {
  let left = rowEnds
  while (left != 0) {
    const bit = left & (0 - left)
    const entry = slot + ROW_ENDS + (rowCount << 3)
    store<u32>(entry, <u32>(index + <usize>popcnt(ends & (bit - 1))) | (bit == cut ? IS_CUT : 0))
    store<u32>(entry, feedCount + <u32>popcnt(feeds & (bit - 1)) + 1, 4)
    rowStart = at + <usize>ctz(bit) + 1
    rowCount++
    left ^= bit
  }
}

function begin(from: usize): void {
  quotation = 0
  rowStart = from
  cellCount = 0
  rowCount = 0
  feedCount = 0
  store<u32>(slot + CELL_ENDS, <u32>(from - 1))
}

/**
 * Looks at all whole rows in `[from, to)`, at most LINE_LIMIT of them; a row begins at `from`. In a Zeek log it ends before
 * the first line of a header. Afterwards LINE_START
 * and LINE_FEEDS have the offset of every row from `from` and the line feeds before it, and of the first one left;
 * STOPS has the indices of rows that survived or are no plain records (they are longer than `limit`, blank, or of another
 * width); what such rows hold is not counted.
 */
export function scanRows(from: usize, to: usize, limit: usize): void {
  beginLines()
  begin(from)
  store<u32>(slot + LINE_START, 0)
  store<u32>(slot + LINE_FEEDS, 0)
  let piece = from
  atHeader = false
  while (piece < to && lineCount < LINE_LIMIT && !atHeader) {
    const pieceEnd = min(piece + PIECE_BYTES, to)
    findCells(piece, pieceEnd, limit)
    carry(readRows(from, limit))
    piece = pieceEnd
  }
  flush()
  listStops()
}

/** Reads the rows that ended in the piece, and returns the index in CELL_ENDS of what the last one of them ended with. */
function readRows(from: usize, limit: usize): usize {
  let before: usize = 0
  for (let row: usize = 0; row < rowCount && lineCount < LINE_LIMIT; row++) {
    const entry = load<u32>(slot + ROW_ENDS + (row << 3))
    const last = <usize>(entry & ~IS_CUT)
    const start = endAt(before) + 1
    const feed = endAt(last)
    if (isZeek && byteAt(start) == HASH_SIGN) {
      atHeader = true
      break
    }
    const isPlain =
      last - before == width &&
      feed - start <= limit &&
      (entry & IS_CUT) == 0 &&
      !isBlankRow(start, feed)
    store<u8>(slot + LINE_FLAG + <usize>lineCount, isPlain ? 0 : ODD_LINE)
    if (isPlain) {
      openRow(lineCount)
      readCells(slot + CELL_ENDS + (before << 2), byteAt(feed - 1) == CARRIAGE_RETURN ? feed - 1 : feed)
    }
    nextLine()
    const next = (<usize>lineCount) << 2
    store<u32>(slot + LINE_START + next, <u32>(feed + 1 - from))
    store<u32>(slot + LINE_FEEDS + next, load<u32>(slot + ROW_ENDS + (row << 3), 4))
    before = last
  }
  return before
}

@inline
function readCells(ends: usize, rowEnd: usize): void {
  if (isZeek) readZeekColumns(ends, width, rowEnd)
  else readColumns(ends, width, rowEnd)
}

@inline
function endAt(index: usize): usize {
  return <usize>load<u32>(slot + CELL_ENDS + (index << 2))
}

/** Moves what belongs to the row at hand to the front. Cells beyond the width tell only that they are there. */
function carry(before: usize): void {
  const ends = slot + CELL_ENDS
  cellCount = min(cellCount - before, width + 1)
  memory.copy(ends, ends + (before << 2), (cellCount + 1) << 2)
  rowCount = 0
}

/** Blanks, tabs and carriage returns only: no record, whatever its width. */
function isBlankRow(from: usize, to: usize): bool {
  let at = from
  while (at < to && (byteAt(at) == 0x20 || byteAt(at) == 0x09 || byteAt(at) == CARRIAGE_RETURN)) at++
  return at == to
}

/** Looks at the row `[from, to)`, without its terminator, and says whether it survives; not counted in another width. */
export function scanRow(from: usize, to: usize): bool {
  store<u8>(slot + LINE_FLAG, 0)
  openRow(0)
  begin(from)
  for (let piece = from; piece < to; piece += PIECE_BYTES) {
    findCells(piece, min(piece + PIECE_BYTES, to), <usize>0xffffffff)
    if (rowCount > 0) break // a line feed outside of quotation: no framer gives that
    carry(0)
  }
  if (rowCount == 0 && cellCount + 1 == width) {
    store<u32>(slot + CELL_ENDS + ((cellCount + 1) << 2), <u32>to)
    readCells(slot + CELL_ENDS, to)
  } else doubt()
  flush()
  return load<u8>(slot + LINE_FLAG) != 0
}
