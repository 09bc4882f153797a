import type { KeyTable } from '../../model/key-table.ts'
import { isZeekList, type RowLayout } from '../../model/row-layout.ts'
import { whyUnfit } from './mapped-keys.ts'
import { JSON_KIND, kindSet, type KindSet } from './value-probe.ts'

/** A column whose cells are looked at. */
export interface MappedColumn {
  readonly column: number
  /** Position in `KeyTable.keys`. */
  readonly key: number
  readonly kinds: KindSet
  /** True where cells are sets or vectors of a Zeek log. */
  readonly isList: boolean
}

/** The columns that have the name of a key, in the order of the header; several may have the same. */
export function mappedColumns(table: KeyTable, { columns, zeek }: RowLayout): readonly MappedColumn[] {
  const positions = new Map(table.keys.map(({ key }, i) => [key, i]))
  return columns.flatMap((name, column) => {
    const key = positions.get(name)
    if (key === undefined) return []
    const isList = zeek !== undefined && isZeekList(zeek, column)
    return [{ column, key, kinds: kindSet(table.keys[key]!.kinds), isList }] // a position in `keys`
  })
}

/**
 * The keys that may stand in documents which cells hold; none where no column holds documents. In Zeek logs, which hold
 * none, they are not looked for: such a cell is doubt.
 */
export function documentKeys(table: KeyTable, layout: RowLayout): KeyTable {
  if (layout.zeek !== undefined) return { keys: [], incompleteReason: null }
  const holdsDocuments = mappedColumns(table, layout).some(({ kinds }) => (kinds & JSON_KIND) !== 0)
  return holdsDocuments
    ? { ...table, keys: table.keys.filter(({ isNested }) => isNested) }
    : { keys: [], incompleteReason: null }
}

/** Why rows cannot be judged by their cells, or null when they can. Columns may have any names, keys in documents not. */
export function whyRowsUnfit(table: KeyTable, layout: RowLayout): string | null {
  return whyUnfit(documentKeys(table, layout))
}
