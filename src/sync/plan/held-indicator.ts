import { canonicalIndicatorValue } from '../../canonical/value.ts'
import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../../model/indicator.ts'
import { formatTime, parseTime } from '../../model/time.ts'
import { refusalByOptions } from '../../rules/parse-options.ts'
import type { ParseOptions } from '../../rules/parse-options.ts'
import type { IndicatorBody, RemoteIndicator } from '../entities.ts'

/** An indicator that the service holds, in the terms of the rules. */
export interface HeldIndicator {
  readonly Id: number
  readonly definitionId: number
  /** Null where the validator of the rules refuses it: then it is opaque, and never written (sync 4). */
  readonly body: IndicatorBody | null
  /** As the service holds it. */
  readonly remote: RemoteIndicator
}

/** Reads a remote indicator: canonical, or opaque where any part of it is none that rules may hold. */
export function heldIndicator(remote: RemoteIndicator, options: ParseOptions): HeldIndicator {
  return { Id: remote.Id, definitionId: remote.definitionId, body: canonicalBody(remote, options), remote }
}

/** The indicator as rules would hold it, or null (sync 4). Words of enumerations count in any case (ti-api 1.5). */
export function canonicalBody(
  remote: Pick<RemoteIndicator, 'Type' | 'DetectionFunction' | 'Value' | 'ExpiresAt' | 'Enabled'>,
  options: ParseOptions,
): IndicatorBody | null {
  const type = memberOf(INDICATOR_TYPES, remote.Type)
  const detectionFunction = memberOf(DETECTION_FUNCTIONS, remote.DetectionFunction)
  if (type === null || detectionFunction === null) return null
  if (refusalByOptions(type, detectionFunction, options) !== null) return null
  const value = canonicalIndicatorValue(type, detectionFunction, remote.Value)
  if (!value.ok) return null
  const expiresAt = remote.ExpiresAt === null ? null : parseTime(remote.ExpiresAt)
  if (expiresAt === null && remote.ExpiresAt !== null) return null
  return {
    Type: type,
    DetectionFunction: detectionFunction,
    Value: value.value,
    // One text for each point in time, so that texts compare as ticks do.
    ExpiresAt: expiresAt === null ? null : formatTime(expiresAt),
    Enabled: remote.Enabled,
  }
}

/** What makes an indicator the same within one definition (sync 2). */
export function identityOf({
  Type,
  DetectionFunction,
  Value,
}: Pick<IndicatorBody, 'Type' | 'DetectionFunction' | 'Value'>): string {
  return `${Type} ${DetectionFunction} ${Value}`
}

/** What PATCH can touch on an indicator, as one text. */
export function attributesOf({ ExpiresAt, Enabled }: IndicatorBody): string {
  return `${ExpiresAt ?? 'never'} ${Enabled}`
}

/** Whether a remote function counts against the third quota, whatever else the indicator is (sync 7). */
export function isNonEquals({ DetectionFunction }: Pick<RemoteIndicator, 'DetectionFunction'>): boolean {
  return DetectionFunction.toLowerCase() !== 'equals'
}

function memberOf<Member extends string>(members: readonly Member[], word: string): Member | null {
  const lower = word.toLowerCase()
  return members.find((member) => member.toLowerCase() === lower) ?? null
}
