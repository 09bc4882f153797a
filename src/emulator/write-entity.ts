import type { SQLOutputValue } from 'node:sqlite'
import { errorOfProblems, type ErrorDetail } from './api-error.ts'
import type { ReferenceBase } from './bind-reference.ts'
import { ENTITY_OPTIONS, queryOptions, refuseOptions, replyFormat, type Call } from './call.ts'
import { readEntityBody, type BodyReading } from './entity-body.ts'
import { checkIndicatorValue } from './indicator-value.ts'
import { preferencesOf } from './negotiate.ts'
import {
  definitionLookup,
  isNonEquals,
  quotaShare,
  readNewEntity,
  storeNewEntities,
  unknownTarget,
} from './new-entities.ts'
import type { StoredValue } from './property-rules.ts'
import { INDICATOR, type EntityType } from './query/entity-types.ts'
import { checkQuotas } from './quotas.ts'
import { parseJsonBody } from './read-body.ts'
import { demandRow, emptyReply, entityReply } from './read-entity.ts'
import type { Reply } from './reply.ts'
import { entityUrl, idOf } from './representation.ts'
import { unknownKey } from './resource-path.ts'
import { PARENT_COLUMN, type StoredRow } from './store.ts'

/** Answers a POST to a set: 201 and the entity, or 204 for `Prefer: return=minimal` (ti-api 1.7 rows 3 and 4). */
export function createEntity(call: Call, entity: EntityType): Reply {
  const options = queryOptions(call, entity, ENTITY_OPTIONS)
  const format = replyFormat(call, options)
  const json = parseJsonBody(call.body, call.headers, call.profile)
  const problems: ErrorDetail[] = []
  const item = readNewEntity(json, '', bodyReading(call, entity), definitionLookup(call.store), problems)
  if (problems.length > 0) throw errorOfProblems(problems)
  checkQuotas(call.store, call.quotas, quotaShare(entity, [item]))
  const [row] = storeNewEntities(call.store, entity, [item], call)
  if (row === undefined) throw new Error('a stored entity has a row')
  const url = entityUrl(call.root, entity, idOf(row))
  const applied = { ...preferenceApplied(call), ...bindWarning([item]) }
  if (preferencesOf(call.headers).isMinimal) {
    return emptyReply({ Location: url, 'OData-EntityId': url, ...applied })
  }
  return entityReply(call, entity, row, {
    status: 201,
    options,
    format,
    headers: { Location: url, ...applied },
  })
}

/** Answers a PATCH: properties left out keep their value; 200 and the entity (ti-api 1.7 row 5). */
export function patchEntity(call: Call, entity: EntityType, id: bigint): Reply {
  const options = queryOptions(call, entity, ENTITY_OPTIONS)
  const format = replyFormat(call, options)
  const row = demandRow(call, entity, id)
  const json = parseJsonBody(call.body, call.headers, call.profile)
  const problems: ErrorDetail[] = []
  const reading = { ...bodyReading(call, entity), isPatch: true }
  const body = readEntityBody(json, '', reading, problems)
  const { values, boundTo } = body
  const changes = new Map<string, StoredValue>(values)
  if (boundTo !== null) {
    if (!definitionLookup(call.store)(boundTo)) problems.push(unknownTarget(boundTo, ''))
    changes.set(PARENT_COLUMN, boundTo)
  }
  if (entity.set === 'IndicatorsOfCompromise') checkPatchedValue(call, row, changes, problems)
  if (problems.length > 0) throw errorOfProblems(problems)
  if (isNonEquals(changes.get('DetectionFunction')) && !isNonEquals(row['DetectionFunction'])) {
    checkQuotas(call.store, call.quotas, { definitions: 0, indicators: 0, nonEqualsIndicators: 1 })
  }
  call.store.update(entity, id, modified(changes, call))
  const applied = { ...preferenceApplied(call), ...bindWarning([body]) }
  if (preferencesOf(call.headers).isMinimal) {
    return emptyReply({ 'OData-EntityId': entityUrl(call.root, entity, id), ...applied })
  }
  return entityReply(call, entity, demandRow(call, entity, id), {
    status: 200,
    options,
    format,
    headers: applied,
  })
}

/** Answers a DELETE of one entity; the indicators of a definition go with it. */
export function deleteEntity(call: Call, entity: EntityType, id: bigint): Reply {
  refuseOptions(call)
  if (!call.store.remove(entity, id)) throw unknownKey(entity, id)
  return emptyReply()
}

/** Answers a DELETE of a set: everything in it goes, and with definitions all indicators (ti-api 1.7 row 8). */
export function deleteCollection(call: Call, entity: EntityType): Reply {
  refuseOptions(call)
  // The cascade would take the indicators one by one; a whole table goes at once.
  call.store.remove(INDICATOR, null)
  if (entity.set === 'AlertDefinitions') call.store.remove(entity, null)
  return emptyReply()
}

/** The changes of an update with who made it, and when. */
export function modified(
  changes: ReadonlyMap<string, StoredValue>,
  { now, caller }: Call,
): ReadonlyMap<string, StoredValue> {
  return new Map(changes).set('LastModifiedAt', now).set('LastModifiedBy', caller)
}

/** How a body of this call is read. */
export function bodyReading(call: Call, entity: EntityType): BodyReading {
  return { entity, profile: call.profile, references: referenceBase(call), isPatch: false, needsBind: true }
}

/** Where references in a body of this call are resolved: at the service root. */
export function referenceBase({ root, profile }: Call): ReferenceBase {
  return { root, requestUrl: `${root}/`, takesForeignHosts: profile.takesForeignHosts }
}

/** The header that tells which preference was followed. */
export function preferenceApplied(call: Call): Readonly<Record<string, string>> {
  const { isMinimal, isRepresentation } = preferencesOf(call.headers)
  if (isMinimal) return { 'Preference-Applied': 'return=minimal' }
  return isRepresentation ? { 'Preference-Applied': 'return=representation' } : {}
}

/** The header that tells an old script which name of the binding to send (ti-api 1.4). */
export function bindWarning(
  bodies: readonly { readonly hasPluralBind: boolean }[],
): Readonly<Record<string, string>> {
  if (!bodies.some(({ hasPluralBind }) => hasPluralBind)) return {}
  return { Warning: '299 - "AlertDefinitions@odata.bind is an old name; send AlertDefinition@odata.bind"' }
}

/** A value stands or falls with its type and function, so a change of any of the three checks all. */
function checkPatchedValue(
  call: Call,
  row: StoredRow,
  changes: Map<string, StoredValue>,
  problems: ErrorDetail[],
): void {
  const parts = ['Type', 'DetectionFunction', 'Value']
  if (!parts.some((name) => changes.has(name)) || problems.length > 0) return
  const merged = new Map(parts.map((name) => [name, changes.get(name) ?? storedValue(row[name])]))
  const checked = checkIndicatorValue(merged, 'Value', call.profile)
  if (checked?.ok === true) changes.set('Value', checked.value)
  else if (checked !== null) problems.push(checked.problem)
}

/** No column of ours holds bytes. */
function storedValue(value: SQLOutputValue | undefined): StoredValue {
  return value === undefined || value instanceof Uint8Array ? null : value
}
