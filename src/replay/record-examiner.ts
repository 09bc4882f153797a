import type { BlockSieve } from '../engine/sieve/block-sieve.ts'
import type { IndexImage } from '../engine/image-reader.ts'
import { Matcher } from '../engine/matcher.ts'
import type { SieveSlot } from '../engine/sieve/sieve-memory.ts'
import type { Classification } from '../logs/classify.ts'
import { buildKeyTable } from '../logs/key-table.ts'
import type { RecordReader } from '../logs/record-reader.ts'
import { openRecordReader } from '../logs/record-reader.ts'
import type { FieldMap } from '../model/field-map.ts'
import { INDICATOR_TYPES } from '../model/indicator.ts'
import type { KeyTable } from '../model/key-table.ts'
import type { RowLayout } from '../model/row-layout.ts'
import { parseTime } from '../model/time.ts'
import { openFront } from './choose-front.ts'
import { detect, draftDetections } from './detect.ts'
import { isEventShown, shownDefinitions } from './filter-events.ts'
import type { ScanSettings } from './scan-settings.ts'
import { RecordMatcher } from './record-matcher.ts'
import type { HitRecord } from './scan-task.ts'

/** A record with at least one detection. */
export type ExaminedRecord = Pick<HitRecord, 'event' | 'time' | 'detections'>

/**
 * Looks at one record at a time: counts what it shows, drops it when the sieve says that it cannot match,
 * else reads it in full and detects. One examiner serves all sources of one format.
 */
export class RecordExaminer {
  readonly keyTable: KeyTable
  /** Per key of `keyTable`, or per indicator type under `--fields any`. Grows with every record. */
  readonly observed: Float64Array
  /** The sieve that takes many lines at once, or null; it counts into `observed` as well. */
  readonly lineSieve: BlockSieve | null
  readonly #matcher: Matcher
  readonly #reader: RecordReader
  readonly #image: IndexImage
  readonly #settings: ScanSettings
  readonly #isDefinitionShown: readonly boolean[]
  readonly #records: RecordMatcher
  readonly #enterFront: (layout: RowLayout) => void
  readonly #mayMatch: (bytes: Uint8Array, start: number, end: number) => boolean
  readonly #countsObservables: boolean

  private constructor(
    image: IndexImage,
    settings: ScanSettings,
    classification: Classification,
    map: FieldMap,
    slot: SieveSlot | null,
  ) {
    const { semantics } = settings
    this.#image = image
    this.#settings = settings
    this.#matcher = Matcher.open(image, semantics)
    this.#reader = openRecordReader(
      { fieldMap: map, delimited: classification.delimited },
      semantics,
      settings.defaultTable,
    )
    this.#isDefinitionShown = shownDefinitions(image.definitions, settings.filters)
    this.#records = new RecordMatcher(image, this.#matcher, semantics, this.#isDefinitionShown)
    this.keyTable = buildKeyTable(map, semantics)
    this.#countsObservables = map.any
    const front = openFront(this.keyTable, classification, settings, slot, this.#matcher)
    this.#mayMatch = front.mayMatch
    this.#enterFront = front.enterLayout
    this.observed = front.observed
    this.lineSieve = front.lines
  }

  /**
   * Null where the format is framed but no field map is known: such a source cannot be examined. The slot serves the
   * examiner that was opened last.
   */
  static open(
    image: IndexImage,
    settings: ScanSettings,
    classification: Classification,
    slot: SieveSlot | null,
  ): RecordExaminer | null {
    return classification.fieldMap === null
      ? null
      : new RecordExaminer(image, settings, classification, classification.fieldMap, slot)
  }

  /** Reads rows as another header of the same log says. */
  enterLayout(layout: RowLayout): void {
    this.#reader.enterLayout(layout)
    this.#enterFront(layout)
  }

  /** The record's detections, or null when it has none. */
  examine(bytes: Uint8Array, start: number, end: number): ExaminedRecord | null {
    return this.#mayMatch(bytes, start, end) ? this.examineSurvivor(bytes, start, end) : null
  }

  /** Records that were read in full so far. */
  survivors: number = 0

  /** The same for a record that the sieve has passed. */
  examineSurvivor(bytes: Uint8Array, start: number, end: number): ExaminedRecord | null {
    this.survivors += 1
    if (this.#countsObservables) return this.#examineAny(bytes, start, end)
    const record = this.#reader.open(bytes, start, end)
    const found = this.#records.find(record)
    if (found === null) return null
    const event = record.event(found.notANameCount, this.#settings.areHitsShown)
    if (!isEventShown(event, this.#settings)) return null
    const { semantics } = this.#settings
    const detections = draftDetections(found.matches.found, event, this.#image, semantics)
    return detections.length === 0 ? null : { event, time: found.time, detections }
  }

  /** Under `--fields any` observables are counted, so that all of them are wanted. */
  #examineAny(bytes: Uint8Array, start: number, end: number): ExaminedRecord | null {
    const { observables, ...event } = this.#reader.read(bytes, start, end)
    for (const { type } of observables) this.observed[INDICATOR_TYPES.indexOf(type)]! += 1 // one slot per type
    if (observables.length === 0 || !isEventShown(event, this.#settings)) return null
    const detections = detect({ ...event, observables }, this.#image, this.#matcher, {
      semantics: this.#settings.semantics,
      isDefinitionShown: this.#isDefinitionShown,
    })
    if (detections.length === 0) return null
    return { event, time: event.time === null ? null : parseTime(event.time), detections }
  }
}
