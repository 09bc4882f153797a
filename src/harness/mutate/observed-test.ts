import { INDICATOR_TYPES } from '../../model/indicator.ts'
import type { EventReference } from '../../model/detection.ts'
import type { Observable } from '../../model/observable.ts'
import type { TimeTicks } from '../../model/time.ts'
import { parseTime } from '../../model/time.ts'
import { deviceKeyOf, eventReferenceOf } from '../../replay/describe-hits.ts'
import { isEventShown } from '../../replay/filter-events.ts'
import { isActive } from '../../replay/indicator-activity.ts'
import type { TestOutcome } from '../evaluate-test.ts'
import { scanSettings } from '../generate/event-checker.ts'
import type { PreparedTest } from '../prepare-test.ts'
import type { TestRules } from '../test-rules.ts'

/** One indicator in one field of an event: a match before it is described. */
interface FoundMatch {
  readonly indicator: number
  readonly observable: Observable
}

/** An event of a test, observed once for all mutants. */
export interface ObservedEvent {
  readonly reference: EventReference
  readonly device: string
  readonly time: TimeTicks | null
  readonly observables: readonly Observable[]
  /** Table, device, time and ReportId, by which copies are told; null where one is missing (semantics 8). */
  readonly copyKey: string | null
  /** What the rules as they are find, by definition. */
  readonly matches: ReadonlyMap<number, readonly FoundMatch[]>
}

/** A test with its events observed: all that a mutant needs to be judged by it. */
export interface ObservedTest {
  readonly prepared: PreparedTest
  readonly outcome: TestOutcome
  readonly events: readonly ObservedEvent[]
}

/** Observes the events of a test that passes. */
export function observeTest(prepared: PreparedTest, outcome: TestOutcome, rules: TestRules): ObservedTest {
  const { semantics, table } = prepared
  const settings = scanSettings(semantics, table)
  const events: ObservedEvent[] = []
  for (const log of prepared.logs)
    for (const { event, line, record, byteOffset } of log.records) {
      if (event.observables.length === 0 || !isEventShown(event, settings)) continue
      const { observables, ...own } = event
      const device = event.deviceId ?? event.deviceName?.toLowerCase() ?? null
      const parts = [event.table, device, event.time, event.reportId]
      const time = event.time === null ? null : parseTime(event.time)
      const hit = { record: record - 1, line: line - 1, byteOffset, event: own, time, detections: [] }
      events.push({
        reference: eventReferenceOf(log.name, hit, 0, 0),
        device: deviceKeyOf(own, log.name),
        time,
        observables,
        copyKey: parts.includes(null) ? null : JSON.stringify(parts),
        matches: matchesOf(observables, time, prepared, rules),
      })
    }
  return { prepared, outcome, events }
}

function matchesOf(
  observables: readonly Observable[],
  time: TimeTicks | null,
  { semantics }: PreparedTest,
  rules: TestRules,
): ReadonlyMap<number, readonly FoundMatch[]> {
  const { image } = rules
  const matcher = rules.matcherFor(semantics)
  const found: FoundMatch[] = []
  const identities = new Set<string>()
  for (const observable of observables)
    for (const indicator of matcher.matchText(INDICATOR_TYPES.indexOf(observable.type), observable.value)) {
      if (!isActive(image, indicator, time, semantics)) continue
      const identity = `${indicator}\n${observable.field}\n${observable.text}`
      if (identities.has(identity)) continue
      identities.add(identity)
      found.push({ indicator, observable })
    }
  return Map.groupBy(found, ({ indicator }) => image.definitionOf(indicator))
}
