/** What the sieve asks of the exact matcher. */
export interface SieveTarget {
  /**
   * Says whether any indicator of `INDICATOR_TYPES[typeIndex]` matches the canonical text `bytes[start, end)`.
   * Must not allocate, must not keep `bytes`, and must not write to it.
   */
  hasMatch(typeIndex: number, bytes: Uint8Array, start: number, end: number): boolean
}

/** Positions in `INDICATOR_TYPES`; a test compares them. */
export const SHA1 = 0
export const SHA256 = 1
export const MD5 = 2
export const IP_ADDRESS = 3
export const DOMAIN_NAME = 4
