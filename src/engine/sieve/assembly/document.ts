import { BACKSLASH, COMMA, LEFT_BRACKET, QUOTE, RIGHT_BRACKET, SLASH, bitsEqual, byteAt } from './bytes.ts'
import { watchRest } from './escapes.ts'
import { askText } from './host.ts'
import { HOST_KINDS, JSON_KIND } from './kinds.ts'
import { doubt, end, openDocument, skipBlanks, survives } from './record.ts'
import { visitAll } from './scan.ts'
import { DOCUMENT, DOCUMENT_LIMIT, slot } from './slot.ts'
import { readArray } from './value.ts'

/** Reads a document in a cell whose quotes are doubled, between the cell's own. A single quote among them is doubt. */
export function readQuotedDocument(kinds: u32, from: usize, to: usize): void {
  const text = slot + DOCUMENT
  const behind = to - from > DOCUMENT_LIMIT ? 0 : copySingly(from, to, text)
  if (behind == 0) doubt()
  else readDocument(kinds, text, behind)
}

/** Copies `[from, to)` with every pair of quotes as one, and returns the address behind the copy; 0 at a single quote. */
function copySingly(from: usize, to: usize, out: usize): usize {
  let at = from
  let copy = out
  while (at < to) {
    const bytes = v128.load(at)
    v128.store(copy, bytes)
    const quotes = <u32>i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(<i8>QUOTE)))
    const plain = quotes == 0 ? 16 : <usize>ctz(quotes)
    at += plain
    copy += plain
    if (quotes == 0 || at >= to) continue
    if (at + 1 >= to || byteAt(at + 1) != QUOTE) return 0
    at += 2
    copy += 1
  }
  return copy - (at - to)
}

/** Looks for keys in the document `[from, to)`, and for values at its root where the column has any: one array, or doubt. */
export function readDocument(kinds: u32, from: usize, to: usize): void {
  openDocument(from, to)
  watchRest(from)
  visitAll(from, to)
  if (survives || kinds == JSON_KIND) return
  // The same column may also be mapped without the document, and then the whole text is one odd name.
  if ((kinds & HOST_KINDS) != 0) askText(from, to)
  const open = skipBlanks(from)
  if (open >= end || byteAt(open) != LEFT_BRACKET || !isListOfStrings(open + 1)) doubt()
  else readArray(kinds & ~JSON_KIND, open + 1, false)
}

/** Says whether a document goes on from behind its first `[` with strings and commas only, and then ends. */
function isListOfStrings(at: usize): bool {
  let i = skipBlanks(at)
  while (i < end && byteAt(i) == QUOTE) {
    i = behindPlainString(i + 1)
    if (i == 0) return false
    i = skipBlanks(i)
    if (i < end && byteAt(i) == COMMA) i = skipBlanks(i + 1)
  }
  return i < end && byteAt(i) == RIGHT_BRACKET && skipBlanks(i + 1) >= end
}

/** The address behind the quote that ends a string; 0 at any escape but `\/`, and where no quote comes. */
function behindPlainString(at: usize): usize {
  let i = at
  while (i < end && byteAt(i) != QUOTE) {
    if (byteAt(i) != BACKSLASH) {
      const marks = bitsEqual(i, QUOTE) | bitsEqual(i, BACKSLASH)
      i += marks == 0 ? 16 : <usize>ctz(marks)
    } else if (i + 1 < end && byteAt(i + 1) == SLASH) i += 2
    else return 0
  }
  return i < end ? i + 1 : 0
}
