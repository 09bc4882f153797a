import { BACKSLASH, COLON, LEFT_BRACE, LINE_FEED, QUOTE, RIGHT_BRACE, byteAt, sixteen } from './bytes.ts'
import { visitEscape } from './escapes.ts'
import { visitKey, visitNestedKey } from './members.ts'
import { ODD_LINE, beginLines, lineCount, listStops, nextLine } from './lines.ts'
import { flush } from './probe.ts'
import { openRecord, start } from './record.ts'
import { LINE_FLAG, LINE_LIMIT, LINE_START, POSITIONS, TAILS, VECTORS, slot } from './slot.ts'
import { tailHash } from './tails.ts'

/** Bytes that are searched before what was found in them is looked at: they stay in the first-level cache. */
const PIECE_BYTES: usize = 16384

/**
 * One bit for each of the sixteen bytes at `at` that is worth a look:
 *
 *   a quote before `:`, a blank or `\`   a key may end here
 *   a backslash before `u`              a key may be escaped here
 *   a line feed                         a line ends here
 *
 * What may stand behind the quote differs in its low nibble, by which `behindKey` is looked up. A line feed is the one that
 * does not: it shares its nibble with the colon, and is found for itself.
 */
@inline
function bitsWorthALook(
  at: usize,
  behindKey: v128,
  nibble: v128,
  quote: v128,
  backslash: v128,
  letterU: v128,
  feed: v128,
): u64 {
  const byte = v128.load(at)
  const next = v128.load(at, 1)
  const isBehindKey = i8x16.eq(i8x16.swizzle(behindKey, v128.and(next, nibble)), next)
  const isKeyEnd = v128.and(i8x16.eq(byte, quote), isBehindKey)
  const isEscape = v128.and(i8x16.eq(byte, backslash), i8x16.eq(next, letterU))
  const isFeed = i8x16.eq(byte, feed)
  return <u64><u32>i8x16.bitmask(v128.or(v128.or(isKeyEnd, isEscape), isFeed))
}

/**
 * Writes the vectors that `collect` compares with into the slot. As constants in its loop V8 would build each of them anew
 * for every sixteen bytes, in three instructions; what is loaded before the loop stays in a register.
 */
export function enterVectors(): void {
  const vectors = slot + VECTORS
  // By low nibble: 0 blank, 9 tab, a colon, c backslash, d carriage return; elsewhere what has another nibble.
  v128.store(vectors, i8x16(0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0x09, 0x3a, 0, 0x5c, 0x0d, 0, 0))
  v128.store(vectors, sixteen(15), 16)
  v128.store(vectors, sixteen(QUOTE), 32)
  v128.store(vectors, sixteen(BACKSLASH), 48)
  v128.store(vectors, sixteen(0x75), 64)
  v128.store(vectors, sixteen(LINE_FEED), 80)
}

@inline
function keepPosition(out: usize, at: usize, bits: u64): void {
  store<u32>(out, <u32>(at + <usize>ctz(bits)))
}

/**
 * Writes the addresses in `[from, to)` that are worth a look and returns how many they are. Four are written for every
 * 64 bytes, whether they are there or not: that costs less than branches that are guessed wrong every other time.
 */
function collect(from: usize, to: usize): usize {
  const vectors = slot + VECTORS
  const behindKey = v128.load(vectors)
  const nibble = v128.load(vectors, 16)
  const quote = v128.load(vectors, 32)
  const backslash = v128.load(vectors, 48)
  const letterU = v128.load(vectors, 64)
  const feed = v128.load(vectors, 80)
  const first = slot + POSITIONS
  let out = first
  for (let at = from; at < to; at += 64) {
    let bits =
      bitsWorthALook(at, behindKey, nibble, quote, backslash, letterU, feed) |
      (bitsWorthALook(at + 16, behindKey, nibble, quote, backslash, letterU, feed) << 16) |
      (bitsWorthALook(at + 32, behindKey, nibble, quote, backslash, letterU, feed) << 32) |
      (bitsWorthALook(at + 48, behindKey, nibble, quote, backslash, letterU, feed) << 48)
    if (to - at < 64) bits &= ((<u64>1) << (to - at)) - 1
    const behind = out + (<usize>popcnt(bits) << 2)
    keepPosition(out, at, bits)
    bits &= bits - 1
    keepPosition(out + 4, at, bits)
    bits &= bits - 1
    keepPosition(out + 8, at, bits)
    bits &= bits - 1
    keepPosition(out + 12, at, bits)
    bits &= bits - 1
    while (bits != 0) {
      out += 4
      keepPosition(out + 12, at, bits)
      bits &= bits - 1
    }
    out = behind
  }
  return keepTails((out - first) >> 2)
}

/** Drops the quotes of the first `count` positions that stand behind no key's tail, again without a branch. */
function keepTails(count: usize): usize {
  const positions = slot + POSITIONS
  const tails = slot + TAILS
  let kept: usize = 0
  for (let i: usize = 0; i < count; i++) {
    const at = <usize>load<u32>(positions + (i << 2))
    const isTail = <u32>load<u8>(tails + tailHash(load<u32>(at - 4)))
    store<u32>(positions + (kept << 2), <u32>at)
    kept += <usize>(isTail | <u32>(byteAt(at) != QUOTE))
  }
  return kept
}

@inline
function positionAt(index: usize): usize {
  return <usize>load<u32>(slot + POSITIONS + (index << 2))
}

@inline
function visit(at: usize): void {
  const byte = byteAt(at)
  if (byte == QUOTE) {
    if (at > start) {
      if (byteAt(at - 1) == BACKSLASH) visitNestedKey(at)
      else visitKey(at)
    }
  } else if (byte == BACKSLASH) visitEscape(at)
  else if (at > start && byteAt(at - 1) == QUOTE) visitKeyBeforeFeed(at - 1)
}

/** A line feed within a record, right behind a quote. */
function visitKeyBeforeFeed(at: usize): void {
  if (at == start) return
  if (byteAt(at - 1) == BACKSLASH) visitNestedKey(at)
  else visitKey(at)
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
    for (let i: usize = 0; i < count; i++) visit(positionAt(i))
  }
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
        if (!isOdd) visit(at)
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
