import { readIp, writeIp } from '../../canonical/ip-bytes.ts'

/** Longest canonical text: eight groups of four digits with colons between. */
const LONGEST_TEXT = 39

/** Rewrites textual addresses in their canonical spelling, in place of one string per address. */
export class AddressText {
  /** The canonical text of the last address read, in its first bytes. */
  readonly bytes: Uint8Array = new Uint8Array(LONGEST_TEXT)
  readonly #address = new Uint8Array(16)

  /** Reads `bytes[start, end)` and returns the length of its canonical text, or 0 when it is no address. */
  read(bytes: Uint8Array, start: number, end: number): number {
    const length = readIp(bytes, start, end, this.#address)
    return length === 0 ? 0 : writeIp(this.#address, length, this.bytes, 0)
  }
}
