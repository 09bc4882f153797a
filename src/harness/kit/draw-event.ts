import { observeByShape } from '../../logs/observe.ts'
import { isScopeOn } from '../../logs/scope.ts'
import type { IndicatorType } from '../../model/indicator.ts'
import type { TimeTicks } from '../../model/time.ts'
import { formatTime, parseTime, TICKS_PER_SECOND } from '../../model/time.ts'
import type { EventRow, FieldPlace } from '../generate/field-places.ts'
import { placesFor, plant, setAt, textFor } from '../generate/field-places.ts'
import type { TelemetryEvent } from '../generate/telemetry-event.ts'
import type { Lifetime } from '../match-one.ts'
import { isAlive } from '../match-one.ts'
import type { Choices } from './choices.ts'
import type { LawSettings } from './law-settings.ts'
import { mapOf } from './law-settings.ts'

/** Tables in which every column counts, the plainest first. */
const TABLES = ['DeviceEvents', 'DeviceNetworkEvents', 'DeviceFileEvents', 'DeviceProcessEvents'] as const
/** When generated events happened, where the life of an indicator does not say otherwise. */
const ORDINARY_TIME = parseTime('2026-06-01T00:00:00Z') ?? 0n
const MINUTE = 60n * TICKS_PER_SECOND
/** Minutes around which the events of one log lie. */
const MINUTES = 3_000
/** Longer than an indicator takes to become effective. */
const SETTLED = 30n * MINUTE
const DEVICES = ['d', 'e', 'f']
const COMPANIONS = ['powershell.exe', 'say "hi", twice', 'C:\\Temp\\a b.exe', 'münchen.exe']

/** What an event carries: the value of an indicator, and the life during which it counts. */
export interface Cargo {
  readonly type: IndicatorType
  readonly value: string
  readonly life: Lifetime
}

/** An event and where it carries the value: planting another text makes the same event otherwise. */
export interface DrawnEvent {
  readonly event: TelemetryEvent
  /** The same event with another text in the place of the value. */
  readonly withValue: (value: string) => TelemetryEvent
}

/** An event with a value in a field that is looked at. Null where no field is, or the indicator never counts. */
export function drawEvent(cargo: Cargo, settings: LawSettings, choices: Choices): DrawnEvent | null {
  const { semantics } = settings
  const { envelope } = mapOf(settings)
  const places = placesFor(mapOf(settings), cargo.type).filter(
    (place) => isScopeOn(place.scope, semantics) && tablesFor(place, settings).length > 0,
  )
  const ticks = timeFor(cargo.life, choices)
  const isShown = semantics.actionTypes === null || envelope.actionType.length > 0
  if (places.length === 0 || !isShown || !isAlive(cargo.life, ticks, semantics)) return null
  if (semantics.fields === 'any' && !isSeenByShape(cargo)) return null
  const place = choices.pick(places)
  const table = choices.pick(tablesFor(place, settings))
  const time = formatTime(ticks)
  const row = surroundings(settings, time, choices)
  const [tablePath] = settings.fieldMap?.envelope.table ?? []
  if (table !== null && tablePath !== undefined) setAt(row, tablePath, table)
  const withValue = (value: string): TelemetryEvent => {
    const own = structuredClone(row)
    plant(own, place.chain, textFor(place.kind, cargo.type, value))
    return { table, time, row: own }
  }
  return { event: withValue(cargo.value), withValue }
}

/** Where no field says what its text is, a name of one label is nothing. */
function isSeenByShape({ type, value }: Cargo): boolean {
  return observeByShape(value).findings.some((finding) => finding.type === type && finding.value === value)
}

/** Tables in which a field counts and which are asked for; null stands for an event that names none. */
function tablesFor({ tables }: FieldPlace, { semantics, fieldMap }: LawSettings): readonly (string | null)[] {
  const asked = semantics.tables
  if (fieldMap !== null && fieldMap.envelope.table.length === 0)
    return asked === null && tables === null ? [null] : []
  const able = tables ?? asked ?? (fieldMap === null ? TABLES : [null])
  return asked === null ? able : able.filter((table) => table !== null && asked.includes(table))
}

function timeFor({ ExpiresAt, CreatedAt }: Lifetime, choices: Choices): TimeTicks {
  const minutes = BigInt(choices.below(MINUTES)) * MINUTE
  if (ExpiresAt !== null && ExpiresAt <= ORDINARY_TIME + BigInt(MINUTES) * MINUTE)
    return ExpiresAt - 1n - minutes
  return CreatedAt === null || CreatedAt + SETTLED < ORDINARY_TIME
    ? ORDINARY_TIME + minutes
    : CreatedAt + SETTLED + minutes
}

/** What else an event says. Nothing of it is looked at. */
function surroundings(settings: LawSettings, time: string, choices: Choices): EventRow {
  const { envelope, any } = mapOf(settings)
  const row: EventRow = {}
  const set = (paths: readonly (readonly string[])[], value: unknown): void => {
    const [path] = paths
    if (path !== undefined) setAt(row, path, value)
  }
  set(envelope.time, time)
  const [actionType] = settings.semantics.actionTypes ?? []
  if (actionType !== undefined) set(envelope.actionType, actionType)
  if (any) return row
  if (choices.oneIn(2)) set(envelope.deviceId, choices.pick(DEVICES).repeat(40))
  if (choices.oneIn(2)) set(envelope.reportId, choices.below(3))
  if (settings.fieldMap === null && choices.oneIn(3)) set([['FileName']], choices.pick(COMPANIONS))
  return row
}
