import type { TimeTicks } from '../model/time.ts'
import { ApiError } from './api-error.ts'
import { jsonFormat, type JsonFormat } from './negotiate.ts'
import type { Profile } from './profile.ts'
import type { EntityType } from './query/entity-types.ts'
import type { OptionText } from './query/option-text.ts'
import { parseFormat } from './query/plain-options.ts'
import { QueryError } from './query/query-error.ts'
import { parseQueryOptions, type QueryOptions } from './query/query-options.ts'
import { splitQuery } from './query/query-string.ts'
import type { Quotas } from '../model/quotas.ts'
import type { Store } from './store.ts'

/** One request to a resource, authorised and with its body read, and what it is answered from. */
export interface Call {
  readonly store: Store
  readonly profile: Profile
  readonly quotas: Quotas
  /** Entities of one page at most; null for no paging by the service. */
  readonly pageSize: number | null
  readonly now: TimeTicks
  /** Who is named in the audit properties. */
  readonly caller: string
  /** Absolute URL of the service root without a trailing slash, the version as the request wrote it. */
  readonly root: string
  /** Absolute URL of the request. */
  readonly url: string
  /** The raw query string without its `?`. */
  readonly query: string
  readonly headers: Headers
  readonly body: Uint8Array
}

/** The options that a read of one entity takes. */
export const ENTITY_OPTIONS: readonly string[] = ['$select', '$expand', '$format']
/** The options that a read of many entities takes. */
export const COLLECTION_OPTIONS: readonly string[] = [
  ...ENTITY_OPTIONS,
  '$filter',
  '$orderby',
  '$top',
  '$skip',
  '$count',
  '$skiptoken',
]

const NO_OPTIONS: QueryOptions = {
  filter: null,
  orderby: [],
  select: null,
  expand: null,
  top: null,
  skip: 0,
  count: false,
  format: null,
  skiptoken: null,
  context: '',
}

/** The query options of a call, of which only those allowed may occur. */
export function queryOptions(call: Call, entity: EntityType, allowed: readonly string[]): QueryOptions {
  if (call.query === '') return NO_OPTIONS
  return asked(() => {
    const options = parseQueryOptions(entity, call.query)
    refuseOthers(splitQuery(call.query), allowed)
    return options
  })
}

/** The value of `$format` on a resource that takes no other option. */
export function formatOption(call: Call): string | null {
  return asked(() => {
    const found = splitQuery(call.query)
    refuseOthers(found, ['$format'])
    return parseFormat(found.get('$format') ?? null)
  })
}

/** Refuses system query options where none applies, above all a filter on a DELETE of everything. */
export function refuseOptions(call: Call): void {
  asked(() => refuseOthers(splitQuery(call.query), []))
}

/** The JSON format of the reply, found before anything is changed. */
export function replyFormat(call: Call, options: QueryOptions): JsonFormat {
  return jsonFormat(call.headers.get('accept'), options.format)
}

function asked<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw error instanceof QueryError ? optionError(error) : error
  }
}

function refuseOthers(found: ReadonlyMap<string, OptionText>, allowed: readonly string[]): void {
  for (const name of found.keys()) {
    if (allowed.includes(name)) continue
    const listed = allowed.length === 0 ? 'no query option' : allowed.join(', ')
    const message = `the option ${name} does not apply here; this request takes ${listed}.`
    throw new ApiError(400, 'ODataError', message)
  }
}

function optionError(error: QueryError): ApiError {
  const place = error.option === null ? 'the query string' : error.option
  const message = `${place}, offset ${error.offset}: ${error.message}; ${error.fix}.`.toWellFormed()
  const code = error.status === 501 ? 'NotImplemented' : 'ODataError'
  return new ApiError(error.status, code, message, { target: error.option })
}
