import { HEX_VALUE, NO_DIGIT, isDigit } from './byte-tables.ts'
import { COLON } from './json-bytes.ts'

const DOT = 0x2e
const GROUP_COUNT = 8
/** Result of a parse that failed; no IPv4 address as a number is negative. */
const NO_ADDRESS = -1
/** Longest canonical text: eight groups of four digits. */
const LONGEST_TEXT = 39

/** Reads textual addresses and writes their canonical text (RFC 5952, lower-case, never dotted for IPv6). */
export class AddressText {
  /** The last address read, in its first bytes. */
  readonly bytes: Uint8Array = new Uint8Array(LONGEST_TEXT)
  readonly #groups = new Uint16Array(GROUP_COUNT)

  /** Reads `bytes[start, end)` and returns the length of its canonical text, or 0 when it is no address. */
  read(bytes: Uint8Array, start: number, end: number): number {
    const address = readIpv4(bytes, start, end)
    if (address !== NO_ADDRESS) return this.#writeIpv4(address)
    if (!this.#readGroups(bytes, start, end)) return 0
    const groups = this.#groups
    const isMapped =
      groups[5] === 0xffff && (groups[0]! | groups[1]! | groups[2]! | groups[3]! | groups[4]!) === 0
    return isMapped ? this.#writeIpv4(groups[6]! * 0x10000 + groups[7]!) : this.#writeIpv6()
  }

  #readGroups(bytes: Uint8Array, start: number, end: number): boolean {
    const groups = this.#groups
    let count = 0
    let gap = -1
    let i = start
    if (end - start < 2) return false
    if (bytes[start] === COLON) {
      if (bytes[start + 1] !== COLON) return false
      gap = 0
      i = start + 2
    }
    while (i < end) {
      if (count === GROUP_COUNT) return false
      const groupStart = i
      const limit = Math.min(end, i + 4)
      let value = 0
      while (i < limit && HEX_VALUE[bytes[i]!] !== NO_DIGIT) {
        value = (value << 4) | HEX_VALUE[bytes[i]!]! // i < limit <= end
        i += 1
      }
      if (i < end && bytes[i] === DOT) {
        const address = readIpv4(bytes, groupStart, end)
        if (address === NO_ADDRESS || count > GROUP_COUNT - 2) return false
        groups[count] = address >>> 16
        groups[count + 1] = address & 0xffff
        count += 2
        i = end
        break
      }
      if (i === groupStart) return false
      groups[count] = value // count < GROUP_COUNT, tested above
      count += 1
      if (i === end) break
      if (bytes[i] !== COLON) return false
      i += 1
      if (i === end) return false
      if (bytes[i] !== COLON) continue
      if (gap >= 0) return false
      gap = count
      i += 1
    }
    return this.#fillGap(count, gap)
  }

  /** Moves the groups behind `::` to the end; a `::` that stands for nothing is let through, since doubt may. */
  #fillGap(count: number, gap: number): boolean {
    if (gap < 0) return count === GROUP_COUNT
    const groups = this.#groups
    const missing = GROUP_COUNT - count
    for (let i = count - 1; i >= gap; i -= 1) groups[i + missing] = groups[i]! // 0 <= i < count <= GROUP_COUNT
    for (let i = 0; i < missing; i += 1) groups[gap + i] = 0
    return true
  }

  #writeIpv4(address: number): number {
    let at = this.#writeDecimal(address >>> 24, 0)
    at = this.#writeByte(DOT, at)
    at = this.#writeDecimal((address >>> 16) & 255, at)
    at = this.#writeByte(DOT, at)
    at = this.#writeDecimal((address >>> 8) & 255, at)
    at = this.#writeByte(DOT, at)
    return this.#writeDecimal(address & 255, at)
  }

  #writeIpv6(): number {
    const groups = this.#groups
    let runStart = GROUP_COUNT
    let runLength = 1 // one group of zeros is not shortened
    for (let i = 0; i < GROUP_COUNT; i += 1) {
      let next = i
      while (next < GROUP_COUNT && groups[next] === 0) next += 1
      if (next - i > runLength) {
        runStart = i
        runLength = next - i
      }
      if (next > i) i = next
    }
    let at = 0
    for (let i = 0; i < GROUP_COUNT; i += 1) {
      if (i === runStart) {
        at = this.#writeByte(COLON, at)
        if (i === 0) at = this.#writeByte(COLON, at)
        i += runLength - 1
        continue
      }
      at = this.#writeHex(groups[i]!, at)
      if (i < GROUP_COUNT - 1) at = this.#writeByte(COLON, at)
    }
    return at
  }

  #writeByte(byte: number, at: number): number {
    this.bytes[at] = byte // the text never exceeds LONGEST_TEXT
    return at + 1
  }

  #writeDecimal(value: number, at: number): number {
    let next = at
    if (value >= 100) next = this.#writeByte(0x30 + ((value / 100) | 0), next)
    if (value >= 10) next = this.#writeByte(0x30 + (((value / 10) | 0) % 10), next)
    return this.#writeByte(0x30 + (value % 10), next)
  }

  #writeHex(value: number, at: number): number {
    let next = at
    for (let shift = 12; shift >= 0; shift -= 4) {
      if (shift > 0 && value >>> shift === 0) continue
      const digit = (value >>> shift) & 15
      next = this.#writeByte(digit < 10 ? 0x30 + digit : 0x57 + digit, next)
    }
    return next
  }
}

/** Reads four decimal parts without leading zeros as an unsigned number, else returns `NO_ADDRESS`. */
function readIpv4(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start
  if (length < 7 || length > 15) return NO_ADDRESS
  let address = 0
  let part = 0
  let digits = 0
  let dots = 0
  for (let i = start; i < end; i += 1) {
    const byte = bytes[i]! // i < end
    if (isDigit(byte)) {
      if (digits > 0 && part === 0) return NO_ADDRESS
      part = part * 10 + byte - 0x30
      digits += 1
      if (part > 255) return NO_ADDRESS
    } else {
      if (byte !== DOT || digits === 0 || dots === 3) return NO_ADDRESS
      address = address * 256 + part
      part = 0
      digits = 0
      dots += 1
    }
  }
  return dots === 3 && digits > 0 ? address * 256 + part : NO_ADDRESS
}
