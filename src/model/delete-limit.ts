const MOST_DELETES = 100
/** One in so many may go. */
const SHARE = 10
/** Below this many owned entities a tenth is nothing, and the limit is one. */
const LEAST_OWNED = 10

/** What a plan says about its deletes and about what it owns; a Plan fits. */
export interface PlannedDeletes {
  readonly basis: {
    readonly remote: {
      readonly ownedDefinitionIds: readonly number[]
      readonly ownedIndicatorIds: readonly number[]
    }
  }
  readonly changes: readonly { readonly kind: string }[]
  /** Definitions, IOCs and the IOCs that fall with a definition (sync 8). */
  readonly deletes: number
}

/** How many deletes need no word from a person, of so many owned entities (sync 8). */
export function deleteLimit(owned: number): number {
  return owned < LEAST_OWNED ? 1 : Math.min(MOST_DELETES, Math.floor(owned / SHARE))
}

/** The owned definitions and indicators that a plan was made for, opaque ones included. */
export function ownedCount({ basis }: Pick<PlannedDeletes, 'basis'>): number {
  return basis.remote.ownedDefinitionIds.length + basis.remote.ownedIndicatorIds.length
}

/** Whether a plan deletes a whole definition, which always needs a word from a person (sync 8). */
export function deletesDefinition({ changes }: Pick<PlannedDeletes, 'changes'>): boolean {
  return changes.some(({ kind }) => kind === 'delete-definition')
}

/** The N that `apply --allow-delete N` must name for this plan; null where it needs none. */
export function neededAllowDelete(plan: PlannedDeletes): number | null {
  return deletesDefinition(plan) || plan.deletes > deleteLimit(ownedCount(plan)) ? plan.deletes : null
}
