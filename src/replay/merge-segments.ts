import type { IndexImage } from '../engine/image-reader.ts'
import { buildKeyTable } from '../logs/key-table.ts'
import type { Alert, Detection, EventReference } from '../model/detection.ts'
import { INDICATOR_TYPES, type IndicatorType } from '../model/indicator.ts'
import { KIND_TYPES } from '../model/field-map.ts'
import type { QuarantinedRecord } from '../model/replay-summary.ts'
import { DEDUPE_LIMIT, type Semantics } from '../model/semantics.ts'
import { alertOf, detectionOf, deviceKeyOf, eventReferenceOf } from './describe-hits.ts'
import { DigestSet } from './digest-set.ts'
import type { TaskSegment } from './executor.ts'
import { AlertGrouper } from './group-alerts.ts'
import type { HitRecord, ScanNote, ScanTask } from './scan-task.ts'
import { Tally } from './tally.ts'

/** Where results go as they become final. Calls come in output order. */
interface ReplaySinks {
  readonly detection: ((detection: Detection, device: string) => void) | null
  /** Called after the last detection, in the order of the alerts stream. */
  readonly alert: ((alert: Alert) => void) | null
  readonly quarantined: ((record: QuarantinedRecord) => void) | null
}

/** Counts of one source, growing as its segments arrive. */
export interface SourceTally {
  bytes: number
  records: number
  quarantined: number
  newlines: number
  /** Records with detections that have no time but the one of their receipt. */
  timesOfReceipt: number
  readonly problems: { readonly severity: 'error' | 'warning'; readonly message: string }[]
}

interface ObservedKey {
  readonly key: string
  readonly types: readonly IndicatorType[]
}

/** What the merger needs beside the segments. */
export interface MergeOptions {
  readonly image: IndexImage
  readonly semantics: Semantics
  readonly now: bigint
  readonly sinks: ReplaySinks
  /** Quarantined records kept for the summary. */
  readonly quarantineLimit: number
}

/**
 * Takes segments in order and turns their relative places into absolute ones, drops copies, counts, and groups.
 * What it holds grows with detections, not with input.
 */
export class SegmentMerger {
  readonly tally: Tally
  readonly sources: Map<number, SourceTally> = new Map()
  readonly quarantine: QuarantinedRecord[] = []
  readonly bytes = { examined: 0, quarantined: 0, skipped: 0 }
  readonly observedByKey: Map<string, { readonly types: Set<IndicatorType>; values: number }> = new Map()
  readonly valuesByType: Float64Array = new Float64Array(INDICATOR_TYPES.length)
  survivors = 0
  repaired = 0
  wrongType = 0
  notAName = 0
  suppressed = 0
  isDedupeFull = false
  isRatioExceeded = false
  readonly #options: MergeOptions
  readonly #copies = new DigestSet()
  readonly #grouper = new AlertGrouper()
  /** Per grouped detection, kept only when alerts are written. */
  readonly #events: EventReference[] = []
  readonly #indicators: (readonly number[])[] = []
  /** By classification: the mapped keys with the types that each can give. */
  readonly #keys = new WeakMap<object, readonly ObservedKey[]>()

  constructor(options: MergeOptions) {
    this.#options = options
    this.tally = new Tally(options.image, options.now)
  }

