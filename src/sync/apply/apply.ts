import { FileError } from '../../files/file-error.ts'
import type { StateFolder } from '../../files/state-folder.ts'
import type { ApplyProblem, ApplyReport } from './apply-report.ts'
import { applyChanges } from './apply-changes.ts'
import { ApplyRun, type ApplyTools } from './apply-run.ts'
import { APPLY_CODES, ApplyStop } from './apply-stop.ts'
import { checkDeletes } from '../plan/delete-limit.ts'
import { asError, checkResumable, checkStart, ownedSnapshot } from './check-remote.ts'
import { readClaims, saveClaims } from './claims.ts'
import { finalCheck } from './final-check.ts'
import { encodeEntry, type JournalEntry } from './journal-entry.ts'
import { asRefusal } from './open-state.ts'
import { encodePlan, planDigest } from '../plan/plan-file.ts'
import type { Plan } from '../plan.ts'
import { changeAt, Progress, type ApplyStart } from './progress.ts'
import { readUntilQuiet, resolveUnknown } from './read-back.ts'
import { readJournal } from './read-journal.ts'
import { RemoteError } from '../remote-error.ts'

export type { ApplyTools } from './apply-run.ts'

/** What an apply needs: a plan, and the number of deletes that was allowed. */
export interface ApplyInput extends ApplyTools {
  readonly plan: Plan
  /** As the user typed it after `--allow-delete`; null without (sync 8). */
  readonly allowDelete: number | null
}

/**
 * Does what a plan says, or refuses before the first write with a RemoteError `safety` (sync 8 to 13). After the first
 * write nothing is thrown but what the disk refuses; the report says what stopped it, and the journal how to go on.
 */
export async function applyPlan(input: ApplyInput): Promise<ApplyReport> {
  const { plan, provider, state, signal } = input
  checkStart(plan, provider, null)
  if (planDigest(plan) !== plan.digest)
    throw refusal(APPLY_CODES.changedPlan, 'the plan was changed after it was made', 'Make a new plan.')
  const refused = checkDeletes(plan, input.allowDelete)
  if (refused !== null) throw asError(refused)
  return locked(state, async () => {
    refuseDoubtful(state)
    const claims = readClaims(state)
    input.onProgress?.({ action: 'reading', acknowledged: 0, planned: plan.changes.length })
    const remote = await provider.readState(signal)
    checkStart(plan, provider, remote)
    const start: ApplyStart = { plan, ...ownedSnapshot(plan, remote) }
    const run = new ApplyRun(input, new Progress(start))
    if (plan.changes.length === 0 && plan.claims.every((name) => claims.includes(name)))
      return reportOf(run, 'done', [])
    // What an unfinished journal claims must not be lost with it.
    state.writeClaims(claims)
    state.startJournal([encodeEntry(beginEntry(start, input.clock.now()))])
    return finish(run, state)
  })
}

/** Goes on with the apply that the state folder holds; a RemoteError when there is none or the tenant was changed. */
export async function resumeApply(tools: ApplyTools): Promise<ApplyReport> {
  const { provider, state } = tools
  return locked(state, async () => {
    const progress = readJournal(state)
    if (progress === null || progress.isFinished) {
      const message = 'there is no interrupted apply to go on with'
      throw new RemoteError('usage', APPLY_CODES.nothingToResume, message, 'Make a plan and apply it.')
    }
    checkStart(progress.plan, provider, null)
    const run = new ApplyRun(tools, progress)
    run.report('reading')
    await checkResumable(progress, {
      readOnce: () => provider.readState(tools.signal),
      readQuiet: () => readUntilQuiet(run),
    })
    return finish(run, state)
  })
}

/** Everything after the checks. */
async function finish(run: ApplyRun, state: StateFolder): Promise<ApplyReport> {
  const { progress } = run
  try {
    const doubtful = progress.changesThatAre('unknown', 'missing')
    if (doubtful.length > 0) await resolveUnknown(run, doubtful)
    await applyChanges(run)
    saveClaims(state, progress)
    const problems = await finalCheck(run)
    run.record({ kind: 'finish', at: run.clock.now() })
    return reportOf(run, 'done', problems)
  } catch (cause) {
    if (cause instanceof FileError) throw resumable(cause)
    if (!(cause instanceof ApplyStop)) throw cause
    saveClaims(state, progress)
    return { ...reportOf(run, 'stopped', cause.problems), exit: cause.exit }
  }
}

/** The disk refused what must be known before anything else is written: nothing is lost, and a resume goes on. */
function resumable({ path, message, code, cause }: FileError): FileError {
  const fix = 'make room there, then run dryfire apply --resume'
  return new FileError(path, message, { code, cause, fix })
}

async function locked(state: StateFolder, work: () => Promise<ApplyReport>): Promise<ApplyReport> {
  try {
    state.lock()
    const report = await work().catch((cause: unknown) => {
      unlockAfter(state)
      throw cause
    })
    state.unlock()
    return report
  } catch (cause) {
    throw asRefusal(cause)
  }
}

/** After a failure, which matters more than that of giving the lock back: a lock whose process has ended hinders nobody. */
function unlockAfter(state: StateFolder): void {
  try {
    state.unlock()
  } catch {
    // The same disk, most often, that caused the failure.
  }
}

/** A reply of the last apply is missing: only a resume may find out, before anything else is written. */
function refuseDoubtful(state: StateFolder): void {
  const before = readJournal(state)
  if (before === null || before.isFinished || !before.isDoubtful) return
  const { unknown } = before.counts()
  throw refusal(
    APPLY_CODES.doubtful,
    `the apply before this one ended without knowing about ${unknown} of its changes`,
    'Run apply --resume first, then make a new plan.',
  )
}

function beginEntry(start: ApplyStart, at: number): JournalEntry {
  const { plan, snapshot, maxDefinitionId, maxIndicatorId } = start
  const text = new TextDecoder().decode(encodePlan(plan))
  return { kind: 'begin', plan: text, at, snapshot, maxDefinitionId, maxIndicatorId }
}

function reportOf(
  run: ApplyRun,
  outcome: ApplyReport['outcome'],
  problems: readonly ApplyProblem[],
): ApplyReport {
  const { progress } = run
  const writes = progress.counts()
  if (writes.acknowledged + writes.provenAbsent + writes.unknown !== writes.planned)
    throw new Error(`the changes do not add up: ${JSON.stringify(writes)}`)
  const count = (kind: Plan['changes'][number]['kind']): number =>
    progress.changesThatAre('done').filter((change) => progress.plan.changes[change]?.kind === kind).length
  return {
    outcome,
    exit: problems.length === 0 ? 'ok' : 'remote',
    planDigest: progress.plan.digest,
    writes,
    createdDefinitions: count('create-definition'),
    createdIndicators: count('create-indicator'),
    patchedDefinitions: count('patch-definition'),
    patchedIndicators: count('patch-indicator'),
    reboundIndicators: count('rebind-indicator'),
    deletedDefinitions: count('delete-definition'),
    deletedIndicators: count('delete-indicator'),
    fallenIndicators: fallenCount(progress),
    requests: run.requests,
    problems,
    surplus: run.surplus,
  }
}

/** What the definitions that are deleted took along. */
function fallenCount(progress: Progress): number {
  return progress.changesThatAre('done').reduce((sum, number) => {
    const change = changeAt(progress.plan, number)
    return change.kind === 'delete-definition' ? sum + change.cascade.length : sum
  }, 0)
}

function refusal(code: string, message: string, fix: string): RemoteError {
  return new RemoteError('safety', code, message, fix)
}
