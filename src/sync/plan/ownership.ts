import { formatCount } from '../../model/count-text.ts'
import { quoted } from '../../canonical/value-problem.ts'
import type { RuleSet } from '../../model/rule-set.ts'
import type { RemoteDefinition, RemoteState } from '../entities.ts'
import type { PlanSettings } from './plan-settings.ts'
import type { Refusal } from './refusal.ts'

/** Which remote definitions a plan may write to; everything else is unmanaged (sync 3). */
export interface Ownership {
  /** By Name; ascending by Id. */
  readonly owned: ReadonlyMap<string, RemoteDefinition>
  readonly refusals: readonly Refusal[]
}

/** Refusals of one kind that are told one by one. */
const LISTED_REFUSALS = 20

/**
 * Finds the owned definitions. A Name is adopted that stands under `owned.names`, begins with `owned.prefix`, was given
 * with `--adopt` or was claimed by this state folder before. Without configuration only Names of the rules are owned.
 */
export function readOwnership(rules: RuleSet, remote: RemoteState, settings: PlanSettings): Ownership {
  const ruleNames = new Set(rules.definitions.map(({ Name }) => Name))
  const isAdopted = adoptionOf(settings)
  const refusals: Refusal[] = []
  const byName = new Map<string, RemoteDefinition[]>()
  for (const definition of remote.definitions.toSorted((a, b) => a.Id - b.Id)) {
    const { Name } = definition
    const isConcerned = ruleNames.has(Name) || (settings.owned !== null && isAdopted(Name))
    if (!isConcerned) continue
    const copies = byName.get(Name)
    if (copies === undefined) byName.set(Name, [definition])
    else copies.push(definition)
  }
  const owned = new Map<string, RemoteDefinition>()
  for (const [Name, copies] of byName) {
    const [first] = copies
    if (!isAdopted(Name)) refusals.push(notAdopted(Name, copies))
    else if (copies.length > 1) refusals.push(heldTwice(Name, copies))
    else if (first !== undefined) owned.set(Name, first)
  }
  return { owned, refusals: bounded(refusals) }
}

/** Whether a Name is adopted under the given settings (sync 3). */
export function adoptionOf(
  settings: Pick<PlanSettings, 'owned' | 'adopt' | 'claimed'>,
): (name: string) => boolean {
  const names = new Set([...(settings.owned?.names ?? []), ...settings.adopt, ...settings.claimed])
  const prefix = settings.owned?.prefix ?? null
  return (name) => names.has(name) || (prefix !== null && name.startsWith(prefix))
}

function notAdopted(Name: string, copies: readonly RemoteDefinition[]): Refusal {
  return {
    code: 'PLAN003',
    failure: 'safety',
    message: `the service holds an alert definition ${quoted(Name)} (${idsOf(copies)}) that was not created from here`,
    fix: `Take it over with --adopt ${quoted(Name)}, put it under owned.names, or choose another Name.`,
  }
}

function heldTwice(Name: string, copies: readonly RemoteDefinition[]): Refusal {
  return {
    code: 'PLAN004',
    failure: 'safety',
    message: `the service holds ${copies.length} alert definitions with the owned Name ${quoted(Name)} (${idsOf(copies)})`,
    fix: 'Rename or delete all but one of them in the service.',
  }
}

function idsOf(copies: readonly RemoteDefinition[]): string {
  const ids = copies.slice(0, LISTED_REFUSALS).map(({ Id }) => Id)
  const more = copies.length - ids.length
  return `Id ${ids.join(', ')}${more > 0 ? ` and ${formatCount(more)} more` : ''}`
}

function bounded(refusals: readonly Refusal[]): readonly Refusal[] {
  const kept: Refusal[] = []
  for (const code of new Set(refusals.map((refusal) => refusal.code))) {
    const same = refusals.filter((refusal) => refusal.code === code)
    kept.push(...same.slice(0, LISTED_REFUSALS))
    const more = same.length - LISTED_REFUSALS
    const first = same[0]
    if (more > 0 && first !== undefined)
      kept.push({ ...first, message: `${formatCount(more)} more definitions alike`, fix: null })
  }
  return kept
}
