import { canonicalIndicatorValue } from '../canonical/value.ts'
import { DETECTION_FUNCTIONS, INDICATOR_TYPES, type IndicatorType } from '../model/indicator.ts'
import type { ErrorDetail } from './api-error.ts'
import type { Profile } from './profile.ts'
import type { StoredValue } from './property-rules.ts'

/** The canonical value, or what is wrong with it. */
export type CheckedValue =
  { readonly ok: true; readonly value: string } | { readonly ok: false; readonly problem: ErrorDetail }

const CODES: Readonly<Record<IndicatorType, string>> = {
  Sha1: 'InvalidHashValue',
  Sha256: 'InvalidHashValue',
  Md5: 'InvalidHashValue',
  IpAddress: 'InvalidIpAddress',
  DomainName: 'InvalidDomainName',
}

/**
 * Checks the value of an indicator against its type and function, all three as stored (ti-api 1.6). Null when one
 * of them is unusable, which was reported where it was read.
 */
export function checkIndicatorValue(
  values: ReadonlyMap<string, StoredValue>,
  target: string,
  profile: Profile,
): CheckedValue | null {
  const type = INDICATOR_TYPES[Number(values.get('Type') ?? -1)]
  const detectionFunction = DETECTION_FUNCTIONS[Number(values.get('DetectionFunction') ?? -1)]
  const raw = values.get('Value')
  if (type === undefined || detectionFunction === undefined || typeof raw !== 'string') return null
  if (raw === '') {
    return refuse('InvalidInput', 'expected an indicator value; found an empty text.', target)
  }
  if (!profile.cutsBlanks && /^[ \t]|[ \t]$/.test(raw)) {
    return refuse('InvalidInput', 'expected no blanks around the value; remove them.', target)
  }
  const result = canonicalIndicatorValue(type, detectionFunction, raw)
  if (result.ok) return result
  const { message, fix } = result.problem
  return refuse(CODES[type], fix === null ? `${message}.` : `${message}. ${fix}`, target)
}

function refuse(code: string, message: string, target: string): CheckedValue {
  return { ok: false, problem: { code, message, target } }
}
