import type { AlertDefinition } from '../../src/model/alert-definition.ts'
import type { Alert, Detection, EventReference } from '../../src/model/detection.ts'
import type { EventRecord } from '../../src/model/event-record.ts'
import type { FieldMap } from '../../src/model/field-map.ts'
import type { Indicator } from '../../src/model/indicator.ts'
import { INDICATOR_TYPES } from '../../src/model/indicator.ts'
import type { DefinitionSummary, IndicatorSummary, Match } from '../../src/model/match.ts'
import type { Observable } from '../../src/model/observable.ts'
import type { Accounting, ObservedKey } from '../../src/model/replay-summary.ts'
import type { Semantics } from '../../src/model/semantics.ts'
import { LISTED_MATCHES_LIMIT, SHOWN_TEXT_LIMIT } from '../../src/model/semantics.ts'
import type { TimeTicks } from '../../src/model/time.ts'
import { parseTime, TICKS_PER_SECOND } from '../../src/model/time.ts'
import type { NaiveFrames, NaiveFraming, NaiveRecord } from './naive-frame.ts'
import { naiveCells, naiveFrames } from './naive-frame.ts'
import { naiveMatches } from './naive-matcher.ts'
import { naiveCellFields, naiveJsonFields, naiveObserve } from './naive-observe.ts'
import { naiveObserved, naiveObservedCells } from './naive-observed.ts'
import type { NaiveZeekRow } from './naive-zeek.ts'
import { naiveZeekFields, naiveZeekFrames, naiveZeekObserved } from './naive-zeek.ts'
import type { NaiveCompiledRule, NaiveRule, NaiveRules } from './naive-rules.ts'
import { compareUtf8, naiveCompile } from './naive-rules.ts'

/** One source as the oracle gets it: whole bytes, decompressed. */
export interface NaiveSource {
  readonly source: string
  readonly bytes: Uint8Array
  readonly framing: NaiveFraming | 'zeek'
  readonly fieldMap: FieldMap
  /** Table of records that name none. */
  readonly defaultTable?: string
  readonly separator?: string
}

interface NaiveVerdict {
  readonly definitionName: string
  readonly ioc: IndicatorSummary
  readonly verdict: 'fired' | 'silent' | 'blind'
  readonly valuesSeen: number
  readonly detections: number
}

export interface NaiveReplay {
  readonly detections: readonly Detection[]
  readonly alerts: readonly Alert[]
  readonly suppressed: number
  readonly untimed: number
  readonly repaired: number
  /** Detections all of whose indicators are over at `now`; 0 where no such day is given. */
  readonly fromExpiredToday: number
  readonly wrongType: number
  readonly notAName: number
  readonly observed: readonly ObservedKey[]
  readonly verdicts: readonly NaiveVerdict[]
  readonly quarantined: readonly { readonly source: string; readonly record: NaiveRecord }[]
  readonly accounting: Accounting
}

/** A detection with what only grouping and dedupe need. */
interface Hit {
  readonly detection: Detection
  readonly definition: AlertDefinition
  readonly event: EventRecord
  /** Every match in full: positions in the compiled rules, paths and whole texts. */
  readonly identities: readonly string[]
  readonly fired: readonly number[]
  readonly time: TimeTicks | null
  readonly device: string
}

const CREATED_DELAY = 20n * 60n * TICKS_PER_SECOND

