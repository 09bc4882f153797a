import { isScopeOn } from '../../logs/scope.ts'
import type { FieldMap } from '../../model/field-map.ts'
import type { Indicator, IndicatorType } from '../../model/indicator.ts'
import type { Semantics } from '../../model/semantics.ts'
import type { TimeTicks } from '../../model/time.ts'
import { formatTime } from '../../model/time.ts'
import { isAlive } from '../match-one.ts'
import type { OneIndicator } from '../match-one.ts'
import type { TestRules } from '../test-rules.ts'
import type { CheckedEvent } from './event-checker.ts'
import { EventChecker } from './event-checker.ts'
import type { EventRow, FieldPlace } from './field-places.ts'
import { placesFor, plant, setAt, textFor } from './field-places.ts'
import { digestWith, matchingValues } from './matching-values.ts'
import { nearValues, otherHashTypes } from './near-values.ts'

/** An event that was made for an indicator, and what it shows. */
export interface IndicatorEvent {
  readonly row: EventRow
  /** A few words without a full stop. */
  readonly why: string
}

/** Events of one indicator, each checked: on `hits` it fires, on `misses` its definition is silent. */
export interface IndicatorEvents {
  readonly table: string | null
  /** The field of the hits as a path, or null where there is none. */
  readonly field: string | null
  readonly hits: readonly IndicatorEvent[]
  readonly misses: readonly IndicatorEvent[]
}

/** A field of Defender rows, and of nearly every other log, that no map looks at. */
const UNMAPPED_FIELD = 'ProcessCommandLine'

/** Makes the least events that an indicator must and must not match, and asks the engine about each of them. */
export class IndicatorEventMaker {
  readonly #rules: TestRules
  readonly #semantics: Semantics
  readonly #map: FieldMap
  readonly #checkers = new Map<string | null, EventChecker>()
  readonly #places = new Map<IndicatorType, readonly FieldPlace[]>()
  readonly #encoder = new TextEncoder()

  constructor(rules: TestRules, semantics: Semantics, map: FieldMap) {
    this.#rules = rules
    this.#semantics = semantics
    this.#map = semantics.fields === 'any' ? { ...map, entries: [], any: true } : map
  }

  /** The events of the indicator with that id in the image. */
  eventsOf(id: number): IndicatorEvents {
    const indicator = this.#rules.image.indicator(id)
    const definition = this.#rules.image.definitionOf(id)
    const place = this.#placeOf(indicator.Type)
    if (place === null) return { table: null, field: null, hits: [], misses: [] }
    const table = this.#tableFor(indicator.Type, place)
    const checked = (event: IndicatorEvent): CheckedEvent => this.check(event.row, table)
    return {
      table,
      field: place.chain
        .map((path) => path.join('.'))
        .filter((part) => part !== '')
        .join('.'),
      hits: this.hitCandidates(indicator).filter((event) => checked(event).indicators.has(id)),
      misses: this.missCandidates(indicator).filter((event) => !checked(event).definitions.has(definition)),
    }
  }

  /** What fires on a row. */
  check(row: EventRow, table: string | null): CheckedEvent {
    let checker = this.#checkers.get(table)
    if (checker === undefined) {
      checker = EventChecker.open(this.#rules, this.#semantics, {
        fieldMap: this.#map,
        delimited: null,
        table,
      })
      this.#checkers.set(table, checker)
    }
    return checker.check(this.#encoder.encode(JSON.stringify(row)))
  }

  /** The table of an indicator's events. */
  tableOf(type: IndicatorType): string | null {
    const place = this.#placeOf(type)
    return place === null ? null : this.#tableFor(type, place)
  }

