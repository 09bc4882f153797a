import type { Severity } from '../model/alert-definition.ts'
import { SEVERITIES } from '../model/alert-definition.ts'
import type { ReplaySummary } from '../model/replay-summary.ts'
import { UsageError } from './usage-error.ts'

/** A gate of `--fail-on`: a fact, or a fact compared with a bound. */
export interface Gate {
  readonly text: string
  readonly trips: (summary: ReplaySummary) => boolean
}

const FORM = /^([a-z]+)(?:(>=|>)(\S+))?$/

/** Reads `alerts>20`, `severity>=High`, `blind` and the like. Throws a UsageError that lists what there is. */
export function parseGate(text: string): Gate {
  const [, fact, operator, bound] = FORM.exec(text.replaceAll(' ', '')) ?? []
  if ((fact === 'blind' || fact === 'silent') && operator === undefined)
    return { text, trips: (summary) => summary.iocs[fact] > 0 }
  if (fact === 'severity' && operator === '>=') {
    const least = SEVERITIES.findIndex((severity) => severity.toLowerCase() === bound?.toLowerCase())
    if (least >= 0) return { text, trips: (summary) => alertsFrom(summary, SEVERITIES.slice(least)) > 0 }
  }
  const limit = /^\d{1,15}$/.test(bound ?? '') ? Number(bound) : null
  if (limit !== null && (fact === 'alerts' || fact === 'detections' || fact === 'quarantined')) {
    const count = (summary: ReplaySummary): number =>
      fact === 'quarantined' ? summary.input.quarantined : summary[fact].total
    return { text, trips: (summary) => (operator === '>' ? count(summary) > limit : count(summary) >= limit) }
  }
  throw new UsageError(
    `--fail-on does not know "${text}"`,
    'use blind, silent, alerts>N, detections>N, quarantined>N or severity>=Informational|Low|Medium|High',
  )
}

function alertsFrom(summary: ReplaySummary, severities: readonly Severity[]): number {
  return severities.reduce((sum, severity) => sum + summary.alerts.bySeverity[severity], 0)
}
