import type { AlertDefinition, DefinitionAttribute } from '../../model/alert-definition.ts'
import { DEFINITION_ATTRIBUTES } from '../../model/alert-definition.ts'
import { compareUtf8 } from '../../model/compare-utf8.ts'
import type {
  DefinitionDiff,
  OpaqueDiff,
  SortedDiffs,
  StructureDiff,
  StructureTotals,
} from '../../model/rule-diff.ts'
import type { RuleSet } from '../../model/rule-set.ts'
import type { DefinitionRows, RowRange } from './definition-rows.ts'
import { definitionRows } from './definition-rows.ts'
import { diffIndicators } from './diff-indicators.ts'
import { diffOpaque } from './diff-opaque.ts'

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
  const definitions = nothingYet()
  const iocs = nothingYet()
  const opaque = options.comparedAs === 'written' ? nothingYet() : null
  const [opaqueA, opaqueB] = [a, b].map((rules) =>
    Map.groupBy(rules.opaque, ({ definitionName }) => definitionName),
  )
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
    const strangers = opaque === null ? null : diffOpaque(opaqueA?.get(Name) ?? [], opaqueB?.get(Name) ?? [])
    definitions[kindOf(before, after, changed)] += 1
    addTo(iocs, indicators)
    if (opaque !== null && strangers !== null) addTo(opaque, strangers)
    const isSame =
      changed.length === 0 &&
      changeCount(indicators) === 0 &&
      (strangers === null || changeCount(strangers) === 0)
    if (before !== null && after !== null && isSame) continue
    byDefinition.push({
      Name,
      before: before?.definition ?? null,
      after: after?.definition ?? null,
      changed,
      iocs: indicators,
      opaque: strangers,
    })
  }
  return { comparedAs: options.comparedAs, definitions, iocs, opaque, byDefinition }
}

type GrowingTotals = { -readonly [K in keyof StructureTotals]: number }

function nothingYet(): GrowingTotals {
  return { added: 0, removed: 0, changed: 0, unchanged: 0 }
}

function addTo(totals: GrowingTotals, { added, removed, changed, unchanged }: SortedDiffs<OpaqueDiff>): void {
  totals.added += added.count
  totals.removed += removed.count
  totals.changed += changed.count
  totals.unchanged += unchanged
}

function changeCount({ added, removed, changed }: SortedDiffs<OpaqueDiff>): number {
  return added.count + removed.count + changed.count
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
