import type { AlertDefinition } from './alert-definition.ts'
import type { DetectionFunction, IndicatorType } from './indicator.ts'
import type { Role } from './field-map.ts'

/** The part of a definition that every output repeats. */
export type DefinitionSummary = Pick<AlertDefinition, 'Id' | 'Name' | 'Title' | 'Severity' | 'Category'>

/** The part of an indicator that every output repeats. */
export interface IndicatorSummary {
  readonly Id: number | null
  readonly Type: IndicatorType
  readonly DetectionFunction: DetectionFunction
  readonly Value: string
}

/** One indicator seen in one field of one event. Its identity is (ioc, field, text). Property order is the order of output. */
export interface Match {
  readonly ioc: IndicatorSummary
  readonly role: Role
  readonly field: string
  /** The field's text as it stood, at most 1,024 code units. */
  readonly text: string
  /** Present and true only where `text` was cut. */
  readonly textTruncated?: true
  readonly observable: string
  /** Present only for DNS answers: the value was resolved, not contacted. */
  readonly note?: 'resolved, not contacted'
}
