import type { Change, Plan } from './plan.ts'
import type { Refusal } from './refusal.ts'

const MOST_DELETES = 100
/** One in so many may go. */
const SHARE = 10
/** Below this many owned entities a tenth is nothing, and the limit is one. */
const LEAST_OWNED = 10

/** How many deletes need no word from a person, of so many owned entities (sync 8). */
export function deleteLimit(owned: number): number {
  return owned < LEAST_OWNED ? 1 : Math.min(MOST_DELETES, Math.floor(owned / SHARE))
}

/** Definitions, IOCs and the IOCs that fall with a definition (sync 8). */
export function countDeletes(changes: readonly Change[]): number {
  let count = 0
  for (const change of changes) {
    if (change.kind === 'delete-indicator') count++
    if (change.kind === 'delete-definition') count += 1 + change.cascade.length
  }
  return count
}

/** The owned definitions and indicators of a plan's basis, opaque ones included. */
export function ownedCount({ basis }: Pick<Plan, 'basis'>): number {
  return basis.remote.ownedDefinitionIds.length + basis.remote.ownedIndicatorIds.length
}

/** The N that `apply --allow-delete N` must name for this plan; null where it needs none. */
export function neededAllowDelete(plan: Pick<Plan, 'basis' | 'changes' | 'deletes'>): number | null {
  const isDefinitionLost = plan.changes.some(({ kind }) => kind === 'delete-definition')
  return isDefinitionLost || plan.deletes > deleteLimit(ownedCount(plan)) ? plan.deletes : null
}

/** Why the plan's deletes are not allowed, or null. `allowDelete` is the exact number that the user named, or null. */
export function checkDeletes(
  plan: Pick<Plan, 'basis' | 'changes' | 'deletes'>,
  allowDelete: number | null,
): Refusal | null {
  if (allowDelete !== null && allowDelete !== plan.deletes) {
    return {
      code: 'PLAN011',
      failure: 'safety',
      message: `--allow-delete names ${allowDelete}, the plan deletes ${plan.deletes}`,
      fix: `Read the plan again; if all its deletes are meant, give --allow-delete ${plan.deletes}.`,
    }
  }
  const needed = neededAllowDelete(plan)
  if (needed === null || allowDelete !== null) return null
  const isDefinitionLost = plan.changes.some(({ kind }) => kind === 'delete-definition')
  const owned = ownedCount(plan)
  const reason = isDefinitionLost
    ? 'whole definitions among them'
    : `more than ${deleteLimit(owned)} of ${owned} owned entities`
  return {
    code: 'PLAN010',
    failure: 'safety',
    message: `the plan deletes ${plan.deletes}: ${reason}`,
    fix: `If all its deletes are meant, give --allow-delete ${needed}.`,
  }
}
