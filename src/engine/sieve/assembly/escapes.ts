import { BACKSLASH, LEFT_BRACE, LEFT_BRACKET, QUOTE, bitsEqual, byteAt, sixteen } from './bytes.ts'
import { NO_KEY, findKey, isNestedKey } from './keys.ts'
import { beginDocument, doubt, end, inDocument, quoteBefore, start, survives, watchTo, watchedTo } from './record.ts'
import { HEX_VALUE, IN_DOCUMENT, slot } from './slot.ts'

/** Bytes of `\u0041`. */
const ESCAPE_BYTES: usize = 6
const LETTER_U: u32 = 0x75

/**
 * Says whether a backslash stands between the quote at `behind` and the one before it. Such a string may be a mapped
 * key with escaped characters: its tail was one (`tails.ts`), and its text is none as it stands.
 */
export function holdsEscape(behind: usize): bool {
  let at = behind
  while (at > start) {
    at -= 16
    const quotes = bitsEqual(at, QUOTE)
    const escapes = bitsEqual(at, BACKSLASH)
    if (quotes != 0) return escapes >> (32 - clz(quotes)) != 0
    if (escapes != 0) return true
  }
  return false
}

/**
 * Begins the value at `at` of a field that holds JSON in a string: every escape in it is looked at. A document is in a
 * string; under an array or an object it may be in any of the strings up to the record's end.
 */
export function enterDocument(at: usize): void {
  beginDocument()
  if (at >= end) return
  const byte = byteAt(at)
  if (byte == QUOTE) watch(at + 1, true)
  else if (byte == LEFT_BRACKET || byte == LEFT_BRACE) watchRest(at)
}

/** Looks at every escape from `at` to the end of the window. */
export function watchRest(at: usize): void {
  watch(at, false)
}

/**
 * Looks at the escapes from `from` on that may hide a key of a document, those right behind a quote or a blank and those of
 * characters, up to a quote that no backslash stands before when it is one string. That may be too far, never too short.
 */
function watch(from: usize, isString: bool): void {
  const backslash = sixteen(BACKSLASH)
  const quote = sixteen(QUOTE)
  const letterU = sixteen(LETTER_U)
  let at = max(from, watchedTo)
  while (at < end && !survives) {
    const bytes = v128.load(at)
    const before = v128.load(at - 1)
    const isEscaped = i8x16.eq(before, backslash)
    const isBehindQuote = v128.and(i8x16.eq(bytes, backslash), i8x16.le_u(before, quote))
    const isCharacter = v128.and(isEscaped, i8x16.eq(bytes, letterU))
    let marks = <u32>i8x16.bitmask(v128.or(isBehindQuote, isCharacter))
    const stops = isString ? <u32>i8x16.bitmask(v128.andnot(i8x16.eq(bytes, quote), isEscaped)) : 0
    if (stops != 0) marks &= stops ^ (stops - 1)
    while (marks != 0) {
      const mark = at + <usize>ctz(marks)
      if (mark >= end) break
      if (byteAt(mark) == BACKSLASH) visitEscapedBlank(mark)
      else visitCharacter(mark - 1)
      marks &= marks - 1
    }
    if (stops != 0) {
      at += <usize>ctz(stops)
      break
    }
    at += 16
  }
  watchTo(min(at, end))
}

/** Looks at the `\u` at `at`, which could spell a part of a key, a quote or a further escape of the document. */
function visitCharacter(at: usize): void {
  if (end - at < ESCAPE_BYTES) return
  if (load<u16>(at, 2) != 0x3030) return // not \u00
  const high = <u32>load<u8>(slot + HEX_VALUE + <usize>byteAt(at + 4))
  const low = <u32>load<u8>(slot + HEX_VALUE + <usize>byteAt(at + 5))
  if (high > 7 || low > 15) return
  if (load<u8>(slot + IN_DOCUMENT + <usize>(high * 16 + low)) != 0) doubt()
}

/** Looks at the escape at `at`, which could be a blank or the colon behind a key of the document. */
function visitEscapedBlank(at: usize): void {
  const quote = quoteBefore(at)
  if (quote == 0 || byteAt(quote - 1) != BACKSLASH) return
  if (nestedKeyBefore(quote - 1) != NO_KEY) doubt()
}

/**
 * The nested key that ends at the backslash `keyEnd`, or NO_KEY. One whose quotes are escaped twice or more stands in a document
 * that a document holds, and is doubt.
 */
export function nestedKeyBefore(keyEnd: usize): usize {
  let behind = keyEnd
  while (behind > start && byteAt(behind - 1) == BACKSLASH) behind--
  if (behind != keyEnd && !inDocument) return NO_KEY
  const key = findKey(behind)
  if (key == NO_KEY || !isNestedKey(key)) return NO_KEY
  if (behind == keyEnd) return key
  doubt()
  return NO_KEY
}
