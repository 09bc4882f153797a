import { BLANK, CARRIAGE_RETURN, LINE_FEED, TAB } from '../canonical/ascii.ts'

/** True for the bytes that are trimmed from a record's ends (semantics 1). */
export function isBlank(byte: number | undefined): boolean {
  return byte === BLANK || byte === TAB || byte === CARRIAGE_RETURN
}

/** True for JSON white space. */
export function isJsonSpace(byte: number | undefined): boolean {
  return byte === BLANK || byte === TAB || byte === LINE_FEED || byte === CARRIAGE_RETURN
}

/** The bytes as a `Buffer` over the same memory, for its native searches and decoders. */
export function bufferOver(bytes: Uint8Array, start: number, end: number): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start)
}
