import { assertNever } from '../model/assert-never.ts'
import { ApiError } from './api-error.ts'
import { bulkUpload } from './bulk-upload.ts'
import { formatOption, type Call } from './call.ts'
import { metadataXml } from './metadata.ts'
import { demandXml, jsonFormat } from './negotiate.ts'
import { ALERT_DEFINITION, INDICATOR } from './query/entity-types.ts'
import { readCollection, readCollectionRefs, readCount } from './read-collection.ts'
import { demandRow, jsonReply, readEntity } from './read-entity.ts'
import { deleteIocs, deleteParentRef, putParentRef, readParent, readParentRef } from './relation-routes.ts'
import { ODATA_VERSION, type Reply } from './reply.ts'
import type { JsonObject } from './representation.ts'
import type { Resource } from './resource-path.ts'
import { ofDefinition } from './select-rows.ts'
import { createEntity, deleteCollection, deleteEntity, patchEntity } from './write-entity.ts'

type Handler = (call: Call) => Reply
type Handlers = Readonly<Record<string, Handler>>

/** Answers a call in one transaction: what it changes is changed whole or not at all. */
export function answerCall(call: Call, resource: Resource, method: string): Reply {
  const handlers = handlersOf(resource)
  const allow = allowedMethods(handlers)
  if (method === 'OPTIONS') return { status: 204, headers: { Allow: allow }, body: null }
  const name = method === 'HEAD' ? 'GET' : method
  const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined
  if (handler === undefined) {
    const message = `${method} is not offered here; use ${allow}.`
    throw new ApiError(405, 'MethodNotAllowed', message, { headers: { Allow: allow } })
  }
  return name === 'GET' ? call.store.read(() => handler(call)) : call.store.write(() => handler(call))
}

function allowedMethods(handlers: Handlers): string {
  const head = Object.hasOwn(handlers, 'GET') ? ['HEAD'] : []
  return [...Object.keys(handlers), ...head, 'OPTIONS'].join(', ')
}

function handlersOf(resource: Resource): Handlers {
  switch (resource.kind) {
    case 'service':
      return { GET: readService }
    case 'metadata':
      return { GET: readMetadata }
    case 'collection': {
      const { entity } = resource
      return {
        GET: (call) => readCollection(call, { entity, conditions: [] }),
        POST: (call) => createEntity(call, entity),
        DELETE: (call) => deleteCollection(call, entity),
      }
    }
    case 'collectionRefs':
      return { GET: (call) => readCollectionRefs(call, { entity: resource.entity, conditions: [] }) }
    case 'count':
      return { GET: (call) => readCount(call, { entity: resource.entity, conditions: [] }) }
    case 'bulkUpload':
      return { POST: (call) => bulkUpload(call, resource.entity) }
    case 'entity': {
      const { entity, id } = resource
      return {
        GET: (call) => readEntity(call, entity, id),
        PATCH: (call) => patchEntity(call, entity, id),
        DELETE: (call) => deleteEntity(call, entity, id),
      }
    }
    case 'deleteIocs':
      return { POST: (call) => deleteIocs(call, resource.id) }
    case 'navigationCount':
      return { GET: (call) => readCount(call, childrenOf(call, resource.id)) }
    case 'navigation':
      return resource.entity === ALERT_DEFINITION
        ? { GET: (call) => readCollection(call, childrenOf(call, resource.id)) }
        : { GET: (call) => readParent(call, resource.id) }
    case 'navigationRefs':
      return resource.entity === ALERT_DEFINITION
        ? { GET: (call) => readCollectionRefs(call, childrenOf(call, resource.id)) }
        : {
            GET: (call) => readParentRef(call, resource.id),
            PUT: (call) => putParentRef(call, resource.id),
            DELETE: (call) => deleteParentRef(call, resource.id),
          }
    default:
      return assertNever(resource)
  }
}

/** The indicators of a definition that exists. */
function childrenOf(call: Call, id: bigint): Parameters<typeof readCollection>[1] {
  demandRow(call, ALERT_DEFINITION, id)
  return { entity: INDICATOR, conditions: [ofDefinition(id)] }
}

/** The service document: both sets (ti-api 1.1). */
function readService(call: Call): Reply {
  const format = jsonFormat(call.headers.get('accept'), formatOption(call))
  const json: JsonObject = {}
  if (format.metadata !== 'none') json['@odata.context'] = `${call.root}/$metadata`
  json['value'] = [ALERT_DEFINITION, INDICATOR].map(({ set }) => ({ name: set, kind: 'EntitySet', url: set }))
  return jsonReply(200, json, format)
}

function readMetadata(call: Call): Reply {
  demandXml(call.headers.get('accept'), formatOption(call))
  const headers = { 'Content-Type': 'application/xml; charset=utf-8', 'OData-Version': ODATA_VERSION }
  return { status: 200, headers, body: metadataXml() }
}
