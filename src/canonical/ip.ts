import { IP_TEXT_LIMIT } from '../model/indicator.ts'
import { readIp, writeIp } from './ip-bytes.ts'

const IPV4_WITH_PORT = /^(\d+\.\d+\.\d+\.\d+):\d+$/
const BRACKETED = /^\[([^[\]]*)\](?::\d+)?$/

// Scratch space instead of an array per call: observables come by the million, and the code is synchronous.
const textScratch = new Uint8Array(IP_TEXT_LIMIT)
const addressScratch = new Uint8Array(16)

/**
 * The canonical text of an IPv4 or IPv6 address, or null when the text is not exactly one address.
 * IPv4 is four decimal parts without leading zeros. IPv6 is RFC 5952 with hex groups only; an IPv4-mapped
 * address is the IPv4 address. Brackets, ports, zones and prefix lengths are refused (semantics 5).
 */
export function canonicalIp(text: string): string | null {
  const length = readText(text)
  if (length === 0) return null
  // A dotted IPv4 text that was accepted has one spelling only, so it is canonical as it stands.
  if (!text.includes(':')) return text
  return textOf(addressScratch, length)
}

/** The 4 or 16 bytes of a canonical address; throws a RangeError for a text that is no address. */
export function ipBytes(canonical: string): Uint8Array {
  const length = readText(canonical)
  if (length === 0) throw new RangeError('expected the canonical text of an IP address')
  return addressScratch.slice(0, length)
}

/** The canonical text of 4 or 16 address bytes; sixteen bytes of an IPv4-mapped address give the IPv4 text. */
export function ipText(bytes: Uint8Array): string {
  if (bytes.length !== 4 && bytes.length !== 16) {
    throw new RangeError(`expected 4 or 16 address bytes, found ${bytes.length}`)
  }
  const isMapped = bytes.length === 16 && bytes.every((byte, i) => i > 11 || byte === (i < 10 ? 0 : 255))
  return isMapped ? textOf(bytes.subarray(12), 4) : textOf(bytes, bytes.length)
}

/**
 * The address in a field of kind `ip`: brackets, zone, and a port after `]` or after a dotted IPv4 address
 * are cut, then the rest must be an address (semantics 3 and 5). Null when it is none.
 */
export function ipOfField(text: string): string | null {
  const plain = canonicalIp(text)
  if (plain !== null) return plain
  const inner = BRACKETED.exec(text)?.[1] ?? IPV4_WITH_PORT.exec(text)?.[1] ?? text
  const zone = inner.indexOf('%')
  return canonicalIp(zone === -1 ? inner : inner.slice(0, zone))
}

function readText(text: string): number {
  const length = text.length
  if (length > IP_TEXT_LIMIT) return 0
  for (let i = 0; i < length; i += 1) {
    const unit = text.charCodeAt(i)
    if (unit > 0x7f) return 0
    textScratch[i] = unit
  }
  return readIp(textScratch, 0, length, addressScratch)
}

function textOf(address: Uint8Array, length: number): string {
  const end = writeIp(address, length, textScratch, 0)
  let text = ''
  for (let i = 0; i < end; i += 1) text += String.fromCharCode(textScratch[i] ?? 0)
  return text
}
