import type { IndexImage } from '../engine/image-reader.ts'
import type { Alert, Detection, EventReference } from '../model/detection.ts'
import type { DefinitionSummary, IndicatorSummary, Match } from '../model/match.ts'
import { LISTED_MATCHES_LIMIT } from '../model/semantics.ts'
import { parseTime } from '../model/time.ts'
import type { AlertGroup } from './group-alerts.ts'
import type { DetectionDraft, HitEvent, HitRecord, MatchDraft } from './scan-task.ts'

/** The event as outputs show it; `recordBase` and `lineBase` are what the source held before the hit's segment. */
export function eventReferenceOf(
  source: string,
  hit: HitRecord,
  recordBase: number,
  lineBase: number,
): EventReference {
  const { event } = hit
  return {
    source,
    member: null,
    line: lineBase + hit.line + 1,
    record: recordBase + hit.record + 1,
    byteOffset: hit.byteOffset,
    time: event.time,
    deviceId: event.deviceId,
    deviceName: event.deviceName,
    table: event.table,
    reportId: event.reportId,
    actionType: event.actionType,
    context: event.context,
    ...(event.represents === null ? {} : { represents: event.represents }),
    ...(event.repaired ? { repaired: true } : {}),
  }
}

/** The device that alerts are grouped by (semantics 8). */
export function deviceKeyOf(event: HitEvent, source: string): string {
  return event.deviceId ?? event.deviceName?.toLowerCase() ?? event.computer ?? event.localEnd ?? source
}

export function detectionOf(draft: DetectionDraft, event: EventReference, image: IndexImage): Detection {
  return {
    schemaVersion: 1,
    definition: definitionSummary(image, draft.definition),
    event,
    matchCount: draft.matches.length,
    matches: draft.matches.slice(0, LISTED_MATCHES_LIMIT).map((match) => matchOf(match, image)),
  }
}

/** `events` and `indicators` are those of every grouped detection, by its number. */
export function alertOf(
  group: AlertGroup,
  image: IndexImage,
  events: readonly EventReference[],
  indicators: readonly (readonly number[])[],
): Alert {
  const first = events[group.members[0]!]! // groups are never empty, and number known detections
  const last = events[group.members.at(-1)!]!
  const iocs = new Set([...group.members].flatMap((member) => indicators[member]!))
  return {
    schemaVersion: 1,
    definition: definitionSummary(image, group.definition),
    device: group.device,
    firstTime: readableTime(first),
    lastTime: readableTime(last),
    detections: group.members.length,
    first,
    iocs: [...iocs].sort((a, b) => a - b).map((indicator) => indicatorSummary(image, indicator)),
  }
}

/** The event's time as it stands, or null where it is none: untimed members have no first and last. */
function readableTime({ time }: EventReference): string | null {
  return time === null || parseTime(time) === null ? null : time
}

export function definitionSummary(image: IndexImage, index: number): DefinitionSummary {
  const { Id, Name, Title, Severity, Category } = image.definitions[index]!
  return { Id, Name, Title, Severity, Category }
}

export function indicatorSummary(image: IndexImage, indicator: number): IndicatorSummary {
  const { Id, Type, DetectionFunction, Value } = image.indicator(indicator)
  return { Id, Type, DetectionFunction, Value }
}

function matchOf(match: MatchDraft, image: IndexImage): Match {
  const { role, field, text, value, scope } = match.observable
  return {
    ioc: indicatorSummary(image, match.indicator),
    role,
    field,
    text,
    ...(match.textTruncated ? { textTruncated: true } : {}),
    observable: value,
    ...(scope === 'dns-answer' ? { note: 'resolved, not contacted' } : {}),
  }
}
