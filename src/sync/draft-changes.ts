import type { RuleSet } from '../model/rule-set.ts'
import { compareDefinition, definitionBody } from './compare-definition.ts'
import { definitionPlace, desiredIndicators } from './desired-indicators.ts'
import type { DesiredIndicator } from './desired-indicators.ts'
import type { IndicatorBody, IndicatorPatch, RemoteDefinition } from './entities.ts'
import { attributesOf, identityOf } from './held-indicator.ts'
import type { HeldIndicator } from './held-indicator.ts'
import { pairIndicators } from './pair-indicators.ts'
import type { CanonicalHeld } from './pair-indicators.ts'
import type {
  CreateDefinition,
  CreateIndicator,
  DefinitionReference,
  DeleteIndicator,
  Kept,
  PatchDefinition,
  PatchIndicator,
  RebindIndicator,
} from './plan.ts'
import { Queues } from './queues.ts'

/** A definition that goes with everything that is bound to it. */
export interface DoomedDefinition {
  readonly definition: RemoteDefinition
  /** What falls with it, opaque ones included; without what is re-bound before. */
  readonly cascade: readonly HeldIndicator[]
  /** True when indicators are re-bound away from it: it cannot go before that is done. */
  readonly isSource: boolean
}

/** All that differs, by kind, each list in the order in which it will be written; deletes are not yet ordered against creates. */
export interface DraftChanges {
  readonly createDefinitions: readonly CreateDefinition[]
  readonly patchDefinitions: readonly PatchDefinition[]
  readonly patchIndicators: readonly PatchIndicator[]
  readonly createIndicators: readonly CreateIndicator[]
  readonly rebinds: readonly RebindIndicator[]
  readonly deleteIndicators: readonly DeleteIndicator[]
  readonly doomed: readonly DoomedDefinition[]
  readonly kept: readonly Kept[]
}

/** What is compared: the rules, and the owned definitions by Name with what hangs on each by its Id, ascending. */
export interface Comparison {
  readonly rules: RuleSet
  readonly owned: ReadonlyMap<string, RemoteDefinition>
  readonly held: ReadonlyMap<number, readonly HeldIndicator[]>
  readonly prune: boolean
}

interface Leftover {
  readonly held: CanonicalHeld
  readonly definition: DefinitionReference
}

interface Wanted {
  readonly desired: DesiredIndicator
  readonly definition: DefinitionReference
}

/** Finds everything that differs between the rules and the owned part of a tenant. Never looks at what is not owned. */
export function draftChanges({ rules, owned, held, prune }: Comparison): DraftChanges {
  const createDefinitions: CreateDefinition[] = []
  const patchDefinitions: PatchDefinition[] = []
  const patchIndicators: PatchIndicator[] = []
  const wanted: Wanted[] = []
  const leftovers: Leftover[] = []
  const desired = desiredIndicators(rules)
  for (const [i, rule] of rules.definitions.entries()) {
    const body = definitionBody(rule)
    const place = definitionPlace(rules, i)
    const remote = owned.get(rule.Name) ?? null
    const definition = { Name: rule.Name, Id: remote?.Id ?? null }
    if (remote === null) createDefinitions.push({ kind: 'create-definition', body, place })
    else {
      const difference = compareDefinition(body, remote)
      if (difference !== null)
        patchDefinitions.push({
          kind: 'patch-definition',
          Id: remote.Id,
          Name: remote.Name,
          ...difference,
          place,
        })
    }
    const pairing = pairIndicators(desired[i] ?? [], canonicalOf(held.get(remote?.Id ?? -1)))
    for (const { held, desired } of pairing.patches)
      patchIndicators.push(patchIndicator(held, desired, definition))
    for (const item of pairing.creates) wanted.push({ desired: item, definition })
    for (const item of pairing.leftovers) leftovers.push({ held: item, definition })
  }
  const absent = absentDefinitions(rules, owned)
  // Without --prune a definition that the rules do not hold is kept as it is, so nothing is taken away from it either:
  // rules that are given in part would else rob the other part.
  const absentLeftovers = absent.flatMap((definition) =>
    canonicalOf(held.get(definition.Id)).map((item) => ({ held: item, definition: referenceTo(definition) })),
  )
  const moves = findMoves(wanted, prune ? [...leftovers, ...absentLeftovers] : leftovers)
  for (const { leftover, wanted } of moves.pairs) {
    const { held, definition } = leftover
    if (attributesOf(held.body) !== attributesOf(wanted.desired.body))
      patchIndicators.push(patchIndicator(held, wanted.desired, definition))
  }
  const remaining = leftovers.filter(({ held }) => !moves.movedIds.has(held.Id)).sort(byHeldId)
  return {
    createDefinitions,
    patchDefinitions,
    patchIndicators: patchIndicators.sort((a, b) => a.Id - b.Id),
    createIndicators: moves.creates,
    rebinds: moves.pairs.map(rebindIndicator).sort((a, b) => a.Id - b.Id),
    deleteIndicators: prune ? remaining.map(deleteIndicator) : [],
    doomed: prune
      ? absent.map((definition) => doomed(definition, held.get(definition.Id) ?? [], moves.movedIds))
      : [],
    kept: prune
      ? []
      : [...absent.map(keptDefinition), ...[...absentLeftovers, ...remaining].map(keptIndicator)],
  }
}

