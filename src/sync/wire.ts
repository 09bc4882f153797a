import { shapeError } from './client-errors.ts'
import type { DefinitionBody, IndicatorBody, RemoteDefinition, RemoteIndicator } from './entities.ts'
import { isRecord, kindOf, property } from './json-text.ts'
import type { JsonRecord } from './json-text.ts'
import type { BoundIndicator } from './provider.ts'

/** An indicator as a reply shows it, before its definition is known. */
export type UnboundIndicator = Omit<RemoteIndicator, 'definitionId'>

/** A definition out of a reply. `where` names the page in errors. */
export function definitionOf(record: JsonRecord, where: string): RemoteDefinition {
  const id = keyOf(record, where)
  const at = `${where}: AlertDefinition ${id}`
  return {
    Id: id,
    Name: text(record, 'Name', at),
    Title: text(record, 'Title', at),
    Severity: text(record, 'Severity', at),
    Category: text(record, 'Category', at),
    UxDescription: textOrNull(record, 'UxDescription', at),
    RecommendedAction: textOrNull(record, 'RecommendedAction', at),
    InternalDescription: textOrNull(record, 'InternalDescription', at),
    Enabled: truth(record, 'Enabled', at),
    ...auditOf(record, at),
  }
}

/** An indicator out of a reply. `where` names the page in errors. */
export function indicatorOf(record: JsonRecord, where: string): UnboundIndicator {
  const id = keyOf(record, where)
  const at = `${where}: IndicatorOfCompromise ${id}`
  return {
    Id: id,
    Type: text(record, 'Type', at),
    DetectionFunction: text(record, 'DetectionFunction', at),
    Value: text(record, 'Value', at),
    ExpiresAt: textOrNull(record, 'ExpiresAt', at),
    Enabled: truth(record, 'Enabled', at),
    ...auditOf(record, at),
  }
}

/** The key of an entity: a whole number above 0. */
export function keyOf(record: JsonRecord, where: string): number {
  const id = property(record, 'Id')
  if (typeof id === 'number' && Number.isSafeInteger(id) && id > 0) return id
  throw shapeError(where, `expected an entity with Id, a whole number above 0, found ${kindOf(id)}`)
}

/** The list of a page; anything but a list of objects is an error, so that no page is skipped in silence. */
export function entitiesOfPage(page: JsonRecord, where: string): readonly JsonRecord[] {
  const value = property(page, 'value')
  if (!Array.isArray(value)) throw shapeError(where, `expected "value" as a list, found ${kindOf(value)}`)
  return value.map((entity, i) => {
    if (isRecord(entity)) return entity
    throw shapeError(where, `expected an object at value[${i}], found ${kindOf(entity)}`)
  })
}

/** The one entity of a reply, bare as OData has it or in a list of one as the API's page shows it (ti-api 1.7, note A). */
export function singleEntity(reply: JsonRecord, where: string): JsonRecord {
  if (property(reply, 'Id') !== undefined || !Array.isArray(property(reply, 'value'))) return reply
  const entities = entitiesOfPage(reply, where)
  const [only] = entities
  if (only !== undefined && entities.length === 1) return only
  throw shapeError(where, `expected one entity, found ${entities.length}`)
}

/** The link to the next page, or null on the last. */
export function nextLinkOf(page: JsonRecord, name: string, where: string): string | null {
  const link = property(page, name)
  if (link === undefined || link === null) return null
  if (typeof link === 'string') return link
  throw shapeError(where, `expected ${name} as a text, found ${kindOf(link)}`)
}

/** The key in a reference such as `AlertDefinitions(6)`, absolute or relative; null when it is none. */
export function keyOfReference(reference: unknown): number | null {
  if (typeof reference !== 'string') return null
  const digits = /(?:^|\/)AlertDefinitions\((\d{1,16})\)$/.exec(reference)?.[1]
  const key = digits === undefined ? Number.NaN : Number(digits)
  return Number.isSafeInteger(key) && key > 0 ? key : null
}

/** A definition as POST takes it. */
export function definitionWire(body: DefinitionBody): JsonRecord {
  return { ...body }
}

/** An indicator as POST takes it, bound to its definition. */
export function indicatorWire(item: BoundIndicator): JsonRecord & IndicatorBody {
  return { ...item.body, 'AlertDefinition@odata.bind': `AlertDefinitions(${item.definitionId})` }
}

/** Bytes that an entity takes in a bulk request, for `splitBulk`. */
export function wireBytes(wire: JsonRecord): number {
  return Buffer.byteLength(JSON.stringify(wire))
}

function auditOf(
  record: JsonRecord,
  at: string,
): Pick<RemoteDefinition, 'CreatedAt' | 'CreatedBy' | 'LastModifiedAt' | 'LastModifiedBy'> {
  return {
    CreatedAt: textOrNull(record, 'CreatedAt', at),
    CreatedBy: textOrNull(record, 'CreatedBy', at),
    LastModifiedAt: textOrNull(record, 'LastModifiedAt', at),
    LastModifiedBy: textOrNull(record, 'LastModifiedBy', at),
  }
}

function text(record: JsonRecord, name: string, at: string): string {
  const value = property(record, name)
  if (typeof value === 'string') return value
  throw shapeError(at, `expected ${name} as a text, found ${kindOf(value)}`)
}

function textOrNull(record: JsonRecord, name: string, at: string): string | null {
  const value = property(record, name)
  return value === undefined || value === null ? null : text(record, name, at)
}

function truth(record: JsonRecord, name: string, at: string): boolean {
  const value = property(record, name)
  if (typeof value === 'boolean') return value
  throw shapeError(at, `expected ${name} as true or false, found ${kindOf(value)}`)
}
