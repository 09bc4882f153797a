// Every text under a mapped field of every record that is read in full comes by here: rules for hot code.
import {
  ASCII_CLASS,
  BACKSLASH,
  COLON,
  DECIMAL_DIGIT,
  DOT,
  HEX_DIGIT,
  NAME_CHARACTER,
  SLASH,
  lowerByte,
} from '../canonical/ascii.ts'
import { readIp, writeIp } from '../canonical/ip-bytes.ts'
import { assertNever } from '../model/assert-never.ts'
import type { ObservableKind } from '../model/field-map.ts'
import { HASH_DIGITS, INDICATOR_TYPES, type IndicatorType, IP_TEXT_LIMIT } from '../model/indicator.ts'

/** What a text holds: one value, none, or something that `observe` has to say. */
export type PlainReading = 'value' | 'nothing' | 'odd'

const SHA1 = INDICATOR_TYPES.indexOf('Sha1')
const SHA256 = INDICATOR_TYPES.indexOf('Sha256')
const MD5 = INDICATOR_TYPES.indexOf('Md5')
const IP_ADDRESS = INDICATOR_TYPES.indexOf('IpAddress')
const DOMAIN_NAME = INDICATOR_TYPES.indexOf('DomainName')

const QUESTION_MARK = 0x3f
const NUMBER_SIGN = 0x23
/** Longer names are left to `observe`. */
const NAME_LIMIT = 256

/**
 * Reads texts that are spelled as nearly all are: whole digests, addresses without brackets or ports, hosts of plain
 * letters. The value is left as canonical bytes, since most values are only looked up. `observe` says the same of every
 * text that is not odd.
 */
export class PlainValue {
  /** Index into `INDICATOR_TYPES`. */
  type = 0
  /** The canonical value: the first `length` bytes. */
  readonly bytes: Buffer = Buffer.alloc(NAME_LIMIT)
  length = 0
  readonly #address = new Uint8Array(16)

  /** Reads `bytes[start, end)`, the text of a field of this kind as it stands. */
  read(kind: ObservableKind, bytes: Uint8Array, start: number, end: number): PlainReading {
    if (start === end) return 'nothing'
    switch (kind) {
      case 'sha1':
        return this.#readDigest(SHA1, HASH_DIGITS.Sha1, bytes, start, end)
      case 'sha256':
        return this.#readDigest(SHA256, HASH_DIGITS.Sha256, bytes, start, end)
      case 'md5':
        return this.#readDigest(MD5, HASH_DIGITS.Md5, bytes, start, end)
      case 'ip':
        return this.#readAddress(bytes, start, end) ? 'value' : 'odd'
      case 'domain':
        return nameEnd(bytes, start, end) === end ? this.#readName(bytes, start, end) : 'odd'
      case 'url':
        return this.#readUrl(bytes, start, end)
      case 'hash-list':
      case 'dns-results':
      case 'json':
        return 'odd'
      default:
        return assertNever(kind)
    }
  }

  /** The type of the value. */
  get indicatorType(): IndicatorType {
    return INDICATOR_TYPES[this.type]! // one of the five above
  }

  /** The value as text. */
  get text(): string {
    return this.bytes.toString('latin1', 0, this.length)
  }

  /** A text of another length, or with anything but digits in it, is no digest, whatever else it is. */
  #readDigest(type: number, digits: number, bytes: Uint8Array, start: number, end: number): PlainReading {
    if (end - start !== digits) return 'nothing'
    const out = this.bytes
    for (let i = 0; i < digits; i += 1) {
      const byte = bytes[start + i]! // start + i < end
      if ((ASCII_CLASS[byte]! & HEX_DIGIT) === 0) return 'nothing'
      out[i] = byte | 0x20 // digits have that bit
    }
    this.type = type
    this.length = digits
    return 'value'
  }

  #readAddress(bytes: Uint8Array, start: number, end: number): boolean {
    if (end - start > IP_TEXT_LIMIT) return false
    const length = readIp(bytes, start, end, this.#address)
    if (length === 0) return false
    this.type = IP_ADDRESS
    this.length = writeIp(this.#address, length, this.bytes, 0)
    return true
  }

  /** A host behind `http://` or `https://`, or by itself; name characters up to what ends it. */
  #readUrl(bytes: Uint8Array, start: number, end: number): PlainReading {
    let from = start
    let isBare = true
    let stop = nameEnd(bytes, start, end)
    if (stop < end && bytes[stop] === COLON && isWebScheme(bytes, start, stop)) {
      if (bytes[stop + 1] !== SLASH || bytes[stop + 2] !== SLASH || stop + 2 >= end) return 'odd'
      from = stop + 3
      isBare = false
      stop = nameEnd(bytes, from, end)
    }
    if (stop < end) {
      const byte = bytes[stop]
      const isEnd = byte === SLASH || byte === QUESTION_MARK || byte === NUMBER_SIGN
      if (!isEnd && (isBare || byte !== BACKSLASH)) return 'odd'
      if (isBare && stop === from) return 'odd' // `//host` has a host behind its slashes
    }
    return this.#readName(bytes, from, stop)
  }

  /** Precondition: only name characters stand in `bytes[start, end)`. */
  #readName(bytes: Uint8Array, start: number, end: number): PlainReading {
    let last = end
    while (last > start && bytes[last - 1] === DOT) last -= 1
    const length = last - start
    if (length === 0) return 'nothing'
    if (length > NAME_LIMIT) return 'odd'
    const endsInDigit = (ASCII_CLASS[bytes[last - 1]!]! & DECIMAL_DIGIT) !== 0 // last > start
    if (endsInDigit && this.#readAddress(bytes, start, last)) return 'value'
    for (let i = 0; i < length; i += 1) this.bytes[i] = lowerByte(bytes[start + i]!)
    this.type = DOMAIN_NAME
    this.length = length
    return 'value'
  }
}

/** The offset of the first byte that is no name character, or `end`. */
function nameEnd(bytes: Uint8Array, start: number, end: number): number {
  let i = start
  while (i < end && (ASCII_CLASS[bytes[i]!]! & NAME_CHARACTER) !== 0) i += 1
  return i
}

/** `http` or `https`, in small letters. */
function isWebScheme(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start
  if (length !== 4 && length !== 5) return false
  if (bytes[start] !== 0x68 || bytes[start + 1] !== 0x74 || bytes[start + 2] !== 0x74) return false
  return bytes[start + 3] === 0x70 && (length === 4 || bytes[start + 4] === 0x73)
}
