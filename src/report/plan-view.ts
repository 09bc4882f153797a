/** A definition as a plan names it. */
interface ShownReference {
  readonly Name: string
  readonly Id: number | null
}

/** An indicator as a plan shows it. */
export interface ShownIndicator {
  readonly Type: string
  readonly DetectionFunction: string
  readonly Value: string
  readonly ExpiresAt: string | null
  readonly Enabled: boolean
}

/** One write as a plan shows it. */
export type ShownChange =
  | {
      readonly kind: 'create-definition'
      readonly body: {
        readonly Name: string
        readonly Title: string
        readonly Severity: string
        readonly Category: string
        readonly Enabled: boolean
      }
    }
  | {
      readonly kind: 'patch-definition'
      readonly Id: number
      readonly Name: string
      readonly before: object
      readonly patch: object
    }
  | {
      readonly kind: 'patch-indicator'
      readonly Id: number
      readonly definition: ShownReference
      readonly ioc: ShownIndicator
      readonly before: object
      readonly patch: object
    }
  | {
      readonly kind: 'create-indicator'
      readonly definition: ShownReference
      readonly body: ShownIndicator
    }
  | {
      readonly kind: 'rebind-indicator'
      readonly Id: number
      readonly from: ShownReference
      readonly to: ShownReference
      readonly ioc: ShownIndicator
    }
  | {
      readonly kind: 'delete-indicator'
      readonly Id: number
      readonly definition: ShownReference
      readonly ioc: ShownIndicator
    }
  | {
      readonly kind: 'delete-definition'
      readonly Id: number
      readonly Name: string
      readonly cascade: readonly Pick<ShownIndicator, 'Type' | 'DetectionFunction' | 'Value'>[]
    }

/** One quota as a plan shows it. */
export interface ShownQuota {
  readonly name: 'definitions' | 'indicators' | 'nonEqualsIndicators'
  readonly limit: number
  readonly assumed: boolean
  readonly before: number
  readonly peak: number
  readonly after: number
}

/** What a report knows of a plan; the plans of sync fit. */
export interface PlanView {
  readonly basis: {
    readonly api: string
    readonly tenant: string
    readonly toolVersion: string
    readonly expiresAt: string
    readonly remote: {
      readonly ownedDefinitionIds: readonly number[]
      readonly ownedIndicatorIds: readonly number[]
      readonly unmanagedDefinitions: number
      readonly unmanagedIndicators: number
      readonly opaqueIndicators: number
    }
  }
  readonly changes: readonly ShownChange[]
  readonly kept: readonly {
    readonly what: 'definition' | 'indicator'
    readonly Id: number
    readonly definition: ShownReference
    readonly ioc: ShownIndicator | null
  }[]
  readonly quotas: readonly ShownQuota[]
  readonly deletes: number
  readonly claims: readonly string[]
  readonly digest: string
}
