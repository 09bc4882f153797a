export const QUOTE: u32 = 0x22
export const BACKSLASH: u32 = 0x5c
export const COLON: u32 = 0x3a
export const COMMA: u32 = 0x2c
export const DOT: u32 = 0x2e
export const SLASH: u32 = 0x2f
export const LEFT_BRACKET: u32 = 0x5b
export const RIGHT_BRACKET: u32 = 0x5d
export const LEFT_BRACE: u32 = 0x7b
export const RIGHT_BRACE: u32 = 0x7d
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

/** Blank, tab, line feed, carriage return. */
@inline
export function isBlank(byte: u32): bool {
  return byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09
}

@inline
export function lowerByte(byte: u32): u32 {
  return byte - 0x41 <= 25 ? byte | 0x20 : byte
}

/** Sixteen bytes with ASCII capitals as small letters. */
@inline
export function lower(bytes: v128): v128 {
  const isCapital = i8x16.le_u(i8x16.sub(bytes, i8x16.splat(0x41)), i8x16.splat(25))
  return v128.or(bytes, v128.and(isCapital, i8x16.splat(0x20)))
}

/** Sixteen times the same byte. */
@inline
export function sixteen(byte: u32): v128 {
  return i8x16.splat(<i8>byte)
}

/** One bit per byte of the sixteen at `address` that equals `byte`. */
@inline
export function bitsEqual(address: usize, byte: u32): u32 {
  return <u32>i8x16.bitmask(i8x16.eq(v128.load(address), sixteen(byte)))
}

/** Says whether `byte` stands in `[from, to)`. */
export function holds(from: usize, to: usize, byte: u32): bool {
  const sought = sixteen(byte)
  for (let at = from; at < to; at += 16) {
    const found = <u32>i8x16.bitmask(i8x16.eq(v128.load(at), sought))
    if (found != 0) return at + <usize>ctz(found) < to
  }
  return false
}
