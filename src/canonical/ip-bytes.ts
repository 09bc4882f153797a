// IP addresses as bytes. Every index below stays inside [start, end) or inside the 16 address bytes, which
// is why reads carry `!`: addresses are read once per observable and once per row of an IOC list.
import { COLON, DIGIT_ZERO, DOT, HEX_VALUE, NO_DIGIT } from './ascii.ts'

const GROUPS = 8
const LOWER_HEX = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0))

/**
 * Reads the address that ASCII `bytes[start, end)` spell into `out` (16 bytes) and returns its length:
 * 4, 16, or 0 when they spell none. An IPv4-mapped IPv6 address is read as the IPv4 address.
 */
export function readIp(bytes: Uint8Array, start: number, end: number, out: Uint8Array): number {
  if (readIpv4(bytes, start, end, out, 0)) return 4
  if (!readIpv6(bytes, start, end, out)) return 0
  for (let i = 0; i < 12; i += 1) if (out[i] !== (i < 10 ? 0 : 255)) return 16
  out.copyWithin(0, 12, 16)
  return 4
}

/** Writes the canonical text of a 4- or 16-byte address at `outOffset` and returns the offset of its end. */
export function writeIp(address: Uint8Array, length: number, out: Uint8Array, outOffset: number): number {
  return length === 4 ? writeIpv4(address, out, outOffset) : writeIpv6(address, out, outOffset)
}

function readIpv4(
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  outOffset: number,
): boolean {
  let offset = start
  for (let part = 0; part < 4; part += 1) {
    if (part > 0) {
      if (offset >= end || bytes[offset] !== DOT) return false
      offset += 1
    }
    const first = offset
    let value = 0
    while (offset < end) {
      const digit = bytes[offset]! - DIGIT_ZERO
      if (digit < 0 || digit > 9) break
      // A leading zero is octal to some readers and decimal to others, so such a text is no address.
      if (offset > first && value === 0) return false
      value = value * 10 + digit
      if (value > 255) return false
      offset += 1
    }
    if (offset === first) return false
    out[outOffset + part] = value
  }
  return offset === end
}

function readIpv6(bytes: Uint8Array, start: number, end: number, out: Uint8Array): boolean {
  let offset = start
  let groupCount = 0
  let gap = -1 // group index of `::`
  if (end - start < 2) return false
  if (bytes[start] === COLON) {
    if (bytes[start + 1] !== COLON) return false
    gap = 0
    offset += 2
  }
  while (offset < end) {
    if (groupCount === GROUPS) return false
    const first = offset
    let value = 0
    while (offset < end) {
      const digit = HEX_VALUE[bytes[offset]!]!
      if (digit === NO_DIGIT) break
      if (offset - first === 4) return false
      value = value * 16 + digit
      offset += 1
    }
    if (offset < end && bytes[offset] === DOT) {
      if (groupCount > GROUPS - 2 || !readIpv4(bytes, first, end, out, groupCount * 2)) return false
      groupCount += 2
      break
    }
    if (offset === first) return false
    out[groupCount * 2] = value >>> 8
    out[groupCount * 2 + 1] = value & 0xff
    groupCount += 1
    if (offset === end) break
    if (bytes[offset] !== COLON) return false
    offset += 1
    if (offset === end) return false
    if (bytes[offset] === COLON) {
      if (gap !== -1) return false
      gap = groupCount
      offset += 1
    }
  }
  if (gap === -1) return groupCount === GROUPS
  if (groupCount === GROUPS) return false // `::` stands for at least one group
  const tailOffset = 16 - (groupCount - gap) * 2
  out.copyWithin(tailOffset, gap * 2, groupCount * 2)
  out.fill(0, gap * 2, tailOffset)
  return true
}

function writeIpv4(address: Uint8Array, out: Uint8Array, outOffset: number): number {
  let offset = outOffset
  for (let part = 0; part < 4; part += 1) {
    const value = address[part]!
    if (part > 0) out[offset++] = DOT
    if (value > 99) out[offset++] = DIGIT_ZERO + Math.floor(value / 100)
    if (value > 9) out[offset++] = DIGIT_ZERO + (Math.floor(value / 10) % 10)
    out[offset++] = DIGIT_ZERO + (value % 10)
  }
  return offset
}

/** RFC 5952: the longest run of two or more zero groups becomes `::`, the first one among equals. */
function writeIpv6(address: Uint8Array, out: Uint8Array, outOffset: number): number {
  let gap = GROUPS
  let gapLength = 1
  for (let group = 0; group < GROUPS; group += 1) {
    let run = 0
    while (group + run < GROUPS && isZeroGroup(address, group + run)) run += 1
    if (run > gapLength) {
      gap = group
      gapLength = run
    }
    group += run
  }
  let offset = outOffset
  for (let group = 0; group < GROUPS; group += 1) {
    if (group === gap) {
      out[offset++] = COLON
      if (gap + gapLength === GROUPS) out[offset++] = COLON
      group += gapLength - 1
      continue
    }
    if (group > 0) out[offset++] = COLON
    const value = address[group * 2]! * 256 + address[group * 2 + 1]!
    if (value > 0xfff) out[offset++] = LOWER_HEX[value >>> 12]!
    if (value > 0xff) out[offset++] = LOWER_HEX[(value >>> 8) & 15]!
    if (value > 0xf) out[offset++] = LOWER_HEX[(value >>> 4) & 15]!
    out[offset++] = LOWER_HEX[value & 15]!
  }
  return offset
}

function isZeroGroup(address: Uint8Array, group: number): boolean {
  return address[group * 2] === 0 && address[group * 2 + 1] === 0
}
