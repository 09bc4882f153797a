import type { ObservableKind } from './field-map.ts'

/**
 * The mapped keys of a field map as bytes: all that a scan needs that looks for keys without parsing
 * (semantics 9, the sieve). Built from the entries that the semantics in force switch on.
 */
export interface KeyTable {
  readonly keys: readonly MappedKey[]
  /** Why a scan by keys cannot see every mapped value (for example `--fields any`); null when it can. */
  readonly incompleteReason: string | null
}

/** The last path segment of one or more field entries. */
export interface MappedKey {
  readonly key: string
  /** UTF-8 of the key, without quotes. */
  readonly bytes: Uint8Array
  /** Every kind that an entry with this last segment has, in the order of `OBSERVABLE_KINDS`. */
  readonly kinds: readonly ObservableKind[]
  /** True when an entry stands under a `json` field, so that the spelling `\"key\"` counts as well. */
  readonly isNested: boolean
}
