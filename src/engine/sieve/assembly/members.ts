import { BACKSLASH, COMMA, LEFT_BRACKET, QUOTE, RIGHT_BRACE, byteAt, isBlank } from './bytes.ts'
import { enterDocument, holdsEscape, nestedKeyBefore } from './escapes.ts'
import { JSON_KIND } from './kinds.ts'
import { NO_KEY, findKey, indexOf, kindsOf, lengthOf } from './keys.ts'
import { doubt, end, quoteBefore, skipBlanks, start, survives } from './record.ts'
import { OBSERVED, slot } from './slot.ts'
import { readValue } from './value.ts'
import { mayWait, wait } from './waiting.ts'

const NULL_BYTES: usize = 4
/** `null`, low byte first. */
const NULL_WORD: u32 = 0x6c6c756e

/** Looks at the colon at `colon`, before which a key may end. */
export function visitColon(colon: usize): void {
  const quote = quoteBefore(colon)
  if (quote == 0) return
  if (byteAt(quote - 1) == BACKSLASH) visitNestedKey(quote, colon)
  else visitKey(quote, colon)
}

function visitKey(quote: usize, colon: usize): void {
  const key = findKey(quote)
  if (key == NO_KEY) {
    if (holdsEscape(quote)) doubt()
    return
  }
  const value = behindColon(colon)
  const kinds = kindsOf(key)
  if (mayWait(kinds) && value + NULL_BYTES < end && isTextOrNull(value)) {
    const times = <u32>(byteAt(value) == QUOTE) & <u32>(byteAt(value + 1) != QUOTE)
    count(key, times)
    wait(kinds, value + 1, times)
    return
  }
  if (isPlainValue(value)) count(key, 1)
  if ((kinds & JSON_KIND) != 0) enterDocument(value)
  if (survives || kinds == JSON_KIND || value >= end) return
  readValue(kinds, value, false)
}

/** The same for `\"key\"`, in a document that is held in a string. */
function visitNestedKey(quote: usize, colon: usize): void {
  const keyEnd = quote - 1
  const key = nestedKeyBefore(keyEnd)
  if (key == NO_KEY) return
  const value = behindColon(colon)
  const open = keyEnd - lengthOf(key) - 1 // findKey saw a quote there
  const isEscaped = open > start && byteAt(open - 1) == BACKSLASH
  if (isEscaped && isNestedValue(value)) count(key, 1)
  if (survives || value >= end) return
  readValue(kindsOf(key), value, true)
}

/** Where the value behind the colon begins, or `end`. */
@inline
function behindColon(colon: usize): usize {
  const value = colon + 1
  return value < end && isBlank(byteAt(value)) ? skipBlanks(value) : value
}

@inline
function count(key: usize, times: u32): void {
  const counter = slot + OBSERVED + (indexOf(key) << 3)
  store<f64>(counter, load<f64>(counter) + <f64>times)
}

/** A string, empty or not, or `null` and nothing else. One of the two is what most keys have, and which is hard to guess. */
@inline
function isTextOrNull(at: usize): bool {
  const behind = byteAt(at + NULL_BYTES)
  const isEnd = <u32>(behind == COMMA) | <u32>(behind == RIGHT_BRACE)
  return (<u32>(byteAt(at) == QUOTE) | (<u32>(load<u32>(at) == NULL_WORD) & isEnd)) != 0
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
