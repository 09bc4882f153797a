export const QUOTE: u32 = 0x22
export const COMMA: u32 = 0x2c
export const HYPHEN: u32 = 0x2d
export const DOT: u32 = 0x2e
export const COLON: u32 = 0x3a
export const LINE_FEED: u32 = 0x0a
export const CARRIAGE_RETURN: u32 = 0x0d

@inline
export function byteAt(address: usize): u32 {
  return <u32>load<u8>(address)
}

@inline
export function isDigit(byte: u32): bool {
  return byte - 0x30 <= 9
}

@inline
export function isHexDigit(byte: u32): bool {
  return isDigit(byte) || (byte | 0x20) - 0x61 <= 5
}

/** `a-z A-Z 0-9 _ . -` */
@inline
export function isNameCharacter(byte: u32): bool {
  return (byte | 0x20) - 0x61 <= 25 || isDigit(byte) || byte == DOT || byte == HYPHEN || byte == 0x5f
}

/** Sixteen bytes with ASCII capitals as small letters. */
@inline
export function lower(bytes: v128): v128 {
  const isCapital = i8x16.le_u(i8x16.sub(bytes, i8x16.splat(0x41)), i8x16.splat(25))
  return v128.or(bytes, v128.and(isCapital, i8x16.splat(0x20)))
}

/** Sixteen bytes, all ones where a byte equals `byte`. */
@inline
export function equal(bytes: v128, byte: u32): v128 {
  return i8x16.eq(bytes, i8x16.splat(<i8>byte))
}
