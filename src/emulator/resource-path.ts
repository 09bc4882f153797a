import { ApiError } from './api-error.ts'
import { ALERT_DEFINITION, INDICATOR, type EntityType } from './query/entity-types.ts'

/** What a path below the service root names (ti-api 1.7). */
export type Resource =
  | { readonly kind: 'service' }
  | { readonly kind: 'metadata' }
  | { readonly kind: 'collection'; readonly entity: EntityType }
  | { readonly kind: 'collectionRefs'; readonly entity: EntityType }
  | { readonly kind: 'count'; readonly entity: EntityType }
  | { readonly kind: 'bulkUpload'; readonly entity: EntityType }
  | { readonly kind: 'entity'; readonly entity: EntityType; readonly id: bigint }
  | { readonly kind: 'deleteIocs'; readonly id: bigint }
  | { readonly kind: 'navigation'; readonly entity: EntityType; readonly id: bigint }
  | { readonly kind: 'navigationRefs'; readonly entity: EntityType; readonly id: bigint }
  | { readonly kind: 'navigationCount'; readonly id: bigint }

const SETS: ReadonlyMap<string, EntityType> = new Map([
  [ALERT_DEFINITION.set, ALERT_DEFINITION],
  [INDICATOR.set, INDICATOR],
])
const KEYED = /^([A-Za-z]{1,64})\((?:Id=)?([+-]?[0-9]{1,64})\)$/
const LAST_KEY = 2n ** 63n - 1n
const NOT_OFFERED: ReadonlySet<string> = new Set([
  '$batch',
  '$crossjoin',
  '$all',
  '$entity',
  '$each',
  '$filter',
  '$query',
])

/** Reads the path below the service root, still percent-encoded, without its leading slash. */
export function readResource(path: string): Resource {
  const segments = (path.endsWith('/') ? path.slice(0, -1) : path).split('/').map(decoded)
  const [first = '', ...rest] = segments
  if (first === '' && rest.length === 0) return { kind: 'service' }
  if (first === '$metadata' && rest.length === 0) return { kind: 'metadata' }
  if (segments.some((segment) => NOT_OFFERED.has(segment))) {
    throw new ApiError(501, 'NotImplemented', 'this part of OData is not offered; send single requests.')
  }
  const set = SETS.get(first)
  const found = set === undefined ? belowKey(first, rest) : belowSet(set, rest)
  if (found !== null) return found
  throw new ApiError(
    404,
    'NotFound',
    'the path names no resource; the service has AlertDefinitions and IndicatorsOfCompromise.',
  )
}

function belowSet(entity: EntityType, rest: readonly string[]): Resource | null {
  if (rest.length === 0) return { kind: 'collection', entity }
  const [second = '', third] = rest
  if (third !== undefined) return null
  switch (second) {
    case '$count':
      return { kind: 'count', entity }
    case '$ref':
      return { kind: 'collectionRefs', entity }
    case 'Actions.BulkUpload':
      return { kind: 'bulkUpload', entity }
    default:
      return null
  }
}

function belowKey(first: string, rest: readonly string[]): Resource | null {
  const keyed = KEYED.exec(first)
  const entity = SETS.get(keyed?.[1] ?? '')
  if (keyed === null || entity === undefined) return null
  const id = BigInt((keyed[2] ?? '').replace('+', ''))
  if (id > LAST_KEY || id < -LAST_KEY) throw unknownKey(entity, id)
  const [second, third] = rest
  if (second === undefined) return { kind: 'entity', entity, id }
  if (rest.length > 2) return null
  if (second === 'Actions.DeleteIOCs' && third === undefined && entity === ALERT_DEFINITION) {
    return { kind: 'deleteIocs', id }
  }
  if (second === entity.navigation.name) {
    if (third === undefined) return { kind: 'navigation', entity, id }
    if (third === '$ref') return { kind: 'navigationRefs', entity, id }
    return third === '$count' && entity.navigation.isCollection ? { kind: 'navigationCount', id } : null
  }
  if (entity.properties.some((property) => property.name === second)) {
    throw new ApiError(501, 'NotImplemented', 'single properties are not offered; use $select on the entity.')
  }
  return null
}

/** The refusal of a key that no entity of the set has. */
export function unknownKey(entity: EntityType, id: bigint): ApiError {
  const shown = String(id)
  const key = shown.length > 20 ? `${shown.slice(0, 20)}…` : shown
  return new ApiError(404, 'ResourceNotFound', `${entity.set}(${key}) does not exist.`)
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw new ApiError(400, 'ODataError', 'the path is not well percent-encoded; encode % as %25.')
  }
}
