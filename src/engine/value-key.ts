import { readIp, writeIp } from '../canonical/ip-bytes.ts'
import { IP_TEXT_LIMIT } from '../model/indicator.ts'

/**
 * Canonical texts as binary keys, and back. A key is u32 words, each of which is the number that four
 * bytes of the digest or the address spell, so that keys in order are values in order. Every function is total: a text that is not the canonical spelling has no key, so that comparing
 * keys is comparing canonical texts.
 */
const NO_DIGIT = 255
const DIGIT_OF = new Uint8Array(256).fill(NO_DIGIT)
const HEX = '0123456789abcdef'
for (let digit = 0; digit < 16; digit += 1) DIGIT_OF[HEX.charCodeAt(digit)] = digit

/** By byte, since every detection prints a digest. */
const HEX_PAIRS: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0'),
)

const addressScratch = new Uint8Array(16)
const textScratch = new Uint8Array(IP_TEXT_LIMIT)

/** Reads exactly `wordCount * 8` lower-case hex digits into `out[outFirst …]`; false when the text is anything else. */
export function readHexKey(
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Uint32Array,
  outFirst: number,
  wordCount: number,
): boolean {
  if (end - start !== wordCount * 8) return false
  let i = start
  let bad = 0
  for (let word = outFirst; word < outFirst + wordCount; word += 1, i += 8) {
    const a = DIGIT_OF[bytes[i]!]! // i + 7 < end; a byte is below 256
    const b = DIGIT_OF[bytes[i + 1]!]!
    const c = DIGIT_OF[bytes[i + 2]!]!
    const d = DIGIT_OF[bytes[i + 3]!]!
    const e = DIGIT_OF[bytes[i + 4]!]!
    const f = DIGIT_OF[bytes[i + 5]!]!
    const g = DIGIT_OF[bytes[i + 6]!]!
    const h = DIGIT_OF[bytes[i + 7]!]!
    bad |= a | b | c | d | e | f | g | h // digits use four bits, NO_DIGIT all eight
    out[word] = (a << 28) | (b << 24) | (c << 20) | (d << 16) | (e << 12) | (f << 8) | (g << 4) | h
  }
  return bad < 16
}

/** Reads canonical address text into `out[outFirst …]`; the words written: 1 for IPv4, 4 for IPv6, 0 for other text. */
export function readIpKey(
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Uint32Array,
  outFirst: number,
): number {
  const plain = readPlainIpv4(bytes, start, end)
  if (plain >= 0) {
    out[outFirst] = plain
    return 1
  }
  if (end - start > IP_TEXT_LIMIT) return 0
  const length = readIp(bytes, start, end, addressScratch)
  if (length === 0) return 0
  const textEnd = writeIp(addressScratch, length, textScratch, 0)
  if (textEnd !== end - start) return 0
  for (let i = 0; i < textEnd; i += 1) if (textScratch[i] !== bytes[start + i]) return 0
  for (let word = 0; word < length / 4; word += 1) {
    const from = word * 4
    out[outFirst + word] =
      (addressScratch[from]! << 24) | // from + 3 < length <= 16
      (addressScratch[from + 1]! << 16) |
      (addressScratch[from + 2]! << 8) |
      addressScratch[from + 3]!
  }
  return length / 4
}

const DOT = 0x2e
const DIGIT_ZERO = 0x30

/** The number of an IPv4 address in canonical spelling; -1 for any other text, addresses among them. */
function readPlainIpv4(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > 15) return -1
  let address = 0
  let part = 0
  let digits = 0
  let dots = 0
  for (let i = start; i < end; i += 1) {
    const byte = bytes[i]!
    const digit = byte - DIGIT_ZERO
    if (digit >= 0 && digit <= 9) {
      if (digits > 0 && part === 0) return -1 // a leading zero
      part = part * 10 + digit
      digits += 1
    } else {
      if (byte !== DOT || digits === 0 || part > 255) return -1
      address = address * 256 + part
      dots += 1
      part = 0
      digits = 0
    }
  }
  return dots === 3 && digits > 0 && part <= 255 ? address * 256 + part : -1
}

/** Lower-case hex of a key. */
export function hexOfKey(words: Uint32Array, first: number, wordCount: number): string {
  let text = ''
  for (let word = first; word < first + wordCount; word += 1) {
    for (let shift = 24; shift >= 0; shift -= 8) text += HEX_PAIRS[((words[word] ?? 0) >>> shift) & 0xff]!
  }
  return text
}

/** Canonical text of an address key. */
export function ipTextOfKey(words: Uint32Array, first: number, wordCount: number): string {
  const end = writeIp(keyBytes(words, first, wordCount), wordCount * 4, textScratch, 0)
  return String.fromCharCode(...textScratch.subarray(0, end))
}

/** True when an IPv6 key is an IPv4 address in disguise, which no canonical text spells. */
export function isMappedKey(words: Uint32Array, first: number): boolean {
  return words[first] === 0 && words[first + 1] === 0 && words[first + 2] === 0xffff
}

function keyBytes(words: Uint32Array, first: number, wordCount: number): Uint8Array {
  const bytes = new Uint8Array(wordCount * 4)
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = (words[first + (i >>> 2)] ?? 0) >>> (24 - (i & 3) * 8)
  return bytes
}
