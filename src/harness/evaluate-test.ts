import type { Alert, Detection } from '../model/detection.ts'
import type { IndexImage } from '../engine/image-reader.ts'
import type { Matcher } from '../engine/matcher.ts'
import type { QuarantinedRecord } from '../model/replay-summary.ts'
import { parseTime } from '../model/time.ts'
import { detect } from '../replay/detect.ts'
import { isEventShown, shownDefinitions } from '../replay/filter-events.ts'
import { SegmentMerger } from '../replay/merge-segments.ts'
import type { ScanSettings } from '../replay/scan-settings.ts'
import { DEFAULT_BLOCK_BYTES, DEFAULT_SEGMENT_BYTES, NO_FILTERS } from '../replay/scan-settings.ts'
import type { HitRecord, ScanTask } from '../replay/scan-task.ts'
import type { PreparedLog, PreparedTest } from './prepare-test.ts'

/** The rules that a test is evaluated against. */
export interface Evaluator {
  readonly image: IndexImage
  readonly matcher: Matcher
}

/** What the rules make of the events of a test. */
export interface TestOutcome {
  /** In output order, each with at most 100 listed matches. */
  readonly detections: readonly Detection[]
  readonly alerts: readonly Alert[]
  readonly quarantined: readonly QuarantinedRecord[]
  /** Detections left out as copies of an earlier one (semantics 8). */
  readonly suppressed: number
  /** Ids in the image of every indicator that took part in a detection. */
  readonly firedIndicators: ReadonlySet<number>
}

/**
 * Counts what a prepared test would show in a replay of its events: the same functions detect, drop copies and group.
 * Pure: the same events and rules give the same outcome, whatever the clock on the wall says.
 */
export function evaluateTest(
  { logs, semantics, table }: Pick<PreparedTest, 'logs' | 'semantics' | 'table'>,
  evaluator: Evaluator,
): TestOutcome {
  const detections: Detection[] = []
  const alerts: Alert[] = []
  const firedIndicators = new Set<number>()
  const merger = new SegmentMerger({
    image: evaluator.image,
    semantics,
    now: 0n,
    sinks: {
      detection: (detection) => detections.push(detection),
      alert: (alert) => alerts.push(alert),
      quarantined: null,
    },
    quarantineLimit: 0,
  })
  const settings: ScanSettings = {
    semantics,
    filters: NO_FILTERS,
    kernel: 'off',
    defaultTable: table,
    blockBytes: DEFAULT_BLOCK_BYTES,
    segmentBytes: DEFAULT_SEGMENT_BYTES,
    maxRatio: null,
    areHitsShown: true,
    simulate: null,
  }
  for (const [source, log] of logs.entries()) {
    const hits = hitsOf(log, settings, evaluator)
    for (const { detections: drafts } of hits)
      for (const { matches } of drafts) for (const { indicator } of matches) firedIndicators.add(indicator)
    merger.accept({ task: taskOf(log, source), segment: segmentOf(hits) })
  }
  merger.finish()
  return {
    detections,
    alerts,
    quarantined: logs.flatMap((log) => log.quarantined),
    suppressed: merger.suppressed,
    firedIndicators,
  }
}

function hitsOf(
  log: PreparedLog,
  settings: ScanSettings,
  { image, matcher }: Evaluator,
): readonly HitRecord[] {
  const { semantics } = settings
  const isDefinitionShown = shownDefinitions(image.definitions, NO_FILTERS)
  const hits: HitRecord[] = []
  for (const { event, line, record, byteOffset } of log.records) {
    if (event.observables.length === 0 || !isEventShown(event, settings)) continue
    const detections = detect(event, image, matcher, { semantics, isDefinitionShown })
    if (detections.length === 0) continue
    const { observables: _, ...own } = event
    const time = event.time === null ? null : parseTime(event.time)
    hits.push({ record: record - 1, line: line - 1, byteOffset, event: own, time, detections })
  }
  return hits
}

/** The whole log as one segment; what it counts in bytes is of no interest here. */
function segmentOf(hits: readonly HitRecord[]): Parameters<SegmentMerger['accept']>[0]['segment'] {
  return {
    bytes: { examined: 0, quarantined: 0, skipped: 0 },
    records: 0,
    newlines: 0,
    observed: new Float64Array(0),
    survivors: 0,
    quarantined: [],
    hits,
    notes: [],
    rows: null,
  }
}

function taskOf({ name, classification }: PreparedLog, source: number): ScanTask {
  return {
    source,
    name,
    path: name,
    // Without a field map nothing is counted per key, which a test has no use for.
    classification: { ...classification, fieldMap: null },
    compression: 'none',
    size: null,
    range: null,
  }
}
