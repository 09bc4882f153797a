import type { Classification } from '../../logs/classify.ts'
import type { RecordReader } from '../../logs/record-reader.ts'
import { openRecordReader } from '../../logs/record-reader.ts'
import { isScopeOn } from '../../logs/scope.ts'
import type { EventReference } from '../../model/detection.ts'
import type { EventRecord } from '../../model/event-record.ts'
import type { EventExplanation, ExplainedObservable, Obstacle } from '../../model/explanation.ts'
import type { FieldEntry, FieldMap } from '../../model/field-map.ts'
import { KIND_TYPES } from '../../model/field-map.ts'
import type { Observable } from '../../model/observable.ts'
import type { RowLayout } from '../../model/row-layout.ts'
import type { Semantics } from '../../model/semantics.ts'
import { LISTED_MATCHES_LIMIT, SHOWN_TEXT_LIMIT } from '../../model/semantics.ts'
import { parseTime } from '../../model/time.ts'
import type { ExplainContext, Subject } from './explain-observables.ts'
import { explainObservables } from './explain-observables.ts'
import { scopeObstacle } from './obstacle.ts'

/** Reads one event three times: as a replay would, with every scope and table open, and with every string as a value. */
export interface EventReaders {
  readonly fieldMap: FieldMap
  /** Entries that read values, by their printed path without array indices. */
  readonly mapped: ReadonlyMap<string, FieldEntry>
  readonly narrow: RecordReader
  readonly wide: RecordReader
  readonly any: RecordReader
}

/** One event as the three readings see it. */
export interface EventReadings {
  readonly narrow: EventRecord
  readonly wide: EventRecord
  readonly any: EventRecord
}

/** Where the event stands in its source. */
export type EventPlace = Pick<EventReference, 'source' | 'line' | 'record' | 'byteOffset'>

/** Opens the readers for a classified log; `fieldMap` is the one of the classification. */
export function openEventReaders(
  classification: Pick<Classification, 'delimited'>,
  fieldMap: FieldMap,
  semantics: Semantics,
  defaultTable: string | null,
): EventReaders {
  const open = (map: FieldMap, scopes: Semantics): RecordReader =>
    openRecordReader({ fieldMap: map, delimited: classification.delimited }, scopes, defaultTable)
  const everyTable: FieldMap = { ...fieldMap, unmatchedTables: [] }
  const everyScope: Semantics = {
    ...semantics,
    hashScope: 'both',
    ipScope: 'all',
    domainScope: 'all',
    dnsAnswers: 'on',
  }
  return {
    fieldMap,
    mapped: mappedFields(fieldMap.entries, ''),
    narrow: open(fieldMap, semantics),
    wide: open(everyTable, everyScope),
    any: open({ ...everyTable, any: true }, everyScope),
  }
}

/** Reads rows as another header of the same log says. */
export function enterEventLayout({ narrow, wide, any }: EventReaders, layout: RowLayout): void {
  for (const reader of [narrow, wide, any]) reader.enterLayout(layout)
}

/** Reads a framed record in all three ways. */
export function readEvent(
  readers: EventReaders,
  bytes: Uint8Array,
  start: number,
  end: number,
): EventReadings {
  return {
    narrow: readers.narrow.read(bytes, start, end),
    wide: readers.wide.read(bytes, start, end),
    any: readers.any.read(bytes, start, end),
  }
}

/** Says which indicators match an event through which field, which would but for a setting, and which come near. */
export function explainEvent(
  readings: EventReadings,
  place: EventPlace,
  readers: Pick<EventReaders, 'fieldMap' | 'mapped'>,
  context: ExplainContext,
): EventExplanation {
  const { narrow } = readings
  const whole = eventObstacles(narrow, readers.fieldMap, context.semantics)
  const subjects = subjectsOf(readings, whole, readers, context.semantics)
  const time = narrow.time === null ? null : parseTime(narrow.time)
  const { hints, ...findings } = explainObservables(subjects, context, time)
  const lookedAt = narrow.observables.slice(0, LISTED_MATCHES_LIMIT).map(shownObservable)
  return {
    schemaVersion: 1,
    subject: 'event',
    event: referenceOf(narrow, place),
    observables: lookedAt,
    observableCount: narrow.observables.length,
    ...findings,
    hints: [
      ...hints,
      ...(findings.wouldMatch.length === 0 ? blindnessHints(narrow, whole, subjects) : []),
      ...readingHints(narrow),
    ],
  }
}

