import type { DetectionFunction, IndicatorType } from '../model/indicator.ts'
import type { Finding } from './diagnostic-list.ts'

/** Choices that change which rules are accepted. */
export interface ParseOptions {
  /** Whether a hash indicator may have another function than Equals (semantics 6). */
  readonly nonEqualsHash: 'allow' | 'reject'
}

/** Why the options refuse an indicator, or null. */
export function refusalByOptions(
  type: IndicatorType,
  detectionFunction: DetectionFunction,
  options: ParseOptions,
): Finding | null {
  if (options.nonEqualsHash === 'allow' || detectionFunction === 'Equals') return null
  if (type === 'IpAddress' || type === 'DomainName') return null
  return {
    code: 'IOC009',
    message: `${type} with ${detectionFunction} is refused: the option nonEqualsHash is reject`,
    fix: 'Use Equals with the whole hash.',
  }
}
