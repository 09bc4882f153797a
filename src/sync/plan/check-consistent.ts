import { assertNever } from '../../model/assert-never.ts'
import { countDeletes } from './delete-limit.ts'
import type { Change, Plan } from '../plan.ts'

/**
 * Why a plan contradicts itself, or null. A digest proves that nobody edited the file by accident; this keeps also a
 * forged plan away from whatever it does not itself name as owned (sync 3).
 */
export function inconsistencyOf(plan: Plan): string | null {
  const definitions = new Set(plan.basis.remote.ownedDefinitionIds)
  const indicators = new Set(plan.basis.remote.ownedIndicatorIds)
  const created = new Set(
    plan.changes.flatMap((change) => (change.kind === 'create-definition' ? [change.body.Name] : [])),
  )
  const gone = new Set<string>()
  for (const [i, change] of plan.changes.entries()) {
    const touched = touchedBy(change)
    const isForeign =
      touched.definitions.some((id) => !definitions.has(id)) ||
      touched.indicators.some((id) => !indicators.has(id))
    if (isForeign) return `changes[${i}] touches what the plan does not own`
    if (touched.names.some((name) => !created.has(name)))
      return `changes[${i}] needs a definition that the plan does not create`
    for (const key of touched.removed) {
      if (gone.has(key)) return `changes[${i}] deletes what is deleted before`
      gone.add(key)
    }
  }
  if (created.size < plan.changes.filter(({ kind }) => kind === 'create-definition').length)
    return 'one definition is created twice'
  return plan.deletes === countDeletes(plan.changes) ? null : 'deletes is not the number of deletes'
}

interface Touched {
  readonly definitions: readonly number[]
  readonly indicators: readonly number[]
  /** Names of definitions that must be created by the same plan. */
  readonly names: readonly string[]
  readonly removed: readonly string[]
}

const NOTHING: Touched = { definitions: [], indicators: [], names: [], removed: [] }

function touchedBy(change: Change): Touched {
  switch (change.kind) {
    case 'create-definition':
      return NOTHING
    case 'patch-definition':
      return { ...NOTHING, definitions: [change.Id] }
    case 'create-indicator':
      return { ...NOTHING, ...placeOf(change.definition) }
    case 'patch-indicator':
      return { ...NOTHING, ...placeOf(change.definition), indicators: [change.Id] }
    case 'rebind-indicator': {
      const from = placeOf(change.from)
      const to = placeOf(change.to)
      return {
        definitions: [...from.definitions, ...to.definitions],
        indicators: [change.Id],
        names: [...from.names, ...to.names],
        removed: [],
      }
    }
    case 'delete-indicator':
      return {
        ...NOTHING,
        ...placeOf(change.definition),
        indicators: [change.Id],
        removed: [`indicator ${change.Id}`],
      }
    case 'delete-definition':
      return {
        ...NOTHING,
        definitions: [change.Id],
        indicators: change.cascade.map(({ Id }) => Id),
        removed: [`definition ${change.Id}`, ...change.cascade.map(({ Id }) => `indicator ${Id}`)],
      }
    default:
      return assertNever(change)
  }
}

function placeOf({ Id, Name }: { readonly Id: number | null; readonly Name: string }): {
  readonly definitions: readonly number[]
  readonly names: readonly string[]
} {
  return Id === null ? { definitions: [], names: [Name] } : { definitions: [Id], names: [] }
}