/** What keeps every indicator from firing on the event, whatever it holds. */
function eventObstacles(event: EventRecord, fieldMap: FieldMap, semantics: Semantics): readonly Obstacle[] {
  const { table, actionType } = event
  const obstacles: Obstacle[] = []
  if (table !== null && fieldMap.unmatchedTables.includes(table)) {
    obstacles.push({
      kind: 'unmatched-table',
      reason: `${table} holds inventory or results, and no alert comes from it`,
      fix: null,
    })
  }
  if (semantics.tables !== null && table !== null && !semantics.tables.includes(table)) {
    obstacles.push({
      kind: 'table-filtered',
      reason: `the table ${table} is not among --tables ${semantics.tables.join(' ')}`,
      fix: `use --tables ${table}`,
    })
  }
  if (semantics.actionTypes !== null && actionType !== null && !semantics.actionTypes.includes(actionType)) {
    obstacles.push({
      kind: 'action-type-filtered',
      reason: `the ActionType ${actionType} is not among --action-types ${semantics.actionTypes.join(' ')}`,
      fix: `use --action-types ${actionType}`,
    })
  }
  return obstacles
}

/** Every value that any reading finds, each with what keeps it from being looked at. */
function subjectsOf(
  { narrow, wide, any }: EventReadings,
  whole: readonly Obstacle[],
  { fieldMap, mapped }: Pick<EventReaders, 'fieldMap' | 'mapped'>,
  semantics: Semantics,
): readonly Subject[] {
  const subjects: Subject[] = []
  const known = new Set<string>()
  const add = (observable: Observable, obstacles: readonly Obstacle[], isSearched: boolean): void => {
    const key = JSON.stringify([observable.type, observable.value, observable.field])
    if (known.has(key)) return
    known.add(key)
    subjects.push({
      observable: shownObservable(observable),
      obstacles: [...obstacles, ...whole],
      isSearched,
      isMatched: true,
    })
  }
  for (const observable of narrow.observables) {
    add(observable, [], true)
  }
  for (const observable of wide.observables) {
    const { scope, field } = observable
    const isOpen = scope === null || isScopeOn(scope, semantics)
    add(observable, isOpen ? [] : [scopeObstacle(scope, field)], isOpen)
  }
  if (!fieldMap.any) {
    for (const observable of any.observables) add(observable, [notRead(observable, mapped)], false)
  }
  return subjects
}

function mappedFields(entries: readonly FieldEntry[], above: string): ReadonlyMap<string, FieldEntry> {
  const fields = new Map<string, FieldEntry>()
  for (const entry of entries) {
    const path = [...(above === '' ? [] : [above]), ...entry.path].join('.')
    if (entry.kind !== 'json' && !fields.has(path)) fields.set(path, entry)
    for (const [nested, found] of mappedFields(entry.nested, path))
      if (!fields.has(nested)) fields.set(nested, found)
  }
  return fields
}

/** Why a value that `--fields any` finds is seen by no mapped field. */
function notRead({ field, type }: Observable, mapped: ReadonlyMap<string, FieldEntry>): Obstacle {
  const entry = mapped.get(field.replaceAll(/\[\d+\]/g, ''))
  if (entry !== undefined && KIND_TYPES[entry.kind].includes(type)) {
    return {
      kind: 'field-not-mapped',
      reason: `the field ${field} is looked at in the tables ${entry.tables?.join(', ') ?? 'of another kind'} only`,
      fix: 'name it in a --field-map, or use --fields any',
    }
  }
  if (entry !== undefined) {
    return {
      kind: 'other-type',
      reason: `the field ${field} is read as ${entry.kind}, and this text is of type ${type}`,
      fix: null,
    }
  }
  return {
    kind: 'field-not-mapped',
    reason: `the field ${field} is not mapped for this log format`,
    fix: 'name it in a --field-map, or use --fields any',
  }
}

function shownObservable({ type, value, field, role, scope, text }: Observable): ExplainedObservable {
  return { type, value, field, role, scope, text: text.slice(0, SHOWN_TEXT_LIMIT) }
}

function referenceOf(event: EventRecord, place: EventPlace): EventReference {
  const { time, deviceId, deviceName, table, reportId, actionType, context, represents, repaired } = event
  return {
    source: place.source,
    member: null,
    line: place.line,
    record: place.record,
    byteOffset: place.byteOffset,
    time,
    deviceId,
    deviceName,
    table,
    reportId,
    actionType,
    context,
    ...(represents === null ? {} : { represents }),
    ...(repaired ? { repaired: true } : {}),
  }
}

/** Why nothing of the event was looked at, where no hindered match tells it already. */
function blindnessHints(
  event: EventRecord,
  whole: readonly Obstacle[],
  subjects: readonly Subject[],
): readonly string[] {
  if (whole.length > 0) return whole.map((obstacle) => obstacle.reason)
  if (event.observables.length > 0) return []
  return subjects.length === 0
    ? ['the event holds no digest, address or name in any field']
    : ['no value of the event stands in a field that is looked at']
}

function readingHints({ time, notANameCount }: EventRecord): readonly string[] {
  const hints: string[] = []
  if (time === null) hints.push('the event names no time, so IOCs count whenever they expire')
  else if (parseTime(time) === null)
    hints.push(`the time ${time} cannot be read, so IOCs count whenever they expire`)
  if (notANameCount === 1) hints.push('a text under a name field holds blanks or separators and is no name')
  if (notANameCount > 1)
    hints.push(`${notANameCount} texts under name fields hold blanks or separators and are no names`)
  return hints
}
