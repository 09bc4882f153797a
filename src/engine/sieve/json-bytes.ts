import { BACKSLASH, QUOTE } from '../../canonical/ascii.ts'

/** Says whether a byte is JSON white space: blank, tab, line feed or carriage return. */
export function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

/** The first offset at or after `offset` that holds no JSON white space, or `end`. */
export function skipBlanks(bytes: Uint8Array, offset: number, end: number): number {
  let i = offset
  while (i < end && isBlank(bytes[i]!)) i += 1 // i < end, the caller's bound
  return i
}

/** Says whether a string of the given spelling ends at `offset`, by its quote or because nothing follows. */
export function isStringEnd(bytes: Uint8Array, offset: number, end: number, isNested: boolean): boolean {
  if (offset >= end || bytes[offset] === QUOTE) return true
  return isNested && bytes[offset] === BACKSLASH && offset + 1 < end && bytes[offset + 1] === QUOTE
}
