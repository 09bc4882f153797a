import type * as nodeCrypto from 'node:crypto'
import type { IndexImage } from '../engine/image-reader.ts'
import type { Matcher } from '../engine/matcher.ts'
import type { EventRecord } from '../model/event-record.ts'
import { INDICATOR_TYPES } from '../model/indicator.ts'
import type { Semantics } from '../model/semantics.ts'
import { SHOWN_TEXT_LIMIT } from '../model/semantics.ts'
import { parseTime } from '../model/time.ts'
import { MatchList } from './match-list.ts'
import type { DetectionDraft, HitEvent, MatchDraft } from './scan-task.ts'

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
  { semantics, isDefinitionShown }: DetectOptions,
): readonly DetectionDraft[] {
  const time = event.time === null ? null : parseTime(event.time)
  const matches = new MatchList(image, semantics, isDefinitionShown, time)
  for (const observable of event.observables) {
    for (const indicator of matcher.matchText(INDICATOR_TYPES.indexOf(observable.type), observable.value))
      matches.add(indicator, observable)
  }
  return draftDetections(matches.found, event, image, semantics)
}

/** Puts an event's matches, in field order, into detections by their definitions. */
export function draftDetections(
  found: readonly MatchDraft[],
  event: Omit<HitEvent, 'notANameCount'>,
  image: IndexImage,
  semantics: Semantics,
): readonly DetectionDraft[] {
  if (found.length === 0) return []
  // Sorting is stable: field order stays within an indicator.
  const sorted = found.length === 1 ? found : found.toSorted((a, b) => a.indicator - b.indicator)
  const drafts: DetectionDraft[] = []
  for (let from = 0; from < sorted.length;) {
    const definition = image.definitionOf(sorted[from]!.indicator) // from < length
    let to = from + 1
    while (to < sorted.length && image.definitionOf(sorted[to]!.indicator) === definition) to += 1
    const matches = to - from === sorted.length ? sorted : sorted.slice(from, to)
    drafts.push({
      definition,
      matches: cut(matches),
      copyDigest: semantics.dedupe === 'on' ? copyDigest(definition, event, matches) : null,
    })
    from = to
  }
  return drafts
}

/** The matches with texts of a length that can be shown. */
function cut(matches: readonly MatchDraft[]): readonly MatchDraft[] {
  if (matches.every(({ observable }) => observable.text.length <= SHOWN_TEXT_LIMIT)) return matches
  return matches.map((match) => {
    const { text } = match.observable
    if (text.length <= SHOWN_TEXT_LIMIT) return match
    const observable = { ...match.observable, text: text.slice(0, SHOWN_TEXT_LIMIT) }
    return { indicator: match.indicator, observable, textTruncated: true }
  })
}

/**
 * Identity of a detection for dedupe (semantics 8), null when a part of the key is missing.
 * A cryptographic hash, because events are written by attackers and a forged collision would hide a detection.
 */
function copyDigest(
  definition: number,
  event: Omit<HitEvent, 'notANameCount'>,
  matches: readonly MatchDraft[],
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
  return crypto().hash('sha256', identity, 'hex').slice(0, 32)
}

let loaded: typeof nodeCrypto | null = null

/** Takes as long to load as ten thousand records to scan, and most runs have nothing to digest. */
function crypto(): typeof nodeCrypto {
  loaded ??= process.getBuiltinModule('node:crypto')
  return loaded
}
