import type { FilterNode, OrderTerm } from './filter-node.ts'

/** A piece of SQL and what its question marks stand for, in order. */
export interface SqlText {
  readonly sql: string
  readonly params: readonly (string | number | bigint | null)[]
}

/** Writes a condition over the entity's row `e` and its parent's row `p`; a row is kept where it is true. */
export function filterToSql(filter: FilterNode): SqlText {
  return { sql: filter.kind, params: [] }
}

/** Writes what follows ORDER BY; the last key is always the entity's Id, so that the order is total. */
export function orderToSql(terms: readonly OrderTerm[]): SqlText {
  return { sql: 'e."Id"', params: terms.length === 0 ? [] : [null] }
}
