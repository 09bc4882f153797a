import type { StateFolder } from '../../files/state-folder.ts'
import { withState } from './open-state.ts'
import type { Progress } from './progress.ts'
import { readJournal } from './read-journal.ts'

/** The Names that this state folder created or adopted (sync 3), sorted; what a crashed apply did counts. */
export function readClaims(state: StateFolder): readonly string[] {
  const saved = withState(() => state.readClaims())
  const progress = readJournal(state)
  return progress === null ? saved.toSorted() : updated(saved, progress)
}

/** Keeps the Names that an apply created or adopted so far, and gives up those that it deleted. */
export function saveClaims(state: StateFolder, progress: Progress): void {
  const saved = state.readClaims()
  const all = updated(saved, progress)
  if (JSON.stringify(all) !== JSON.stringify(saved)) state.writeClaims(all)
}

/** A Name is ours once its definition is: adopted ones at once, created ones when they are there. */
function claimsOf(progress: Progress): readonly string[] {
  const { plan } = progress
  const uncreated = new Set<string>()
  for (const [number, change] of plan.changes.entries())
    if (change.kind === 'create-definition' && progress.status(number) !== 'done')
      uncreated.add(change.body.Name)
  return plan.claims.filter((name) => !uncreated.has(name))
}

/** What was deleted is ours no more: the next definition of that Name is somebody else's until it is adopted. */
function updated(saved: readonly string[], progress: Progress): readonly string[] {
  const deleted = new Set<string>()
  for (const [number, change] of progress.plan.changes.entries())
    if (change.kind === 'delete-definition' && progress.status(number) === 'done') deleted.add(change.Name)
  const kept = saved.filter((name) => !deleted.has(name))
  return [...new Set([...kept, ...claimsOf(progress)])].toSorted()
}