  /** Events that an indicator should fire on: one, and one just before it expires. Not checked. */
  hitCandidates(indicator: Indicator): readonly IndicatorEvent[] {
    const place = this.#placeOf(indicator.Type)
    const [value] = matchingValues(indicator, this.#semantics)
    if (place === null || value === undefined) return []
    const { ExpiresAt } = indicator
    const plain = { row: this.#row(place, indicator.Type, value, null), why: 'fires' }
    const late =
      ExpiresAt === null || this.#semantics.asOf !== 'event' || !this.#hasTime
        ? []
        : [{ row: this.#row(place, indicator.Type, value, ExpiresAt - 1n), why: 'fires until it expires' }]
    return isAlive(indicator, null, this.#semantics) ? [plain, ...late] : late
  }

  /** Events that nearly make an indicator fire. Not checked. */
  missCandidates(indicator: Indicator): readonly IndicatorEvent[] {
    const place = this.#placeOf(indicator.Type)
    if (place === null) return []
    const near = nearValues(indicator, this.#semantics).map(({ value, why }) => ({
      row: this.#row(place, indicator.Type, value, null),
      why,
    }))
    const [value] = matchingValues(indicator, this.#semantics)
    if (value === undefined) return near
    return [
      ...near,
      ...this.#underOtherHash(indicator),
      ...this.#outOfSight(indicator.Type, value),
      ...this.#outOfTime(indicator, place, value),
    ]
  }

  /** The same digest, or one with the same fragment, in the field of another type. */
  #underOtherHash({ Type, DetectionFunction, Value }: OneIndicator): readonly IndicatorEvent[] {
    return otherHashTypes(Type).flatMap((other) => {
      const place = this.#placeOf(other)
      if (place === null) return []
      const side =
        DetectionFunction === 'StartWith' ? 'front' : DetectionFunction === 'EndWith' ? 'back' : 'middle'
      const value = DetectionFunction === 'Equals' ? Value : digestWith(other, Value, side)
      return [{ row: this.#row(place, other, value, null), why: 'under another hash type' }]
    })
  }

  #outOfSight(type: IndicatorType, value: string): readonly IndicatorEvent[] {
    const hidden = placesFor(this.#map, type).find(
      ({ scope, tables }) => tables === null && !isScopeOn(scope, this.#semantics),
    )
    const local =
      hidden === undefined
        ? []
        : [{ row: this.#row(hidden, type, value, null), why: 'in a field that is not asked for' }]
    const row: EventRow = {}
    setAt(row, [UNMAPPED_FIELD], value)
    return [...local, { row, why: 'in a field that carries no values' }]
  }

  #outOfTime(indicator: Indicator, place: FieldPlace, value: string): readonly IndicatorEvent[] {
    const { ExpiresAt, CreatedAt } = indicator
    const at = (time: TimeTicks, why: string): IndicatorEvent => ({
      row: this.#row(place, indicator.Type, value, time),
      why,
    })
    if (!this.#hasTime) return []
    return [
      ...(ExpiresAt === null ? [] : [at(ExpiresAt, 'after it expired')]),
      ...(CreatedAt === null || this.#semantics.activation === 'always'
        ? []
        : [at(CreatedAt - 1n, 'before it counts')]),
    ]
  }

  get #hasTime(): boolean {
    return this.#map.envelope.time.length > 0
  }

  #row(place: FieldPlace, type: IndicatorType, value: string, time: TimeTicks | null): EventRow {
    const row: EventRow = {}
    const { envelope } = this.#map
    const [timePath] = envelope.time
    if (time !== null && timePath !== undefined) setAt(row, timePath, formatTime(time))
    const [actionPath] = envelope.actionType
    const [actionType] = this.#semantics.actionTypes ?? []
    if (actionPath !== undefined && actionType !== undefined) setAt(row, actionPath, actionType)
    plant(row, place.chain, textFor(place.kind, type, value))
    return row
  }

  /** The plainest field that carries a type and is looked at. */
  #placeOf(type: IndicatorType): FieldPlace | null {
    const known = this.#places.get(type) ?? placesFor(this.#map, type)
    this.#places.set(type, known)
    return known.find(({ scope }) => isScopeOn(scope, this.#semantics)) ?? null
  }

  #tableFor(type: IndicatorType, { tables }: FieldPlace): string | null {
    const [asked] = this.#semantics.tables ?? []
    if (asked !== undefined) return asked
    if (tables !== null) return tables[0] ?? null
    if (this.#map.envelope.table.length === 0) return null
    return type === 'IpAddress' || type === 'DomainName' ? 'DeviceNetworkEvents' : 'DeviceFileEvents'
  }
}
