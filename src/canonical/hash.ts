import { HASH_DIGITS, type HashType } from '../model/indicator.ts'

/**
 * The canonical form of a whole digest: lower-case hex of exactly the type's length, else null.
 * The text is not trimmed; observables are facts (semantics 5).
 */
export function canonicalHash(type: HashType, text: string): string | null {
  return text.length === HASH_DIGITS[type] && isHex(text) ? text.toLowerCase() : null
}

/** True for one or more ASCII hex digits and nothing else. */
export function isHex(text: string): boolean {
  return /^[0-9A-Fa-f]+$/.test(text)
}

/** The hash type whose digest has this many hex digits, or null. */
export function hashTypeOfLength(digits: number): HashType | null {
  if (digits === HASH_DIGITS.Md5) return 'Md5'
  if (digits === HASH_DIGITS.Sha1) return 'Sha1'
  return digits === HASH_DIGITS.Sha256 ? 'Sha256' : null
}
