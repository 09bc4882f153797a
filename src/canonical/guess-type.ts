import type { IndicatorType } from '../model/indicator.ts'
import { canonicalIp } from './ip.ts'
import { hashTypeOfLength, isHex } from './hash.ts'
import { nameShapeProblem } from './name-shape.ts'

/**
 * The type whose whole value a text can be, judged by its shape: a digest by its length, an address, or a
 * name of at least two labels; null when none fits. A digest is never taken for a name.
 */
export function guessIndicatorType(text: string): IndicatorType | null {
  const hashType = isHex(text) ? hashTypeOfLength(text.length) : null
  if (hashType !== null) return hashType
  if (canonicalIp(text) !== null) return 'IpAddress'
  const isName = text.includes('.') && /^[A-Za-z0-9_.-]+$/.test(text) && nameShapeProblem(text) === null
  return isName ? 'DomainName' : null
}
