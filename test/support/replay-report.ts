import { SEVERITIES } from '../../src/model/alert-definition.ts'
import type { Alert, Detection } from '../../src/model/detection.ts'
import type {
  Accounting,
  AlertTotals,
  DetectionTotals,
  DeviceVerdict,
  IndicatorVerdicts,
  ObservedKey,
  QuarantinedRecord,
  QuietGroup,
  ReplaySummary,
} from '../../src/model/replay-summary.ts'
import type { NaiveReplay } from './naive-replay.ts'
import { compareUtf8 } from './naive-rules.ts'

/** What a replay reports, made of texts and numbers that can be compared. */
export interface ReplayReport {
  /** Lines of the streams, in their order. */
  readonly detections: readonly string[]
  readonly alerts: readonly string[]
  readonly quarantined: readonly string[]
  readonly totals: DetectionTotals
  readonly repaired: number
  readonly observed: readonly ObservedKey[]
  readonly verdicts: IndicatorVerdicts
  /** Definition, indicator and detections of those that fired. */
  readonly firedIocs: readonly string[]
  /** Detections, alerts, devices and fired indicators of the definitions that have any. */
  readonly byDefinition: readonly string[]
  /** Without the names, which are the first that any detection has. */
  readonly byDevice: readonly Omit<DeviceVerdict, 'deviceName'>[]
  readonly bySeverity: AlertTotals['bySeverity']
  readonly accounting: Accounting
}

/** A finished replay with its streams collected. */
export interface CollectedReplay {
  readonly summary: ReplaySummary
  readonly detections: readonly Detection[]
  readonly alerts: readonly Alert[]
  readonly quarantined: readonly QuarantinedRecord[]
}

/** Examples of silent and blind indicators that a summary shows. */
const SHOWN_EXAMPLES = 5

/**
 * The report of the product. Whether the blanks behind a refused element of a container belong to it is a matter of
 * taste, so its length is left out.
 */
export function reportOfReplay(
  { summary, ...streams }: CollectedReplay,
  containers: ReadonlySet<string>,
): ReplayReport {
  return {
    detections: streams.detections.map((one) => JSON.stringify(one)),
    alerts: streams.alerts.map((one) => JSON.stringify(one)),
    quarantined: streams.quarantined.map(({ source, record, line, byteOffset, bytes, reason }) =>
      placeOf(source, { record, line, byteOffset, bytes }, reasonCode(reason), containers),
    ),
    totals: summary.detections,
    repaired: summary.input.repaired,
    observed: summary.observed,
    verdicts: summary.iocs,
    firedIocs: summary.alerts.byIoc.map(({ definitionName, ioc, detections }) =>
      JSON.stringify([definitionName, ioc, detections]),
    ),
    byDefinition: summary.alerts.byDefinition
      .filter(({ detections }) => detections > 0)
      .map(({ definition, detections, alerts, devices, iocsFired }) =>
        JSON.stringify([definition, detections, alerts, devices, iocsFired]),
      ),
    byDevice: summary.alerts.byDevice.map(({ device, alerts, detections }) => ({
      device,
      alerts,
      detections,
    })),
    bySeverity: summary.alerts.bySeverity,
    accounting: accountingOf(summary.accounting, containers),
  }
}

/** The report of the oracle. */
export function reportOfOracle(naive: NaiveReplay, containers: ReadonlySet<string>): ReplayReport {
  const { suppressed, untimed, fromExpiredToday, wrongType, notAName } = naive
  const total = naive.detections.length
  const fired = naive.verdicts.filter(({ verdict }) => verdict === 'fired')
  return {
    detections: naive.detections.map((one) => JSON.stringify(one)),
    alerts: naive.alerts.map((one) => JSON.stringify(one)),
    quarantined: naive.quarantined.map(({ source, record }) =>
      placeOf(
        source,
        { ...record, bytes: record.end - record.byteOffset },
        String(record.quarantine),
        containers,
      ),
    ),
    totals: { total, suppressed, untimed, fromExpiredToday, wrongType, notAName },
    repaired: naive.repaired,
    observed: naive.observed
      .filter(({ types }) => types.length > 0)
      .toSorted((a, b) => compareUtf8(a.key, b.key)),
    verdicts: verdictsOf(naive),
    firedIocs: fired.map(({ definitionName, ioc, detections }) =>
      JSON.stringify([definitionName, ioc, detections]),
    ),
    byDefinition: definitionsOf(naive),
    byDevice: devicesOf(naive.alerts),
    bySeverity: severitiesOf(naive.alerts),
    accounting: accountingOf(naive.accounting, containers),
  }
}

