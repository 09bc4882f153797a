import { canonicalIndicatorValue } from '../../canonical/value.ts'
import type { Alert, Detection } from '../../model/detection.ts'
import type { Counterexample } from '../../model/law-report.ts'
import type { TestOutcome } from '../evaluate-test.ts'
import type { TelemetryEvent } from '../generate/telemetry-event.ts'
import type { OneIndicator } from '../match-one.ts'
import { freeName, withDefinition } from './add-rules.ts'
import type { Choices } from './choices.ts'
import { drawEvent } from './draw-event.ts'
import { drawHit, drawNearMiss } from './draw-values.ts'
import type { Law } from './law.ts'
import type { LawGround } from './law-ground.ts'
import { evaluateLogs, logOf } from './law-ground.ts'

/** Events of a log; more would only be slower to read. */
const EVENTS_LIMIT = 6
/** Names that sort before, between and behind those of most rules. */
const ADDED_NAMES = ['unrelated', '!unrelated', '\u{10fffd}unrelated']
/** A value that no event of these laws carries. */
const STRANGER: OneIndicator = { Type: 'DomainName', DetectionFunction: 'Equals', Value: 'unrelated.invalid' }

/** A definition more leaves every detection and alert of the others as it was, even where it fires itself. */
export const otherRulesChangeNothing: Law = {
  name: 'other-rules-change-nothing',
  says: 'adding an unrelated rule changes nothing',
  check: (large, choices) => {
    const ground = large.few()
    const drawn = drawEvents(ground, choices)
    if (drawn === null) return 'vacuous'
    const log = logOf(drawn.events, ground.chooseFormat(choices))
    const Name = freeName(ground.ruleSet, choices.pick(ADDED_NAMES))
    const added = choices.oneIn(2) ? drawn.planted : STRANGER
    const more = ground.settings.compile(withDefinition(ground.ruleSet, { Name, iocs: [added] }))
    const before = ground.evaluate([log])
    const after = evaluateLogs(more, [log], ground.settings)
    if (before.detections.length === 0 && added === STRANGER) return 'vacuous'
    const isSame =
      isEqual(
        before.detections,
        after.detections.filter(({ definition }) => definition.Name !== Name),
      ) &&
      isEqual(
        before.alerts,
        after.alerts.filter(({ definition }) => definition.Name !== Name),
      )
    const what = `${added.Type} ${added.DetectionFunction} ${added.Value}`
    return isSame
      ? 'held'
      : brokenLog(log, `the same with a definition of ${what} added: ${inWords(before)}`, after)
  },
}

/** Two logs give what the one gives that holds the events of both. */
export const splittingChangesNothing: Law = {
  name: 'splitting-changes-nothing',
  says: 'splitting a log changes nothing',
  check: (ground, choices) => {
    const drawn = drawEvents(ground, choices)
    if (drawn === null || drawn.events.length < 2) return 'vacuous'
    const { events } = drawn
    const format = ground.chooseFormat(choices)
    const at = 1 + choices.below(events.length - 1)
    const whole = logOf(events, format)
    const before = ground.evaluate([whole])
    const after = ground.evaluate([logOf(events.slice(0, at), format), logOf(events.slice(at), format)])
    if (before.detections.length === 0 && after.detections.length === 0) return 'vacuous'
    const isSame =
      isEqual(before.detections.map(withoutPlace), after.detections.map(withoutPlace)) &&
      isEqual(before.alerts.map(withoutPlaces), after.alerts.map(withoutPlaces))
    return isSame
      ? 'held'
      : brokenLog(whole, `the same split before event ${at + 1}: ${inWords(before)}`, after)
  },
}

interface DrawnEvents {
  readonly events: readonly TelemetryEvent[]
  /** An indicator of what one of the events carries. */
  readonly planted: OneIndicator
}

/** Hits and near misses of some indicators, one event each; null where none can be made. */
function drawEvents(ground: LawGround, choices: Choices): DrawnEvents | null {
  const { semantics } = ground.settings
  const events: TelemetryEvent[] = []
  let planted: OneIndicator = STRANGER
  const first = ground.choose(choices)
  if (first === null) return null
  for (let left = 1 + choices.below(EVENTS_LIMIT); left > 0; left -= 1) {
    const { indicator } = left === 1 ? first : ground.chooseAny(choices)
    const value = choices.oneIn(3)
      ? (drawNearMiss(indicator, semantics, choices)?.value ?? null)
      : drawHit(indicator, semantics, choices)
    const { Type: type } = indicator
    const drawn =
      value === null ? null : drawEvent({ type, value, life: indicator }, ground.settings, choices)
    if (value === null || drawn === null) continue
    events.push(drawn.event)
    const exact = canonicalIndicatorValue(type, 'Equals', value)
    if (exact.ok) planted = { Type: type, DetectionFunction: 'Equals', Value: exact.value }
  }
  return events.length === 0 ? null : { events, planted }
}

function brokenLog(log: Counterexample['log'], expected: string, after: TestOutcome): Counterexample {
  return { definition: null, ioc: null, log, expected, actual: inWords(after) }
}

function inWords({ detections, alerts }: TestOutcome): string {
  const names = detections.map(({ definition }) => definition.Name)
  const counted = [...Map.groupBy(names, (name) => name)].map(([name, all]) => `${name} ${all.length}`)
  return `${detections.length} detections, ${alerts.length} alerts (${counted.join(', ') || 'none'})`
}

function isEqual(a: readonly object[], b: readonly object[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function withoutPlace({ event, ...rest }: Detection): object {
  return { ...rest, event: { ...event, line: 0, record: 0, byteOffset: 0 } }
}

function withoutPlaces({ first, ...rest }: Alert): object {
  return { ...rest, first: { ...first, line: 0, record: 0, byteOffset: 0 } }
}
