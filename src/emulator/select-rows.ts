import { ApiError } from './api-error.ts'
import type { EntityType } from './query/entity-types.ts'
import type { FilterNode, OrderTerm } from './query/filter-node.ts'
import { filterToSql, orderToSql } from './query/filter-sql.ts'
import { PARENT_COLUMN, type Sql, type Store, type StoredRow } from './store.ts'

/** Which rows of a set are meant. */
export interface RowFilter {
  readonly entity: EntityType
  /** Conditions over the row `e` that come from the path or a page, not from the client's filter. */
  readonly conditions: readonly Sql[]
  readonly filter: FilterNode | null
}

/** Which rows, in which order and how many. */
export interface RowQuery extends RowFilter {
  readonly orderby: readonly OrderTerm[]
  readonly skip: number
  /** Null for all. */
  readonly limit: number | null
}

/** Rows that hang on one definition. */
export function ofDefinition(id: bigint): Sql {
  return { sql: `e."${PARENT_COLUMN}" = ?`, params: [id] }
}

/** The row with this Id. */
export function withId(id: bigint): Sql {
  return { sql: 'e."Id" = ?', params: [id] }
}

/** The rows of a query, in its order and after it by Id. */
export function selectRows(store: Store, query: RowQuery): readonly StoredRow[] {
  const source = sourceOf(query)
  const order = orderToSql(query.orderby)
  const joined = source.sql.includes('LEFT JOIN') || !mentionsParent(order) ? source : withParent(source)
  const sql = `SELECT e.* ${joined.sql} ORDER BY ${order.sql} LIMIT ? OFFSET ?`
  // SQLite reads a negative limit as none.
  const params = [...source.params, ...order.params, query.limit ?? -1, query.skip]
  return guarded(() => store.all({ sql, params }))
}

/** How many rows a filter leaves. */
export function countRows(store: Store, filter: RowFilter): number {
  const source = sourceOf(filter)
  return guarded(() => store.count({ sql: `SELECT count(*) ${source.sql}`, params: source.params }))
}

function sourceOf({ entity, conditions, filter }: RowFilter): Sql {
  const all = filter === null ? conditions : [...conditions, filterToSql(filter)]
  const where = all.length === 0 ? '' : ` WHERE ${all.map(({ sql }) => `(${sql})`).join(' AND ')}`
  const source = { sql: `FROM "${entity.set}" e${where}`, params: all.flatMap(({ params }) => params) }
  return all.some(mentionsParent) ? withParent(source) : source
}

/** Left, although every indicator has a parent: it keeps SQLite from walking the definitions first. */
function withParent(source: Sql): Sql {
  const join = ` e LEFT JOIN "AlertDefinitions" p ON p."Id" = e."${PARENT_COLUMN}"`
  return { sql: source.sql.replace(' e', join), params: source.params }
}

/** Safe on the text: what clients write stands in the parameters only. */
function mentionsParent({ sql }: Sql): boolean {
  return /\bp\."/.test(sql)
}

/** A filter may be legal and still too much for the database: that is the client's to change. */
function guarded<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    const reason = error instanceof Error ? error.message : ''
    if (!/too large|too big|too many|overflow|maximum depth|too complex/i.test(reason)) throw error
    throw new ApiError(400, 'ODataError', 'the filter or order is too much to evaluate; make it simpler.')
  }
}