/** Replays whole sources against rules in the slowest way there is (semantics 1 to 10). */
export function naiveReplay(
  sources: readonly NaiveSource[],
  rules: NaiveRules,
  semantics: Semantics,
  now: TimeTicks | null = null,
): NaiveReplay {
  const { compiled, counts } = naiveCompile(rules, semantics)
  const framed = sources.map((source) => ({ source, frames: framesOf(source, semantics) }))
  const all = framed.flatMap(({ source, frames }) => hitsOf(source, frames, compiled, semantics))
  const kept = semantics.dedupe === 'on' ? withoutCopies(all) : all
  const events = [...new Set(kept.map((hit) => hit.event))]
  const observed = sumObserved(framed.map(({ source, frames }) => observedOf(source, frames, semantics)))
  return {
    detections: kept.map((hit) => hit.detection),
    alerts: groupAlerts(kept, compiled, semantics),
    suppressed: all.length - kept.length,
    untimed: kept.filter((hit) => hit.time === null).length,
    repaired: events.filter((event) => event.repaired).length,
    fromExpiredToday: kept.filter((hit) => hit.fired.every((i) => isOver(compiled[i]?.ioc, now))).length,
    wrongType: events.reduce((sum, event) => sum + event.wrongTypeCount, 0),
    notAName: events.reduce((sum, event) => sum + event.notANameCount, 0),
    observed,
    verdicts: verdictsOf(compiled, kept, observed),
    quarantined: framed.flatMap(({ source, frames }) =>
      frames.records
        .filter((record) => record.quarantine !== null)
        .map((record) => ({ source: source.source, record })),
    ),
    accounting: accountingOf(
      framed.map(({ frames }) => frames),
      counts,
    ),
  }
}

function hitsOf(
  source: NaiveSource,
  frames: SourceFrames,
  compiled: readonly NaiveCompiledRule[],
  semantics: Semantics,
): readonly Hit[] {
  return frames.records.flatMap((record): readonly Hit[] => {
    if (record.quarantine !== null) return []
    const row = frames.rows?.get(record)
    const fields =
      row !== undefined
        ? naiveZeekFields(row)
        : source.framing === 'delimited'
          ? naiveCellFields(frames.header, naiveCells(record.bytes, source.separator), record.bytes)
          : naiveJsonFields(record.bytes)
    const table = row?.path ?? source.defaultTable ?? null
    const event = naiveObserve(fields, source.fieldMap, semantics, table)
    if (event === null) return []
    return detect(event, referenceOf(source, record, event), compiled, semantics)
  })
}

/** One hit for each definition that has a match in the event, in the order of definitions. */
function detect(
  event: EventRecord,
  reference: EventReference,
  compiled: readonly NaiveCompiledRule[],
  semantics: Semantics,
): readonly Hit[] {
  const time = event.time === null ? null : parseTime(event.time)
  const candidates = compiled.map(({ ioc }) => ioc)
  const pairs = event.observables.flatMap((observable) =>
    naiveMatches(candidates, observable.type, observable.value, semantics)
      .filter((i) => isActive(candidates[i], time, semantics))
      .map((i) => ({ i, observable })),
  )
  const definitions = [...new Set(compiled.map((rule) => rule.definition))]
  return definitions.flatMap((definition): readonly Hit[] => {
    const own = pairs.filter(({ i }) => compiled[i]?.definition === definition).sort((a, b) => a.i - b.i)
    const distinct = new Map<string, { readonly i: number; readonly observable: Observable }>()
    for (const pair of own) {
      const identity = JSON.stringify([pair.i, pair.observable.field, pair.observable.text])
      if (!distinct.has(identity)) distinct.set(identity, pair)
    }
    if (distinct.size === 0) return []
    const matches = [...distinct.values()].flatMap(({ i, observable }) => matchOf(candidates[i], observable))
    const detection: Detection = {
      schemaVersion: 1,
      definition: summaryOf(definition),
      event: reference,
      matchCount: matches.length,
      matches: matches.slice(0, LISTED_MATCHES_LIMIT),
    }
    const fired = [...new Set([...distinct.values()].map(({ i }) => i))]
    const device = deviceOf(event, reference.source)
    return [{ detection, definition, event, identities: [...distinct.keys()], fired, time, device }]
  })
}

/** The clock of the semantics decides expiry alone; activation asks whether the rule was there when the event happened. */
function isActive(ioc: NaiveRule | undefined, eventTime: TimeTicks | null, semantics: Semantics): boolean {
  if (ioc === undefined) return false
  const clock = semantics.asOf === 'event' ? eventTime : semantics.asOf
  if (ioc.ExpiresAt !== null && clock !== null && clock >= ioc.ExpiresAt) return false
  if (semantics.activation === 'always' || ioc.CreatedAt === null || eventTime === null) return true
  return eventTime >= ioc.CreatedAt + (semantics.activation === 'created' ? 0n : CREATED_DELAY)
}

