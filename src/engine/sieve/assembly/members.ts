import { BACKSLASH, COLON, LEFT_BRACKET, QUOTE, byteAt, isBlank } from './bytes.ts'
import { JSON_KIND } from './kinds.ts'
import { NO_KEY, findKey, indexOf, isNestedKey, kindsOf, lengthOf } from './keys.ts'
import { doubt, end, enterDocument, inDocument, skipBlanks, start, survives } from './record.ts'
import { OBSERVED, slot } from './slot.ts'
import { readValue } from './value.ts'

/** Looks at the quote at `at`, which may end a key. */
export function visitKey(at: usize): void {
  const key = findKey(at)
  if (key == NO_KEY) return
  const colon = skipBlanks(at + 1)
  if (colon >= end || byteAt(colon) != COLON) return
  let value = colon + 1
  if (value < end && isBlank(byteAt(value))) value = skipBlanks(value)
  if (isPlainValue(value)) count(key)
  const kinds = kindsOf(key)
  if ((kinds & JSON_KIND) != 0) enterDocument()
  if (survives || kinds == JSON_KIND || value >= end) return
  readValue(kinds, value, false)
}

/** The same for `\"key\"`, in a document that is held in a string; any other escape behind it is doubt. */
export function visitNestedKey(at: usize): void {
  const keyEnd = at - 1
  if (keyEnd > start && byteAt(keyEnd - 1) == BACKSLASH) {
    if (isDeepKey(keyEnd)) doubt()
    return
  }
  const key = findKey(keyEnd)
  if (key == NO_KEY || !isNestedKey(key)) return
  const colon = skipBlanks(at + 1)
  if (colon < end && byteAt(colon) == BACKSLASH) doubt()
  if (colon >= end || byteAt(colon) != COLON) return
  const value = skipBlanks(colon + 1)
  const open = keyEnd - lengthOf(key) - 1 // findKey saw a quote there
  const isEscaped = open > start && byteAt(open - 1) == BACKSLASH
  if (isEscaped && isNestedValue(value)) count(key)
  if (survives || value >= end) return
  readValue(kindsOf(key), value, true)
}

/** A nested key whose quotes are escaped twice or more: it stands in a document that a document holds. */
function isDeepKey(quoteEscape: usize): bool {
  if (!inDocument) return false
  let keyEnd = quoteEscape
  while (keyEnd > start && byteAt(keyEnd - 1) == BACKSLASH) keyEnd--
  const key = findKey(keyEnd)
  return key != NO_KEY && isNestedKey(key)
}

@inline
function count(key: usize): void {
  const counter = slot + OBSERVED + (indexOf(key) << 3)
  store<f64>(counter, load<f64>(counter) + 1)
}

/** An array, or a string that is not empty. */
@inline
function isPlainValue(at: usize): bool {
  if (at >= end) return false
  if (byteAt(at) == LEFT_BRACKET) return true
  return byteAt(at) == QUOTE && at + 1 < end && byteAt(at + 1) != QUOTE
}

/** The same where quotes are spelled `\"`. */
function isNestedValue(at: usize): bool {
  if (at >= end) return false
  if (byteAt(at) == LEFT_BRACKET) return true
  if (at + 2 >= end || byteAt(at) != BACKSLASH || byteAt(at + 1) != QUOTE) return false
  return !(byteAt(at + 2) == BACKSLASH && at + 3 < end && byteAt(at + 3) == QUOTE)
}
