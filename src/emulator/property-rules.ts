import { DEFINITION_TEXT_LIMITS } from '../model/alert-definition.ts'
import { ALERT_DEFINITION, INDICATOR, type EntityType, type PropertyInfo } from './query/entity-types.ts'

/** A value as a column holds it: ticks and keys as bigint, enums as the index of the member. */
export type StoredValue = string | number | bigint | null

/** What a client may do with one property (ti-api 1.3, 1.4). */
export interface PropertyRule {
  readonly info: PropertyInfo
  /** Written by the service alone. */
  readonly isReadOnly: boolean
  readonly isRequired: boolean
  /** Most UTF-16 code units; null where the property's own rule says it. */
  readonly maxLength: number | null
  /** Stored when a POST leaves the property out. */
  readonly fallback: StoredValue
}

const AUDIT: ReadonlySet<string> = new Set([
  'Id',
  'CreatedAt',
  'CreatedBy',
  'LastModifiedAt',
  'LastModifiedBy',
])
const REQUIRED: ReadonlySet<string> = new Set([
  'Name',
  'Severity',
  'Title',
  'UxDescription',
  'Category',
  'Type',
  'Value',
])
const TRUE = 1
/** Index of `Equals`. */
const EQUALS = 0
const FALLBACKS: ReadonlyMap<string, StoredValue> = new Map([
  ['Enabled', TRUE],
  ['DetectionFunction', EQUALS],
])
const LENGTHS: ReadonlyMap<string, number> = new Map(Object.entries(DEFINITION_TEXT_LIMITS))

const DEFINITION_RULES = rulesFor(ALERT_DEFINITION)
const INDICATOR_RULES = rulesFor(INDICATOR)

/** The rules of an entity's properties by name, in response order. */
export function propertyRules(entity: EntityType): ReadonlyMap<string, PropertyRule> {
  return entity.set === 'AlertDefinitions' ? DEFINITION_RULES : INDICATOR_RULES
}

function rulesFor(entity: EntityType): ReadonlyMap<string, PropertyRule> {
  return new Map(
    entity.properties.map((info) => {
      const { name } = info
      const rule = {
        info,
        isReadOnly: AUDIT.has(name),
        isRequired: REQUIRED.has(name),
        maxLength: LENGTHS.get(name) ?? null,
        fallback: FALLBACKS.get(name) ?? null,
      }
      return [name, rule]
    }),
  )
}
