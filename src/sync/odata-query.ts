/** Query options of one request; absent ones are left out. */
export interface QueryParts {
  readonly filter?: string
  readonly orderby?: string
  readonly top?: number
  readonly expand?: string
}

/** A literal of `$filter`: a number as it stands, a text in quotes with its own quotes doubled. */
export function filterLiteral(value: string | number): string {
  return typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`
}

/** The path of a collection with its query, every option percent-encoded: a value can end neither its option nor the query. */
export function queryPath(collection: string, parts: QueryParts): string {
  const options = [
    ['$filter', parts.filter],
    ['$orderby', parts.orderby],
    ['$top', parts.top?.toString()],
    ['$expand', parts.expand],
  ] as const
  const query = options.flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value).replaceAll("'", '%27')}`],
  )
  return query.length === 0 ? collection : `${collection}?${query.join('&')}`
}
