// The twin of value.ts for lists of a million rows: it takes what is plainly right and leaves the rest to
// canonicalIndicatorValue. Indices stay inside [start, end) and the tables have 256 entries, hence `!`.
import {
  DETECTION_FUNCTIONS,
  DOMAIN_LABEL_LIMIT,
  DOMAIN_TEXT_LIMIT,
  HASH_DIGITS,
  INDICATOR_TYPES,
  IP_TEXT_LIMIT,
} from '../model/indicator.ts'
import {
  ASCII_CLASS,
  COLON,
  DECIMAL_DIGIT,
  DOT,
  HEX_DIGIT,
  HYPHEN,
  NAME_CHARACTER,
  lowerByte,
} from './ascii.ts'
import { readIp, writeIp } from './ip-bytes.ts'

const EQUALS = DETECTION_FUNCTIONS.indexOf('Equals')
const END_WITH = DETECTION_FUNCTIONS.indexOf('EndWith')
const IP_ADDRESS = INDICATOR_TYPES.indexOf('IpAddress')
const DOMAIN_NAME = INDICATOR_TYPES.indexOf('DomainName')
const DIGITS_OF_TYPE: readonly number[] = [HASH_DIGITS.Sha1, HASH_DIGITS.Sha256, HASH_DIGITS.Md5]

const addressScratch = new Uint8Array(16)
const textScratch = new Uint8Array(IP_TEXT_LIMIT)

/**
 * Writes the canonical form of the value `bytes[start, end)` to `out` at `outOffset` and returns its length, or
 * -1 when `canonicalIndicatorValue` must decide: on any doubt, problem or warning. Then what was written means nothing.
 * Never writes more than `end - start` bytes, so `out` may be `bytes` with `outOffset <= start`.
 */
export function canonicalIndicatorBytes(
  typeIndex: number,
  functionIndex: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  outOffset: number,
): number {
  const length = end - start
  if (length <= 0) return -1
  if (typeIndex === DOMAIN_NAME) return domain(functionIndex, bytes, start, end, out, outOffset)
  if (typeIndex === IP_ADDRESS) {
    return functionIndex === EQUALS
      ? address(bytes, start, end, out, outOffset)
      : addressFragment(bytes, start, end, out, outOffset)
  }
  const digits = DIGITS_OF_TYPE[typeIndex] ?? 0
  if (functionIndex === EQUALS ? length !== digits : length > digits) return -1
  return writeHex(bytes, start, end, out, outOffset)
}

/** Lower-case hex digit of a byte, 0 where it is none. */
const LOWER_HEX: Uint8Array = Uint8Array.from(ASCII_CLASS, (classes, byte) =>
  (classes & HEX_DIGIT) === 0 ? 0 : lowerByte(byte),
)

/** Writes while it checks; what stands in `out` behind a refusal was never part of a value. */
function writeHex(bytes: Uint8Array, start: number, end: number, out: Uint8Array, outOffset: number): number {
  const shift = outOffset - start
  for (let i = start; i < end; i += 1) {
    const digit = LOWER_HEX[bytes[i]!]!
    if (digit === 0) return -1
    out[i + shift] = digit
  }
  return end - start
}

function address(bytes: Uint8Array, start: number, end: number, out: Uint8Array, outOffset: number): number {
  const addressLength = readIp(bytes, start, end, addressScratch)
  if (addressLength === 0) return -1
  const length = writeIp(addressScratch, addressLength, textScratch, 0)
  // `1::3:4:5:6:7:8` is the one kind of text that grows; it is rare enough for the slow path.
  if (length > end - start) return -1
  for (let i = 0; i < length; i += 1) out[outOffset + i] = textScratch[i]!
  return length
}

function addressFragment(
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  outOffset: number,
): number {
  if (end - start > IP_TEXT_LIMIT) return -1
  for (let i = start; i < end; i += 1) {
    const byte = bytes[i]!
    if ((ASCII_CLASS[byte]! & HEX_DIGIT) === 0 && byte !== DOT && byte !== COLON) return -1
  }
  return writeLower(bytes, start, end, out, outOffset)
}

function domain(
  functionIndex: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  outOffset: number,
): number {
  const looksAtEnd = functionIndex === EQUALS || functionIndex === END_WITH
  const nameEnd = looksAtEnd && bytes[end - 1] === DOT ? end - 1 : end
  if (nameEnd === start || nameEnd - start > DOMAIN_TEXT_LIMIT) return -1
  // After a cut dot another one would leave an empty label.
  if (nameEnd < end && bytes[nameEnd - 1] === DOT) return -1
  const isPlain =
    functionIndex === EQUALS ? isPlainName(bytes, start, nameEnd) : isPlainFragment(bytes, start, nameEnd)
  return isPlain ? writeLower(bytes, start, nameEnd, out, outOffset) : -1
}

/** A host name by the label rules, none of whose labels looks like `xn--` (that one may earn a warning). */
function isPlainName(bytes: Uint8Array, start: number, end: number): boolean {
  let labelStart = start
  let classes = DECIMAL_DIGIT // what all characters of the label have in common
  for (let i = start; i <= end; i += 1) {
    if (i < end && bytes[i] !== DOT) {
      const found = ASCII_CLASS[bytes[i]!]!
      if ((found & NAME_CHARACTER) === 0) return false
      classes &= found
      continue
    }
    const labelLength = i - labelStart
    if (labelLength === 0 || labelLength > DOMAIN_LABEL_LIMIT) return false
    if (bytes[labelStart] === HYPHEN || bytes[i - 1] === HYPHEN) return false
    if (labelLength > 3 && bytes[labelStart + 2] === HYPHEN && bytes[labelStart + 3] === HYPHEN) return false
    if (i === end) return classes === 0
    labelStart = i + 1
    classes = DECIMAL_DIGIT
  }
  return false
}

function isPlainFragment(bytes: Uint8Array, start: number, end: number): boolean {
  let previous = 0
  for (let i = start; i < end; i += 1) {
    const byte = bytes[i]!
    if ((ASCII_CLASS[byte]! & NAME_CHARACTER) === 0) return false
    if (byte === DOT && previous === DOT) return false
    previous = byte
  }
  return true
}

function writeLower(
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  outOffset: number,
): number {
  for (let i = start; i < end; i += 1) out[outOffset + i - start] = lowerByte(bytes[i]!)
  return end - start
}
