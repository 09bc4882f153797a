import { formatCount, formatCountOf } from '../../model/count-text.ts'
import { quoted } from '../../canonical/value-problem.ts'
import type { RuleSet } from '../../model/rule-set.ts'
import { parseTime } from '../../model/time.ts'
import type { DraftChanges } from './draft-changes.ts'
import type { DefinitionBody, RemoteDefinition, RemoteState } from '../entities.ts'
import type { PlanSettings } from './plan-settings.ts'
import type { CreateIndicator, PatchIndicator } from '../plan.ts'

/** Names that one note lists. */
const LISTED_NAMES = 5

/** What a person must know before the plan is applied: what would raise new alerts above all. */
export function planNotes(input: {
  readonly rules: RuleSet
  readonly remote: RemoteState
  readonly owned: ReadonlyMap<string, RemoteDefinition>
  readonly draft: DraftChanges
  readonly settings: PlanSettings
}): readonly string[] {
  const { rules, draft, settings, owned, remote } = input
  return [
    ...renameNotes(draft, owned),
    ...alertNotes(draft),
    ...copyNotes(draft.createIndicators),
    ...opaqueNotes(rules, remote, owned),
    ...outsideNotes(draft, settings),
  ]
}

/** A Name is a definition's identity: under a new one the service sees another definition, which alerts anew (ti-api 1.7). */
function renameNotes(draft: DraftChanges, owned: ReadonlyMap<string, RemoteDefinition>): readonly string[] {
  const doomedNames = new Set(draft.doomed.map(({ definition }) => definition.Name))
  const keptNames = new Set(
    draft.kept.filter(({ what }) => what === 'definition').map(({ definition }) => definition.Name),
  )
  const byContent = new Map<string, RemoteDefinition>()
  for (const definition of owned.values())
    if (doomedNames.has(definition.Name) || keptNames.has(definition.Name))
      byContent.set(contentOf(definition), definition)
  return draft.createDefinitions.flatMap(({ body }) => {
    const former = byContent.get(contentOf(body))
    if (former === undefined) return []
    const fate = doomedNames.has(former.Name) ? 'is deleted' : 'is kept beside it'
    return [
      `${quoted(body.Name)} has the content of ${quoted(former.Name)}, which ${fate}. A rename is a delete and a create: ` +
        'what alerted before raises new alerts, and the service advises against it.',
    ]
  })
}

function contentOf(definition: DefinitionBody | RemoteDefinition): string {
  const { Title, Severity, Category, UxDescription, RecommendedAction, InternalDescription } = definition
  const words = [Severity.toLowerCase(), Category.toLowerCase()]
  const texts = [Title, UxDescription, RecommendedAction, InternalDescription].map((text) => text ?? '')
  return JSON.stringify([...words, ...texts])
}

function alertNotes(draft: DraftChanges): readonly string[] {
  const created = draft.createDefinitions.filter(({ body }) => body.Enabled).map(({ body }) => body.Name)
  const enabled = draft.patchDefinitions.filter(({ patch }) => patch.Enabled === true).map(({ Name }) => Name)
  const newIocs = draft.createIndicators.filter(({ body }) => body.Enabled).length
  const wakened = draft.patchIndicators.filter(isWakened).length
  const moved = draft.rebinds.length
  const causes = [
    ...when(
      created.length,
      `${formatCountOf(created.length, 'created definition', 'created definitions')}: ${listed(created)}`,
    ),
    ...when(
      enabled.length,
      `${formatCountOf(enabled.length, 'enabled definition', 'enabled definitions')}: ${listed(enabled)}`,
    ),
    ...when(newIocs, formatCountOf(newIocs, 'created IOC', 'created IOCs')),
    ...when(
      wakened,
      `${formatCountOf(wakened, 'IOC that is', 'IOCs that are')} enabled or expire later than before`,
    ),
    ...when(
      moved,
      `${formatCountOf(moved, 'IOC that moves', 'IOCs that move')}: what alerted under one definition alerts anew under the other`,
    ),
  ]
  return causes.map((cause) => `New alerts may come from ${cause}.`)
}

function isWakened({ before, patch }: PatchIndicator): boolean {
  if (patch.Enabled === true) return true
  if (patch.ExpiresAt === undefined || before.ExpiresAt === undefined) return false
  if (before.ExpiresAt === null) return false
  if (patch.ExpiresAt === null) return true
  return (parseTime(patch.ExpiresAt) ?? 0n) > (parseTime(before.ExpiresAt) ?? 0n)
}

/** Copies of one indicator under one definition are legal, and mostly a mistake. Equal rows of the rules stand together. */
function copyNotes(creates: readonly CreateIndicator[]): readonly string[] {
  const seen = new Set<string>()
  let copies = 0
  for (const { definition, body } of creates) {
    const key = `${body.Type} ${body.DetectionFunction} ${body.Value} ${definition.Name}`
    if (seen.has(key)) copies++
    seen.add(key)
  }
  return when(
    copies,
    `${formatCountOf(copies, 'created IOC is a copy', 'created IOCs are copies')} of another under the same definition; each copy counts against the quota.`,
  )
}

/** Opaque values of the rules are never written; one that the service does not hold will not get there by this. */
function opaqueNotes(
  rules: RuleSet,
  remote: RemoteState,
  owned: ReadonlyMap<string, RemoteDefinition>,
): readonly string[] {
  if (rules.opaque.length === 0) return []
  const nameOfId = new Map([...owned.values()].map(({ Id, Name }) => [Id, Name]))
  const present = new Set<string>()
  for (const { definitionId, Type, DetectionFunction, Value } of remote.indicators)
    present.add(JSON.stringify([nameOfId.get(definitionId), Type, DetectionFunction, Value]))
  const missing = rules.opaque.filter(
    ({ definitionName, Type, DetectionFunction, Value }) =>
      !present.has(JSON.stringify([definitionName, Type, DetectionFunction, Value])),
  )
  return when(
    missing.length,
    `${formatCountOf(missing.length, 'opaque value', 'opaque values')} of the rules the service does not hold; opaque values are never written.`,
  )
}

function outsideNotes(draft: DraftChanges, { owned }: PlanSettings): readonly string[] {
  if (owned === null || (owned.prefix === null && owned.names.length === 0)) return []
  const { prefix, names } = owned
  const outside = draft.createDefinitions
    .map(({ body }) => body.Name)
    .filter((name) => !names.includes(name) && (prefix === null || !name.startsWith(prefix)))
  return when(
    outside.length,
    `${formatCountOf(outside.length, 'created definition stands', 'created definitions stand')} outside owned.names and owned.prefix; only this state folder will know that it is ours: ${listed(outside)}.`,
  )
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, LISTED_NAMES).map(quoted).join(', ')
  const more = names.length - LISTED_NAMES
  return more > 0 ? `${shown} and ${formatCount(more)} more` : shown
}

function when(count: number, note: string): readonly string[] {
  return count > 0 ? [note] : []
}
