import { assertNever } from '../model/assert-never.ts'
import { compareUtf8 } from '../model/compare-utf8.ts'
import type { PlanView, ShownChange } from './plan-view.ts'

type OfKind<Kind extends ShownChange['kind']> = Extract<ShownChange, { readonly kind: Kind }>

/** A change that stands on a line of its own below its definition. */
export type IndicatorChange = OfKind<
  'patch-indicator' | 'create-indicator' | 'rebind-indicator' | 'delete-indicator'
>

/** Everything that a plan does to one definition. */
export interface PlanGroup {
  readonly Name: string
  /** Null where the definition does not exist yet. */
  Id: number | null
  own: OfKind<'create-definition' | 'patch-definition' | 'delete-definition'> | null
  readonly indicators: IndicatorChange[]
  /** Indicators that are re-bound to another definition. */
  movedAway: number
}

/** Changes by definition: new ones first, then changed ones, then those that are deleted; each by Name. */
export function planGroups(plan: PlanView): readonly PlanGroup[] {
  const groups = new Map<string, PlanGroup>()
  const groupOf = ({ Name, Id }: { readonly Name: string; readonly Id: number | null }): PlanGroup => {
    const known = groups.get(Name)
    if (known !== undefined) return known
    const group: PlanGroup = { Name, Id, own: null, indicators: [], movedAway: 0 }
    groups.set(Name, group)
    return group
  }
  for (const change of plan.changes) addTo(groupOf, change)
  return [...groups.values()].sort((a, b) => rankOf(a) - rankOf(b) || compareUtf8(a.Name, b.Name))
}

function addTo(
  groupOf: (reference: { readonly Name: string; readonly Id: number | null }) => PlanGroup,
  change: ShownChange,
): void {
  switch (change.kind) {
    case 'create-definition':
      groupOf({ Name: change.body.Name, Id: null }).own = change
      return
    case 'patch-definition':
    case 'delete-definition':
      groupOf(change).own = change
      return
    case 'rebind-indicator':
      groupOf(change.to).indicators.push(change)
      groupOf(change.from).movedAway++
      return
    case 'patch-indicator':
    case 'create-indicator':
    case 'delete-indicator':
      groupOf(change.definition).indicators.push(change)
      return
    default:
      assertNever(change)
  }
}

function rankOf({ own }: PlanGroup): number {
  return own?.kind === 'create-definition' ? 0 : own?.kind === 'delete-definition' ? 2 : 1
}
