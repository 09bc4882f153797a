import type { Detection, EventReference } from '../../model/detection.ts'
import type {
  AlertLabel,
  ChangeCounts,
  ChangeKind,
  ChangeTotals,
  DayChanges,
  DefinitionChanges,
  DetectionChange,
  DeviceChanges,
} from '../../model/rule-diff.ts'
import { compareUtf8 } from '../../model/compare-utf8.ts'
import type { TimeTicks } from '../../model/time.ts'
import { formatTime, parseTime, TICKS_PER_SECOND } from '../../model/time.ts'
import { AlertGrouper, type AlertGroup } from '../../replay/group-alerts.ts'
import { changeCount, type GrowingCounts, noChanges } from './change-counts.ts'
import { SIDE_A, SIDE_B } from './diff-side.ts'
import { pairAlerts } from './pair-alerts.ts'

/** A definition on both sides; null where a side has none of that Name. */
export interface LabelPair {
  readonly Name: string
  readonly before: AlertLabel | null
  readonly after: AlertLabel | null
}

/** What the collector needs beside the detections. */
export interface CollectOptions {
  readonly definitions: readonly LabelPair[]
  readonly groupWindow: TimeTicks
  /** Called for each change in the order of the logs. */
  readonly onChange: ((change: DetectionChange) => void) | null
}

/** The changes that were found, counted in every way. */
export interface CollectedChanges {
  readonly alerts: ChangeTotals
  readonly detections: ChangeTotals
  readonly byDefinition: readonly DefinitionChanges[]
  readonly byDevice: readonly DeviceChanges[]
  readonly byDay: readonly DayChanges[]
}

/** Examples of one kind that a definition shows. */
const EXAMPLES = 3
/** Matches that an example shows; the changes stream has them all. */
const EXAMPLE_MATCHES = 3
const TICKS_PER_DAY = 86_400n * TICKS_PER_SECOND
/** The day of events without a readable time: after every other. */
const UNTIMED_DAY = Number.POSITIVE_INFINITY
const NO_PARTNER = -1

interface Totals extends GrowingCounts {
  before: number
  after: number
}

interface DefinitionTally {
  /** A's detections are grouped under twice this number, B's under one more. */
  readonly number: number
  readonly labels: LabelPair
  readonly isRelabelled: boolean
  readonly alerts: Totals
  readonly detections: Totals
  readonly devices: Set<string>
  readonly examples: { readonly [K in ChangeKind]: DetectionChange[] }
}

/** A detection of A that waits for the one of B on the same event. */
interface Waiting {
  readonly detection: Detection
  readonly device: string
  readonly member: number
}

/**
 * Takes the detections of a replay of merged images, in their order, and finds out what differs between the sides.
 * On one event the definitions of one Name follow each other, A first, so each waits for nothing but the next.
 */
export class ChangeCollector {
  readonly #options: CollectOptions
  readonly #tallies: readonly DefinitionTally[]
  readonly #byName: ReadonlyMap<string, DefinitionTally>
  readonly #byDevice = new Map<
    string,
    { name: string | null; alerts: GrowingCounts; detections: GrowingCounts }
  >()
  readonly #byDay = new Map<number, { alerts: GrowingCounts; detections: GrowingCounts }>()
  readonly #grouper = new AlertGrouper()
  /** Per detection in order. */
  readonly #partners: number[] = []
  readonly #days: number[] = []
  #waiting: Waiting | null = null

  constructor(options: CollectOptions) {
    this.#options = options
    this.#tallies = options.definitions.map(tallyOf)
    this.#byName = new Map(this.#tallies.map((tally) => [tally.labels.Name, tally]))
  }

  /** Takes the next detection; the Id of its definition is its side, `device` what alerts are grouped by. */
  accept(detection: Detection, device: string): void {
    const { event, definition } = detection
    const tally = this.#tallyNamed(definition.Name)
    const side = definition.Id === SIDE_B ? SIDE_B : SIDE_A
    const time = event.time === null ? null : parseTime(event.time)
    const member = this.#grouper.add(tally.number * 2 + side, device, time)
    this.#partners.push(NO_PARTNER)
    this.#days.push(dayOf(time))
    tally.detections[side === SIDE_A ? 'before' : 'after'] += 1
    const waiting = this.#waiting
    this.#waiting = null
    if (side === SIDE_B && waiting !== null && isSamePlace(waiting.detection, detection)) {
      this.#partners[waiting.member] = member
      this.#partners[member] = waiting.member
      if (tally.isRelabelled) this.#change('relabelled', { detection, device, member })
      return
    }
    if (waiting !== null) this.#change('lost', waiting)
    if (side === SIDE_A) this.#waiting = { detection, device, member }
    else this.#change('gained', { detection, device, member })
  }

