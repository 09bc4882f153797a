import { HEX_VALUE, NO_DIGIT } from '../../canonical/ascii.ts'

/** The byte itself, ASCII capitals as small letters. */
export const LOWER: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte,
)

/** A hex digit as it stands in canonical text; 0 for a byte that is none. */
export const LOWER_HEX: Uint8Array = LOWER.map((lower, byte) => (HEX_VALUE[byte] === NO_DIGIT ? 0 : lower))

/** Says whether a byte is a decimal digit. */
export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}
