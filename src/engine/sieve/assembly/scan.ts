import { COLON, LEFT_BRACE, LINE_FEED, QUOTE, RIGHT_BRACE, byteAt, sixteen } from './bytes.ts'
import { visitColon } from './members.ts'
import { ODD_LINE, beginLines, lineCount, listStops, nextLine } from './lines.ts'
import { flush } from './probe.ts'
import { openRecord, start } from './record.ts'
import { LINE_FLAG, LINE_LIMIT, LINE_START, POSITIONS, TAILS, VECTORS, slot } from './slot.ts'
import { tailHash } from './tails.ts'
import { askWaiting } from './waiting.ts'

/** Bytes that are searched before what was found in them is looked at: they stay in the first-level cache. */
const PIECE_BYTES: usize = 16384

/** The two bytes that nearly every key ends with, low byte first. */
const QUOTE_AND_COLON: u32 = 0x3a22

/** How far before a colon the tail of a key stands: four bytes and a quote. Positions are those of tails. */
const TAIL_DISTANCE: usize = 5

/**
 * One bit for each of sixteen bytes that is worth a look; `before` are those that begin one earlier:
 *
 *   a colon behind a quote or a blank   a key may end here
 *   a line feed                         a line ends here
 *
 * Nothing up to the quote in ASCII is more than rare before a colon, so that one comparison stands for quote and blanks. It
 * is one of signed bytes, an instruction less than the other: a colon behind a byte beyond ASCII is looked at in vain.
 */
@inline
function bitsWorthALook(byte: v128, before: v128, colon: v128, aboveQuote: v128, feed: v128): u64 {
  const isKeyEnd = v128.and(i8x16.eq(byte, colon), i8x16.lt_s(before, aboveQuote))
  return <u64><u32>i8x16.bitmask(v128.or(isKeyEnd, i8x16.eq(byte, feed)))
}

/** The same for the 64 bytes from `tail + TAIL_DISTANCE` on, all loads from one address: offsets cost no instruction. */
@inline
function bitsOf64(tail: usize, colon: v128, aboveQuote: v128, feed: v128): u64 {
  return (
    bitsWorthALook(v128.load(tail, TAIL_DISTANCE), v128.load(tail, TAIL_DISTANCE - 1), colon, aboveQuote, feed) |
    (bitsWorthALook(v128.load(tail, TAIL_DISTANCE + 16), v128.load(tail, TAIL_DISTANCE + 15), colon, aboveQuote, feed) << 16) |
    (bitsWorthALook(v128.load(tail, TAIL_DISTANCE + 32), v128.load(tail, TAIL_DISTANCE + 31), colon, aboveQuote, feed) << 32) |
    (bitsWorthALook(v128.load(tail, TAIL_DISTANCE + 48), v128.load(tail, TAIL_DISTANCE + 47), colon, aboveQuote, feed) << 48)
  )
}

/**
 * Writes the vectors that `collect` and `findCells` compare with into the slot. As constants in a loop V8 would build each
 * of them anew for every sixteen bytes, in three instructions; what is loaded before the loop stays in a register.
 */
export function enterVectors(): void {
  const vectors = slot + VECTORS
  v128.store(vectors, sixteen(COLON))
  v128.store(vectors, sixteen(QUOTE), 16)
  v128.store(vectors, sixteen(LINE_FEED), 32)
  v128.store(vectors, sixteen(QUOTE + 1), 48)
}

/**
 * Writes the positions of all bits and returns where the next ones go. Four are written whether they are there or not: that
 * costs less than branches that are guessed wrong every other time.
 */
@inline
function keepPositions(out: usize, tail: usize, bits: u64): usize {
  const behind = out + (<usize>popcnt(bits) << 2)
  store<u32>(out, <u32>(tail + <usize>ctz(bits)))
  bits &= bits - 1
  store<u32>(out, <u32>(tail + <usize>ctz(bits)), 4)
  bits &= bits - 1
  store<u32>(out, <u32>(tail + <usize>ctz(bits)), 8)
  bits &= bits - 1
  store<u32>(out, <u32>(tail + <usize>ctz(bits)), 12)
  bits &= bits - 1
  while (bits != 0) {
    out += 4
    store<u32>(out, <u32>(tail + <usize>ctz(bits)), 12)
    bits &= bits - 1
  }
  return behind
}

/** Writes the positions in `[from, to)` that are worth a look and returns how many they are. */
function collect(from: usize, to: usize): usize {
  const vectors = slot + VECTORS
  const colon = v128.load(vectors)
  const feed = v128.load(vectors, 32)
  const aboveQuote = v128.load(vectors, 48)
  const left = (to - from) & 63
  const behind = to - left - TAIL_DISTANCE
  let tail = from - TAIL_DISTANCE
  let out = slot + POSITIONS
  while (tail < behind) {
    out = keepPositions(out, tail, bitsOf64(tail, colon, aboveQuote, feed))
    tail += 64
  }
  if (left != 0) out = keepPositions(out, tail, bitsOf64(tail, colon, aboveQuote, feed) & (((<u64>1) << left) - 1))
  return keepTails(out)
}

