import { defenderRows } from '../../logs/formats/defender-rows.ts'
import { FORMATS } from '../../logs/formats/registry.ts'
import { isScopeOn } from '../../logs/scope.ts'
import { readZeekHeader } from '../../logs/zeek-header.ts'
import type { FieldMap } from '../../model/field-map.ts'
import type { Indicator, IndicatorType } from '../../model/indicator.ts'
import type { RowLayout } from '../../model/row-layout.ts'
import type { Semantics } from '../../model/semantics.ts'
import { formatTime, parseTime } from '../../model/time.ts'
import type { TestRules } from '../test-rules.ts'
import { draftEvent, EVENT_KINDS } from './defender-event.ts'
import type { EventKind } from './defender-event.ts'
import { EventChecker } from './event-checker.ts'
import type { EventPools } from './event-pools.ts'
import { fillPools, SMALL_POOLS } from './event-pools.ts'
import type { FieldPlace } from './field-places.ts'
import { placesFor, plant, setAt, textFor } from './field-places.ts'
import { draftMappedEvent, mappedColumns } from './mapped-event.ts'
import { matchingValues } from './matching-values.ts'
import { SeededRandom } from './seeded-random.ts'
import { draftServiceEvent, SERVICE_TABLES } from './service-event.ts'
import type { TelemetryFormat } from './telemetry-formats.ts'
import type { TelemetryEvent } from './telemetry-event.ts'
import type { TelemetryWriter } from './telemetry-writer.ts'
import { headerOf, isDelimited, openTelemetryWriter } from './telemetry-writer.ts'
import { draftZeekEvent, ZEEK_COLUMNS } from './zeek-event.ts'

/** What telemetry is wanted. */
export interface TelemetryOptions {
  /** Rules whose IOCs are planted, and that the rest must not make fire; null: none. */
  readonly rules: TestRules | null
  readonly semantics: Semantics
  readonly format: TelemetryFormat
  /** The map of the formats `json` and `csv`; the others have their own. */
  readonly fieldMap: FieldMap | null
  readonly events: number
  /** Events among them in which an IOC stands. */
  readonly hits: number
  readonly seed: number
}

/** What was written so far; grows with the telemetry. */
export interface TelemetryCount {
  events: number
  /** Events that were to fire and do. */
  hits: number
  /** Events that fire although nothing was planted: the rules match nearly anything. */
  accidental: number
  /** Indicators that were planted. */
  readonly planted: Set<number>
}

/** Times that an event is drafted anew because it would fire by accident. */
const REDRAFTS = 30
const FIRST_MS = Date.UTC(2026, 9, 1)
const MONTH_MS = 2_592_000_000
const PART_CHARACTERS = 65_536

/**
 * Telemetry in parts of some 64 KiB. The same options give the same bytes. With rules exactly `hits` events fire, spread
 * evenly, as far as the rules allow: the engine is asked about every event before it is written.
 */
export function* generateTelemetry(options: TelemetryOptions, count: TelemetryCount): Generator<string> {
  const maker = new TelemetryMaker(options)
  let part = maker.writer.head
  for (let i = 0; i < options.events; i += 1) {
    const isHit = isChosen(i, options.hits, options.events)
    part += maker.next(i, isHit, count)
    count.events += 1
    if (part.length < PART_CHARACTERS) continue
    yield part
    part = ''
  }
  yield part + maker.writer.tail()
}

/** A count from which telemetry begins. */
export function startCount(): TelemetryCount {
  return { events: 0, hits: 0, accidental: 0, planted: new Set() }
}

/** Spreads `chosen` of `all` evenly: exactly so many of the numbers from 0 are chosen. */
function isChosen(index: number, chosen: number, all: number): boolean {
  return Math.floor(((index + 1) * chosen) / all) > Math.floor((index * chosen) / all)
}

class TelemetryMaker {
  readonly writer: TelemetryWriter
  readonly #options: TelemetryOptions
  readonly #random: SeededRandom
  readonly #pools: EventPools
  /** Where values stand in a row before it is written in its format. */
  readonly #rowMap: FieldMap
  readonly #places = new Map<IndicatorType, readonly FieldPlace[]>()
  readonly #header: ReadonlySet<string> | null
  readonly #isMapped: boolean
  readonly #isZeek: boolean
  readonly #checker: EventChecker | null
  readonly #encoder = new TextEncoder()
  /** Ids of indicators in the order in which they are planted; null: not drawn yet. */
  #order: Uint32Array | null = null
  #planted = 0
  /** When the event that is drafted happened. */
  #time = ''

