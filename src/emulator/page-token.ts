import { createHash } from 'node:crypto'
import { ApiError } from './api-error.ts'
import type { StoredValue } from './property-rules.ts'
import type { OrderTerm, PropertyNode } from './query/filter-node.ts'
import { MOST_SKIPTOKEN } from './query/plain-options.ts'
import { idOf } from './representation.ts'
import { PARENT_COLUMN, type Sql, type Store, type StoredRow } from './store.ts'

/** What a `$skiptoken` says. */
export interface PageToken {
  /**
   * Values of the order's keys in the last row, then its Id: the next page begins behind them. Null for an order by
   * an expression, which has no column to continue from, and for keys too long for a URL; then the position counts.
   */
  readonly keys: readonly StoredValue[] | null
  /** Rows before the next page when the last one was read. */
  readonly position: number
  /** Entities that `$top` still allows; null without `$top`. */
  readonly remaining: number | null
}

const VERSION = 1
const DIGEST_LENGTH = 16

/** Writes an opaque token. The digest ties it to the query that it continues. */
export function encodePageToken(token: PageToken, digest: string): string {
  const { keys, position, remaining } = token
  const place = keys === null ? null : keys.map(encodedKey)
  const text = Buffer.from(JSON.stringify([VERSION, digest, remaining, position, place])).toString(
    'base64url',
  )
  return text.length <= MOST_SKIPTOKEN || keys === null
    ? text
    : encodePageToken({ ...token, keys: null }, digest)
}

/** Reads a token of this query; any other text is refused. The number of keys includes the Id. */
export function decodePageToken(text: string, digest: string, keyCount: number): PageToken {
  const parts = parsed(text)
  if (!Array.isArray(parts) || parts.length !== 5 || parts[0] !== VERSION || parts[1] !== digest)
    throw foreign()
  const [, , remaining, position, place]: readonly unknown[] = parts
  if (!isCount(position) || (remaining !== null && !isCount(remaining))) throw foreign()
  if (place === null) return { keys: null, position, remaining }
  if (!Array.isArray(place) || place.length !== keyCount) throw foreign()
  return { keys: place.map(decodedKey), position, remaining }
}

/** A digest of what a token must not outlive: the path, the filter and the order. */
export function queryDigest(path: string, query: string): string {
  const options = new URLSearchParams(query)
  const parts = JSON.stringify([path, options.get('$filter'), options.get('$orderby')])
  return createHash('sha256').update(parts).digest('base64url').slice(0, DIGEST_LENGTH)
}

/** The order's keys when all of them are columns, so that a page can begin after a row; else null. */
export function columnKeys(orderby: readonly OrderTerm[]): readonly PropertyNode[] | null {
  const keys: PropertyNode[] = []
  for (const { expression } of orderby) {
    if (expression.kind !== 'property') return null
    keys.push(expression)
  }
  return keys
}

/** The values of an order's keys in a row, and its Id. */
export function keysOf(store: Store, row: StoredRow, keys: readonly PropertyNode[]): readonly StoredValue[] {
  const needsParent = keys.some(({ owner }) => owner === 'parent')
  const parentId = BigInt(String(row[PARENT_COLUMN] ?? 0))
  const sql = 'SELECT * FROM "AlertDefinitions" WHERE "Id" = ?'
  const parent = needsParent ? (store.all({ sql, params: [parentId] })[0] ?? null) : null
  const values = keys.map(({ owner, property }) => {
    const value = (owner === 'parent' ? parent : row)?.[property.name] ?? null
    return value instanceof Uint8Array ? null : value
  })
  return [...values, idOf(row)]
}

/**
 * The rows behind a place in the order: a later first key, or an equal one and a later second, and so on to the Id.
 * Null stands first ascending and last descending (ti-api 6.2).
 */
export function behind(
  orderby: readonly OrderTerm[],
  keys: readonly PropertyNode[],
  start: readonly StoredValue[],
): Sql {
  const idKey = start[keys.length] ?? null
  let sql = 'e."Id" > ?'
  let params: readonly StoredValue[] = [idKey]
  for (let i = keys.length - 1; i >= 0; i -= 1) {
    const key = keys[i]
    const value = start[i] ?? null
    if (key === undefined) continue
    const column = `${key.owner === 'parent' ? 'p' : 'e'}."${key.property.name}"`
    const isDescending = orderby[i]?.isDescending === true
    const later = laterThan(column, value, isDescending)
    sql = `${later.sql} OR (${column} IS ? AND (${sql}))`
    params = [...later.params, value, ...params]
  }
  return { sql, params }
}

function laterThan(column: string, value: StoredValue, isDescending: boolean): Sql {
  if (value === null) return { sql: isDescending ? 'FALSE' : `${column} IS NOT NULL`, params: [] }
  if (isDescending) return { sql: `${column} < ? OR ${column} IS NULL`, params: [value] }
  return { sql: `${column} > ?`, params: [value] }
}

/** Integers may pass 2^53 and so travel as text with a mark. */
function encodedKey(value: StoredValue): string | null {
  if (value === null) return null
  return typeof value === 'string' ? `s${value}` : `i${value}`
}

function decodedKey(json: unknown): StoredValue {
  if (json === null) return null
  if (typeof json !== 'string') throw foreign()
  if (json.startsWith('s') && json.isWellFormed()) return json.slice(1)
  const value = /^i-?[0-9]{1,19}$/.test(json) ? BigInt(json.slice(1)) : null
  if (value === null || BigInt.asIntN(64, value) !== value) throw foreign()
  return value
}

function parsed(text: string): unknown {
  try {
    const json: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    return json
  } catch {
    return null
  }
}

function isCount(json: unknown): json is number {
  return typeof json === 'number' && Number.isSafeInteger(json) && json >= 0
}

function foreign(): ApiError {
  const message = 'the token is not one of this query; follow @odata.nextLink as it was given.'
  return new ApiError(400, 'ODataError', message, { target: '$skiptoken' })
}
