import type { StateFolder } from '../../files/state-folder.ts'
import { APPLY_CODES } from './apply-stop.ts'
import { decodeEntry } from './journal-entry.ts'
import { withState } from './open-state.ts'
import { decodePlan } from '../plan/plan-file.ts'
import { Progress } from './progress.ts'
import { RemoteError } from '../remote-error.ts'

/** What the journal of the last apply knows, or null when there is none; a RemoteError `safety` when it is damaged. */
export function readJournal(state: StateFolder): Progress | null {
  const texts = withState(() => state.readJournal())
  if (texts === null) return null
  const [first, ...rest] = texts.map(decodeEntry)
  if (first?.kind !== 'begin') throw damaged('it does not say what it was for')
  const plan = decodePlan(new TextEncoder().encode(first.plan))
  const progress = new Progress({ ...first, plan })
  for (const entry of rest) {
    if (entry.kind === 'intent' && entry.task.changes.some((change) => plan.changes[change] === undefined))
      throw damaged('it names changes that the plan does not have')
    progress.fold(entry)
  }
  return progress
}

function damaged(reason: string): RemoteError {
  return new RemoteError(
    'safety',
    APPLY_CODES.journal,
    `the journal cannot be trusted: ${reason}`,
    'Run apply --reset-state: the damaged files are kept as a backup, and the next plan starts from the tenant.',
  )
}