/** Owned definitions that the rules do not hold, by Id. */
function absentDefinitions(
  rules: RuleSet,
  owned: ReadonlyMap<string, RemoteDefinition>,
): readonly RemoteDefinition[] {
  const names = new Set(rules.definitions.map(({ Name }) => Name))
  return [...owned.values()].filter(({ Name }) => !names.has(Name)).sort((a, b) => a.Id - b.Id)
}

interface Move {
  readonly leftover: Leftover
  readonly wanted: Wanted
}

interface Moves {
  readonly pairs: readonly Move[]
  readonly movedIds: ReadonlySet<number>
  readonly creates: readonly CreateIndicator[]
}

/** Makes one re-bind of a leftover and a wanted indicator of equal identity, the lowest Id first (sync 6). */
function findMoves(wanted: readonly Wanted[], leftovers: readonly Leftover[]): Moves {
  const queues = new Queues<Leftover>()
  for (const leftover of leftovers.toSorted(byHeldId)) queues.add(identityOf(leftover.held.body), leftover)
  const pairs: Move[] = []
  const creates: CreateIndicator[] = []
  for (const item of wanted) {
    const { body, place } = item.desired
    const leftover = queues.take(identityOf(body))
    if (leftover !== null) pairs.push({ leftover, wanted: item })
    else creates.push({ kind: 'create-indicator', definition: item.definition, body, place })
  }
  return { pairs, movedIds: new Set(pairs.map(({ leftover }) => leftover.held.Id)), creates }
}

function patchIndicator(
  held: CanonicalHeld,
  desired: DesiredIndicator,
  definition: DefinitionReference,
): PatchIndicator {
  const difference = differenceOf(held.body, desired.body)
  return {
    kind: 'patch-indicator',
    Id: held.Id,
    definition,
    ioc: held.body,
    ...difference,
    place: desired.place,
  }
}

function differenceOf(
  held: IndicatorBody,
  desired: IndicatorBody,
): { readonly before: IndicatorPatch; readonly patch: IndicatorPatch } {
  const isOtherTime = held.ExpiresAt !== desired.ExpiresAt
  const isOtherState = held.Enabled !== desired.Enabled
  const pick = ({ ExpiresAt, Enabled }: IndicatorBody): IndicatorPatch => ({
    ...(isOtherState ? { Enabled } : {}),
    ...(isOtherTime ? { ExpiresAt } : {}),
  })
  return { before: pick(held), patch: pick(desired) }
}

function rebindIndicator({ leftover, wanted }: Move): RebindIndicator {
  return {
    kind: 'rebind-indicator',
    Id: leftover.held.Id,
    from: leftover.definition,
    to: wanted.definition,
    ioc: leftover.held.body,
    place: wanted.desired.place,
  }
}

function deleteIndicator({ held, definition }: Leftover): DeleteIndicator {
  return { kind: 'delete-indicator', Id: held.Id, definition, ioc: held.body }
}

function doomed(
  definition: RemoteDefinition,
  held: readonly HeldIndicator[],
  movedIds: ReadonlySet<number>,
): DoomedDefinition {
  const cascade = held.filter(({ Id }) => !movedIds.has(Id))
  return { definition, cascade, isSource: cascade.length < held.length }
}

function keptDefinition(definition: RemoteDefinition): Kept {
  return { what: 'definition', Id: definition.Id, definition: referenceTo(definition), ioc: null }
}

function keptIndicator({ held, definition }: Leftover): Kept {
  return { what: 'indicator', Id: held.Id, definition, ioc: held.body }
}

function referenceTo({ Name, Id }: RemoteDefinition): DefinitionReference {
  return { Name, Id }
}

function canonicalOf(held: readonly HeldIndicator[] = []): readonly CanonicalHeld[] {
  const found: CanonicalHeld[] = []
  for (const { Id, definitionId, body } of held) if (body !== null) found.push({ Id, definitionId, body })
  return found
}

function byHeldId(a: Leftover, b: Leftover): number {
  return a.held.Id - b.held.Id
}
