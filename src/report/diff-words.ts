import type { AlertDefinition, DefinitionAttribute } from '../model/alert-definition.ts'
import type {
  ChangeCounts,
  ChangeKind,
  DefinitionDiff,
  IndicatorState,
  OpaqueDiff,
  RuleDiff,
  StructureTotals,
} from '../model/rule-diff.ts'
import { formatCount, formatCountOf } from '../model/count-text.ts'

/** The sign that stands for each kind of change, as in a diff of text. */
export const CHANGE_SIGNS: { readonly [K in ChangeKind]: '+' | '-' | '~' } = {
  gained: '+',
  lost: '-',
  relabelled: '~',
}

const CHANGE_KINDS: readonly ChangeKind[] = ['gained', 'lost', 'relabelled']

/** What an attribute that is no text and no word of a closed set says. */
const NONE = 'none'

/** `3 gained, 1 lost`, without those that did not occur; `no change`. */
function changeWords(counts: ChangeCounts): string {
  const words = CHANGE_KINDS.filter((kind) => counts[kind] > 0).map(
    (kind) => `${formatCount(counts[kind])} ${kind}`,
  )
  return words.length === 0 ? 'no change' : words.join(', ')
}

/** `+3 -1`, without those that did not occur; empty where nothing changed. */
export function signedChanges(counts: ChangeCounts): string {
  return CHANGE_KINDS.filter((kind) => counts[kind] > 0)
    .map((kind) => `${CHANGE_SIGNS[kind]}${formatCount(counts[kind])}`)
    .join(' ')
}

/** `2 definitions added, 1 changed`; null where nothing differs. */
function structureWords(totals: StructureTotals, noun: string): string | null {
  const kinds = (['added', 'removed', 'changed'] as const).filter((kind) => totals[kind] > 0)
  if (kinds.length === 0) return null
  return kinds
    .map((kind, i) =>
      i === 0 ? `${formatCountOf(totals[kind], noun)} ${kind}` : `${formatCount(totals[kind])} ${kind}`,
    )
    .join(', ')
}

/** How the rules differ, in one sentence. */
export function structureSentence({ structure }: RuleDiff): string {
  const words = [
    structureWords(structure.definitions, 'definition'),
    structureWords(structure.iocs, 'IOC'),
    structure.opaque === null ? null : structureWords(structure.opaque, 'opaque IOC'),
  ].filter((text) => text !== null)
  return words.length === 0 ? 'The rules are the same.' : `${words.join('; ')}.`
}

/** How the logs see it, in one sentence or two; null where there were none. */
export function behaviourSentence({ behaviour }: RuleDiff): string | null {
  if (behaviour === null) return null
  const { alerts, detections, input } = behaviour
  if (input.records === 0) return 'No record was read, so nothing can be said about what fires.'
  const records = formatCountOf(input.records, 'record')
  if (detections.gained + detections.lost + detections.relabelled === 0)
    return detections.before === 0
      ? `Neither fires on ${records}.`
      : `Nothing fires differently on ${records}: ${formatCountOf(alerts.after, 'alert')} before and after.`
  return (
    `Alerts ${formatCount(alerts.before)} → ${formatCount(alerts.after)}: ${changeWords(alerts)}. ` +
    `Detections ${formatCount(detections.before)} → ${formatCount(detections.after)}: ${changeWords(detections)}. ` +
    `On ${records}.`
  )
}

/** What a reader must know to judge a structural diff; none where nothing needs to be said. */
export function structureNotes({ structure, a, b }: RuleDiff): readonly string[] {
  const opaque = [a, b].map(({ indicators }) => formatCount(indicators.opaque))
  const total = a.indicators.opaque + b.indicators.opaque
  return [
    ...(structure.comparedAs === 'compiled'
      ? ['A compiled image holds neither disabled IOCs nor copies: they are left out on both sides.']
      : []),
    ...(total === 0
      ? []
      : structure.opaque === null
        ? [
            `Nor does it hold opaque IOCs (kept but not understood), only their number: ${opaque.join(' before, ')} after.`,
          ]
        : ['Opaque IOCs are kept but not understood: they never fire here.']),
  ]
}

/** Is it added, removed, or changed? */
export function definitionSign({ before, after }: DefinitionDiff): '+' | '-' | '~' {
  if (before === null) return '+'
  return after === null ? '-' : '~'
}

/** One changed attribute with both texts as they stand. */
export interface ShownAttribute {
  readonly name: string
  readonly before: string
  readonly after: string
  /** A text that a person wrote, to be quoted. */
  readonly isText: boolean
}

/** The attributes of a definition that differ; none where it is added or removed. */
export function attributesOf({ before, after, changed }: DefinitionDiff): readonly ShownAttribute[] {
  if (before === null || after === null) return []
  return changed.map((name) => ({
    name,
    before: wordOf(before[name]),
    after: wordOf(after[name]),
    isText: isText(name),
  }))
}

/** `High`, `CommandAndControl` and the like of a definition that is added or removed, without its Title. */
export function definitionFacts(definition: AlertDefinition): readonly string[] {
  const { Severity, Category, Enabled } = definition
  return [Severity, Category, ...(Enabled ? [] : ['disabled'])]
}

function isText(name: DefinitionAttribute): boolean {
  return name !== 'Severity' && name !== 'Category' && name !== 'Enabled'
}

function wordOf(value: string | boolean | null): string {
  if (value === null) return NONE
  return typeof value === 'string' ? value : String(value)
}

/** What of an IOC changed, `ExpiresAt never → 2027-01-01T00:00:00Z`; of one that is not on both sides what is unusual about it. */
export function indicatorFacts({ before, after }: OpaqueDiff): readonly string[] {
  if (before !== null && after !== null)
    return [
      ...(before.ExpiresAt === after.ExpiresAt
        ? []
        : [`ExpiresAt ${before.ExpiresAt ?? 'never'} → ${after.ExpiresAt ?? 'never'}`]),
      ...(before.Enabled === after.Enabled ? [] : [`Enabled ${before.Enabled} → ${after.Enabled}`]),
    ]
  return stateFacts(before ?? after)
}

function stateFacts(state: IndicatorState | null): readonly string[] {
  if (state === null) return []
  return [
    ...(state.ExpiresAt === null ? [] : [`until ${state.ExpiresAt}`]),
    ...(state.Enabled ? [] : ['disabled']),
  ]
}
