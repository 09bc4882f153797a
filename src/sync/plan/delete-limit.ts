import { formatCount } from '../../model/count-text.ts'
import { deleteLimit, deletesDefinition, neededAllowDelete, ownedCount } from '../../model/delete-limit.ts'
import type { PlannedDeletes } from '../../model/delete-limit.ts'
import type { Change } from '../plan.ts'
import type { Refusal } from './refusal.ts'

/** Definitions, IOCs and the IOCs that fall with a definition (sync 8). */
export function countDeletes(changes: readonly Change[]): number {
  let count = 0
  for (const change of changes) {
    if (change.kind === 'delete-indicator') count++
    if (change.kind === 'delete-definition') count += 1 + change.cascade.length
  }
  return count
}

/** Why the plan's deletes are not allowed, or null. `allowDelete` is the exact number that the user named, or null. */
export function checkDeletes(plan: PlannedDeletes, allowDelete: number | null): Refusal | null {
  if (allowDelete !== null && allowDelete !== plan.deletes) {
    return {
      code: 'PLAN011',
      failure: 'safety',
      message: `--allow-delete names ${allowDelete}, the plan deletes ${plan.deletes}`,
      fix:
        plan.deletes === 0
          ? 'Read the plan again; leave --allow-delete out where nothing is deleted.'
          : `Read the plan again; if all its deletes are meant, give --allow-delete ${plan.deletes}.`,
    }
  }
  const needed = neededAllowDelete(plan)
  if (needed === null || allowDelete !== null) return null
  const owned = ownedCount(plan)
  const reason = deletesDefinition(plan)
    ? 'whole definitions among them'
    : `more than ${formatCount(deleteLimit(owned))} of ${formatCount(owned)} owned entities`
  return {
    code: 'PLAN010',
    failure: 'safety',
    message: `the plan deletes ${formatCount(plan.deletes)}: ${reason}`,
    fix: `If all its deletes are meant, give --allow-delete ${needed}.`,
  }
}
