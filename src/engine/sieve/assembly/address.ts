import { COLON, DOT, byteAt } from './bytes.ts'
import { ADDRESS, ADDRESS_TEXT, HEX_VALUE, slot } from './slot.ts'

const GROUPS: usize = 8

/**
 * Reads the address that `[from, to)` spells into ADDRESS and returns its length: 4, 16, or 0 when it spells none. An
 * IPv4-mapped IPv6 address is read as the IPv4 address.
 */
export function readAddress(from: usize, to: usize): u32 {
  const out = slot + ADDRESS
  if (readIpv4(from, to, out)) return 4
  if (!readIpv6(from, to, out)) return 0
  if (load<u64>(out) != 0 || load<u32>(out, 8) != 0xffff0000) return 16
  store<u32>(out, load<u32>(out, 12))
  return 4
}

function readIpv4(from: usize, to: usize, out: usize): bool {
  let at = from
  for (let part: usize = 0; part < 4; part++) {
    if (part > 0) {
      if (at >= to || byteAt(at) != DOT) return false
      at++
    }
    const first = at
    let value: u32 = 0
    while (at < to) {
      const digit = byteAt(at) - 0x30
      if (digit > 9) break
      // A leading zero is octal to some readers and decimal to others, so such a text is no address.
      if (at > first && value == 0) return false
      value = value * 10 + digit
      if (value > 255) return false
      at++
    }
    if (at == first) return false
    store<u8>(out + part, <u8>value)
  }
  return at == to
}

function readIpv6(from: usize, to: usize, out: usize): bool {
  let at = from
  let count: usize = 0
  let gap: usize = GROUPS + 1 // group index of `::`
  if (to - from < 2) return false
  if (byteAt(from) == COLON) {
    if (byteAt(from + 1) != COLON) return false
    gap = 0
    at += 2
  }
  while (at < to) {
    if (count == GROUPS) return false
    const first = at
    let value: u32 = 0
    while (at < to) {
      const digit = <u32>load<u8>(slot + HEX_VALUE + <usize>byteAt(at))
      if (digit > 15) break
      if (at - first == 4) return false
      value = value * 16 + digit
      at++
    }
    if (at < to && byteAt(at) == DOT) {
      if (count > GROUPS - 2 || !readIpv4(first, to, out + count * 2)) return false
      count += 2
      break
    }
    if (at == first) return false
    store<u8>(out + count * 2, <u8>(value >> 8))
    store<u8>(out + count * 2, <u8>value, 1)
    count++
    if (at == to) break
    if (byteAt(at) != COLON) return false
    at++
    if (at == to) return false
    if (byteAt(at) == COLON) {
      if (gap <= GROUPS) return false
      gap = count
      at++
    }
  }
  if (gap > GROUPS) return count == GROUPS
  if (count == GROUPS) return false // `::` stands for at least one group
  const tail = (count - gap) * 2
  memory.copy(out + 16 - tail, out + gap * 2, tail)
  memory.fill(out + gap * 2, 0, 16 - tail - gap * 2)
  return true
}

/** Writes the canonical text of the address of so many bytes to ADDRESS_TEXT and returns its length. */
export function writeAddress(length: u32): usize {
  const out = slot + ADDRESS_TEXT
  return (length == 4 ? writeIpv4(out) : writeIpv6(out)) - out
}

function writeIpv4(out: usize): usize {
  let at = out
  for (let part: usize = 0; part < 4; part++) {
    const value = byteAt(slot + ADDRESS + part)
    if (part > 0) at = put(at, DOT)
    if (value > 99) at = put(at, 0x30 + value / 100)
    if (value > 9) at = put(at, 0x30 + ((value / 10) % 10))
    at = put(at, 0x30 + (value % 10))
  }
  return at
}

/** RFC 5952: the longest run of two or more zero groups becomes `::`, the first one among equals. */
function writeIpv6(out: usize): usize {
  let gap = GROUPS
  let gapLength: usize = 1
  for (let group: usize = 0; group < GROUPS; group++) {
    let run: usize = 0
    while (group + run < GROUPS && groupAt(group + run) == 0) run++
    if (run > gapLength) {
      gap = group
      gapLength = run
    }
    group += run
  }
  let at = out
  for (let group: usize = 0; group < GROUPS; group++) {
    if (group == gap) {
      at = put(at, COLON)
      if (gap + gapLength == GROUPS) at = put(at, COLON)
      group += gapLength - 1
    } else {
      if (group > 0) at = put(at, COLON)
      const value = groupAt(group)
      if (value > 0xfff) at = put(at, hexDigit(value >> 12))
      if (value > 0xff) at = put(at, hexDigit((value >> 8) & 15))
      if (value > 0xf) at = put(at, hexDigit((value >> 4) & 15))
      at = put(at, hexDigit(value & 15))
    }
  }
  return at
}

@inline
function groupAt(group: usize): u32 {
  const at = slot + ADDRESS + group * 2
  return (byteAt(at) << 8) | byteAt(at + 1)
}

@inline
function hexDigit(value: u32): u32 {
  return value < 10 ? 0x30 + value : 0x57 + value
}

@inline
function put(at: usize, byte: u32): usize {
  store<u8>(at, <u8>byte)
  return at + 1
}
