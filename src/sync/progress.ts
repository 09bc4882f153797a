import { assertNever } from '../model/assert-never.ts'
import type { RemoteState } from './entities.ts'
import type { JournalEntry, JournaledOutcome, WriteTask } from './journal-entry.ts'
import type { Change, DefinitionReference, Plan } from './plan.ts'
import type { WriteCounts } from './apply-report.ts'

/**
 * What is known about one change. `unknown`: sent, no reply. `missing`: sent, no reply, and quiet readings did not show
 * it, so that it may be sent again. `refused`: the service proved that nothing happened.
 */
export type ChangeStatus = 'pending' | 'done' | 'unknown' | 'missing' | 'refused'

/** From what an apply started: the plan, and the owned part of the tenant just before the first write. */
export interface ApplyStart {
  readonly plan: Plan
  readonly snapshot: RemoteState
  readonly maxDefinitionId: number
  readonly maxIndicatorId: number
}

/**
 * What an apply knows: the fold of its journal, entry by entry. A running apply and one that is taken up again after a
 * crash come to the same knowledge by the same path.
 */
export class Progress implements ApplyStart {
  readonly plan: Plan
  readonly snapshot: RemoteState
  readonly maxDefinitionId: number
  readonly maxIndicatorId: number
  readonly deletedSurplus: Set<number> = new Set<number>()
  readonly #status: ChangeStatus[]
  readonly #ids: (number | null)[]
  /** True once a reply to it was lost: copies of it may appear later. */
  readonly #wasLost: boolean[]
  readonly #tally: Record<ChangeStatus, number>
  readonly #repliedIds = new Set<string>()
  readonly #tasks = new Map<number, WriteTask>()
  #nextWrite = 1
  #isFinished = false

  constructor(start: ApplyStart) {
    this.plan = start.plan
    this.snapshot = start.snapshot
    this.maxDefinitionId = start.maxDefinitionId
    this.maxIndicatorId = start.maxIndicatorId
    this.#status = start.plan.changes.map(() => 'pending')
    this.#tally = { pending: start.plan.changes.length, done: 0, unknown: 0, missing: 0, refused: 0 }
    this.#ids = start.plan.changes.map(() => null)
    this.#wasLost = start.plan.changes.map(() => false)
  }

  get nextWrite(): number {
    return this.#nextWrite
  }

  get isFinished(): boolean {
    return this.#isFinished
  }

  status(change: number): ChangeStatus {
    return this.#status[change] ?? 'pending'
  }

  /** The Id of what a change created; null when it is not known. */
  createdId(change: number): number | null {
    return this.#ids[change] ?? null
  }

  wasLost(change: number): boolean {
    return this.#wasLost[change] ?? false
  }

  /** True when the service itself said that it created this for us. */
  isReplied(kind: 'definition' | 'indicator', Id: number): boolean {
    return this.#repliedIds.has(`${kind} ${Id}`)
  }

  /** Places in the plan whose changes have one of these statuses, ascending. */
  changesThatAre(...statuses: readonly ChangeStatus[]): readonly number[] {
    return this.plan.changes
      .map((_, change) => change)
      .filter((change) => statuses.includes(this.status(change)))
  }

  /** True when a reply is missing, so that only a resume may go on. */
  get isDoubtful(): boolean {
    return this.#tally.unknown + this.#tally.missing > 0
  }

  counts(): WriteCounts {
    const { pending, done, unknown, missing, refused } = this.#tally
    return {
      planned: this.plan.changes.length,
      acknowledged: done,
      provenAbsent: pending + refused,
      unknown: unknown + missing,
    }
  }

  /** The Id of a definition that the plan names; null as long as it is not created. */
  definitionId(reference: DefinitionReference): number | null {
    if (reference.Id !== null) return reference.Id
    const change = this.plan.changes.findIndex(
      (other) => other.kind === 'create-definition' && other.body.Name === reference.Name,
    )
    return this.createdId(change)
  }

  /** Takes up the next fact. */
  fold(entry: JournalEntry): void {
    switch (entry.kind) {
      case 'begin':
        return
      case 'intent':
        this.#nextWrite = Math.max(this.#nextWrite, entry.write + 1)
        this.#tasks.set(entry.write, entry.task)
        for (const change of entry.task.changes) this.#set(change, 'unknown')
        return
      case 'outcome': {
        const task = this.#tasks.get(entry.write)
        if (task !== undefined) this.#settle(task, entry.outcome)
        return
      }
      case 'resolved':
        for (const { change, Id } of entry.found) this.#set(change, 'done', Id)
        for (const change of entry.missing) {
          this.#set(change, 'missing')
          this.#wasLost[change] = true
        }
        for (const change of entry.gone) this.#set(change, 'refused')
        return
      case 'finish':
        this.#isFinished = true
        return
      default:
        assertNever(entry)
    }
  }

  #settle(task: WriteTask, outcome: JournaledOutcome): void {
    switch (outcome.kind) {
      case 'done':
        if (task.surplus !== null) this.deletedSurplus.add(task.surplus)
        for (const [i, change] of task.changes.entries()) this.#setReplied(change, outcome.ids?.[i] ?? null)
        return
      case 'absent':
        for (const change of task.changes) this.#set(change, 'refused')
        return
      case 'unknown':
        for (const change of task.changes) this.#wasLost[change] = true
        return
      default:
        assertNever(outcome)
    }
  }

  #setReplied(change: number, Id: number | null): void {
    this.#set(change, 'done', Id)
    if (Id === null) return
    const kind = changeAt(this.plan, change).kind
    if (kind === 'create-definition') this.#repliedIds.add(`definition ${Id}`)
    if (kind === 'create-indicator') this.#repliedIds.add(`indicator ${Id}`)
  }

  #set(change: number, status: ChangeStatus, id: number | null = null): void {
    this.#tally[this.status(change)]--
    this.#tally[status]++
    this.#status[change] = status
    if (id !== null) this.#ids[change] = id
  }
}

/** The change at a place of the plan; the place must exist. */
export function changeAt(plan: Plan, place: number): Change {
  const change = plan.changes[place]
  if (change === undefined) throw new Error(`the plan has no change ${place}`)
  return change
}
