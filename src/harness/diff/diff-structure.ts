import type { AlertDefinition, DefinitionAttribute } from '../../model/alert-definition.ts'
import { DEFINITION_ATTRIBUTES } from '../../model/alert-definition.ts'
import { compareUtf8 } from '../../model/compare-utf8.ts'
import type { DefinitionDiff, StructureDiff } from '../../model/rule-diff.ts'
import type { RuleSet } from '../../model/rule-set.ts'
import type { DefinitionRows, RowRange } from './definition-rows.ts'
import { definitionRows } from './definition-rows.ts'
import { diffIndicators } from './diff-indicators.ts'

/**
 * How rules B differ from rules A: definitions by Name, IOCs by identity. Both are in canonical order, so one walk over both
 * finds everything; only what differs becomes an object.
 */
export function diffStructure(
  a: RuleSet,
  b: RuleSet,
  options: {
    readonly comparedAs: StructureDiff['comparedAs']
    readonly definitions: readonly string[] | null
  },
): StructureDiff {
  const names = namesOf(a, b).filter((name) => options.definitions?.includes(name) ?? true)
  const sideA = byName(a)
  const sideB = byName(b)
  const definitions = { added: 0, removed: 0, changed: 0, unchanged: 0 }
  const iocs = { added: 0, removed: 0, changed: 0, unchanged: 0 }
  const byDefinition: DefinitionDiff[] = []
  for (const Name of names) {
    const before = sideA.get(Name) ?? null
    const after = sideB.get(Name) ?? null
    const changed =
      before === null || after === null ? [] : changedAttributes(before.definition, after.definition)
    const indicators = diffIndicators(
      { columns: a.indicators, rows: before?.rows ?? NO_ROWS },
      { columns: b.indicators, rows: after?.rows ?? NO_ROWS },
    )
    definitions[kindOf(before, after, changed)] += 1
    iocs.added += indicators.added.count
    iocs.removed += indicators.removed.count
    iocs.changed += indicators.changed.count
    iocs.unchanged += indicators.unchanged
    const areIndicatorsSame =
      indicators.added.count + indicators.removed.count + indicators.changed.count === 0
    if (before !== null && after !== null && changed.length === 0 && areIndicatorsSame) continue
    byDefinition.push({
      Name,
      before: before?.definition ?? null,
      after: after?.definition ?? null,
      changed,
      iocs: indicators,
    })
  }
  return { comparedAs: options.comparedAs, definitions, iocs, byDefinition }
}

const NO_ROWS: RowRange = { from: 0, to: 0 }

function namesOf(a: RuleSet, b: RuleSet): readonly string[] {
  const names = new Set([...a.definitions, ...b.definitions].map((definition) => definition.Name))
  return [...names].sort(compareUtf8)
}

function byName(rules: RuleSet): ReadonlyMap<string, DefinitionRows> {
  return new Map(definitionRows(rules).map((located) => [located.definition.Name, located]))
}

function kindOf(
  before: DefinitionRows | null,
  after: DefinitionRows | null,
  changed: readonly DefinitionAttribute[],
): keyof StructureDiff['definitions'] {
  if (before === null) return 'added'
  if (after === null) return 'removed'
  return changed.length > 0 ? 'changed' : 'unchanged'
}

function changedAttributes(before: AlertDefinition, after: AlertDefinition): readonly DefinitionAttribute[] {
  return DEFINITION_ATTRIBUTES.filter((attribute) => before[attribute] !== after[attribute])
}
