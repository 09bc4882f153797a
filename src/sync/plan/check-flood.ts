import { quoted } from '../../canonical/value-problem.ts'
import { formatCount, formatCountOf } from '../../model/count-text.ts'
import type { Refusal } from './refusal.ts'

/** What the candidates of a plan did on sampled events; a replay's summary gives it. */
export interface SampleHits {
  /** Events that were looked at. */
  readonly examined: number
  readonly alerts: number
  /** Days that the hits span, at least one: alerts are grouped by the day. */
  readonly days: number
  readonly byIoc: readonly {
    readonly definitionName: string
    readonly ioc: { readonly Type: string; readonly DetectionFunction: string; readonly Value: string }
    readonly detections: number
  }[]
}

/** One event in so many may hit one IOC; an IOC that hits more would flood whoever reads the alerts. */
const EVENTS_PER_HIT = 1000
/** Floods that are told one by one. */
const TOLD_FLOODS = 20

/** Why a plan must not be applied by what its candidates did on a sample: `allowed` are the values that may be noisy. */
export function checkFlood(hits: SampleHits, allowed: readonly string[]): readonly Refusal[] {
  const floods = hits.byIoc.filter(
    ({ ioc, detections }) => detections * EVENTS_PER_HIT > hits.examined && !allowed.includes(ioc.Value),
  )
  const told = floods.slice(0, TOLD_FLOODS).map(({ definitionName, ioc, detections }): Refusal => ({
    code: 'PLAN012',
    failure: 'safety',
    message:
      `${ioc.Type} ${ioc.DetectionFunction} ${quoted(ioc.Value)} of ${quoted(definitionName)} fires on ` +
      `${formatCount(detections)} of ${formatCountOf(hits.examined, 'sampled event')} (${percentText(detections / hits.examined)}); ` +
      `0.1 % is the most. ${projectionText(hits)}`,
    fix: `Narrow or drop it, or plan with --allow-noisy ${quoted(ioc.Value)} if that is meant.`,
  }))
  const more = floods.length - told.length
  if (more <= 0) return told
  const message = `${formatCount(more)} more IOCs fire on more than 0.1 % of the sampled events`
  return [...told, { code: 'PLAN012', failure: 'safety', message, fix: null }]
}

/** What a sample says about the time after the push. */
export function projectionText({ alerts, days }: Pick<SampleHits, 'alerts' | 'days'>): string {
  const perDay = alerts / days
  const shown = perDay >= 10 ? formatCount(Math.round(perDay)) : perDay.toFixed(1)
  return `All that is new together: about ${shown} alerts a day (${formatCountOf(alerts, 'alert')} in ${days < 1.05 ? 'a day' : `${days.toFixed(1)} days`}).`
}

function percentText(share: number): string {
  const percent = share * 100
  return `${percent >= 10 ? percent.toFixed(0) : percent.toFixed(2)} %`
}
