import type { SQLOutputValue } from 'node:sqlite'
import { assertNever } from '../model/assert-never.ts'
import { formatTime } from '../model/time.ts'
import type { JsonFormat } from './negotiate.ts'
import type { EntityType, PropertyInfo, PropertyType } from './query/entity-types.ts'
import type { StoredRow } from './store.ts'

/** How entities of one reply are written. */
export interface Writing {
  /** Absolute URL of the service root without a trailing slash. */
  readonly root: string
  readonly format: JsonFormat
}

/** A JSON object in the order of its members. */
export type JsonObject = Record<string, unknown>

/** Namespace of the types in `$metadata` (ti-api 1.11). */
export const MODEL_NAMESPACE = 'Model'

/** The absolute URL of an entity. */
export function entityUrl(root: string, entity: EntityType, id: bigint): string {
  return `${root}/${entity.set}(${id})`
}

/** The key of a row. */
export function idOf(row: StoredRow): bigint {
  return BigInt(String(row['Id']))
}

/**
 * An entity as JSON, in response order; `select` narrows the properties (ti-api 1.3, 1.4, 6.3). The expanded
 * navigation, if any, is added by the caller.
 */
export function representEntity(
  entity: EntityType,
  row: StoredRow,
  select: readonly string[] | null,
  { root, format }: Writing,
): JsonObject {
  const json: JsonObject = {}
  const isFull = format.metadata === 'full'
  if (isFull) {
    json['@odata.type'] = `#${MODEL_NAMESPACE}.${entity.name}`
    json['@odata.id'] = entityUrl(root, entity, idOf(row))
    json['@odata.editLink'] = `${entity.set}(${idOf(row)})`
  }
  for (const property of entity.properties) {
    if (select !== null && !select.includes(property.name)) continue
    const annotation = isFull ? typeAnnotation(property, row[property.name]) : null
    if (annotation !== null) json[`${property.name}@odata.type`] = annotation
    json[property.name] = jsonValue(property.type, row[property.name], format)
  }
  const { name } = entity.navigation
  if (isFull && (select === null || select.includes(name))) {
    const url = entityUrl(root, entity, idOf(row))
    json[`${name}@odata.associationLink`] = `${url}/${name}/$ref`
    json[`${name}@odata.navigationLink`] = `${url}/${name}`
  }
  return json
}

/** A whole number as JSON: a number, or a string for a client that asked for IEEE754Compatible. */
export function jsonInteger(value: bigint | number, format: JsonFormat): number | string {
  return format.isIeeeCompatible ? String(value) : Number(value)
}

function jsonValue(type: PropertyType, value: SQLOutputValue | undefined, format: JsonFormat): unknown {
  if (value === null || value === undefined) return null
  switch (type.kind) {
    case 'String':
      return value
    case 'Boolean':
      return Number(value) === 1
    case 'Int64':
      return jsonInteger(BigInt(String(value)), format)
    case 'DateTimeOffset':
      return formatTime(BigInt(String(value)))
    case 'Enum':
      return type.members[Number(value)] ?? null
    default:
      return assertNever(type)
  }
}

/** Types that JSON itself does not show, as full metadata demands. */
function typeAnnotation({ type }: PropertyInfo, value: SQLOutputValue | undefined): string | null {
  if (value === null || value === undefined) return null
  if (type.kind === 'Enum') return `#${MODEL_NAMESPACE}.${type.name}`
  return type.kind === 'Int64' || type.kind === 'DateTimeOffset' ? `#${type.kind}` : null
}