  accept({ task, segment }: TaskSegment): void {
    const source = this.#sourceOf(task)
    for (const hit of segment.hits) this.#acceptHit(task, source, hit)
    for (const { reason, record, line, byteOffset, bytes } of segment.quarantined) {
      const place: QuarantinedRecord = {
        source: task.name,
        record: source.records + record + 1,
        line: source.newlines + line + 1,
        byteOffset,
        bytes,
        reason,
      }
      if (this.quarantine.length < this.#options.quarantineLimit) this.quarantine.push(place)
      this.#options.sinks.quarantined?.(place)
    }
    for (const note of segment.notes) this.#addNote(source, note)
    source.bytes += segment.bytes.examined + segment.bytes.quarantined + segment.bytes.skipped
    source.records += segment.records
    source.quarantined += segment.quarantined.length
    source.newlines += segment.newlines
    this.bytes.examined += segment.bytes.examined
    this.bytes.quarantined += segment.bytes.quarantined
    this.bytes.skipped += segment.bytes.skipped
    this.survivors += segment.survivors
    this.#addObserved(task, segment.observed)
  }

  /** Groups everything accepted so far into alerts and hands them to the sink. Returns them by definition and device. */
  finish(): readonly { readonly definition: number; readonly device: string }[] {
    const groups = this.#grouper.groups(this.#options.semantics.groupWindow)
    const sink = this.#options.sinks.alert
    if (sink !== null)
      for (const group of groups) sink(alertOf(group, this.#options.image, this.#events, this.#indicators))
    return groups
  }

  /** The parts of one file find out the same thing: it is said once. */
  #addNote(source: SourceTally, { severity, message, isLimit = false }: ScanNote): void {
    if (isLimit) this.isRatioExceeded = true
    if (!source.problems.some((known) => known.message === message))
      source.problems.push({ severity, message })
  }

  #sourceOf(task: ScanTask): SourceTally {
    const known = this.sources.get(task.source)
    if (known !== undefined) return known
    const fresh: SourceTally = {
      bytes: 0,
      records: 0,
      quarantined: 0,
      newlines: 0,
      timesOfReceipt: 0,
      problems: [],
    }
    this.sources.set(task.source, fresh)
    return fresh
  }

  #acceptHit(task: ScanTask, source: SourceTally, hit: HitRecord): void {
    const { image, sinks } = this.#options
    const device = deviceKeyOf(hit.event, task.name)
    const { time } = hit
    // Nobody asks for it where only the summary is wanted.
    let event: EventReference | null = null
    let isCounted = false
    for (const draft of hit.detections) {
      if (this.#isCopy(draft.copyDigest)) {
        this.suppressed += 1
        continue
      }
      isCounted = true
      this.tally.add(draft, { device, deviceName: hit.event.deviceName, time })
      this.#grouper.add(draft.definition, device, time)
      if (sinks.alert === null && sinks.detection === null) continue
      event ??= eventReferenceOf(task.name, hit, source.records, source.newlines)
      if (sinks.alert !== null) {
        this.#events.push(event)
        this.#indicators.push([...new Set(draft.matches.map((match) => match.indicator))])
      }
      sinks.detection?.(detectionOf(draft, event, image), device)
    }
    if (!isCounted) return
    if (hit.event.repaired) this.repaired += 1
    if (hit.event.isTimeOfReceipt) source.timesOfReceipt += 1
    this.wrongType += hit.event.wrongTypeCount
    this.notAName += hit.event.notANameCount
  }

  #isCopy(digest: string | null): boolean {
    if (digest === null) return false
    const isCopy = this.#copies.hasOrAdd(digest, DEDUPE_LIMIT)
    if (!isCopy && this.#copies.size >= DEDUPE_LIMIT) this.isDedupeFull = true
    return isCopy
  }

  #addObserved(task: ScanTask, observed: Float64Array): void {
    const map = task.classification.fieldMap
    if (map === null) return
    if (map.any) {
      for (const [index, type] of INDICATOR_TYPES.entries()) this.#addKey('*', [type], observed[index] ?? 0)
      return
    }
    let keys = this.#keys.get(task.classification)
    if (keys === undefined) {
      keys = buildKeyTable(map, this.#options.semantics).keys.map(({ key, kinds }) => ({
        key,
        types: [...new Set(kinds.flatMap((kind) => KIND_TYPES[kind]))],
      }))
      this.#keys.set(task.classification, keys)
    }
    for (const [index, { key, types }] of keys.entries()) {
      if (types.length > 0) this.#addKey(key, types, observed[index] ?? 0)
    }
  }

  #addKey(key: string, types: readonly IndicatorType[], values: number): void {
    const known = this.observedByKey.get(key)
    if (known === undefined) this.observedByKey.set(key, { types: new Set(types), values })
    else {
      known.values += values
      for (const type of types) known.types.add(type)
    }
    for (const type of types) this.valuesByType[INDICATOR_TYPES.indexOf(type)]! += values // indexOf a member
  }
}
