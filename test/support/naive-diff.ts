import type { Detection } from '../../src/model/detection.ts'
import { parseTime } from '../../src/model/time.ts'
import type { NaiveRule, NaiveRules } from './naive-rules.ts'

/** A detection of a separate replay, with the device that its alert is grouped by. */
export interface PlacedDetection {
  readonly detection: Detection
  readonly device: string
}

/** What differs, one key per detection: source, record and Name. */
export interface NaiveChanges {
  readonly gained: readonly string[]
  readonly lost: readonly string[]
  readonly relabelled: readonly string[]
}

/** The set difference of two separate replays. */
export function naiveChanges(
  before: readonly PlacedDetection[],
  after: readonly PlacedDetection[],
): NaiveChanges {
  const inBefore = new Map(before.map((placed) => [keyOf(placed.detection), placed.detection]))
  const inAfter = new Map(after.map((placed) => [keyOf(placed.detection), placed.detection]))
  const isSameLabel = (a: Detection, b: Detection): boolean =>
    JSON.stringify([a.definition.Title, a.definition.Severity, a.definition.Category]) ===
    JSON.stringify([b.definition.Title, b.definition.Severity, b.definition.Category])
  return {
    gained: [...inAfter.keys()].filter((key) => !inBefore.has(key)).sort(),
    lost: [...inBefore.keys()].filter((key) => !inAfter.has(key)).sort(),
    relabelled: [...inAfter]
      .filter(([key, detection]) => {
        const old = inBefore.get(key)
        return old !== undefined && !isSameLabel(old, detection)
      })
      .map(([key]) => key)
      .sort(),
  }
}

/** What identifies a detection. */
export function keyOf({
  event,
  definition,
}: {
  readonly event: Detection['event']
  readonly definition: { readonly Name: string }
}): string {
  return JSON.stringify([event.source, event.record, definition.Name])
}

/** How many alerts of the one side can be paired with alerts of the other that share an event: a maximum matching. */
export function naivePairedAlerts(
  before: readonly PlacedDetection[],
  after: readonly PlacedDetection[],
  window: bigint,
): number {
  const left = naiveAlerts(before, window)
  const right = naiveAlerts(after, window)
  const partnerOf = new Map<number, number>()
  const tryPair = (index: number, visited: Set<number>): boolean => {
    for (const [other, members] of right.entries()) {
      if (visited.has(other) || !members.some((member) => left[index]?.includes(member))) continue
      visited.add(other)
      const holder = partnerOf.get(other)
      if (holder === undefined || tryPair(holder, visited)) {
        partnerOf.set(other, index)
        return true
      }
    }
    return false
  }
  return left.filter((_, index) => tryPair(index, new Set())).length
}

/** Members by key, per alert (semantics 8). */
function naiveAlerts(placed: readonly PlacedDetection[], window: bigint): readonly (readonly string[])[] {
  const groups = Map.groupBy(placed, ({ detection, device }) =>
    JSON.stringify([detection.definition.Name, device]),
  )
  return [...groups.values()].flatMap((members) => {
    const timed = members.flatMap(({ detection }) => {
      const time = detection.event.time === null ? null : parseTime(detection.event.time)
      return time === null ? [] : [{ time, key: keyOf(detection) }]
    })
    const untimed = members
      .map(({ detection }) => keyOf(detection))
      .filter((key) => !timed.some((other) => other.key === key))
    timed.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))
    const windows: { readonly anchor: bigint; readonly keys: string[] }[] = []
    for (const { time, key } of timed) {
      const last = windows.at(-1)
      if (last !== undefined && time < last.anchor + window) last.keys.push(key)
      else windows.push({ anchor: time, keys: [key] })
    }
    return [...windows.map(({ keys }) => keys), ...(untimed.length === 0 ? [] : [untimed])]
  })
}

/** How many of each kind differ. */
interface NaiveCounts {
  readonly added: number
  readonly removed: number
  readonly changed: number
  readonly unchanged: number
}

/** What is the same in two copies of one IOC, and what may differ between them. */
interface NaiveIndicator extends Pick<NaiveRule, 'definitionName' | 'Enabled'> {
  readonly Type: string
  readonly DetectionFunction: string
  readonly Value: string
  readonly ExpiresAt: unknown
}

/** How the IOCs differ as a multiset by identity, in counts. */
export function naiveIndicatorDiff(before: NaiveRules, after: NaiveRules): NaiveCounts {
  return naiveMultisetDiff(before.indicators, after.indicators)
}

/** The same for any lists of IOCs. */
export function naiveMultisetDiff(
  before: readonly NaiveIndicator[],
  after: readonly NaiveIndicator[],
): NaiveCounts {
  const identityOf = (ioc: NaiveIndicator): string =>
    JSON.stringify([ioc.definitionName, ioc.Type, ioc.DetectionFunction, ioc.Value])
  const attributesOf = (ioc: NaiveIndicator): string => `${String(ioc.ExpiresAt)} ${ioc.Enabled}`
  const counts = { added: 0, removed: 0, changed: 0, unchanged: 0 }
  const identities = new Set([...before, ...after].map(identityOf))
  for (const identity of identities) {
    const left = before.filter((ioc) => identityOf(ioc) === identity).map(attributesOf)
    const right = after.filter((ioc) => identityOf(ioc) === identity).map(attributesOf)
    let different = 0
    for (const attributes of left) {
      const at = right.indexOf(attributes)
      if (at < 0) different += 1
      else {
        right.splice(at, 1)
        counts.unchanged += 1
      }
    }
    const paired = Math.min(different, right.length)
    counts.changed += paired
    counts.removed += different - paired
    counts.added += right.length - paired
  }
  return counts
}