function placeOf(
  source: string,
  place: Pick<QuarantinedRecord, 'record' | 'line' | 'byteOffset' | 'bytes'>,
  reason: string,
  containers: ReadonlySet<string>,
): string {
  const { record, line, byteOffset, bytes } = place
  const length = containers.has(source) ? '' : `, ${bytes} bytes`
  return `${source}: record ${record}, line ${line}${length} at ${byteOffset}: ${reason}`
}

/** In containers, quarantined and skipped bytes are told together. */
function accountingOf(accounting: Accounting, containers: ReadonlySet<string>): Accounting {
  const { quarantined, skipped, ...bytes } = accounting.bytes
  if (containers.size === 0) return accounting
  return { ...accounting, bytes: { ...bytes, quarantined: 0, skipped: quarantined + skipped } }
}

/** The oracle's word for a reason. */
function reasonCode(reason: string): string {
  if (reason.includes('is no JSON object')) return 'no-object'
  if (reason.includes('header')) return 'column-count'
  return reason.includes('--max-record') ? 'too-long' : 'strict'
}

function verdictsOf({ verdicts }: NaiveReplay): IndicatorVerdicts {
  const count = (wanted: string): number => verdicts.filter(({ verdict }) => verdict === wanted).length
  const quietOnes = verdicts.flatMap(({ verdict, ...one }) =>
    verdict === 'fired' ? [] : [{ verdict, ...one }],
  )
  const groups = Map.groupBy(quietOnes, ({ definitionName, ioc }) =>
    JSON.stringify([definitionName, ioc.Type]),
  )
  const quiet = [...groups.values()].flatMap((group): QuietGroup[] => {
    const [first] = group
    if (first === undefined) return []
    const { definitionName, ioc, verdict, valuesSeen } = first
    const examples = group
      .slice(0, SHOWN_EXAMPLES)
      .map(({ ioc: { DetectionFunction, Value } }) => ({ DetectionFunction, Value }))
    return [{ definitionName, type: ioc.Type, verdict, count: group.length, valuesSeen, examples }]
  })
  return { fired: count('fired'), silent: count('silent'), blind: count('blind'), quiet }
}

function definitionsOf({ detections, alerts, verdicts }: NaiveReplay): readonly string[] {
  const byName = Map.groupBy(alerts, ({ definition }) => definition.Name)
  return [...byName].map(([name, own]) =>
    JSON.stringify([
      own[0]?.definition,
      detections.filter(({ definition }) => definition.Name === name).length,
      own.length,
      new Set(own.map(({ device }) => device)).size,
      verdicts.filter(({ definitionName, verdict }) => definitionName === name && verdict === 'fired').length,
    ]),
  )
}

function devicesOf(alerts: readonly Alert[]): readonly Omit<DeviceVerdict, 'deviceName'>[] {
  return [...Map.groupBy(alerts, ({ device }) => device)]
    .map(([device, own]) => ({
      device,
      alerts: own.length,
      detections: own.reduce((sum, alert) => sum + alert.detections, 0),
    }))
    .sort((a, b) => b.alerts - a.alerts || b.detections - a.detections || compareUtf8(a.device, b.device))
}

function severitiesOf(alerts: readonly Alert[]): AlertTotals['bySeverity'] {
  const [informational, low, medium, high] = SEVERITIES.map(
    (severity) => alerts.filter(({ definition }) => definition.Severity === severity).length,
  )
  return { Informational: informational ?? 0, Low: low ?? 0, Medium: medium ?? 0, High: high ?? 0 }
}
