import type { FieldScope, Role } from './field-map.ts'
import type { IndicatorType } from './indicator.ts'

/** A canonical value taken from an event, with its field path and the text as it stood. */
export interface Observable {
  readonly type: IndicatorType
  /** Canonical text (semantics 5). */
  readonly value: string
  /** Path as printed: keys joined by `.`, array elements as `[i]`: `properties.RemoteUrl`, `answers[2]`. */
  readonly field: string
  /** The string as it stood in the field, escapes decoded. */
  readonly text: string
  readonly role: Role
  /** `dns-answer` marks a value that was resolved, not contacted. */
  readonly scope: FieldScope | null
}
