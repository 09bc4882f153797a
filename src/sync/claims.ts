import type { StateFolder } from '../files/state-folder.ts'
import { withState } from './open-state.ts'
import type { Progress } from './progress.ts'
import { readJournal } from './read-journal.ts'

/** The Names that this state folder created or adopted (sync 3), sorted; what a crashed apply did counts. */
export function readClaims(state: StateFolder): readonly string[] {
  const saved = withState(() => state.readClaims())
  const progress = readJournal(state)
  return merged(saved, progress === null ? [] : claimsOf(progress))
}

/** Keeps the Names that an apply created or adopted so far. */
export function saveClaims(state: StateFolder, progress: Progress): void {
  const saved = state.readClaims()
  const all = merged(saved, claimsOf(progress))
  if (all.length > saved.length) state.writeClaims(all)
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

function merged(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])].toSorted()
}
