import type { AddressText } from './address-text.ts'
import { BACKSLASH, COLON, LEFT_BRACKET, QUOTE, RIGHT_BRACKET } from '../../canonical/ascii.ts'
import { isStringEnd } from './json-bytes.ts'
import { IP_ADDRESS, type SieveTarget } from './sieve-target.ts'

const PERCENT = 0x25

/** Asks about addresses in IP fields. */
export class IpProbe {
  readonly #target: SieveTarget
  readonly #address: AddressText

  private constructor(target: SieveTarget, address: AddressText) {
    this.#target = target
    this.#address = address
  }

  static open(target: SieveTarget, address: AddressText): IpProbe {
    return new IpProbe(target, address)
  }

  /**
   * Says whether the string whose text begins at `start` may be a sought address. Brackets, zone and port are cut
   * without asking whether what stands behind them is well-formed; brackets elsewhere are doubt.
   */
  mayMatch(bytes: Uint8Array, start: number, end: number, isNested: boolean): boolean {
    let stop = start
    let zone = -1
    let close = -1
    let brackets = 0
    for (; stop < end; stop += 1) {
      const byte = bytes[stop]! // stop < end
      if (byte === QUOTE || byte === BACKSLASH) break
      if (byte === PERCENT && zone < 0) zone = stop
      if (byte === LEFT_BRACKET) brackets += 1
      if (byte === RIGHT_BRACKET) {
        brackets += 1
        if (close < 0) close = stop
      }
    }
    if (!isStringEnd(bytes, stop, end, isNested)) return true
    let from = start
    if (brackets > 0) {
      if (brackets !== 2 || close < 0 || bytes[start] !== LEFT_BRACKET) return true
      from = start + 1
      stop = close
    }
    if (zone >= 0 && zone < stop) stop = zone
    return this.#addressMatches(bytes, from, stop)
  }

  #addressMatches(bytes: Uint8Array, start: number, end: number): boolean {
    const address = this.#address
    let length = address.read(bytes, start, end)
    if (length === 0) {
      let colon = start
      while (colon < end && bytes[colon] !== COLON) colon += 1
      if (colon < end) length = address.read(bytes, start, colon)
    }
    return length > 0 && this.#target.hasMatch(IP_ADDRESS, address.bytes, 0, length)
  }
}
