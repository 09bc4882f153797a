import { iocText } from './change-text.ts'
import { definitionDifferences, definitionText, indicatorDifferences, indicatorText } from './entity-text.ts'
import type { RemoteDefinition, RemoteIndicator, RemoteState } from '../entities.ts'
import type { RulePlace } from '../plan.ts'
import { changeAt, type Progress } from './progress.ts'
import { Variants, type Certainty, type Standing } from './variants.ts'

/** A difference between the tenant and what it should hold by all that is known. */
interface Mismatch {
  readonly message: string
  readonly place: RulePlace | null
}

/** How the owned part of a tenant stands to what it should hold. */
export interface Comparison {
  readonly mismatches: readonly Mismatch[]
  /** Later copies of what was sent more than once, or whose reply was lost, made by us beyond doubt. */
  readonly surplusIndicators: readonly RemoteIndicator[]
  /** The same, but nobody can tell whether we made them. */
  readonly doubtfulIndicators: readonly RemoteIndicator[]
  readonly surplusDefinitions: readonly RemoteDefinition[]
}

/**
 * Compares the owned part of the tenant with the snapshot and all outcomes (sync 13). What is unknown may be in either
 * state; attributes of time and author do not count. Everything that is not owned is not looked at.
 */
export function compareOwned(progress: Progress, remote: RemoteState): Comparison {
  return new Comparer(progress, remote).compare()
}

/** The definitions that an apply has to do with: those of the snapshot, those created, and any others of these Names. */
export function relevantDefinitionIds(progress: Progress, remote: RemoteState): readonly number[] {
  const ids = new Set(progress.snapshot.definitions.map(({ Id }) => Id))
  const names = namesOf(progress)
  for (const { Id, Name } of remote.definitions) if (names.has(Name)) ids.add(Id)
  return [...ids]
}

class Comparer {
  readonly #progress: Progress
  readonly #remote: RemoteState
  readonly #mismatches: Mismatch[] = []
  readonly #surplusIndicators: RemoteIndicator[] = []
  readonly #doubtfulIndicators: RemoteIndicator[] = []
  readonly #surplusDefinitions: RemoteDefinition[] = []
  /** Changes by the definition or indicator that they are about. */
  readonly #definitionChanges: ReadonlyMap<number, readonly number[]>
  readonly #indicatorChanges: ReadonlyMap<number, readonly number[]>
  readonly #authors: ReadonlySet<string>

