import { ENTITY_OPTIONS, queryOptions, replyFormat, type Call } from './call.ts'
import { EntityReader } from './entity-reader.ts'
import { contentTypeOf, type JsonFormat } from './negotiate.ts'
import type { EntityType } from './query/entity-types.ts'
import type { QueryOptions } from './query/query-options.ts'
import { ODATA_VERSION, type Reply } from './reply.ts'
import type { JsonObject } from './representation.ts'
import { unknownKey } from './resource-path.ts'
import type { StoredRow } from './store.ts'

/** How the representation of one entity is sent. */
export interface EntityParts {
  readonly status: 200 | 201
  readonly options: QueryOptions
  readonly format: JsonFormat
  readonly headers?: Readonly<Record<string, string>>
}

/** Answers a GET of one entity; under `odata.metadata=none` a profile may wrap it (sync, table of the emulator). */
export function readEntity(call: Call, entity: EntityType, id: bigint): Reply {
  const options = queryOptions(call, entity, ENTITY_OPTIONS)
  const format = replyFormat(call, options)
  const row = demandRow(call, entity, id)
  if (format.metadata !== 'none' || !call.profile.wrapsSingleEntity) {
    return entityReply(call, entity, row, { status: 200, options, format })
  }
  const value = [EntityReader.open(call, format).write(entity, row, options)]
  return jsonReply(200, { value }, format)
}

/** The representation of one entity as a reply. */
export function entityReply(call: Call, entity: EntityType, row: StoredRow, parts: EntityParts): Reply {
  const { options, format } = parts
  const json: JsonObject = {}
  if (format.metadata !== 'none') {
    json['@odata.context'] = `${call.root}/$metadata#${entity.set}${options.context}/$entity`
  }
  Object.assign(json, EntityReader.open(call, format).write(entity, row, options))
  return jsonReply(parts.status, json, format, parts.headers)
}

/** A reply of JSON. */
export function jsonReply(
  status: number,
  json: JsonObject,
  format: JsonFormat,
  more: Readonly<Record<string, string>> = {},
): Reply {
  const headers = { 'Content-Type': contentTypeOf(format), 'OData-Version': ODATA_VERSION, ...more }
  return { status, headers, body: JSON.stringify(json) }
}

/** A reply without a body. */
export function emptyReply(headers: Readonly<Record<string, string>> = {}): Reply {
  return { status: 204, headers: { 'OData-Version': ODATA_VERSION, ...headers }, body: null }
}

/** The row with this key, or 404. */
export function demandRow(call: Call, entity: EntityType, id: bigint): StoredRow {
  const row = call.store.find(entity, id)
  if (row === null) throw unknownKey(entity, id)
  return row
}
