import type { AlertDefinition } from '../model/alert-definition.ts'
import type { SourceSpan } from '../model/diagnostic.ts'
import type { OpaqueIndicator, RuleSet } from '../model/rule-set.ts'
import type { DiagnosticList } from './diagnostic-list.ts'
import type { RuleSetDraft } from './rule-set-draft.ts'
import { sortIndicators } from './sort-indicators.ts'

/** Puts a draft without errors into canonical order (semantics 8). */
export function assembleRules(draft: RuleSetDraft, diagnostics: DiagnosticList): RuleSet {
  const sorted = sortedDefinitions(draft)
  const { columns } = draft
  const rank = new Uint32Array(draft.definitions.length)
  for (const [position, { index }] of sorted.entries()) rank[index] = position
  if (rank.some((position, index) => position !== index)) {
    for (let i = 0; i < columns.count; i++) columns.definition[i] = rank[columns.definition[i] ?? 0] ?? 0
  }
  const rows = sortIndicators(columns, sorted.length)
  return {
    definitions: sorted.map(({ definition }) => definition),
    definitionSpans: sorted.map(({ span }) => span),
    indicators: columns.build(rows),
    opaque: sortedOpaque(draft),
    sources: draft.sources,
    warnings: diagnostics.sorted(),
  }
}

interface PlacedDefinition {
  readonly index: number
  readonly definition: AlertDefinition
  readonly key: Uint8Array
  readonly span: SourceSpan
}

/** Definitions by Name in UTF-8 byte order; names are unique, so Ids never decide. */
function sortedDefinitions(draft: RuleSetDraft): readonly PlacedDefinition[] {
  const encoder = new TextEncoder()
  const placed = draft.definitions.flatMap(({ definition, nameSpot }, index) =>
    definition === null
      ? []
      : [{ index, definition, key: encoder.encode(definition.Name), span: nameSpot.span() }],
  )
  return placed.sort((a, b) => compareBytes(a.key, b.key))
}

function sortedOpaque(draft: RuleSetDraft): readonly OpaqueIndicator[] {
  const encoder = new TextEncoder()
  const keyed = draft.opaque.map(({ definition, indicator }) => {
    const definitionName = draft.definitions[definition]?.name ?? ''
    const { Type, DetectionFunction, Value, ExpiresAt, Enabled } = indicator
    const texts = [definitionName, Type, DetectionFunction, Value, ExpiresAt ?? '\u{10ffff}', String(Enabled)]
    return { opaque: { definitionName, ...indicator }, key: encoder.encode(texts.join('\u0000')) }
  })
  return keyed.sort((a, b) => compareBytes(a.key, b.key)).map(({ opaque }) => opaque)
}

/** Compares bytes as unsigned numbers, a prefix first. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}
