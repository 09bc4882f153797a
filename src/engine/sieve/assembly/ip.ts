import { readAddress, writeAddress } from './address.ts'
import { askAffixes, hasAffixes } from './affix.ts'
import { BACKSLASH, COLON, DOT, LEFT_BRACKET, QUOTE, RIGHT_BRACKET, bitsEqual, byteAt, holds, sixteen } from './bytes.ts'
import { ipv4Key, ipv6Key } from './hash.ts'
import { IP_ADDRESS } from './kinds.ts'
import { enqueue } from './probe.ts'
import { doubt, end, isStringEnd, line } from './record.ts'
import { ADDRESS, ADDRESS_TEXT, slot } from './slot.ts'

const PERCENT: u32 = 0x25

/** No address: four parts of digits spell fewer than all numbers. */
const NOT_PLAIN: u64 = ~(<u64>0)

/**
 * Asks about the string that begins at `at` as an address. Brackets, zone and port are cut without asking whether what
 * stands behind them is well-formed; brackets elsewhere are doubt.
 */
export function askIp(at: usize, isNested: bool): void {
  const quotes = bitsEqual(at, QUOTE)
  if (quotes != 0) {
    const length = <usize>ctz(quotes)
    const address = length < end - at ? plainIpv4(at, length) : NOT_PLAIN
    if (address != NOT_PLAIN) {
      enqueue(ipv4Key(<u32>address), line)
      if (hasAffixes(IP_ADDRESS)) askAffixes(IP_ADDRESS, at, length)
      return
    }
  }
  askOddIp(at, isNested)
}

/** Asks about a cell's text as an address. */
export function askIpText(from: usize, to: usize): void {
  const address = plainIpv4(from, to - from)
  if (address != NOT_PLAIN) {
    enqueue(ipv4Key(<u32>address), line)
    if (hasAffixes(IP_ADDRESS)) askAffixes(IP_ADDRESS, from, to - from)
  } else if (holds(from, to, QUOTE)) doubt()
  else askIpPiece(from, to)
}

/**
 * The address that the `length` bytes at `at` spell as four decimal numbers, low byte first, or NOT_PLAIN. All parts
 * are read at once: where the dots stand, four loads that end with each part, and no branch on a digit.
 */
function plainIpv4(at: usize, length: usize): u64 {
  if (length - 7 > 8) return NOT_PLAIN // 7 to 15 bytes
  const bytes = v128.load(at)
  const inside = (1 << <u32>length) - 1
  const dots = <u32>i8x16.bitmask(i8x16.eq(bytes, sixteen(DOT))) & inside
  const digits = <u32>i8x16.bitmask(i8x16.le_u(i8x16.sub(bytes, i8x16.splat(0x30)), i8x16.splat(9))) & inside
  if ((dots | digits) != inside || popcnt(dots) != 3) return NOT_PLAIN
  const second = dots & (dots - 1)
  const dot1 = <usize>ctz(dots)
  const dot2 = <usize>ctz(second)
  const dot3 = <usize>ctz(second & (second - 1))
  const a = part(at + dot1, dot1)
  const b = part(at + dot2, dot2 - dot1 - 1)
  const c = part(at + dot3, dot3 - dot2 - 1)
  const d = part(at + length, length - dot3 - 1)
  return <u64>(a | (b << 8) | (c << 16) | (d << 24))
}

/** The number whose `digits` digits end before `behind`, or any below 256 where no part of an address is spelled so. */
@inline
function part(behind: usize, digits: usize): u32 {
  const word = (load<u32>(behind - 4) & 0x0f0f0f0f) & (<u32>0xffffffff << (32 - ((<u32>digits) << 3)))
  // Hundreds, tens and ones, low byte first: one product adds them up in its third byte.
  return (((word >> 8) * 0x640a01) >> 16) & 255
}

function askOddIp(at: usize, isNested: bool): void {
  let stop = at
  let zone: usize = 0
  let close: usize = 0
  let brackets: u32 = 0
  while (stop < end) {
    const byte = byteAt(stop)
    if (byte == QUOTE || byte == BACKSLASH) break
    if (byte == PERCENT && zone == 0) zone = stop
    if (byte == LEFT_BRACKET) brackets++
    if (byte == RIGHT_BRACKET) {
      brackets++
      if (close == 0) close = stop
    }
    stop++
  }
  if (!isStringEnd(stop, isNested)) {
    doubt()
    return
  }
  let from = at
  if (brackets > 0) {
    if (brackets != 2 || close == 0 || byteAt(at) != LEFT_BRACKET) {
      doubt()
      return
    }
    from = at + 1
    stop = close
  }
  if (zone != 0 && zone < stop) stop = zone
  askAddressOrPort(from, stop)
}

/** Asks about `[from, to)` as an address, with a port behind it perhaps. */
function askAddressOrPort(from: usize, to: usize): void {
  if (askAddress(from, to)) return
  let colon = from
  while (colon < to && byteAt(colon) != COLON) colon++
  if (colon < to) askAddress(from, colon)
}

/** Asks about `[from, to)`, which holds neither quotes nor backslashes; the same cuts as for a whole field. */
export function askIpPiece(from: usize, to: usize): void {
  let stop = from
  let zone: usize = 0
  let close: usize = 0
  let brackets: u32 = 0
  while (stop < to) {
    const byte = byteAt(stop)
    if (byte == PERCENT && zone == 0) zone = stop
    if (byte == LEFT_BRACKET) brackets++
    if (byte == RIGHT_BRACKET) {
      brackets++
      if (close == 0) close = stop
    }
    stop++
  }
  let first = from
  if (brackets > 0) {
    if (brackets != 2 || close == 0 || byteAt(from) != LEFT_BRACKET) {
      doubt()
      return
    }
    first = from + 1
    stop = close
  }
  if (zone != 0 && zone < stop) stop = zone
  askAddressOrPort(first, stop)
}

/** Asks about `[from, to)` if it spells an address, and says whether it does. */
export function askAddress(from: usize, to: usize): bool {
  const length = readAddress(from, to)
  if (length == 0) return false
  const address = slot + ADDRESS
  enqueue(length == 4 ? ipv4Key(load<u32>(address)) : ipv6Key(address), line)
  if (hasAffixes(IP_ADDRESS)) askAffixes(IP_ADDRESS, slot + ADDRESS_TEXT, writeAddress(length))
  return true
}