  constructor(options: TelemetryOptions) {
    const { format, fieldMap, rules, semantics } = options
    this.#options = options
    this.#random = SeededRandom.open(options.seed)
    this.#pools = fillPools(this.#random, SMALL_POOLS)
    const known = FORMATS.find(({ name }) => name === format)?.fieldMap ?? null
    this.#isMapped = known === null
    const map = fieldMap ?? known
    if (map === null) throw new RangeError(`the format ${format} needs a field map`)
    this.#isZeek = format === 'zeek-tsv' || format === 'zeek-json'
    this.#rowMap = this.#isMapped || this.#isZeek ? map : (defenderRows.fieldMap ?? map)
    const columns = this.#isMapped ? mappedColumns(map) : defenderColumns()
    this.writer = openTelemetryWriter(format, columns)
    const layout = layoutOf(format, columns, this.writer)
    const header = this.#isZeek ? ZEEK_COLUMNS.map(([name]) => name) : layout?.columns
    this.#header = header === undefined ? null : new Set(header)
    const readMap = semantics.fields === 'any' ? { ...map, entries: [], any: true } : map
    this.#checker =
      rules === null
        ? null
        : EventChecker.open(rules, semantics, { fieldMap: readMap, delimited: layout, table: null })
  }

  /** The next record with what stands around it. */
  next(index: number, isHit: boolean, count: TelemetryCount): string {
    this.#time = this.#timeOf(index)
    const record = (isHit ? this.#hit(count) : null) ?? this.#benign(count)
    return this.writer.lead() + record + (isDelimited(this.#options.format) ? '\r\n' : '')
  }

  #benign(count: TelemetryCount): string {
    let record = ''
    for (let i = 0; i < REDRAFTS; i += 1) {
      record = this.writer.record(this.#draftBenign())
      if (!this.#doesFire(record)) return record
    }
    count.accidental += 1
    return record
  }

  /** An event with the next indicator that can be planted; null after a whole round without any. */
  #hit(count: TelemetryCount): string | null {
    const { rules } = this.#options
    if (rules === null || rules.image.indicatorCount === 0) return null
    this.#order ??= shuffled(rules.image.indicatorCount, this.#random)
    const tries = Math.min(this.#order.length, TRIED_INDICATORS)
    for (let i = 0; i < tries; i += 1) {
      const id = this.#order[this.#planted % this.#order.length] ?? 0
      this.#planted += 1
      const record = this.#withIndicator(id)
      if (record === null) continue
      count.hits += 1
      count.planted.add(id)
      return record
    }
    return null
  }

  #withIndicator(id: number): string | null {
    const { rules, semantics } = this.#options
    if (rules === null || this.#checker === null) return null
    const indicator = rules.image.indicator(id)
    const values = matchingValues(indicator, semantics)
    const places = this.#placesOf(indicator.Type)
    if (values.length === 0 || places.length === 0) return null
    for (let i = 0; i < PLACE_TRIES; i += 1) {
      const place = this.#random.pick(i === 0 ? places.slice(0, USUAL_PLACES) : places)
      const event = this.#draft(kindFor(indicator, this.#random))
      plant(event.row, place.chain, this.#textIn(place, indicator, this.#random.pick(values)))
      const record = this.writer.record(this.#withinLife(event, indicator))
      if (this.#checker.check(this.#encoder.encode(record)).indicators.has(id)) return record
    }
    return null
  }

  /** The fields that carry a type, are looked at, and can be written. */
  #placesOf(type: IndicatorType): readonly FieldPlace[] {
    const known = this.#places.get(type)
    if (known !== undefined) return known
    const places = placesFor(this.#rowMap, type).filter(
      ({ chain, scope, tables }) =>
        tables === null &&
        isScopeOn(scope, this.#options.semantics) &&
        (this.#header?.has(chain[0]?.[0] ?? '') ?? true),
    )
    this.#places.set(type, places)
    return places
  }

  /** Half of the names in URL fields stand in a URL, as they do in logs. */
  #textIn(place: FieldPlace, { Type }: Indicator, value: string): string {
    const isUrl = place.kind === 'url' && Type === 'DomainName' && this.#random.chance(0.5)
    return isUrl ? `https://${value}/` : textFor(place.kind, Type, value)
  }

  /** The event at a time at which the indicator is active. */
  #withinLife(event: TelemetryEvent, { ExpiresAt }: Indicator): TelemetryEvent {
    const [path] = this.#rowMap.envelope.time
    const time = parseTime(event.time)
    if (ExpiresAt === null || time === null || time < ExpiresAt || path === undefined) return event
    const earlier = formatTime(ExpiresAt - 1n)
    setAt(event.row, path, earlier)
    return { ...event, time: earlier }
  }

  /** Most of what a tenant sees comes from its devices; the rest is of every other table. */
  #draftBenign(): TelemetryEvent {
    if (this.#isMapped || this.#isZeek || !this.#random.chance(SERVICE_SHARE))
      return this.#draft(drawKind(this.#random))
    const drawn = this.#random.pick(SERVICE_TABLES)
    const { table, columns } = draftServiceEvent(drawn, this.#pools, this.#random)
    const time = this.#time
    return { table, time, row: { ...columns, Timestamp: time, AdditionalFields: null } }
  }

  #draft(kind: EventKind): TelemetryEvent {
    const time = this.#time
    if (this.#isMapped) return draftMappedEvent(this.#rowMap, time, this.#pools, this.#random)
    if (this.#isZeek) return draftZeekEvent(time, this.#pools, this.#random)
    const { table, columns, additional } = draftEvent(kind, this.#pools, this.#random)
    const AdditionalFields = Object.keys(additional).length === 0 ? null : JSON.stringify(additional)
    return { table, time, row: { ...columns, Timestamp: time, AdditionalFields } }
  }

  /** Events come in the order of their times, spread over a month. */
  #timeOf(index: number): string {
    const step = MONTH_MS / this.#options.events
    const ms = FIRST_MS + Math.floor(index * step + this.#random.next() * step)
    const ticks = this.#random.below(10_000)
    return new Date(ms).toISOString().replace('Z', `${String(ticks).padStart(4, '0')}Z`)
  }

  #doesFire(record: string): boolean {
    return this.#checker !== null && this.#checker.check(this.#encoder.encode(record)).definitions.size > 0
  }
}

/** How rows of the format are read, null where there are none. */
function layoutOf(
  format: TelemetryFormat,
  columns: readonly string[],
  writer: TelemetryWriter,
): RowLayout | null {
  if (isDelimited(format)) return { separator: COMMA, columns: headerOf(format, columns) }
  return format === 'zeek-tsv' ? readZeekHeader(new TextEncoder().encode(writer.head), 0, true) : null
}

const COMMA = 0x2c
const PLACE_TRIES = 6
/** Share of events of the tables of `service-event.ts`. */
const SERVICE_SHARE = 0.25
/** The plain fields of a type come first; the others are rarer in logs, too. */
const USUAL_PLACES = 2
/** Indicators that are tried for one hit before it is given up: those that expired, say, stand together. */
const TRIED_INDICATORS = 1000

function drawKind(random: SeededRandom): EventKind {
  const share = random.below(100)
  if (share < 45) return 'network'
  if (share < 65) return 'file'
  return share < 88 ? 'process' : 'dns'
}

/** A kind of event in which a value of the type is at home. */
function kindFor({ Type }: Indicator, random: SeededRandom): EventKind {
  return Type === 'IpAddress' || Type === 'DomainName' ? 'network' : random.pick(['file', 'process'])
}

/** All columns that any kind of event has, in the order of the kinds. */
function defenderColumns(): readonly string[] {
  const random = SeededRandom.open(1)
  const pools = fillPools(random, { files: 1, addresses: 1, hosts: 1, devices: 1, users: 1 })
  const names = EVENT_KINDS.flatMap((kind) => Object.keys(draftEvent(kind, pools, random).columns))
  const others = SERVICE_TABLES.flatMap((table) =>
    Object.keys(draftServiceEvent(table, pools, random).columns),
  )
  return [...new Set([...names, ...others, 'AdditionalFields'])]
}

function shuffled(count: number, random: SeededRandom): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i -= 1) {
    const other = random.below(i + 1)
    const kept = order[i] ?? 0
    order[i] = order[other] ?? 0
    order[other] = kept
  }
  return order
}
