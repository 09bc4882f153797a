import type { EntityType } from './entity-types.ts'
import { parseExpand } from './expand-option.ts'
import { parseFilter, parseOrder } from './filter-parser.ts'
import type { OptionText } from './option-text.ts'
import type { QueryOptions } from './option-values.ts'
import { splitQuery } from './query-string.ts'
import { contextText, parseSelect } from './select-option.ts'
import { parseCount, parseFormat, parseSkiptoken, parseWhole } from './plain-options.ts'

export type { ExpandOptions, QueryOptions } from './option-values.ts'

/**
 * Reads the query string of a request (without the `?`): percent-encoding and `+` are decoded here.
 * Throws `QueryError` and nothing else. Options without `$` are a service's own and ignored.
 */
export function parseQueryOptions(entity: EntityType, query: string): QueryOptions {
  return readOptions(entity, splitQuery(query), 0)
}

/** Reads options that were split and checked; `level` counts the `$expand` around them. */
function readOptions(
  entity: EntityType,
  found: ReadonlyMap<string, OptionText>,
  level: number,
): QueryOptions {
  const text = (name: string): OptionText | null => found.get(name) ?? null
  const filter = text('$filter')
  const orderby = text('$orderby')
  const expandText = text('$expand')
  const select = parseSelect(entity, text('$select'))
  const expand = expandText === null ? null : parseExpand(entity, expandText, level + 1, readOptions)
  return {
    filter: filter === null ? null : parseFilter(entity, filter),
    orderby: orderby === null ? [] : parseOrder(entity, orderby),
    select: select.names,
    expand,
    top: parseWhole(text('$top')),
    skip: parseWhole(text('$skip')) ?? 0,
    count: parseCount(text('$count')),
    format: parseFormat(text('$format')),
    skiptoken: parseSkiptoken(text('$skiptoken')),
    context: contextText(select.asWritten, expand),
  }
}