  /** Groups everything into alerts and counts what became of them. */
  finish(): CollectedChanges {
    if (this.#waiting !== null) this.#change('lost', this.#waiting)
    this.#waiting = null
    const isBefore = (group: AlertGroup): boolean => group.definition % 2 === SIDE_A
    const pairs = pairAlerts(this.#grouper.groups(this.#options.groupWindow), isBefore, this.#partners)
    for (const { before, after } of pairs) this.#addAlert(before, after)
    for (const tally of this.#tallies) assertTotals(tally)
    return {
      alerts: sumOf(this.#tallies.map((tally) => tally.alerts)),
      detections: sumOf(this.#tallies.map((tally) => tally.detections)),
      byDefinition: this.#tallies
        .filter(({ alerts, detections }) => changeCount(alerts) + changeCount(detections) > 0)
        .map(({ labels, alerts, detections, devices, examples }) => ({
          ...labels,
          alerts,
          detections,
          devices: devices.size,
          examples: [...examples.gained, ...examples.lost, ...examples.relabelled],
        })),
      byDevice: [...this.#byDevice]
        .map(([device, { name, alerts, detections }]) => ({ device, deviceName: name, alerts, detections }))
        .sort(byWeight),
      byDay: [...this.#byDay]
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(([day, counts]) => ({ day: dayText(day), ...counts })),
    }
  }

  #tallyNamed(name: string): DefinitionTally {
    const tally = this.#byName.get(name)
    if (tally === undefined) throw new Error('a detection of a definition that neither side has')
    return tally
  }

  #change(kind: ChangeKind, { detection, device, member }: Waiting): void {
    const tally = this.#tallyNamed(detection.definition.Name)
    const { event, matchCount, matches } = detection
    tally.detections[kind] += 1
    tally.devices.add(device)
    this.#deviceTally(device, event.deviceName).detections[kind] += 1
    this.#dayTally(this.#days[member] ?? UNTIMED_DAY).detections[kind] += 1
    const examples = tally.examples[kind]
    if (examples.length === EXAMPLES && this.#options.onChange === null) return
    const change: DetectionChange = {
      schemaVersion: 1,
      change: kind,
      definition: tally.labels,
      event,
      matchCount,
      matches,
    }
    if (examples.length < EXAMPLES) examples.push({ ...change, matches: matches.slice(0, EXAMPLE_MATCHES) })
    this.#options.onChange?.(change)
  }

  #addAlert(before: AlertGroup | null, after: AlertGroup | null): void {
    const group = before ?? after
    const tally = group === null ? undefined : this.#tallies[Math.floor(group.definition / 2)]
    if (group === null || tally === undefined) return
    if (before !== null) tally.alerts.before += 1
    if (after !== null) tally.alerts.after += 1
    if (before !== null && after !== null && !tally.isRelabelled) return
    const kind = before === null ? 'gained' : after === null ? 'lost' : 'relabelled'
    tally.alerts[kind] += 1
    this.#deviceTally(group.device, null).alerts[kind] += 1
    this.#dayTally(Math.min(this.#dayOfAlert(before), this.#dayOfAlert(after))).alerts[kind] += 1
  }

  /** The day on which it begins. */
  #dayOfAlert(group: AlertGroup | null): number {
    const first = group?.members[0]
    return first === undefined ? UNTIMED_DAY : (this.#days[first] ?? UNTIMED_DAY)
  }

  #deviceTally(device: string, name: string | null): { alerts: GrowingCounts; detections: GrowingCounts } {
    const known = this.#byDevice.get(device)
    if (known !== undefined) {
      known.name ??= name
      return known
    }
    const fresh = { name, alerts: noChanges(), detections: noChanges() }
    this.#byDevice.set(device, fresh)
    return fresh
  }

  #dayTally(day: number): { alerts: GrowingCounts; detections: GrowingCounts } {
    const known = this.#byDay.get(day)
    if (known !== undefined) return known
    const fresh = { alerts: noChanges(), detections: noChanges() }
    this.#byDay.set(day, fresh)
    return fresh
  }
}

function tallyOf(labels: LabelPair, number: number): DefinitionTally {
  const { before, after } = labels
  return {
    number,
    labels,
    isRelabelled:
      before !== null &&
      after !== null &&
      (before.Title !== after.Title ||
        before.Severity !== after.Severity ||
        before.Category !== after.Category),
    alerts: { before: 0, after: 0, ...noChanges() },
    detections: { before: 0, after: 0, ...noChanges() },
    devices: new Set(),
    examples: { gained: [], lost: [], relabelled: [] },
  }
}

/** Same event and same Name: record numbers are unique within a source. */
function isSamePlace(a: Detection, b: Detection): boolean {
  return a.definition.Name === b.definition.Name && isSameEvent(a.event, b.event)
}

function isSameEvent(a: EventReference, b: EventReference): boolean {
  return a.record === b.record && a.source === b.source && a.member === b.member
}

function dayOf(time: TimeTicks | null): number {
  if (time === null) return UNTIMED_DAY
  const day = time / TICKS_PER_DAY
  return Number(day * TICKS_PER_DAY > time ? day - 1n : day)
}

function dayText(day: number): string | null {
  return day === UNTIMED_DAY ? null : formatTime(BigInt(day) * TICKS_PER_DAY).slice(0, -'T00:00:00Z'.length)
}

/** Everything that was and was not lost is what is and was not gained. */
function assertTotals({ alerts, detections }: DefinitionTally): void {
  for (const { before, after, gained, lost } of [alerts, detections])
    if (before - lost !== after - gained)
      throw new Error(`changes do not add up: ${before} - ${lost} before, ${after} - ${gained} after`)
}

function sumOf(all: readonly ChangeTotals[]): ChangeTotals {
  const sum: Totals = { before: 0, after: 0, ...noChanges() }
  for (const totals of all) {
    sum.before += totals.before
    sum.after += totals.after
    sum.gained += totals.gained
    sum.lost += totals.lost
    sum.relabelled += totals.relabelled
  }
  return sum
}

/** Most changed alerts first, then detections, then `device`. */
function byWeight(a: DeviceChanges, b: DeviceChanges): number {
  const weigh = (counts: ChangeCounts, other: ChangeCounts): number =>
    changeCount(other) - changeCount(counts)
  return weigh(a.alerts, b.alerts) || weigh(a.detections, b.detections) || compareUtf8(a.device, b.device)
}
