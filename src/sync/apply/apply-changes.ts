import { formatCount } from '../../model/count-text.ts'
import { assertNever } from '../../model/assert-never.ts'
import type { ApplyRun } from './apply-run.ts'
import { APPLY_CODES, ApplyStop } from './apply-stop.ts'
import { splitBulk } from '../client/bulk-limits.ts'
import { changeText, iocText } from './change-text.ts'
import { createChunk } from './create-chunk.ts'
import { deliver, refusedFor } from './deliver.ts'
import type { Change, DeleteDefinition } from '../plan.ts'
import { changeAt, type Progress } from './progress.ts'
import type { WriteOutcome } from '../provider.ts'
import { findNameless } from './read-back.ts'

const NOT_FOUND = 404
/** Bytes of an item's envelope in a bulk request: the bind and its Id. */
const BIND_BYTES = 80

/** Does all changes of the plan that are not done yet, in its order (sync 10). */
export async function applyChanges(run: ApplyRun): Promise<void> {
  await findNameless(run)
  for (const group of groupChanges(run.progress)) {
    const [first] = group
    if (first === undefined) continue
    const { kind } = changeAt(run.progress.plan, first)
    if (kind === 'create-definition' || kind === 'create-indicator') {
      for (const chunk of chunksOf(run, group)) await createChunk(run, chunk)
      if (kind === 'create-definition') await findNameless(run)
    } else {
      await applyOne(run, first)
    }
  }
}

/** Changes that are not done, creations of one kind together as far as they stand together; all others alone. */
function groupChanges(progress: Progress): readonly (readonly number[])[] {
  const groups: number[][] = []
  let lastKind: Change['kind'] | null = null
  for (const [number, { kind }] of progress.plan.changes.entries()) {
    if (progress.status(number) === 'done') continue
    const isBulk = kind === 'create-definition' || kind === 'create-indicator'
    if (isBulk && kind === lastKind) groups.at(-1)?.push(number)
    else groups.push([number])
    lastKind = kind
  }
  return groups
}

/** Chunks within the limits of the service, and within the setting. */
function chunksOf(run: ApplyRun, group: readonly number[]): readonly (readonly number[])[] {
  const sizeOf = (number: number): number => {
    const change = changeAt(run.progress.plan, number)
    return Buffer.byteLength(JSON.stringify('body' in change ? change.body : null)) + BIND_BYTES
  }
  const { bulkItems } = run.settings
  return splitBulk(group, sizeOf).flatMap((chunk) =>
    Array.from({ length: Math.ceil(chunk.length / bulkItems) }, (_, i) =>
      chunk.slice(i * bulkItems, (i + 1) * bulkItems),
    ),
  )
}

async function applyOne(run: ApplyRun, number: number): Promise<void> {
  const change = changeAt(run.progress.plan, number)
  const delivery = await deliver(
    run,
    [number],
    (_, signal) => sendOne(run, change, signal),
    async () => {
      if (change.kind === 'delete-definition') await refuseUnplanned(run, change)
    },
  )
  if (delivery.kind === 'refused') throw refusedFor(run, number, delivery.refusal)
}

function sendOne(run: ApplyRun, change: Change, signal: AbortSignal): Promise<WriteOutcome> {
  const { provider, progress } = run
  switch (change.kind) {
    case 'patch-definition':
      return provider.patchDefinition(change.Id, change.patch, signal)
    case 'patch-indicator':
      return provider.patchIndicator(change.Id, change.patch, signal)
    case 'rebind-indicator': {
      const target = progress.definitionId(change.to)
      if (target === null) throw new Error(`definition ${change.to.Name} has no Id yet`)
      return provider.bindIndicator(change.Id, target, signal)
    }
    case 'delete-indicator':
      return deleted(provider.deleteIndicator(change.Id, signal))
    case 'delete-definition':
      return deleted(provider.deleteDefinition(change.Id, signal))
    case 'create-definition':
    case 'create-indicator':
      throw new Error(`${change.kind} goes in bulk`)
    default:
      return assertNever(change)
  }
}

/** What is not there needs no deleting (sync 11). */
export async function deleted(reply: Promise<WriteOutcome>): Promise<WriteOutcome> {
  const outcome = await reply
  return outcome.kind === 'absent' && outcome.status === NOT_FOUND ? { kind: 'done', ids: null } : outcome
}

/** Reads what would fall with a definition once more: an indicator that nobody planned to delete saves it (sync 10). */
async function refuseUnplanned(run: ApplyRun, change: DeleteDefinition): Promise<void> {
  const planned = new Set(change.cascade.map(({ Id }) => Id))
  const bound = await run.readIndicatorsOf(change.Id)
  const unplanned = bound.filter(({ Id }) => !planned.has(Id))
  const [first] = unplanned
  if (first === undefined) return
  const more = unplanned.length > 1 ? ` and ${formatCount(unplanned.length - 1)} more` : ''
  throw new ApplyStop('safety', [
    {
      code: APPLY_CODES.unplanned,
      message: `refused to ${changeText(change)}: ${iocText(first)} (Id ${first.Id})${more} would fall with it and is not in the plan`,
      place: null,
      fix: 'Look at what was added, then make a new plan.',
    },
  ])
}
