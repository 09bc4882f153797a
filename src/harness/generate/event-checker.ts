import type { RecordReader } from '../../logs/record-reader.ts'
import { openRecordReader } from '../../logs/record-reader.ts'
import type { EventRecord } from '../../model/event-record.ts'
import type { FieldMap } from '../../model/field-map.ts'
import type { RowLayout } from '../../model/row-layout.ts'
import type { Semantics } from '../../model/semantics.ts'
import { detect } from '../../replay/detect.ts'
import { isEventShown, shownDefinitions } from '../../replay/filter-events.ts'
import type { ScanSettings } from '../../replay/scan-settings.ts'
import { DEFAULT_BLOCK_BYTES, DEFAULT_SEGMENT_BYTES, NO_FILTERS } from '../../replay/scan-settings.ts'
import type { TestRules } from '../test-rules.ts'

/** What the engine makes of one event. */
export interface CheckedEvent {
  readonly event: EventRecord
  /** Ids in the image of the indicators that fire. */
  readonly indicators: ReadonlySet<number>
  /** Indices in the image of the definitions that fire. */
  readonly definitions: ReadonlySet<number>
}

/** How the events that are checked are read. */
export interface CheckedForm {
  readonly fieldMap: FieldMap
  readonly delimited: RowLayout | null
  readonly table: string | null
}

/** Asks the engine what fires on a record before anything is claimed of it. */
export class EventChecker {
  readonly #rules: TestRules
  readonly #semantics: Semantics
  readonly #settings: ScanSettings
  readonly #reader: RecordReader
  readonly #isDefinitionShown: readonly boolean[]

  private constructor(rules: TestRules, semantics: Semantics, form: CheckedForm) {
    this.#rules = rules
    this.#semantics = semantics
    this.#settings = scanSettings(semantics, form.table)
    this.#reader = openRecordReader(form, semantics, form.table)
    this.#isDefinitionShown = shownDefinitions(rules.image.definitions, NO_FILTERS)
  }

  static open(rules: TestRules, semantics: Semantics, form: CheckedForm): EventChecker {
    return new EventChecker(rules, semantics, form)
  }

  check(record: Uint8Array): CheckedEvent {
    const event = this.#reader.read(record, 0, record.length)
    const indicators = new Set<number>()
    const definitions = new Set<number>()
    if (event.observables.length > 0 && isEventShown(event, this.#settings)) {
      const { image } = this.#rules
      const matcher = this.#rules.matcherFor(this.#semantics)
      const options = { semantics: this.#semantics, isDefinitionShown: this.#isDefinitionShown }
      for (const { definition, matches } of detect(event, image, matcher, options)) {
        definitions.add(definition)
        for (const { indicator } of matches) indicators.add(indicator)
      }
    }
    return { event, indicators, definitions }
  }
}

/** Settings of a scan that shows everything; only what a single event needs is of interest. */
export function scanSettings(semantics: Semantics, defaultTable: string | null): ScanSettings {
  return {
    semantics,
    filters: NO_FILTERS,
    kernel: 'off',
    defaultTable,
    blockBytes: DEFAULT_BLOCK_BYTES,
    segmentBytes: DEFAULT_SEGMENT_BYTES,
    maxRatio: null,
    areHitsShown: true,
    simulate: null,
  }
}
