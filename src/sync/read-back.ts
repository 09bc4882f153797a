import { assertNever } from '../model/assert-never.ts'
import { changeText, changePlace } from './change-text.ts'
import type { ApplyRun } from './apply-run.ts'
import { APPLY_CODES, ApplyStop } from './apply-stop.ts'
import { relevantDefinitionIds } from './compare-owned.ts'
import { definitionText, indicatorText } from './entity-text.ts'
import type { RemoteState } from './entities.ts'
import type { FoundChange, Resolution } from './journal-entry.ts'
import { ownedDigest } from './owned-digest.ts'
import type { Change } from './plan.ts'
import { changeAt, type Progress } from './progress.ts'

/** A wait between readings grows up to this. */
const LONGEST_WAIT_MS = 15_000
const FIRST_WAIT_MS = 1000

/**
 * Reads until the tenant rests: so many equal readings in a row, over at least so long (sync 11). A request whose reply
 * was lost may still be at work when the first reading begins.
 */
export async function readUntilQuiet(run: ApplyRun): Promise<RemoteState> {
  const { readBackMs, readBackReads, deadlineMs } = run.settings
  const wait = Math.ceil(readBackMs / Math.max(1, readBackReads - 1))
  const started = run.clock.now()
  let since = started
  let digest = ''
  let equal = 0
  for (;;) {
    run.report('reading-back')
    const remote = await run.readState()
    const next = ownedDigest(remote, relevantDefinitionIds(run.progress, remote))
    if (next === digest) {
      equal++
    } else {
      digest = next
      equal = 1
      since = run.clock.now()
    }
    if (equal >= readBackReads && run.clock.now() - since >= readBackMs) return remote
    if (run.clock.now() - started > deadlineMs) throw restless(run.progress)
    await run.sleep(wait)
  }
}

/** Which of these changes, all sent and none answered, the tenant shows. Creations are matched as a multiset. */
function findSent(progress: Progress, changes: readonly number[], remote: RemoteState): Resolution {
  const finder = new Finder(progress, remote)
  const found: FoundChange[] = []
  const missing: number[] = []
  const gone: number[] = []
  for (const change of changes) {
    const result = finder.find(changeAt(progress.plan, change))
    if (result === 'gone') gone.push(change)
    else if (result === 'missing') missing.push(change)
    else found.push({ change, Id: result.Id })
  }
  return { found, missing, gone }
}

/** Finds out by quiet readings what became of changes that were sent and not answered; returns what is to be sent again. */
export async function resolveUnknown(run: ApplyRun, changes: readonly number[]): Promise<readonly number[]> {
  const remote = await readUntilQuiet(run)
  const resolution = findSent(run.progress, changes, remote)
  run.record({ kind: 'resolved', ...resolution })
  const [first] = resolution.gone
  if (first !== undefined) throw gone(changeAt(run.progress.plan, first))
  return resolution.missing
}

/** Reads until the definitions that were created without an Id in the reply show under their Names. */
export async function findNameless(run: ApplyRun): Promise<void> {
  const { progress } = run
  const started = run.clock.now()
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    const nameless = progress
      .changesThatAre('done')
      .filter(
        (change) =>
          changeAt(progress.plan, change).kind === 'create-definition' && progress.createdId(change) === null,
      )
    if (nameless.length === 0) return
    const { found } = findSent(progress, nameless, await run.readState())
    if (found.length > 0) run.record({ kind: 'resolved', found, missing: [], gone: [] })
    if (found.length === nameless.length) return
    if (run.clock.now() - started > run.settings.deadlineMs) throw notShowing(progress, nameless)
    await run.sleep(wait)
  }
}

/** Entities that may be what we created, each given to one change only. */
class Finder {
  readonly #progress: Progress
  readonly #remote: RemoteState
  readonly #taken = new Set<number>()
  #newIndicators: Map<string, number[]> | null = null

  constructor(progress: Progress, remote: RemoteState) {
    this.#progress = progress
    this.#remote = remote
  }

