import { formatCount } from '../../model/count-text.ts'
import { deleted } from './apply-changes.ts'
import type { ApplyProblem } from './apply-report.ts'
import type { ApplyRun } from './apply-run.ts'
import { APPLY_CODES, ApplyStop } from './apply-stop.ts'
import { iocText } from './change-text.ts'
import { compareOwned, type Comparison } from './compare-owned.ts'
import type { RemoteIndicator } from '../entities.ts'

const FIRST_WAIT_MS = 1000
const LONGEST_WAIT_MS = 15_000
/** Differences that are named; there may be thousands. */
const NAMED_LIMIT = 20

/**
 * Reads until the tenant shows what was written, to a deadline (sync 14). Our own surplus copies of indicators are
 * deleted on the way (sync 11). Returns what a person must know though all is applied; stops where something differs.
 */
export async function finalCheck(run: ApplyRun): Promise<readonly ApplyProblem[]> {
  const { deadlineMs } = run.settings
  const started = run.clock.now()
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    run.report('checking')
    const comparison = compareOwned(run.progress, await run.readState())
    const spare = comparison.surplusIndicators.filter(({ Id }) => !run.progress.deletedSurplus.has(Id))
    for (const indicator of spare) await deleteSurplus(run, indicator)
    const isSettled = comparison.mismatches.length === 0 && comparison.surplusIndicators.length === 0
    if (isSettled) return surplusProblems(run, comparison)
    if (run.clock.now() - started > deadlineMs) throw mismatch(run, comparison)
    await run.sleep(wait)
  }
}

async function deleteSurplus(run: ApplyRun, indicator: RemoteIndicator): Promise<void> {
  const outcome = await run.write({ changes: [], surplus: indicator.Id }, (signal) =>
    deleted(run.provider.deleteIndicator(indicator.Id, signal)),
  )
  // What was lost or refused shows again in the next reading.
  if (outcome.kind === 'done') run.surplus.push(surplusIndicator(run, indicator, true))
}

function surplusIndicator(
  run: ApplyRun,
  indicator: RemoteIndicator,
  isDeleted: boolean,
): ApplyRun['surplus'][number] {
  const { Type, DetectionFunction, Value, ExpiresAt, Enabled } = indicator
  return {
    what: 'indicator',
    Id: indicator.Id,
    definition: { Id: indicator.definitionId, Name: nameOf(run, indicator.definitionId) },
    ioc: { Type, DetectionFunction, Value, ExpiresAt, Enabled },
    isDeleted,
  }
}

function nameOf({ progress }: ApplyRun, definitionId: number): string {
  const before = progress.snapshot.definitions.find(({ Id }) => Id === definitionId)
  if (before !== undefined) return before.Name
  const created = progress.plan.changes.find(
    (change, number) => change.kind === 'create-definition' && progress.createdId(number) === definitionId,
  )
  return created?.kind === 'create-definition' ? created.body.Name : ''
}

/** What is there once too often and stays. */
function surplusProblems(run: ApplyRun, comparison: Comparison): readonly ApplyProblem[] {
  const problems: ApplyProblem[] = []
  for (const indicator of comparison.doubtfulIndicators) {
    run.surplus.push(surplusIndicator(run, indicator, false))
    problems.push({
      code: APPLY_CODES.surplusIndicator,
      message: `${iocText(indicator)} (Id ${indicator.Id}) is there once too often, and nobody can tell who created it`,
      place: null,
      fix: 'Make a plan with --prune to delete it.',
    })
  }
  for (const { Id, Name } of comparison.surplusDefinitions) {
    run.surplus.push({ what: 'definition', Id, definition: { Id, Name }, ioc: null, isDeleted: false })
    problems.push({
      code: APPLY_CODES.surplusDefinition,
      message: `definition ${JSON.stringify(Name)} is there once too often, as Id ${Id}: a request whose reply was lost came through late`,
      place: null,
      fix: `Delete definition ${Id} by hand after making sure that nothing is bound to it.`,
    })
  }
  return problems
}

function mismatch(run: ApplyRun, comparison: Comparison): ApplyStop {
  const named = comparison.mismatches.slice(0, NAMED_LIMIT).map(({ message, place }): ApplyProblem => ({
    code: APPLY_CODES.mismatch,
    message: `after the last write: ${message}`,
    place,
    fix: 'Wait, then make a new plan: it shows what is left to do.',
  }))
  const more = comparison.mismatches.length - named.length
  const surplus = comparison.surplusIndicators.map((indicator): ApplyProblem => ({
    code: APPLY_CODES.surplusIndicator,
    message: `${iocText(indicator)} (Id ${indicator.Id}) is there once too often and cannot be deleted`,
    place: null,
    fix: 'Make a plan with --prune to delete it.',
  }))
  const rest: ApplyProblem = {
    code: APPLY_CODES.mismatch,
    message: `and ${formatCount(more)} more`,
    place: null,
    fix: null,
  }
  for (const indicator of comparison.surplusIndicators)
    run.surplus.push(surplusIndicator(run, indicator, false))
  return new ApplyStop('remote', [...named, ...(more > 0 ? [rest] : []), ...surplus])
}