function isOver(ioc: NaiveRule | undefined, now: TimeTicks | null): boolean {
  const expiresAt = ioc?.ExpiresAt ?? null
  return now !== null && expiresAt !== null && now >= expiresAt
}

function matchOf(ioc: NaiveRule | undefined, observable: Observable): readonly Match[] {
  if (ioc === undefined) return []
  const isCut = observable.text.length > SHOWN_TEXT_LIMIT
  return [
    {
      ioc: iocSummary(ioc),
      role: observable.role,
      field: observable.field,
      text: observable.text.slice(0, SHOWN_TEXT_LIMIT),
      ...(isCut ? { textTruncated: true as const } : {}),
      observable: observable.value,
      ...(observable.scope === 'dns-answer' ? { note: 'resolved, not contacted' as const } : {}),
    },
  ]
}

function referenceOf(source: NaiveSource, record: NaiveRecord, event: EventRecord): EventReference {
  return {
    source: source.source,
    member: null,
    line: record.line,
    record: record.record,
    byteOffset: record.byteOffset,
    time: event.time,
    deviceId: event.deviceId,
    deviceName: event.deviceName,
    table: event.table,
    reportId: event.reportId,
    actionType: event.actionType,
    context: event.context,
    ...(event.represents === null ? {} : { represents: event.represents }),
    ...(event.repaired ? { repaired: true as const } : {}),
  }
}

/** First in output order wins; a detection that lacks a part of the key is never a copy (semantics 8). */
function withoutCopies(hits: readonly Hit[]): readonly Hit[] {
  const seen = new Set<string>()
  return hits.filter(({ definition, event, identities }) => {
    const device = event.deviceId ?? event.deviceName?.toLowerCase() ?? null
    const parts = [definition.Name, event.table, device, event.time, event.reportId]
    if (parts.includes(null)) return true
    const key = JSON.stringify([parts, identities])
    const isNew = !seen.has(key)
    seen.add(key)
    return isNew
  })
}

/** Groups by definition, device and window; ordered by definition, device key, window start, untimed last. */
function groupAlerts(
  hits: readonly Hit[],
  compiled: readonly NaiveCompiledRule[],
  semantics: Semantics,
): readonly Alert[] {
  const definitions = [...new Set(compiled.map((rule) => rule.definition))]
  return definitions.flatMap((definition) => {
    const own = hits.filter((hit) => hit.definition === definition)
    const devices = [...new Set(own.map((hit) => hit.device))].sort(compareUtf8)
    return devices.flatMap((device) => {
      const members = own.filter((hit) => hit.device === device)
      return windowsOf(members, semantics.groupWindow).map((window) =>
        alertOf(definition, device, window, compiled),
      )
    })
  })
}

function windowsOf(members: readonly Hit[], length: TimeTicks): readonly (readonly Hit[])[] {
  const windows: Hit[][] = []
  let anchor: TimeTicks | null = null
  // Sorting is stable: of equal times the output position decides.
  const timed = members.flatMap((hit) => (hit.time === null ? [] : [{ hit, time: hit.time }]))
  timed.sort((a, b) => compareBigints(a.time, b.time))
  for (const { hit, time } of timed) {
    if (anchor === null || time >= anchor + length) {
      anchor = time
      windows.push([])
    }
    windows.at(-1)?.push(hit)
  }
  const untimed = members.filter((hit) => hit.time === null)
  return untimed.length > 0 ? [...windows, untimed] : windows
}

function alertOf(
  definition: AlertDefinition,
  device: string,
  members: readonly Hit[],
  compiled: readonly NaiveCompiledRule[],
): Alert {
  const first = members[0]
  const last = members.at(-1)
  if (first === undefined || last === undefined) throw new Error('an alert has members')
  const fired = [...new Set(members.flatMap((hit) => hit.fired))].sort((a, b) => a - b)
  return {
    schemaVersion: 1,
    definition: summaryOf(definition),
    device,
    firstTime: first.time === null ? null : first.event.time,
    lastTime: last.time === null ? null : last.event.time,
    detections: members.length,
    first: first.detection.event,
    iocs: fired.flatMap((i) => {
      const rule = compiled[i]
      return rule === undefined ? [] : [iocSummary(rule.ioc)]
    }),
  }
}

