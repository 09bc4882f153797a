import { formatCount } from '../../model/count-text.ts'
import { APPLY_CODES } from './apply-stop.ts'
import { checkPlanFits } from '../plan/check-plan-fits.ts'
import { compareOwned } from './compare-owned.ts'
import type { RemoteState } from '../entities.ts'
import type { Plan } from '../plan.ts'
import type { ApplyStart, Progress } from './progress.ts'
import type { Provider } from '../provider.ts'
import type { Refusal } from '../plan/refusal.ts'
import { RemoteError } from '../remote-error.ts'

/** Differences that a refusal names; there may be thousands. */
const NAMED_LIMIT = 10

/**
 * Throws when a plan is not for this tenant, or the owned part of the tenant is no longer what the plan was made from.
 * Rules and time are the caller's to judge, before (sync 9); `remote` is null where it is not to be judged.
 */
export function checkStart(
  plan: Plan,
  { api, tenant }: Pick<Provider, 'api' | 'tenant'>,
  remote: RemoteState | null,
): void {
  const { createdAt, toolVersion, rules } = plan.basis
  const world = { now: Date.parse(createdAt), toolVersion, rulesFiles: rules.files, api, tenant, remote }
  const [refused] = checkPlanFits(plan, world)
  if (refused !== undefined) throw asError(refused)
}

/** A refusal as what is thrown. */
export function asError({ failure, code, message, fix }: Refusal): RemoteError {
  return new RemoteError(failure, code, message, fix)
}

/** The owned part of the tenant, and the largest Ids of all of it: what is above appeared later. */
export function ownedSnapshot(plan: Plan, remote: RemoteState): Omit<ApplyStart, 'plan'> {
  const owned = new Set(plan.basis.remote.ownedDefinitionIds)
  return {
    snapshot: {
      definitions: remote.definitions.filter(({ Id }) => owned.has(Id)),
      indicators: remote.indicators.filter(({ definitionId }) => owned.has(definitionId)),
    },
    maxDefinitionId: largestId(remote.definitions),
    maxIndicatorId: largestId(remote.indicators),
  }
}

/**
 * Throws when the tenant is not the snapshot with the journal's outcomes (sync 13). A first look that does not fit may
 * be an early one: the tenant gets the time to come to rest.
 */
export async function checkResumable(
  progress: Progress,
  read: { readonly readOnce: () => Promise<RemoteState>; readonly readQuiet: () => Promise<RemoteState> },
): Promise<void> {
  if (compareOwned(progress, await read.readOnce()).mismatches.length === 0) return
  const { mismatches } = compareOwned(progress, await read.readQuiet())
  if (mismatches.length === 0) return
  const named = mismatches.slice(0, NAMED_LIMIT).map(({ message }) => message)
  const more =
    mismatches.length > named.length ? `; and ${formatCount(mismatches.length - named.length)} more` : ''
  throw new RemoteError(
    'safety',
    APPLY_CODES.cannotResume,
    `somebody else changed the tenant since the apply was interrupted: ${named.join('; ')}${more}`,
    'Run apply --reset-state, which keeps the journal as a backup, then make a new plan.',
  )
}

function largestId(entities: readonly { readonly Id: number }[]): number {
  return entities.reduce((largest, { Id }) => Math.max(largest, Id), 0)
}
