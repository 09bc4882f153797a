import type { KeyTable } from '../../model/key-table.ts'
import { whyUnfit } from './mapped-keys.ts'
import { JSON_KIND, kindSet, type KindSet } from './value-probe.ts'

/** What the header says of a delimited file. */
export interface RowLayout {
  /** The byte between cells. */
  readonly separator: number
  readonly columns: readonly string[]
}

/** A column whose cells are looked at. */
export interface MappedColumn {
  readonly column: number
  /** Position in `KeyTable.keys`. */
  readonly key: number
  readonly kinds: KindSet
}

/** The columns that have the name of a key, in the order of the header; several may have the same. */
export function mappedColumns(table: KeyTable, { columns }: RowLayout): readonly MappedColumn[] {
  const positions = new Map(table.keys.map(({ key }, i) => [key, i]))
  return columns.flatMap((name, column) => {
    const key = positions.get(name)
    return key === undefined ? [] : [{ column, key, kinds: kindSet(table.keys[key]!.kinds) }] // a position in `keys`
  })
}

/** The keys that may stand in documents which cells hold; none where no column holds documents. */
export function documentKeys(table: KeyTable, layout: RowLayout): KeyTable {
  const holdsDocuments = mappedColumns(table, layout).some(({ kinds }) => (kinds & JSON_KIND) !== 0)
  return holdsDocuments
    ? { ...table, keys: table.keys.filter(({ isNested }) => isNested) }
    : { keys: [], incompleteReason: null }
}

/** Why rows cannot be judged by their cells, or null when they can. Columns may have any names, keys in documents not. */
export function whyRowsUnfit(table: KeyTable, layout: RowLayout): string | null {
  return whyUnfit(documentKeys(table, layout))
}