function deviceOf(event: EventRecord, source: string): string {
  return event.deviceId ?? event.deviceName?.toLowerCase() ?? event.computer ?? event.localEnd ?? source
}

function verdictsOf(
  compiled: readonly NaiveCompiledRule[],
  hits: readonly Hit[],
  observed: readonly ObservedKey[],
): readonly NaiveVerdict[] {
  const fired = new Set(hits.flatMap((hit) => hit.fired))
  return compiled.map(({ ioc, definition }, i) => {
    const valuesSeen = observed
      .filter((key) => key.types.includes(ioc.Type))
      .reduce((sum, key) => sum + key.values, 0)
    const verdict = fired.has(i) ? 'fired' : valuesSeen > 0 ? 'silent' : 'blind'
    const detections = hits.filter((hit) => hit.fired.includes(i)).length
    return { definitionName: definition.Name, ioc: iocSummary(ioc), verdict, valuesSeen, detections }
  })
}

/** `rows` are those of a Zeek log. */
type SourceFrames = NaiveFrames & { readonly rows?: ReadonlyMap<NaiveRecord, NaiveZeekRow> }

function framesOf(source: NaiveSource, semantics: Semantics): SourceFrames {
  if (source.framing === 'zeek') return naiveZeekFrames(source.bytes, semantics)
  return naiveFrames(source.bytes, {
    framing: source.framing,
    maxRecordBytes: semantics.maxRecordBytes,
    validate: semantics.validate,
    ...(source.separator === undefined ? {} : { separator: source.separator }),
  })
}

function observedOf(source: NaiveSource, frames: SourceFrames, semantics: Semantics): readonly ObservedKey[] {
  if (frames.rows !== undefined)
    return naiveZeekObserved(frames.rows.values(), source.fieldMap, semantics).flat()
  const records = frames.records.filter((record) => record.quarantine === null).map((record) => record.bytes)
  if (source.framing !== 'delimited') return naiveObserved(records, source.fieldMap, semantics)
  const rows = records.map((record) => naiveCells(record, source.separator))
  return naiveObservedCells(frames.header, rows, source.fieldMap, semantics)
}

/** Adds up sources: the same key once, with every type that one of its maps gives it. */
function sumObserved(lists: readonly (readonly ObservedKey[])[]): readonly ObservedKey[] {
  const sums = new Map<string, ObservedKey>()
  for (const observed of lists.flat()) {
    const before = sums.get(observed.key)
    const types = INDICATOR_TYPES.filter(
      (type) => observed.types.includes(type) || before?.types.includes(type),
    )
    sums.set(observed.key, { key: observed.key, types, values: observed.values + (before?.values ?? 0) })
  }
  return [...sums.values()]
}

function accountingOf(all: readonly NaiveFrames[], iocs: Accounting['iocs']): Accounting {
  const sum = (count: (frames: NaiveFrames) => number): number =>
    all.reduce((n, frames) => n + count(frames), 0)
  const quarantined = sum(({ records }) => records.filter((record) => record.quarantine !== null).length)
  const total = sum(({ records }) => records.length)
  return {
    bytes: {
      total: sum((frames) => frames.byteCount.total),
      examined: sum((frames) => frames.byteCount.examined),
      quarantined: sum((frames) => frames.byteCount.quarantined),
      skipped: sum((frames) => frames.byteCount.skipped),
    },
    records: { total, examined: total - quarantined, quarantined },
    iocs,
  }
}

function summaryOf({ Id, Name, Title, Severity, Category }: AlertDefinition): DefinitionSummary {
  return { Id, Name, Title, Severity, Category }
}

function iocSummary({ Id, Type, DetectionFunction, Value }: Indicator): IndicatorSummary {
  return { Id, Type, DetectionFunction, Value }
}

function compareBigints(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}
