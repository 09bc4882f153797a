import type { AlertDefinition } from '../../src/model/alert-definition.ts'
import type { Indicator } from '../../src/model/indicator.ts'
import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../../src/model/indicator.ts'
import type { Accounting } from '../../src/model/replay-summary.ts'
import type { Semantics } from '../../src/model/semantics.ts'

/** An indicator of the rules, its value canonical, bound to a definition by Name. */
export interface NaiveRule extends Indicator {
  readonly definitionName: string
  readonly Enabled: boolean
}

export interface NaiveRules {
  readonly definitions: readonly AlertDefinition[]
  readonly indicators: readonly NaiveRule[]
}

/** An indicator that a run holds, with its definition. */
export interface NaiveCompiledRule {
  readonly ioc: NaiveRule
  readonly definition: AlertDefinition
}

/** The indicators that a run holds, in canonical order, and what became of the others. */
export function naiveCompile(
  rules: NaiveRules,
  semantics: Semantics,
): { readonly compiled: readonly NaiveCompiledRule[]; readonly counts: Accounting['iocs'] } {
  const definitions = [...rules.definitions].sort(
    (a, b) => compareUtf8(a.Name, b.Name) || (a.Id ?? Infinity) - (b.Id ?? Infinity) || 0,
  )
  const sorted = rules.indicators
    .map((ioc): NaiveCompiledRule => {
      const definition = definitions.find((candidate) => candidate.Name === ioc.definitionName)
      if (definition === undefined) throw new Error(`no definition named ${ioc.definitionName}`)
      return { ioc, definition }
    })
    .sort(
      (a, b) =>
        definitions.indexOf(a.definition) - definitions.indexOf(b.definition) || compareIocs(a.ioc, b.ioc),
    )
  const enabled = sorted.filter(({ ioc, definition }) => ioc.Enabled && definition.Enabled)
  const seen = new Set<string>()
  const distinct = enabled.filter(({ ioc, definition }) => {
    const key = [definition.Name, ioc.Type, ioc.DetectionFunction, ioc.Value, ioc.ExpiresAt, ioc.CreatedAt]
      .map(String)
      .join('\u0000')
    const isNew = !seen.has(key)
    seen.add(key)
    return isNew
  })
  const clock = semantics.asOf
  const compiled =
    clock === 'event'
      ? distinct
      : distinct.filter(({ ioc }) => ioc.ExpiresAt === null || clock < ioc.ExpiresAt)
  return {
    compiled,
    counts: {
      read: sorted.length,
      compiled: compiled.length,
      duplicate: enabled.length - distinct.length,
      disabled: sorted.length - enabled.length,
      expired: distinct.length - compiled.length,
      opaque: 0,
      rejected: 0,
    },
  }
}

/** Compares texts in UTF-8 byte order. */
export function compareUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'))
}

/** Type, DetectionFunction, Value, ExpiresAt, Id, and CreatedAt where all else is equal; what is missing comes last. */
function compareIocs(a: NaiveRule, b: NaiveRule): number {
  return (
    INDICATOR_TYPES.indexOf(a.Type) - INDICATOR_TYPES.indexOf(b.Type) ||
    DETECTION_FUNCTIONS.indexOf(a.DetectionFunction) - DETECTION_FUNCTIONS.indexOf(b.DetectionFunction) ||
    compareUtf8(a.Value, b.Value) ||
    compareMissingLast(a.ExpiresAt, b.ExpiresAt) ||
    compareMissingLast(a.Id, b.Id) ||
    compareMissingLast(a.CreatedAt, b.CreatedAt)
  )
}

function compareMissingLast(a: number | bigint | null, b: number | bigint | null): number {
  if (a === null || b === null) return (a === null ? 1 : 0) - (b === null ? 1 : 0)
  return a < b ? -1 : a > b ? 1 : 0
}