  find(change: Change): Finding {
    switch (change.kind) {
      case 'create-definition':
        return this.#findDefinition(change.body.Name)
      case 'create-indicator': {
        const definitionId = this.#progress.definitionId(change.definition)
        if (definitionId === null) return 'missing'
        const Id = this.#candidates().get(indicatorText(change.body, definitionId))?.shift()
        return Id === undefined ? 'missing' : { Id }
      }
      case 'patch-definition': {
        const present = this.#remote.definitions.find(({ Id }) => Id === change.Id)
        if (present === undefined) return 'gone'
        return shown(definitionText({ ...present, ...change.patch }) === definitionText(present))
      }
      case 'patch-indicator': {
        const present = this.#indicator(change.Id)
        if (present === undefined) return 'gone'
        const patched = indicatorText({ ...present, ...change.patch }, present.definitionId)
        return shown(patched === indicatorText(present, present.definitionId))
      }
      case 'rebind-indicator': {
        const present = this.#indicator(change.Id)
        if (present === undefined) return 'gone'
        return shown(present.definitionId === this.#progress.definitionId(change.to))
      }
      case 'delete-indicator':
        return shown(this.#indicator(change.Id) === undefined)
      case 'delete-definition':
        return shown(!this.#remote.definitions.some(({ Id }) => Id === change.Id))
      default:
        return assertNever(change)
    }
  }

  #findDefinition(name: string): Finding {
    const { maxDefinitionId } = this.#progress
    const present = this.#remote.definitions.find(
      ({ Id, Name }) => Name === name && Id > maxDefinitionId && !this.#taken.has(Id),
    )
    if (present === undefined) return 'missing'
    this.#taken.add(present.Id)
    return { Id: present.Id }
  }

  #indicator(Id: number): RemoteState['indicators'][number] | undefined {
    return this.#remote.indicators.find((indicator) => indicator.Id === Id)
  }

  /** Ids that appeared since the snapshot and belong to no creation yet, by all that can be written. */
  #candidates(): Map<string, number[]> {
    if (this.#newIndicators !== null) return this.#newIndicators
    const progress = this.#progress
    const spoken = new Set<number>()
    const nameless = new Map<string, number>()
    for (const number of progress.changesThatAre('done')) {
      const change = changeAt(progress.plan, number)
      if (change.kind !== 'create-indicator') continue
      const Id = progress.createdId(number)
      const definitionId = progress.definitionId(change.definition)
      if (Id !== null) spoken.add(Id)
      else if (definitionId !== null) {
        const text = indicatorText(change.body, definitionId)
        nameless.set(text, (nameless.get(text) ?? 0) + 1)
      }
    }
    const lists = new Map<string, number[]>()
    for (const indicator of this.#remote.indicators) {
      if (indicator.Id <= progress.maxIndicatorId || spoken.has(indicator.Id)) continue
      const text = indicatorText(indicator, indicator.definitionId)
      const others = nameless.get(text) ?? 0
      if (others > 0) nameless.set(text, others - 1)
      else lists.set(text, [...(lists.get(text) ?? []), indicator.Id])
    }
    this.#newIndicators = lists
    return lists
  }
}

type Finding = 'missing' | 'gone' | { readonly Id: number | null }

function shown(isThere: boolean): Finding {
  return isThere ? { Id: null } : 'missing'
}

/** What was to be changed is not there any more: somebody else works on this tenant. */
function gone(change: Change): ApplyStop {
  return new ApplyStop('remote', [
    {
      code: APPLY_CODES.gone,
      message: `cannot ${changeText(change)}: the service holds it no more`,
      place: changePlace(change),
      fix: 'Find out who else writes to this tenant, then make a new plan.',
    },
  ])
}

function restless(progress: Progress): ApplyStop {
  const places = progress.changesThatAre('unknown', 'missing')
  return new ApplyStop('remote', [
    {
      code: APPLY_CODES.restless,
      message: `the tenant changes all the time, so that nobody can tell whether ${places.length} changes were made`,
      place: null,
      fix: 'Run apply --resume when nobody else writes to this tenant.',
    },
  ])
}

function notShowing(progress: Progress, changes: readonly number[]): ApplyStop {
  return new ApplyStop(
    'remote',
    changes.map((number) => {
      const change = changeAt(progress.plan, number)
      return {
        code: APPLY_CODES.mismatch,
        message: `the service confirmed to ${changeText(change)}, and does not show it`,
        place: changePlace(change),
        fix: 'Run apply --resume later.',
      }
    }),
  )
}
