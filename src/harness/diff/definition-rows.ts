import type { AlertDefinition } from '../../model/alert-definition.ts'
import type { RuleSet } from '../../model/rule-set.ts'

/** Rows `from` up to `to`. */
export interface RowRange {
  readonly from: number
  readonly to: number
}

/** A definition with the rows of its indicators. */
export interface DefinitionRows {
  readonly definition: AlertDefinition
  readonly rows: RowRange
}

/** Every definition with its rows, in canonical order, in which the rows of one definition stand together. */
export function definitionRows({ definitions, indicators }: RuleSet): readonly DefinitionRows[] {
  let from = 0
  return definitions.map((definition, index) => {
    let to = from
    while (to < indicators.count && indicators.definition[to] === index) to += 1
    const rows = { from, to }
    from = to
    return { definition, rows }
  })
}
