// Documents in strings stand on most lines of some logs, so this file follows the rules for hot code.
import { BACKSLASH, HEX_VALUE } from '../canonical/ascii.ts'
import { JSON_ESCAPES } from '../canonical/json-escapes.ts'

/** The byte that a letter behind a backslash stands for; 0 where it stands for none. */
const BYTE_OF: Uint8Array = new Uint8Array(256)
for (const [letter, character] of JSON_ESCAPES) BYTE_OF[letter.charCodeAt(0)] = character.charCodeAt(0)

const LETTER_U = 0x75

/**
 * The UTF-8 of a JSON string from the bytes between its quotes, or null where the long way is needed: for surrogates,
 * and for escapes that are none. The bytes must be valid UTF-8.
 */
export function unescapeJson(bytes: Uint8Array, start: number, end: number): Buffer | null {
  const out = Buffer.allocUnsafe(end - start) // no escape is shorter than what it stands for
  let to = 0
  let i = start
  while (i < end) {
    const byte = bytes[i]! // i < end
    i += 1
    if (byte !== BACKSLASH) {
      out[to++] = byte
      continue
    }
    if (i === end) return null
    const letter = bytes[i]!
    i += 1
    if (letter !== LETTER_U) {
      if (BYTE_OF[letter] === 0) return null
      out[to++] = BYTE_OF[letter]!
      continue
    }
    const unit = i + 4 <= end ? hexUnit(bytes, i) : -1
    if (unit < 0 || (unit >= 0xd800 && unit <= 0xdfff)) return null
    i += 4
    if (unit < 0x80) {
      out[to++] = unit
    } else if (unit < 0x800) {
      out[to++] = 0xc0 | (unit >> 6)
      out[to++] = 0x80 | (unit & 0x3f)
    } else {
      out[to++] = 0xe0 | (unit >> 12)
      out[to++] = 0x80 | ((unit >> 6) & 0x3f)
      out[to++] = 0x80 | (unit & 0x3f)
    }
  }
  return out.subarray(0, to)
}

/** The number that four hex digits spell, or less than 0. The four bytes are there. */
function hexUnit(bytes: Uint8Array, at: number): number {
  const a = HEX_VALUE[bytes[at]!]!
  const b = HEX_VALUE[bytes[at + 1]!]!
  const c = HEX_VALUE[bytes[at + 2]!]!
  const d = HEX_VALUE[bytes[at + 3]!]!
  // Digits use four bits, what is no digit all eight.
  return (a | b | c | d) > 15 ? -1 : (a << 12) | (b << 8) | (c << 4) | d
}
