import type { DoomedDefinition, DraftChanges } from './draft-changes.ts'
import type { EarlyDeletes } from './order-changes.ts'
import type { Quotas } from '../../model/quotas.ts'

/**
 * Chooses the deletes that must go before the creates so that each quota has the needed room, and no more than those
 * (sync 7); null where even all that can go early is too little. Definitions go for the definitions' quota only, the
 * smallest first; for the other two, single indicators go, by Id. A definition that indicators are re-bound away from
 * cannot go early.
 */
export function makeRoom(
  draft: DraftChanges,
  needed: Quotas,
  nonEqualsIds: ReadonlySet<number>,
): EarlyDeletes | null {
  const room = new Room(needed, nonEqualsIds)
  const bySize = draft.doomed
    .filter(({ isSource }) => !isSource)
    .toSorted((a, b) => a.cascade.length - b.cascade.length || a.definition.Id - b.definition.Id)
  for (const item of bySize) if (room.lacks('definitions')) room.takeDefinition(item)
  const singles = candidates(draft, room.definitionIds)
  for (const id of singles)
    if (room.lacks('nonEqualsIndicators') && nonEqualsIds.has(id)) room.takeIndicator(id)
  for (const id of singles) if (room.lacks('indicators')) room.takeIndicator(id)
  // Opaque indicators are never deleted by themselves: only their definition takes them along.
  for (const item of bySize)
    if (room.lacks('indicators') || room.lacks('nonEqualsIndicators')) room.takeDefinition(item)
  return room.isEnough ? room : null
}

/** Ids of the indicators that can go by themselves: planned deletes first, then those that fall with a definition. */
function candidates(draft: DraftChanges, goneDefinitionIds: ReadonlySet<number>): readonly number[] {
  const planned = draft.deleteIndicators.map(({ Id }) => Id)
  const falling = draft.doomed
    .filter(({ definition }) => !goneDefinitionIds.has(definition.Id))
    .flatMap(({ cascade }) => cascade.filter(({ body }) => body !== null).map(({ Id }) => Id))
    .sort((a, b) => a - b)
  return [...planned, ...falling]
}

class Room implements EarlyDeletes {
  readonly indicatorIds = new Set<number>()
  readonly definitionIds = new Set<number>()
  readonly #lacking: { -readonly [Name in keyof Quotas]: number }
  readonly #nonEqualsIds: ReadonlySet<number>

  constructor(needed: Quotas, nonEqualsIds: ReadonlySet<number>) {
    this.#lacking = { ...needed }
    this.#nonEqualsIds = nonEqualsIds
  }

  get isEnough(): boolean {
    return Object.values(this.#lacking).every((count) => count <= 0)
  }

  lacks(name: keyof Quotas): boolean {
    return this.#lacking[name] > 0
  }

  takeIndicator(id: number): void {
    if (this.indicatorIds.has(id)) return
    this.indicatorIds.add(id)
    this.#free(id)
  }

  takeDefinition({ definition, cascade }: DoomedDefinition): void {
    if (this.definitionIds.has(definition.Id)) return
    this.definitionIds.add(definition.Id)
    this.#lacking.definitions--
    for (const { Id } of cascade) if (!this.indicatorIds.has(Id)) this.#free(Id)
  }

  #free(id: number): void {
    this.#lacking.indicators--
    if (this.#nonEqualsIds.has(id)) this.#lacking.nonEqualsIndicators--
  }
}
