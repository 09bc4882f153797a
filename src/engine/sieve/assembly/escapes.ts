import { BACKSLASH, COLON, QUOTE, byteAt } from './bytes.ts'
import { doubt, end, escapeReadTo, inDocument, readEscapesTo, skipBlanks, start, survives } from './record.ts'
import { HEX_VALUE, IN_DOCUMENT, IN_KEY, slot } from './slot.ts'

/** Bytes of `\u0041`. */
const ESCAPE_BYTES: usize = 6

/** Looks at the `\u` at `at`: an escaped ASCII character could be part of a mapped key's name. */
export function visitEscape(at: usize): void {
  if (survives || end - at < ESCAPE_BYTES) return
  if (load<u16>(at, 2) != 0x3030) return // not \u00
  const high = <u32>load<u8>(slot + HEX_VALUE + <usize>byteAt(at + 4))
  const low = <u32>load<u8>(slot + HEX_VALUE + <usize>byteAt(at + 5))
  if (high > 7 || low > 15) return
  const character = <usize>(high * 16 + low)
  // In a document every escape counts that could spell a key, a quote or a further escape there.
  if (inDocument && load<u8>(slot + IN_DOCUMENT + character) != 0) doubt()
  else if (load<u8>(slot + IN_KEY + character) != 0 && at >= escapeReadTo && isInKey(at)) doubt()
}

/** Says whether the string that holds the escape is followed by a colon. */
function isInKey(escape: usize): bool {
  let run = escape
  while (run > start && byteAt(run - 1) == BACKSLASH) run--
  if (((escape - run) & 1) != 0) return false // the backslash is itself escaped
  let i = escape + ESCAPE_BYTES
  while (i < end && byteAt(i) != QUOTE) i += byteAt(i) == BACKSLASH ? 2 : 1
  readEscapesTo(i)
  const next = skipBlanks(i + 1)
  return next < end && byteAt(next) == COLON
}
