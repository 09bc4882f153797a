import { ApiError, errorOfProblems } from './api-error.ts'
import { readReference } from './bind-reference.ts'
import { ENTITY_OPTIONS, formatOption, queryOptions, refuseOptions, replyFormat, type Call } from './call.ts'
import { jsonFormat } from './negotiate.ts'
import { definitionLookup, unknownTarget } from './new-entities.ts'
import { ALERT_DEFINITION, INDICATOR } from './query/entity-types.ts'
import { parseJsonBody } from './read-body.ts'
import { demandRow, emptyReply, entityReply, jsonReply } from './read-entity.ts'
import { shown } from './read-value.ts'
import type { Reply } from './reply.ts'
import { entityUrl, type JsonObject } from './representation.ts'
import { PARENT_COLUMN } from './store.ts'
import { modified, referenceBase } from './write-entity.ts'

const REF_KEY = '@odata.id'

/** Answers a GET of an indicator's definition (ti-api 1.7 row 12). */
export function readParent(call: Call, indicatorId: bigint): Reply {
  const options = queryOptions(call, ALERT_DEFINITION, ENTITY_OPTIONS)
  const format = replyFormat(call, options)
  const parent = demandRow(call, ALERT_DEFINITION, parentIdOf(call, indicatorId))
  return entityReply(call, ALERT_DEFINITION, parent, { status: 200, options, format })
}

/** Answers a GET of the reference to an indicator's definition. */
export function readParentRef(call: Call, indicatorId: bigint): Reply {
  const format = jsonFormat(call.headers.get('accept'), formatOption(call))
  const json: JsonObject = {}
  if (format.metadata !== 'none') json['@odata.context'] = `${call.root}/$metadata#$ref`
  json[REF_KEY] = entityUrl(call.root, ALERT_DEFINITION, parentIdOf(call, indicatorId))
  return jsonReply(200, json, format)
}

/** Answers a PUT of that reference: the indicator moves to another definition (ti-api 1.7 row 6). */
export function putParentRef(call: Call, indicatorId: bigint): Reply {
  refuseOptions(call)
  demandRow(call, INDICATOR, indicatorId)
  const json = parseJsonBody(call.body, call.headers, call.profile)
  const base = { ...referenceBase(call), requestUrl: call.url }
  const reference = readReference(referenceIn(json), REF_KEY, base)
  if (!reference.ok) throw errorOfProblems([reference.problem])
  if (!definitionLookup(call.store)(reference.id)) {
    throw errorOfProblems([{ ...unknownTarget(reference.id, ''), target: REF_KEY }])
  }
  call.store.update(INDICATOR, indicatorId, modified(new Map([[PARENT_COLUMN, reference.id]]), call))
  return emptyReply()
}

/** Answers a DELETE of that reference, which every indicator must have. */
export function deleteParentRef(call: Call, indicatorId: bigint): Reply {
  demandRow(call, INDICATOR, indicatorId)
  const message =
    'an indicator is always bound to a definition; PUT another reference, or DELETE the indicator.'
  throw new ApiError(400, 'InvalidInput', message, { target: 'AlertDefinition' })
}

/** Answers `Actions.DeleteIOCs`: the definition stays, its indicators go (ti-api 1.7 row 9). */
export function deleteIocs(call: Call, definitionId: bigint): Reply {
  refuseOptions(call)
  demandRow(call, ALERT_DEFINITION, definitionId)
  if (call.body.byteLength > 0) refuseParameters(parseJsonBody(call.body, call.headers, call.profile))
  const sql = `DELETE FROM "${INDICATOR.set}" WHERE "${PARENT_COLUMN}" = ?`
  call.store.run({ sql, params: [definitionId] })
  return emptyReply()
}

function parentIdOf(call: Call, indicatorId: bigint): bigint {
  return BigInt(String(demandRow(call, INDICATOR, indicatorId)[PARENT_COLUMN]))
}

function referenceIn(json: unknown): unknown {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new ApiError(400, 'InvalidRequestBody', `expected an object with ${REF_KEY}; found ${shown(json)}.`)
  }
  const members = new Map<string, unknown>(Object.entries(json))
  const stray = [...members.keys()].find((key) => key !== REF_KEY && !key.startsWith('@'))
  if (stray !== undefined) {
    throw new ApiError(400, 'InvalidRequestBody', `expected only ${REF_KEY}; found ${shown(stray)}.`)
  }
  if (members.has(REF_KEY)) return members.get(REF_KEY)
  const message = `Parameter ${REF_KEY} is missing; send the URL of a definition.`
  throw new ApiError(400, 'MissingRequiredParameter', message, { target: REF_KEY })
}

function refuseParameters(json: unknown): void {
  const isEmpty =
    typeof json === 'object' && json !== null && !Array.isArray(json) && Object.keys(json).length === 0
  if (json === null || isEmpty) return
  throw new ApiError(400, 'InvalidRequestBody', 'the action takes no parameters; send no body.')
}
