/** An alert definition as the service holds it: shapes are checked, values are the service's own (ti-api 1.3). */
export interface RemoteDefinition {
  readonly Id: number
  readonly Name: string
  readonly Title: string
  /** As sent, for example `Low`; not narrowed, since a service may know members that we do not. */
  readonly Severity: string
  readonly Category: string
  readonly UxDescription: string | null
  readonly RecommendedAction: string | null
  readonly InternalDescription: string | null
  readonly Enabled: boolean
  readonly CreatedAt: string | null
  readonly CreatedBy: string | null
  readonly LastModifiedAt: string | null
  readonly LastModifiedBy: string | null
}

/** An indicator as the service holds it, with the definition it is bound to (ti-api 1.4). */
export interface RemoteIndicator {
  readonly Id: number
  /** As sent; not narrowed. */
  readonly Type: string
  readonly DetectionFunction: string
  readonly Value: string
  readonly ExpiresAt: string | null
  readonly Enabled: boolean
  readonly CreatedAt: string | null
  readonly CreatedBy: string | null
  readonly LastModifiedAt: string | null
  readonly LastModifiedBy: string | null
  readonly definitionId: number
}

/** Everything that a tenant holds, as two equal readings saw it (sync 5). Both lists ascend by Id. */
export interface RemoteState {
  readonly definitions: readonly RemoteDefinition[]
  readonly indicators: readonly RemoteIndicator[]
}

/** The writable properties of a definition, ready for POST (ti-api 1.3). */
export interface DefinitionBody {
  readonly Name: string
  readonly Title: string
  readonly Severity: string
  readonly Category: string
  readonly UxDescription: string
  readonly RecommendedAction: string | null
  readonly InternalDescription: string | null
  readonly Enabled: boolean
}

/** The writable properties of an indicator, ready for POST once the definition has an Id (ti-api 1.4). */
export interface IndicatorBody {
  readonly Type: string
  readonly DetectionFunction: string
  /** Canonical (semantics 5). */
  readonly Value: string
  /** ISO 8601, UTC; null for never. */
  readonly ExpiresAt: string | null
  readonly Enabled: boolean
}

/** The only properties that PATCH may touch on an indicator (sync 2). */
export type IndicatorPatch = Partial<Pick<IndicatorBody, 'Enabled' | 'ExpiresAt'>>
/** Properties that PATCH may touch on a definition: all but the Name, which is its identity. */
export type DefinitionPatch = Partial<Omit<DefinitionBody, 'Name'>>
