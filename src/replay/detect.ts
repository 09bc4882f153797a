import { createHash } from 'node:crypto'
import type { IndexImage } from '../engine/image-reader.ts'
import type { Matcher } from '../engine/matcher.ts'
import type { EventRecord } from '../model/event-record.ts'
import { INDICATOR_TYPES } from '../model/indicator.ts'
import type { Observable } from '../model/observable.ts'
import type { Semantics } from '../model/semantics.ts'
import { SHOWN_TEXT_LIMIT } from '../model/semantics.ts'
import { parseTime } from '../model/time.ts'
import { isActive } from './indicator-activity.ts'
import type { DetectionDraft, MatchDraft } from './scan-task.ts'

export interface DetectOptions {
  readonly semantics: Semantics
  /** Per definition of the image: false leaves its detections out. */
  readonly isDefinitionShown: readonly boolean[]
}

/** The detections of one event: one per definition with a matching, active indicator (semantics 7, 8). */
export function detect(
  event: EventRecord,
  image: IndexImage,
  matcher: Matcher,
  options: DetectOptions,
): readonly DetectionDraft[] {
  const eventTime = event.time === null ? null : parseTime(event.time)
  const found: { readonly indicator: number; readonly observable: Observable }[] = []
  const identities = new Set<string>()
  for (const observable of event.observables) {
    for (const indicator of matcher.matchText(INDICATOR_TYPES.indexOf(observable.type), observable.value)) {
      if (!options.isDefinitionShown[image.definitionOf(indicator)]) continue
      if (!isActive(image, indicator, eventTime, options.semantics)) continue
      const identity = `${indicator}\n${observable.field}\n${observable.text}`
      if (identities.has(identity)) continue
      identities.add(identity)
      found.push({ indicator, observable })
    }
  }
  if (found.length === 0) return []
  found.sort((a, b) => a.indicator - b.indicator) // stable: field order stays within an indicator
  const byDefinition = Map.groupBy(found, (match) => image.definitionOf(match.indicator))
  return [...byDefinition].map(([definition, matches]) => ({
    definition,
    matches: matches.map(draftOf),
    copyDigest: options.semantics.dedupe === 'on' ? copyDigest(definition, event, matches) : null,
  }))
}

function draftOf(match: { readonly indicator: number; readonly observable: Observable }): MatchDraft {
  const { text } = match.observable
  if (text.length <= SHOWN_TEXT_LIMIT) return { ...match, textTruncated: false }
  const observable = { ...match.observable, text: text.slice(0, SHOWN_TEXT_LIMIT) }
  return { indicator: match.indicator, observable, textTruncated: true }
}

/**
 * Identity of a detection for dedupe (semantics 8), null when a part of the key is missing.
 * A cryptographic hash, because events are written by attackers and a forged collision would hide a detection.
 */
function copyDigest(
  definition: number,
  event: EventRecord,
  matches: readonly { readonly indicator: number; readonly observable: Observable }[],
): string | null {
  const device = event.deviceId ?? event.deviceName?.toLowerCase() ?? null
  if (event.table === null || device === null || event.time === null || event.reportId === null) return null
  const identity = JSON.stringify([
    definition,
    event.table,
    device,
    event.time,
    event.reportId,
    matches.map((match) => [match.indicator, match.observable.field, match.observable.text]),
  ])
  return createHash('sha256').update(identity).digest('hex').slice(0, 32)
}
