import { DOT, equal } from './bytes.ts'

/**
 * Whether the `length` bytes at `at` are an IPv4 address in its one canonical spelling. All parts are read at once: where
 * the dots stand, four loads that end with each part, and no branch on a digit.
 */
export function isPlainIpv4(at: usize, length: usize): bool {
  if (length - 7 > 8) return false // 7 to 15 bytes
  const bytes = v128.load(at)
  const inside = (1 << <u32>length) - 1
  const dots = <u32>i8x16.bitmask(equal(bytes, DOT)) & inside
  const digits = <u32>i8x16.bitmask(i8x16.le_u(i8x16.sub(bytes, i8x16.splat(0x30)), i8x16.splat(9))) & inside
  if ((dots | digits) != inside || popcnt(dots) != 3) return false
  const second = dots & (dots - 1)
  const dot1 = <usize>ctz(dots)
  const dot2 = <usize>ctz(second)
  const dot3 = <usize>ctz(second & (second - 1))
  const a = part(at + dot1, dot1)
  const b = part(at + dot2, dot2 - dot1 - 1)
  const c = part(at + dot3, dot3 - dot2 - 1)
  const d = part(at + length, length - dot3 - 1)
  return (a | b | c | d) <= 255
}

/** The number whose `digits` digits end before `behind`; over 255 where no part of an address is spelled so. */
@inline
function part(behind: usize, digits: usize): u32 {
  if (digits - 1 > 2) return 256
  const word = (load<u32>(behind - 4) & 0x0f0f0f0f) >> (32 - ((<u32>digits) << 3))
  const first = word & 15
  // The first digit stands lowest in `word`; two or three digits must not begin with zero.
  if (digits == 1) return first
  if (first == 0) return 256
  if (digits == 2) return first * 10 + (word >> 8)
  return first * 100 + ((word >> 8) & 15) * 10 + (word >> 16)
}
