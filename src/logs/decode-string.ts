import { JSON_ESCAPES } from '../canonical/json-escapes.ts'
import { bufferOver } from './bytes.ts'

// `ignoreBOM` keeps a byte order mark inside a value, which is a character like any other there.
const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true })
const ESCAPE = /\\(?:u([0-9A-Fa-f]{4})|([^]?))/g

/** Text of UTF-8 bytes; what is not UTF-8 becomes U+FFFD. Faster for a `Buffer`, which needs no view per call. */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  let bits = 0
  for (let i = start; i < end; i += 1) bits |= bytes[i]! // start <= i < end <= bytes.length
  if (bits > 0x7f) return UTF8.decode(bytes.subarray(start, end))
  const buffer = Buffer.isBuffer(bytes) ? bytes : bufferOver(bytes, 0, bytes.length)
  return buffer.toString('latin1', start, end)
}

/**
 * Text of a JSON string from the bytes between its quotes: bytes first, then escapes. Invalid escapes stay
 * literal, a lone surrogate becomes U+FFFD (semantics 2).
 */
export function decodeJsonString(bytes: Uint8Array, start: number, end: number, hasEscapes: boolean): string {
  const text = decodeUtf8(bytes, start, end)
  return hasEscapes ? decodeEscapes(text) : text
}

function decodeEscapes(text: string): string {
  const decoded = text.replace(ESCAPE, (escape, hex: string | undefined, short: string | undefined) =>
    hex === undefined
      ? (JSON_ESCAPES.get(short ?? '') ?? escape)
      : String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return decoded.toWellFormed()
}
