import { CATEGORIES, SEVERITIES } from '../../model/alert-definition.ts'
import { DETECTION_FUNCTIONS, INDICATOR_TYPES } from '../../model/indicator.ts'

/** The type of a stored property. An enum's members stand in the order of their values, from 0. */
export type PropertyType =
  | { readonly kind: 'Int64' }
  | { readonly kind: 'String' }
  | { readonly kind: 'Boolean' }
  | { readonly kind: 'DateTimeOffset' }
  | { readonly kind: 'Enum'; readonly name: string; readonly members: readonly string[] }

/** One property of an entity, under the API's own name. */
export interface PropertyInfo {
  readonly name: string
  readonly type: PropertyType
  readonly isNullable: boolean
}

/** What a query may name on the entities of one set. */
export interface EntityType {
  readonly set: 'AlertDefinitions' | 'IndicatorsOfCompromise'
  readonly name: 'AlertDefinition' | 'IndicatorOfCompromise'
  /** In the order of responses. */
  readonly properties: readonly PropertyInfo[]
  readonly navigation: { readonly name: string; readonly isCollection: boolean; readonly target: EntityType }
}

const INT64: PropertyType = { kind: 'Int64' }
const STRING: PropertyType = { kind: 'String' }
const BOOLEAN: PropertyType = { kind: 'Boolean' }
const TIME: PropertyType = { kind: 'DateTimeOffset' }
const SEVERITY: PropertyType = { kind: 'Enum', name: 'Severity', members: SEVERITIES }
const CATEGORY: PropertyType = { kind: 'Enum', name: 'Category', members: CATEGORIES }
const INDICATOR_TYPE: PropertyType = { kind: 'Enum', name: 'IndicatorType', members: INDICATOR_TYPES }
const DETECTION_FUNCTION: PropertyType = {
  kind: 'Enum',
  name: 'DetectionFunction',
  members: DETECTION_FUNCTIONS,
}

/** The alert definition as the API shows it (ti-api 1.3). */
export const ALERT_DEFINITION: EntityType = {
  set: 'AlertDefinitions',
  name: 'AlertDefinition',
  properties: [
    required('Name', STRING),
    required('Severity', SEVERITY),
    nullable('InternalDescription', STRING),
    required('Title', STRING),
    required('UxDescription', STRING),
    nullable('RecommendedAction', STRING),
    required('Category', CATEGORY),
    required('Id', INT64),
    required('CreatedAt', TIME),
    required('CreatedBy', STRING),
    nullable('LastModifiedAt', TIME),
    nullable('LastModifiedBy', STRING),
    required('Enabled', BOOLEAN),
  ],
  // The two types name each other, so this one is looked up when it is asked for.
  navigation: {
    name: 'IndicatorsOfCompromise',
    isCollection: true,
    get target(): EntityType {
      return INDICATOR
    },
  },
}

/** The indicator of compromise as the API shows it (ti-api 1.4). */
export const INDICATOR: EntityType = {
  set: 'IndicatorsOfCompromise',
  name: 'IndicatorOfCompromise',
  properties: [
    required('Type', INDICATOR_TYPE),
    required('Value', STRING),
    required('DetectionFunction', DETECTION_FUNCTION),
    nullable('ExpiresAt', TIME),
    required('Id', INT64),
    required('CreatedAt', TIME),
    required('CreatedBy', STRING),
    nullable('LastModifiedAt', TIME),
    nullable('LastModifiedBy', STRING),
    required('Enabled', BOOLEAN),
  ],
  navigation: { name: 'AlertDefinition', isCollection: false, target: ALERT_DEFINITION },
}

function required(name: string, type: PropertyType): PropertyInfo {
  return { name, type, isNullable: false }
}

function nullable(name: string, type: PropertyType): PropertyInfo {
  return { name, type, isNullable: true }
}
