import type { TimeTicks } from './time.ts'

/** Kinds of indicator, in the order that sorting uses everywhere (ti-api 1.5, semantics 8). */
export const INDICATOR_TYPES = ['Sha1', 'Sha256', 'Md5', 'IpAddress', 'DomainName'] as const
/** One of `INDICATOR_TYPES`. */
export type IndicatorType = (typeof INDICATOR_TYPES)[number]

/** How a value is compared with an observable; the API's spelling, in the order that sorting uses (semantics 6). */
export const DETECTION_FUNCTIONS = ['Equals', 'StartWith', 'EndWith', 'Contains'] as const
/** One of `DETECTION_FUNCTIONS`. */
export type DetectionFunction = (typeof DETECTION_FUNCTIONS)[number]

/** The types whose values are digests in hex. */
export type HashType = 'Sha1' | 'Sha256' | 'Md5'

/** Hex digits of a whole digest; also the most that a fragment of it may have (ti-api 1.6). */
export const HASH_DIGITS: { readonly [T in HashType]: number } = { Sha1: 40, Sha256: 64, Md5: 32 }

/** Most characters of a textual IP address or of a fragment of one (ti-api 1.6). */
export const IP_TEXT_LIMIT = 45
/** Most characters of a domain name or of a fragment of one, and of one label (ti-api 1.6). */
export const DOMAIN_TEXT_LIMIT = 253
export const DOMAIN_LABEL_LIMIT = 63

/** An indicator of compromise as people read it. Bulk storage is `IndicatorColumns`. */
export interface Indicator {
  /** Server-assigned key, null where the rules hold none. */
  readonly Id: number | null
  readonly Type: IndicatorType
  readonly DetectionFunction: DetectionFunction
  /** Canonical value (semantics 5). */
  readonly Value: string
  readonly ExpiresAt: TimeTicks | null
  readonly CreatedAt: TimeTicks | null
}
