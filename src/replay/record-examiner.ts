import type { IndexImage } from '../engine/image-reader.ts'
import { Matcher } from '../engine/matcher.ts'
import { ObservedCounter } from '../engine/sieve/count-observed.ts'
import { PortableSieve } from '../engine/sieve/portable-sieve.ts'
import type { Classification } from '../logs/classify.ts'
import { buildKeyTable } from '../logs/key-table.ts'
import type { RecordReader } from '../logs/record-reader.ts'
import { openRecordReader } from '../logs/record-reader.ts'
import { DelimitedCounter } from '../logs/delimited-counter.ts'
import type { EventRecord } from '../model/event-record.ts'
import type { FieldMap } from '../model/field-map.ts'
import { INDICATOR_TYPES } from '../model/indicator.ts'
import type { KeyTable } from '../model/key-table.ts'
import { detect } from './detect.ts'
import { isEventShown, shownDefinitions } from './filter-events.ts'
import type { ScanSettings } from './scan-settings.ts'
import type { DetectionDraft } from './scan-task.ts'

export interface ExaminedRecord {
  readonly event: EventRecord
  readonly detections: readonly DetectionDraft[]
}

/**
 * Looks at one record at a time: counts what it shows, drops it when the sieve says that it cannot match,
 * else reads it in full and detects. One examiner serves all sources of one format.
 */
export class RecordExaminer {
  readonly keyTable: KeyTable
  /** Per key of `keyTable`, or per indicator type under `--fields any`. Grows with every record. */
  readonly observed: Float64Array
  /** Why the sieve is not in front, or null when it is. */
  readonly sieveOff: string | null
  readonly #matcher: Matcher
  readonly #reader: RecordReader
  readonly #image: IndexImage
  readonly #settings: ScanSettings
  readonly #isDefinitionShown: readonly boolean[]
  readonly #mayMatch: (bytes: Uint8Array, start: number, end: number) => boolean
  readonly #countsObservables: boolean

  private constructor(
    image: IndexImage,
    settings: ScanSettings,
    classification: Classification,
    map: FieldMap,
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
    this.keyTable = buildKeyTable(map, semantics)
    this.#countsObservables = map.any
    const front = this.#openFront(classification)
    this.#mayMatch = front.mayMatch
    this.observed = front.observed
    this.sieveOff = front.off
  }

  /** Null where the format is framed but no field map is known: such a source cannot be examined. */
  static open(
    image: IndexImage,
    settings: ScanSettings,
    classification: Classification,
  ): RecordExaminer | null {
    return classification.fieldMap === null
      ? null
      : new RecordExaminer(image, settings, classification, classification.fieldMap)
  }

  /** The record's detections, or null when it has none. */
  examine(bytes: Uint8Array, start: number, end: number): ExaminedRecord | null {
    return this.#mayMatch(bytes, start, end) ? this.#readAndDetect(bytes, start, end) : null
  }

  /** Records that were read in full so far. */
  survivors: number = 0

  #readAndDetect(bytes: Uint8Array, start: number, end: number): ExaminedRecord | null {
    this.survivors += 1
    const event = this.#reader.read(bytes, start, end)
    if (this.#countsObservables) {
      for (const { type } of event.observables) this.observed[INDICATOR_TYPES.indexOf(type)]! += 1 // one slot per type
    }
    if (event.observables.length === 0 || !isEventShown(event, this.#settings)) return null
    const detections = detect(event, this.#image, this.#matcher, {
      semantics: this.#settings.semantics,
      isDefinitionShown: this.#isDefinitionShown,
    })
    return detections.length === 0 ? null : { event, detections }
  }

  /** What stands in front of the full reading: the sieve, or a counter that lets every record pass. */
  #openFront(classification: Classification): Front {
    if (this.#countsObservables) {
      const off = this.keyTable.incompleteReason ?? 'every field is looked at'
      return { mayMatch: () => true, observed: new Float64Array(INDICATOR_TYPES.length), off }
    }
    if (classification.delimited !== null) {
      const counter = DelimitedCounter.open(this.keyTable, classification.delimited)
      return passAll(counter, 'delimited files are read in full')
    }
    const { kernel, semantics } = this.#settings
    if (kernel === 'off') return passAll(ObservedCounter.open(this.keyTable), 'switched off')
    if (semantics.validate === 'strict')
      return passAll(ObservedCounter.open(this.keyTable), 'strict validation reads every record')
    const opened = PortableSieve.open(this.keyTable, this.#matcher)
    if ('off' in opened) return passAll(ObservedCounter.open(this.keyTable), opened.off)
    const { sieve } = opened
    return {
      mayMatch: (bytes, start, end) => sieve.mayMatch(bytes, start, end),
      observed: sieve.observed,
      off: null,
    }
  }
}

interface Front {
  readonly mayMatch: (bytes: Uint8Array, start: number, end: number) => boolean
  readonly observed: Float64Array
  readonly off: string | null
}

interface Counter {
  readonly observed: Float64Array
  count(bytes: Uint8Array, start: number, end: number): void
}

function passAll(counter: Counter, off: string): Front {
  const mayMatch = (bytes: Uint8Array, start: number, end: number): boolean => {
    counter.count(bytes, start, end)
    return true
  }
  return { mayMatch, observed: counter.observed, off }
}
