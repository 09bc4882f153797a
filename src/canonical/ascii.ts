/** Bits of `ASCII_CLASS`. */
export const HEX_DIGIT = 1
export const DECIMAL_DIGIT = 2
/** `a-z A-Z 0-9 _ . -`: what a domain indicator may hold (semantics 5). */
export const NAME_CHARACTER = 4

/** Classes of every byte, as bits; 0 from 0x80 on, because no canonical text holds such a byte. */
export const ASCII_CLASS: Uint8Array = classTable()

/** Value of a hex digit by its byte; `NO_DIGIT` for every other byte. */
export const HEX_VALUE: Uint8Array = hexTable()
export const NO_DIGIT = 255

/** Bytes by name: white space, and what structures JSON, CSV, addresses and names. */
export const TAB = 0x09
export const LINE_FEED = 0x0a
export const CARRIAGE_RETURN = 0x0d
export const BLANK = 0x20
export const QUOTE = 0x22
export const COMMA = 0x2c
export const HYPHEN = 0x2d
export const DOT = 0x2e
export const SLASH = 0x2f
export const DIGIT_ZERO = 0x30
export const COLON = 0x3a
export const LEFT_BRACKET = 0x5b
export const BACKSLASH = 0x5c
export const RIGHT_BRACKET = 0x5d
export const LEFT_BRACE = 0x7b
export const RIGHT_BRACE = 0x7d

/** Lower-cases `A-Z` and nothing else: U+212A and U+0130 must not fold into ASCII letters. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

/** The byte in lower case when it is `A-Z`, else the byte itself. */
export function lowerByte(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte
}

/** True when every code unit is below 0x80. */
export function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) if (text.charCodeAt(i) > 0x7f) return false
  return true
}

function classTable(): Uint8Array {
  const table = new Uint8Array(256)
  const mark = (characters: string, bits: number): void => {
    for (let i = 0; i < characters.length; i += 1) table[characters.charCodeAt(i)] = bits
  }
  mark('_.-', NAME_CHARACTER)
  mark('ghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ', NAME_CHARACTER)
  mark('abcdefABCDEF', NAME_CHARACTER | HEX_DIGIT)
  mark('0123456789', NAME_CHARACTER | HEX_DIGIT | DECIMAL_DIGIT)
  return table
}

function hexTable(): Uint8Array {
  const table = new Uint8Array(256).fill(255)
  for (let digit = 0; digit < 16; digit += 1) {
    const character = digit.toString(16)
    table[character.charCodeAt(0)] = digit
    table[character.toUpperCase().charCodeAt(0)] = digit
  }
  return table
}