  constructor(progress: Progress, remote: RemoteState) {
    this.#progress = progress
    this.#remote = remote
    this.#definitionChanges = changesById(progress, ['patch-definition', 'delete-definition'])
    this.#indicatorChanges = changesById(progress, [
      'patch-indicator',
      'rebind-indicator',
      'delete-indicator',
    ])
    this.#authors = authorsOf(progress, remote)
  }

  compare(): Comparison {
    const owned = this.#compareDefinitions()
    this.#compareIndicators(owned)
    return {
      mismatches: this.#mismatches,
      surplusIndicators: this.#surplusIndicators,
      doubtfulIndicators: this.#doubtfulIndicators,
      surplusDefinitions: this.#surplusDefinitions,
    }
  }

  /** Returns the Ids of all definitions that are there rightly. */
  #compareDefinitions(): ReadonlySet<number> {
    const present = new Map(this.#remote.definitions.map((definition) => [definition.Id, definition]))
    const rightful = new Set<number>()
    for (const before of this.#progress.snapshot.definitions) {
      const after = present.get(before.Id)
      this.#compareDefinition(before, after)
      rightful.add(before.Id)
    }
    for (const Id of this.#compareCreatedDefinitions(present)) rightful.add(Id)
    this.#findStrangers(rightful)
    return rightful
  }

  #compareDefinition(before: RemoteDefinition, after: RemoteDefinition | undefined): void {
    const variants = new Variants<RemoteDefinition>(before)
    let place: RulePlace | null = null
    for (const number of this.#definitionChanges.get(before.Id) ?? []) {
      const change = changeAt(this.#progress.plan, number)
      const isDone = this.#certainty(number)
      if (change.kind === 'delete-definition') variants.remove(isDone)
      if (change.kind !== 'patch-definition') continue
      variants.change(isDone, (definition) => ({ ...definition, ...change.patch }))
      place = change.place
    }
    const name = `definition ${JSON.stringify(before.Name)} (Id ${before.Id})`
    this.#reportStanding(name, variants.judge(after, definitionText), place, () =>
      definitionDifferences(variants.wanted ?? before, after ?? before).join(', '),
    )
  }

  #compareCreatedDefinitions(present: ReadonlyMap<number, RemoteDefinition>): readonly number[] {
    const rightful: number[] = []
    for (const [number, change] of this.#progress.plan.changes.entries()) {
      if (change.kind !== 'create-definition') continue
      const Id = this.#progress.createdId(number)
      const isSent = this.#certainty(number)
      const after =
        Id === null ? (isSent === false ? undefined : this.#newest(change.body.Name)) : present.get(Id)
      const name = `definition ${JSON.stringify(change.body.Name)}${Id === null ? '' : ` (Id ${Id})`}`
      if (after !== undefined) rightful.push(after.Id)
      if (after === undefined) {
        if (isSent === true) this.#report(`${name} does not show`, change.place)
      } else if (definitionText(after) !== definitionText(change.body)) {
        const different = definitionDifferences(change.body, after).join(', ')
        this.#report(`${name} differs in ${different}`, change.place)
      }
    }
    return rightful
  }

  /** The first definition of a Name that appeared after the snapshot. */
  #newest(name: string): RemoteDefinition | undefined {
    const { maxDefinitionId } = this.#progress
    return this.#remote.definitions.find(({ Id, Name }) => Name === name && Id > maxDefinitionId)
  }

  /** Definitions that bear a Name of ours and are none of ours. */
  #findStrangers(rightful: ReadonlySet<number>): void {
    const lost = new Set<string>()
    for (const [number, change] of this.#progress.plan.changes.entries()) {
      const isLost = this.#progress.wasLost(number) || this.#progress.status(number) === 'unknown'
      if (change.kind === 'create-definition' && isLost) lost.add(change.body.Name)
    }
    const names = namesOf(this.#progress)
    for (const definition of this.#remote.definitions) {
      const { Id, Name } = definition
      if (!names.has(Name) || rightful.has(Id)) continue
      if (lost.has(Name) && Id > this.#progress.maxDefinitionId) this.#surplusDefinitions.push(definition)
      else this.#report(`definition ${JSON.stringify(Name)} (Id ${Id}) was created by somebody else`, null)
    }
  }

  #compareIndicators(owned: ReadonlySet<number>): void {
    const present = new Map(this.#remote.indicators.map((indicator) => [indicator.Id, indicator]))
    const known = new Set<number>()
    for (const before of this.#progress.snapshot.indicators) {
      known.add(before.Id)
      this.#compareIndicator(before, present.get(before.Id))
    }
    const appeared = this.#remote.indicators.filter(
      ({ Id, definitionId }) => owned.has(definitionId) && !known.has(Id),
    )
    this.#compareCreatedIndicators(appeared)
  }

  #compareIndicator(before: RemoteIndicator, after: RemoteIndicator | undefined): void {
    const variants = new Variants<RemoteIndicator>(before)
    let place: RulePlace | null = null
    for (const number of this.#indicatorChanges.get(before.Id) ?? []) {
      const change = changeAt(this.#progress.plan, number)
      const isDone = this.#certainty(number)
      if (change.kind === 'delete-indicator') variants.remove(isDone)
      if (change.kind !== 'patch-indicator' && change.kind !== 'rebind-indicator') continue
      place = change.place
      if (change.kind === 'patch-indicator') {
        variants.change(isDone, (indicator) => ({ ...indicator, ...change.patch }))
      } else {
        const definitionId = this.#progress.definitionId(change.to)
        if (definitionId !== null) variants.change(isDone, (indicator) => ({ ...indicator, definitionId }))
      }
    }
    variants.removeWhere(({ definitionId }) => this.#fallsWith(definitionId))
    const name = `${iocText(before)} (Id ${before.Id})`
    this.#reportStanding(name, variants.judge(after, fullText), place, () =>
      indicatorDifferences(variants.wanted ?? before, after ?? before).join(', '),
    )
  }

  /** Whether the indicators of a definition fell with it. */
  #fallsWith(definitionId: number): Certainty {
    for (const number of this.#definitionChanges.get(definitionId) ?? []) {
      const change = changeAt(this.#progress.plan, number)
      if (change.kind === 'delete-definition') return this.#certainty(number)
    }
    return false
  }

  /** As a multiset: how many copies there must be, how many there may be, and how many there are. */
  #compareCreatedIndicators(appeared: readonly RemoteIndicator[]): void {
    const copies = new Map<string, RemoteIndicator[]>()
    for (const indicator of appeared) push(copies, fullText(indicator), indicator)
    const wanted = new Map<string, number[]>()
    for (const [number, change] of this.#progress.plan.changes.entries()) {
      if (change.kind !== 'create-indicator') continue
      const definitionId = this.#progress.definitionId(change.definition)
      const isSent = this.#certainty(number)
      if (definitionId !== null && (isSent !== false || this.#progress.wasLost(number)))
        push(wanted, indicatorText(change.body, definitionId), number)
    }
    for (const [text, numbers] of wanted) this.#compareCopies(numbers, copies.get(text) ?? [])
    for (const [text, indicators] of copies) {
      if (wanted.has(text)) continue
      for (const indicator of indicators)
        this.#report(`${iocText(indicator)} (Id ${indicator.Id}) was created or moved by somebody else`, null)
    }
  }

  #compareCopies(numbers: readonly number[], copies: readonly RemoteIndicator[]): void {
    const sure = numbers.filter((number) => this.#certainty(number) === true)
    for (const number of sure.slice(copies.length)) {
      const change = changeAt(this.#progress.plan, number)
      if (change.kind !== 'create-indicator') continue
      const Id = this.#progress.createdId(number)
      const name = `${iocText(change.body)} of ${JSON.stringify(change.definition.Name)}`
      this.#report(`${name}${Id === null ? '' : ` (Id ${Id})`} does not show`, change.place)
    }
    const excess = copies.length - numbers.filter((number) => this.#certainty(number) !== false).length
    if (excess <= 0) return
    const wasLost = numbers.some((number) => this.#progress.wasLost(number))
    const spare = copies.filter(({ Id }) => !this.#progress.isReplied('indicator', Id)).slice(-excess)
    for (const indicator of spare) this.#sortOut(indicator, wasLost)
  }

  #sortOut(indicator: RemoteIndicator, wasLost: boolean): void {
    const { Id, CreatedBy } = indicator
    if (!wasLost || Id <= this.#progress.maxIndicatorId) {
      this.#report(`a further ${iocText(indicator)} (Id ${Id}) was created by somebody else`, null)
    } else if (CreatedBy !== null && this.#authors.has(CreatedBy)) {
      this.#surplusIndicators.push(indicator)
    } else {
      this.#doubtfulIndicators.push(indicator)
    }
  }

  #certainty(change: number): Certainty {
    const status = this.#progress.status(change)
    if (status === 'done') return true
    return status === 'unknown' || status === 'missing' ? null : false
  }

  #reportStanding(
    name: string,
    standing: Standing,
    place: RulePlace | null,
    differences: () => string,
  ): void {
    if (standing === 'right') return
    this.#report(
      standing === 'different' ? `${name} differs in ${differences()}` : `${name} is ${standing}`,
      place,
    )
  }

  #report(message: string, place: RulePlace | null): void {
    this.#mismatches.push({ message, place })
  }
}

function fullText(indicator: RemoteIndicator): string {
  return indicatorText(indicator, indicator.definitionId)
}

function namesOf(progress: Progress): ReadonlySet<string> {
  const names = new Set(progress.snapshot.definitions.map(({ Name }) => Name))
  for (const change of progress.plan.changes)
    if (change.kind === 'create-definition') names.add(change.body.Name)
  return names
}

/** Who created what the service said that it created for us. */
function authorsOf(progress: Progress, remote: RemoteState): ReadonlySet<string> {
  const ours = [
    ...remote.definitions.filter(({ Id }) => progress.isReplied('definition', Id)),
    ...remote.indicators.filter(({ Id }) => progress.isReplied('indicator', Id)),
  ]
  return new Set(ours.flatMap(({ CreatedBy }) => (CreatedBy === null ? [] : [CreatedBy])))
}

type ChangeById = Extract<Progress['plan']['changes'][number], { readonly Id: number }>

function changesById(
  progress: Progress,
  kinds: readonly ChangeById['kind'][],
): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>()
  for (const [number, change] of progress.plan.changes.entries())
    if ('Id' in change && kinds.includes(change.kind)) push(found, change.Id, number)
  return found
}

function push<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}
