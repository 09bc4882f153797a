import type { FieldEntry, FieldMap } from '../model/field-map.ts'
import { presentTableName } from './path-tree.ts'

/** A hostile log may bring millions. */
const KEPT_NAMES = 64

/** Names of tables as records write them, and what is known of each. */
export class TableNames {
  readonly #fieldMap: FieldMap
  readonly #default: string | null
  readonly #unmatched: ReadonlySet<string>
  /** Tables that some entry names. For all others the entries of every table hold (semantics 4). */
  readonly #named: ReadonlySet<string>
  /** Present names of the last few that records gave: a log holds a handful. */
  readonly #present = new Map<string, string>()

  constructor(fieldMap: FieldMap, defaultTable: string | null) {
    this.#fieldMap = fieldMap
    this.#default = defaultTable === null ? null : presentTableName(defaultTable, fieldMap)
    this.#unmatched = new Set(fieldMap.unmatchedTables.map((table) => presentTableName(table, fieldMap)))
    this.#named = new Set(tablesIn(fieldMap.entries).map((table) => presentTableName(table, fieldMap)))
  }

  presentName(name: string | null): string | null {
    if (name === null) return this.#default
    const known = this.#present.get(name)
    if (known !== undefined) return known
    const present = presentTableName(name, this.#fieldMap)
    if (this.#present.size < KEPT_NAMES) this.#present.set(name, present)
    return present
  }

  isMatched(table: string | null): boolean {
    return table === null || !this.#unmatched.has(table)
  }

  /** True when what counts in `tables` only counts in `table`: it is one of them, or no entry names it. */
  doesHold(tables: ReadonlySet<string>, table: string | null): boolean {
    return table === null || !this.#named.has(table) || tables.has(table)
  }
}

function tablesIn(entries: readonly FieldEntry[]): string[] {
  return entries.flatMap((entry) => [...(entry.tables ?? []), ...tablesIn(entry.nested)])
}
