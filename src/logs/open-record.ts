import { HYPHEN } from '../canonical/ascii.ts'
import type { EventRecord } from '../model/event-record.ts'
import { formatTime, parseEpochSeconds } from '../model/time.ts'
import type { CollectedText } from './collected-text.ts'
import type { FieldCollector } from './field-collector.ts'
import type { FieldTarget } from './path-tree.ts'
import type { TableNames } from './table-names.ts'

/** A record whose fields are found, decoded as they are asked for. There is one, and each record takes its place. */
export class OpenRecord {
  readonly #collector: FieldCollector
  readonly #tables: TableNames
  #isUtf8 = true
  #path: string | null = null
  #table: string | null | undefined = undefined

  constructor(collector: FieldCollector, tables: TableNames) {
    this.#collector = collector
    this.#tables = tables
  }

  /** Makes room for the next record; `path` is the table that a header names for it. */
  begin(isUtf8: boolean, path: string | null = null): void {
    this.#isUtf8 = isUtf8
    this.#path = path
    this.#table = undefined
    this.#collector.begin(isUtf8)
  }

  /** Table after aliases, null where the record names none. */
  get table(): string | null {
    if (this.#table === undefined)
      this.#table = this.#tables.presentName(this.#collector.envelope('table') ?? this.#path)
    return this.#table
  }

  /** True unless nothing of the record's table is matched (semantics 4). */
  get isMatched(): boolean {
    return this.#tables.isMatched(this.table)
  }

  /** The time as it stands in the record, or that of its receipt; seconds since 1970 as a date. */
  get time(): string | null {
    return inCalendarForm(this.#collector.envelope('time') ?? this.#collector.envelope('receivedTime'))
  }

  /** Texts that may be observables; only the first `textCount` are this record's. */
  get texts(): readonly CollectedText[] {
    return this.#collector.texts
  }

  get textCount(): number {
    return this.#collector.textCount
  }

  /** True when a target counts in the record's table; in a table that no entry names, all do. */
  doesHold(target: FieldTarget): boolean {
    return target.tables === null || this.#tables.doesHold(target.tables, this.table)
  }

  /**
   * What the event says beside its observables, decoded; how many texts are no names, only these tell. The companion
   * fields are left out unless they are wanted.
   */
  event(notANameCount: number, withContext: boolean): Omit<EventRecord, 'observables'> {
    const collector = this.#collector
    const time = collector.envelope('time')
    const received = time === null ? collector.envelope('receivedTime') : null
    const represents = collector.envelope('represents')
    const represented = represents === null ? Number.NaN : Number(represents)
    return {
      time: inCalendarForm(time ?? received),
      isTimeOfReceipt: received !== null,
      table: this.table,
      deviceId: collector.envelope('deviceId'),
      deviceName: collector.envelope('deviceName'),
      computer: collector.envelope('computer'),
      localEnd: collector.envelope('localEnd'),
      reportId: collector.envelope('reportId'),
      actionType: collector.envelope('actionType'),
      represents: Number.isFinite(represented) ? represented : null,
      context: withContext ? collector.context() : NO_CONTEXT,
      wrongTypeCount: this.isMatched ? this.#wrongTypeCount() : 0,
      notANameCount,
      repaired: !this.#isUtf8,
    }
  }

  #wrongTypeCount(): number {
    const { wrongTypes } = this.#collector
    if (wrongTypes.length === 0) return 0
    return wrongTypes.filter((targets) => targets.some((target) => this.doesHold(target))).length
  }
}

/** Seconds since 1970 as a date, because all else reads and shows dates; any other time as it stands. */
function inCalendarForm(time: string | null): string | null {
  // Nearly every time is a date already.
  const ticks = time === null || time.charCodeAt(4) === HYPHEN ? null : parseEpochSeconds(time)
  return ticks === null ? time : formatTime(ticks)
}

const NO_CONTEXT = {}
