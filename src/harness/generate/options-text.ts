import type { Semantics } from '../../model/semantics.ts'
import type { TimeTicks } from '../../model/time.ts'
import { formatTime, TICKS_PER_SECOND } from '../../model/time.ts'
import { flowMap } from './yaml-flow.ts'

/** The switches that differ from what holds otherwise, as `options` of a test file; null where none does. */
export function optionsText(semantics: Semantics, defaults: Semantics): string | null {
  const words = wordsOf(semantics)
  const usual = wordsOf(defaults)
  const changed = Object.entries(words).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(usual[name]),
  )
  return changed.length === 0 ? null : flowMap(Object.fromEntries(changed))
}

function wordsOf(semantics: Semantics): Readonly<Record<string, unknown>> {
  return {
    'hash-scope': semantics.hashScope,
    'ip-scope': semantics.ipScope,
    'domain-scope': semantics.domainScope,
    'dns-answers': semantics.dnsAnswers,
    'domain-equals': semantics.domainEquals,
    'domain-suffix': semantics.domainSuffix,
    'as-of': semantics.asOf === 'event' ? 'event' : formatTime(semantics.asOf),
    activation: semantics.activation,
    'group-window': durationText(semantics.groupWindow),
    dedupe: semantics.dedupe,
    tables: semantics.tables,
    'action-types': semantics.actionTypes,
    fields: semantics.fields,
    validate: semantics.validate,
    'max-record': String(semantics.maxRecordBytes),
  }
}

const UNITS = [
  ['d', 86_400n],
  ['h', 3600n],
  ['m', 60n],
] as const

/** A length of time in the largest unit that gives a whole number. */
function durationText(ticks: TimeTicks): string {
  const seconds = ticks / TICKS_PER_SECOND
  const [unit, size] = UNITS.find(([, length]) => seconds % length === 0n) ?? ['s', 1n]
  return `${seconds / size}${unit}`
}
