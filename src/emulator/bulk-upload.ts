import { ApiError, DETAIL_LIMIT, errorOfProblems, type ErrorDetail } from './api-error.ts'
import { ENTITY_OPTIONS, queryOptions, replyFormat, type Call } from './call.ts'
import { EntityReader } from './entity-reader.ts'
import { preferencesOf } from './negotiate.ts'
import {
  definitionLookup,
  quotaShare,
  readNewEntity,
  storeNewEntities,
  type NewEntity,
} from './new-entities.ts'
import type { EntityType } from './query/entity-types.ts'
import { checkQuotas } from './quotas.ts'
import { parseJsonBody } from './read-body.ts'
import { emptyReply, jsonReply } from './read-entity.ts'
import { shown } from './read-value.ts'
import type { Reply } from './reply.ts'
import type { JsonObject } from './representation.ts'
import { bindWarning, bodyReading, preferenceApplied } from './write-entity.ts'

/** Entities of one bulk upload at most (ti-api 1.8). */
const BULK_LIMIT = 5_000

/** Answers `Actions.BulkUpload`: all entities are created in the order sent, or none (ti-api 1.8). */
export function bulkUpload(call: Call, entity: EntityType): Reply {
  const options = queryOptions(call, entity, ENTITY_OPTIONS)
  const format = replyFormat(call, options)
  const field = entity.set === 'AlertDefinitions' ? 'alertDefinitions' : 'iocs'
  const list = listOf(parseJsonBody(call.body, call.headers, call.profile), field)
  if (list.length === 0 && !call.profile.takesEmptyBulk) {
    throw new ApiError(400, 'InvalidInput', `${field} is empty; send at least one entity.`, { target: field })
  }
  if (list.length > BULK_LIMIT) {
    const message = `Maximum batch size exceeded. Received: ${list.length}, allowed: ${BULK_LIMIT}.`
    throw new ApiError(400, 'MaximumBatchSizeExceeded', message, { target: field })
  }
  const items = readItems(call, entity, field, list)
  checkQuotas(call.store, call.quotas, quotaShare(entity, items))
  const rows = storeNewEntities(call.store, entity, items, call)
  const applied = { ...preferenceApplied(call), ...bindWarning(items) }
  if (preferencesOf(call.headers).isMinimal) return emptyReply(applied)
  const reader = EntityReader.open(call, format)
  const json: JsonObject = {}
  if (format.metadata !== 'none')
    json['@odata.context'] = `${call.root}/$metadata#${entity.set}${options.context}`
  json['value'] = rows.map((row) => reader.write(entity, row, options))
  return jsonReply(201, json, format, applied)
}

/** The list in the one field that the body must have. */
function listOf(json: unknown, field: string): readonly unknown[] {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    const message = `expected an object with the one field ${field}; found ${shown(json)}.`
    throw new ApiError(400, 'InvalidRequestBody', message)
  }
  const members = new Map<string, unknown>(Object.entries(json))
  const list = members.get(field)
  if (!members.has(field)) {
    const message = `Parameter ${field} is missing; send an object with that one field.`
    throw new ApiError(400, 'MissingRequiredParameter', message, { target: field })
  }
  if (members.size > 1) {
    const message = `expected the one field ${field}; found ${members.size} fields.`
    throw new ApiError(400, 'InvalidRequestBody', message)
  }
  if (Array.isArray(list)) return list
  throw new ApiError(400, 'InvalidRequestBody', `${field} must be a list; found ${shown(list)}.`, {
    target: field,
  })
}

function readItems(
  call: Call,
  entity: EntityType,
  field: string,
  list: readonly unknown[],
): readonly NewEntity[] {
  const reading = bodyReading(call, entity)
  const exists = definitionLookup(call.store)
  const firsts: ErrorDetail[] = []
  const others: ErrorDetail[] = []
  const items: NewEntity[] = []
  for (const [i, json] of list.entries()) {
    const problems: ErrorDetail[] = []
    items.push(readNewEntity(json, `${field}[${i}]`, reading, exists, problems))
    const [first, ...more] = problems
    if (first !== undefined) firsts.push(first)
    others.push(...more)
    if (firsts.length >= DETAIL_LIMIT) break
  }
  // Every bad item is named before any of them is named twice: a client takes those named out and sends the rest.
  if (firsts.length > 0) throw errorOfProblems([...firsts, ...others])
  return items
}
