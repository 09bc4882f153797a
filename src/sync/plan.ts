import type { DefinitionBody, DefinitionPatch, IndicatorBody, IndicatorPatch } from './entities.ts'

/** Where in the rules a change comes from; null where it comes from the absence of a rule. */
export interface RulePlace {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** A definition as the plan names it: by Name, which is its identity; Id where it exists already (sync 2). */
export interface DefinitionReference {
  readonly Name: string
  readonly Id: number | null
}

/** A definition that the tenant lacks. */
export interface CreateDefinition {
  readonly kind: 'create-definition'
  readonly body: DefinitionBody
  readonly place: RulePlace | null
}

/** A definition of ours of which some properties differ; only those are sent. */
export interface PatchDefinition {
  readonly kind: 'patch-definition'
  readonly Id: number
  readonly Name: string
  /** What the properties of `patch` hold now. */
  readonly before: DefinitionPatch
  readonly patch: DefinitionPatch
  readonly place: RulePlace | null
}

/** An indicator of ours of which some attributes differ; only those are sent. */
export interface PatchIndicator {
  readonly kind: 'patch-indicator'
  readonly Id: number
  readonly definition: DefinitionReference
  readonly ioc: IndicatorBody
  readonly before: IndicatorPatch
  readonly patch: IndicatorPatch
  readonly place: RulePlace | null
}

/** An indicator that its definition lacks. */
export interface CreateIndicator {
  readonly kind: 'create-indicator'
  readonly definition: DefinitionReference
  readonly body: IndicatorBody
  readonly place: RulePlace | null
}
/** One `PUT $ref` instead of a delete and a create (sync 6). `ioc` is what it holds now; a patch-indicator of the same Id stands among the PATCHes where attributes differ. */
export interface RebindIndicator {
  readonly kind: 'rebind-indicator'
  readonly Id: number
  readonly from: DefinitionReference
  readonly to: DefinitionReference
  readonly ioc: IndicatorBody
  readonly place: RulePlace | null
}

/** An indicator that the rules no longer hold. */
export interface DeleteIndicator {
  readonly kind: 'delete-indicator'
  readonly Id: number
  readonly definition: DefinitionReference
  readonly ioc: IndicatorBody
}

/** A definition that the rules no longer hold. */
export interface DeleteDefinition {
  readonly kind: 'delete-definition'
  readonly Id: number
  readonly Name: string
  /** The indicators that fall with it: all that are bound to it when it is deleted, opaque ones included (sync 7, 8). */
  readonly cascade: readonly FallingIndicator[]
}

/** An indicator that is deleted because its definition is; its words are the service's own. */
export interface FallingIndicator extends Pick<IndicatorBody, 'Type' | 'DetectionFunction' | 'Value'> {
  readonly Id: number
}

/** One thing that a plan does to the tenant; its order in the plan is the order of writing. */
export type Change =
  | CreateDefinition
  | PatchDefinition
  | PatchIndicator
  | CreateIndicator
  | RebindIndicator
  | DeleteIndicator
  | DeleteDefinition

/** One of the three quotas (sync 7). */
export interface QuotaForecast {
  readonly name: 'definitions' | 'indicators' | 'nonEqualsIndicators'
  readonly limit: number
  /** True unless configured: nobody publishes the number. */
  readonly assumed: boolean
  readonly before: number
  readonly peak: number
  readonly after: number
}

/** Something remote that stays though the rules no longer hold it, since `--prune` was not given (sync 3). */
export interface Kept {
  readonly what: 'definition' | 'indicator'
  readonly Id: number
  readonly definition: DefinitionReference
  readonly ioc: IndicatorBody | null
}

/** What a plan was made from and for; `apply` refuses when any of it no longer fits (sync 9). */
export interface PlanBasis {
  /** As `Provider.api` and `Provider.tenant`. */
  readonly api: string
  readonly tenant: string
  readonly toolVersion: string
  /** ISO 8601, UTC. */
  readonly createdAt: string
  readonly expiresAt: string
  /** The rule files that were read: absolute paths and SHA-256 of their bytes, by path; `references` as the user gave them. */
  readonly rules: {
    readonly references: readonly string[]
    readonly files: readonly { readonly path: string; readonly sha256: string }[]
  }
  readonly remote: {
    /** SHA-256 over the owned entities incl. LastModifiedAt. */
    readonly ownedDigest: string
    readonly ownedDefinitionIds: readonly number[]
    readonly ownedIndicatorIds: readonly number[]
    /** Largest Ids of the whole tenant, 0 when there is none: what is above appeared later (sync 11). */
    readonly maxDefinitionId: number
    readonly maxIndicatorId: number
    readonly unmanagedDefinitions: number
    readonly unmanagedIndicators: number
    readonly opaqueIndicators: number
  }
  readonly flags: {
    readonly prune: boolean
    readonly deleteFirst: boolean
    readonly adopt: readonly string[]
    readonly owned: { readonly prefix: string | null; readonly names: readonly string[] }
  }
}

/** What apply will do, in the order in which it does it (sync 10; with `--delete-first`, 7). Data, nothing else. */
export interface Plan {
  readonly schemaVersion: 1
  readonly basis: PlanBasis
  readonly changes: readonly Change[]
  readonly kept: readonly Kept[]
  readonly quotas: readonly QuotaForecast[]
  /** Definitions + indicators + cascaded indicators: the N of `--allow-delete N` (sync 8). */
  readonly deletes: number
  /** Names that this plan adopts or creates, for the state folder (sync 3). */
  readonly claims: readonly string[]
  /** SHA-256 of all of the above, as canonical JSON. */
  readonly digest: string
}
