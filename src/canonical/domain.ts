import { lowerAscii } from './ascii.ts'
import { asciiFormOfName } from './idna.ts'

const PERCENT = 0x25

/**
 * The canonical form of a name seen in an event, or null when the text is no name: it holds a blank, a
 * control character or one of `/ \ ? # @ :`. Trailing dots and addresses are the caller's business.
 * Everything else stands: an observable is a fact, also where DNS would refuse it (semantics 5).
 */
export function canonicalName(text: string): string | null {
  let isLower = true
  let isPlain = true
  let hasPercent = false
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i)
    if (unit > 0x7f) isPlain = false
    else if (unit >= 0x41 && unit <= 0x5a) isLower = false
    else if (isNoNameUnit(unit)) return null
    else if (unit === PERCENT) hasPercent = true
  }
  if (isPlain) return isLower ? text : text.toLowerCase()
  return (hasPercent ? null : asciiFormOfName(text)) ?? lowerAscii(text)
}

/** Controls, blank, DEL and `# / : ? @ \`: they end a host in one kind of text or another. */
function isNoNameUnit(unit: number): boolean {
  if (unit <= 0x20 || unit === 0x7f) return true
  return unit === 0x23 || unit === 0x2f || unit === 0x3a || unit === 0x3f || unit === 0x40 || unit === 0x5c
}
