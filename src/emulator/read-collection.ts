import { COLLECTION_OPTIONS, queryOptions, replyFormat, type Call } from './call.ts'
import { EntityReader } from './entity-reader.ts'
import { contentTypeOf, preferencesOf, type JsonFormat } from './negotiate.ts'
import { behind, columnKeys, decodePageToken, encodePageToken, keysOf, queryDigest } from './page-token.ts'
import type { EntityType } from './query/entity-types.ts'
import type { QueryOptions } from './query/query-options.ts'
import { ODATA_VERSION, type Reply } from './reply.ts'
import { entityUrl, idOf, jsonInteger, type JsonObject } from './representation.ts'
import { countRows, selectRows, type RowFilter } from './select-rows.ts'
import type { Sql, StoredRow } from './store.ts'

/** Which collection is read: a set, or what hangs on one definition. */
export interface CollectionRead {
  readonly entity: EntityType
  readonly conditions: readonly Sql[]
}

/** Entities of one page, and the token of the next one. */
interface Page {
  readonly rows: readonly StoredRow[]
  readonly nextToken: string | null
}

const REF_OPTIONS = COLLECTION_OPTIONS.filter((name) => name !== '$select' && name !== '$expand')

/** Answers a GET of a collection (ti-api 1.7 row 1, 6.2). */
export function readCollection(call: Call, { entity, conditions }: CollectionRead): Reply {
  const options = queryOptions(call, entity, COLLECTION_OPTIONS)
  const format = replyFormat(call, options)
  const page = pageOf(call, { entity, conditions, filter: options.filter }, options)
  const reader = EntityReader.open(call, format)
  const value = page.rows.map((row) => reader.write(entity, row, options))
  const context = `${entity.set}${options.context}`
  return collectionReply(call, { entity, conditions }, { options, format, page, context, value })
}

/** Answers a GET of the references of a collection. */
export function readCollectionRefs(call: Call, { entity, conditions }: CollectionRead): Reply {
  const options = queryOptions(call, entity, REF_OPTIONS)
  const format = replyFormat(call, options)
  const page = pageOf(call, { entity, conditions, filter: options.filter }, options)
  const value = page.rows.map((row) => ({ '@odata.id': entityUrl(call.root, entity, idOf(row)) }))
  const context = 'Collection($ref)'
  return collectionReply(call, { entity, conditions }, { options, format, page, context, value })
}

/** Answers a GET of `/$count`: the bare number as text, whatever `Accept` says (ti-api 1.7 row 13). */
export function readCount(call: Call, { entity, conditions }: CollectionRead): Reply {
  const { filter } = queryOptions(call, entity, ['$filter'])
  const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'OData-Version': ODATA_VERSION }
  return { status: 200, headers, body: String(countRows(call.store, { entity, conditions, filter })) }
}

interface CollectionParts {
  readonly options: QueryOptions
  readonly format: JsonFormat
  readonly page: Page
  /** What the context URL says after `$metadata#`. */
  readonly context: string
  readonly value: readonly JsonObject[]
}

function collectionReply(call: Call, { entity, conditions }: CollectionRead, parts: CollectionParts): Reply {
  const { options, format, page } = parts
  const json: JsonObject = {}
  if (format.metadata !== 'none') json['@odata.context'] = `${call.root}/$metadata#${parts.context}`
  if (options.count) {
    json['@odata.count'] = jsonInteger(
      countRows(call.store, { entity, conditions, filter: options.filter }),
      format,
    )
  }
  json['value'] = parts.value
  if (page.nextToken !== null) json['@odata.nextLink'] = nextLink(call, page.nextToken)
  const { maxPageSize } = preferencesOf(call.headers)
  const applied = maxPageSize === null ? {} : { 'Preference-Applied': `odata.maxpagesize=${maxPageSize}` }
  const headers = { 'Content-Type': contentTypeOf(format), 'OData-Version': ODATA_VERSION, ...applied }
  return { status: 200, headers, body: JSON.stringify(json) }
}

/**
 * The rows of one page. Where the order is one of columns, a page begins after the last row of the one before, so
 * that rows which come and go meanwhile neither repeat nor hide others.
 */
function pageOf(call: Call, rows: RowFilter, options: QueryOptions): Page {
  const keys = columnKeys(options.orderby)
  const digest = queryDigest(new URL(call.url).pathname, call.query)
  const token =
    options.skiptoken === null ? null : decodePageToken(options.skiptoken, digest, (keys?.length ?? 0) + 1)
  const allowed = token === null ? options.top : token.remaining
  const size = smallest(call.pageSize, preferencesOf(call.headers).maxPageSize)
  const isPaged = size !== null && (allowed === null || size < allowed)
  const isAfterKeys = token !== null && token.keys !== null && keys !== null
  const conditions = isAfterKeys
    ? [...rows.conditions, behind(options.orderby, keys, token.keys)]
    : rows.conditions
  const position = token === null ? options.skip : token.position
  // One row more than the page holds tells whether there is a next one.
  const limit = isPaged ? size + 1 : allowed
  const skip = isAfterKeys ? 0 : position
  const found = selectRows(call.store, { ...rows, conditions, orderby: options.orderby, skip, limit })
  const last = isPaged ? found[size - 1] : undefined
  if (!isPaged || last === undefined || found.length <= size) return { rows: found, nextToken: null }
  const next = {
    keys: keys === null ? null : keysOf(call.store, last, keys),
    position: position + size,
    remaining: allowed === null ? null : allowed - size,
  }
  return { rows: found.slice(0, size), nextToken: encodePageToken(next, digest) }
}

/** The request's own URL with the token in place of what the token already accounts for. */
function nextLink(call: Call, token: string): string {
  const { origin, pathname } = new URL(call.url)
  const kept = call.query.split('&').filter((pair) => {
    const [name] = new URLSearchParams(pair).keys()
    return name !== undefined && name !== '$skip' && name !== '$skiptoken'
  })
  return `${origin}${pathname}?${[...kept, `$skiptoken=${token}`].join('&')}`
}

function smallest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b
  return Math.min(a, b)
}
