import { isUtf8 } from 'node:buffer'
import { BACKSLASH } from '../canonical/ascii.ts'

const ESCAPE = /\\(?:x([0-9A-Fa-f]{2})|\\)/g

/**
 * Takes the escapes off a text of one character per byte: `\xNN` is a byte, and a backslash that stands before another is
 * one, since Zeek writes it so. All other backslashes are literal.
 */
export function unescapeZeek(text: string): string {
  if (!text.includes('\\')) return text
  return text.replace(ESCAPE, (_, hex: string | undefined) =>
    hex === undefined ? '\\' : String.fromCharCode(Number.parseInt(hex, 16)),
  )
}

/** The bytes of a value of a Zeek log with its escapes undone, or null where it has none. */
export function unescapedZeek(bytes: Buffer, start: number, end: number): Buffer | null {
  for (let i = start; i < end; i += 1)
    if (bytes[i] === BACKSLASH)
      return Buffer.from(unescapeZeek(bytes.toString('latin1', start, end)), 'latin1')
  return null
}

/** Says whether all texts of a row are UTF-8, escaped bytes included. */
export function isZeekUtf8(bytes: Buffer, start: number, end: number): boolean {
  const row = bytes.subarray(start, end)
  if (!isUtf8(row)) return false
  return !row.includes(BACKSLASH) || isUtf8(Buffer.from(unescapeZeek(row.toString('latin1')), 'latin1'))
}