/** Drops the positions up to `behind` whose tail is no key's, again without a branch, and returns how many are left. */
function keepTails(behind: usize): usize {
  const tails = slot + TAILS
  const first = slot + POSITIONS
  let kept = first
  for (let position = first; position < behind; position += 4) {
    const tail = load<u32>(position)
    const isTail = <u32>load<u8>(tails + tailHash(load<u32>(<usize>tail)))
    store<u32>(kept, tail)
    kept += <usize>(isTail | <u32>(load<u16>(<usize>tail, TAIL_DISTANCE - 1) != QUOTE_AND_COLON)) << 2
  }
  return (kept - first) >> 2
}

@inline
function positionAt(index: usize): usize {
  return <usize>load<u32>(slot + POSITIONS + (index << 2)) + TAIL_DISTANCE
}

/** Looks at the record `[from, to)`, whatever bytes it holds, and says whether it survives. */
export function scanRecord(from: usize, to: usize): bool {
  store<u8>(slot + LINE_FLAG, 0)
  openRecord(from, to, 0)
  visitAll(from, to)
  flush()
  return load<u8>(slot + LINE_FLAG) != 0
}

/** Looks at everything that is worth it in `[from, to)`, a whole record or a document that a cell holds. */
export function visitAll(from: usize, to: usize): void {
  for (let piece = from; piece < to; piece += PIECE_BYTES) {
    const count = collect(piece, min(piece + PIECE_BYTES, to))
    for (let i: usize = 0; i < count; i++) {
      const at = positionAt(i)
      if (byteAt(at) == COLON) visitColon(at)
    }
  }
  askWaiting()
}

/**
 * Looks at all whole lines in `[from, to)`, at most LINE_LIMIT of them. Afterwards LINE_START has the offset of every
 * line from `from`, and of the first one left; STOPS has the indices of lines that survived or are no plain records (they
 * are longer than `limit`, blank, or not from `{` to `}`); what such lines hold is not counted.
 */
export function scanLines(from: usize, to: usize, limit: usize): void {
  beginLines()
  let lineAt = from
  let lineEnd: usize = 0 // of the line at hand; 0 while not known
  let isOdd = false
  let piece = from
  while (piece < to && lineCount < LINE_LIMIT) {
    const pieceEnd = min(piece + PIECE_BYTES, to)
    const count = collect(piece, pieceEnd)
    let i: usize = 0
    while (lineCount < LINE_LIMIT) {
      if (lineEnd == 0) {
        lineEnd = endOfLine(i, count, pieceEnd, to)
        if (lineEnd == to) break
        isOdd = openLine(from, lineAt, lineEnd, limit)
      }
      while (i < count) {
        const at = positionAt(i)
        if (at >= lineEnd) break
        if (!isOdd) visitColon(at)
        i++
      }
      if (lineEnd >= pieceEnd) break // it goes on in the next piece
      i++ // its line feed
      lineAt = lineEnd + 1
      lineEnd = 0
      nextLine()
    }
    if (lineEnd == to) break // what is left is no whole line
    piece = pieceEnd
  }
  askWaiting()
  flush()
  store<u32>(slot + LINE_START + ((<usize>lineCount) << 2), <u32>(lineAt - from))
  listStops()
}

/** The line feed that ends the line at hand, or `to`: among the positions from `i` on, else beyond the piece. */
function endOfLine(i: usize, count: usize, pieceEnd: usize, to: usize): usize {
  for (let j = i; j < count; j++) {
    const at = positionAt(j)
    if (byteAt(at) == LINE_FEED) return at
  }
  const feed = sixteen(LINE_FEED)
  for (let at = pieceEnd; at < to; at += 16) {
    const feeds = <u32>i8x16.bitmask(i8x16.eq(v128.load(at), feed))
    if (feeds != 0) return min(at + <usize>ctz(feeds), to)
  }
  return to
}

/** Begins a line; true when it is no plain record. */
function openLine(from: usize, lineAt: usize, lineEnd: usize, limit: usize): bool {
  const flag = slot + LINE_FLAG + <usize>lineCount
  store<u32>(slot + LINE_START + ((<usize>lineCount) << 2), <u32>(lineAt - from))
  let first = lineAt
  let behind = lineEnd
  while (first < behind && isTrimmed(byteAt(first))) first++
  while (behind > first && isTrimmed(byteAt(behind - 1))) behind--
  const isPlain =
    lineEnd - lineAt <= limit &&
    first < behind &&
    byteAt(first) == LEFT_BRACE &&
    byteAt(behind - 1) == RIGHT_BRACE
  store<u8>(flag, isPlain ? 0 : ODD_LINE)
  if (isPlain) openRecord(first, behind, lineCount)
  return !isPlain
}

/** What is trimmed from the ends of a line: blank, tab, carriage return. */
@inline
function isTrimmed(byte: u32): bool {
  return byte == 0x20 || byte == 0x09 || byte == 0x0d
}
