import type { DraftChanges } from './draft-changes.ts'
import type { RemoteIndicator } from '../entities.ts'
import type { Change, DeleteDefinition, FallingIndicator } from '../plan.ts'

/** What goes before everything else, to make room (sync 7). */
export interface EarlyDeletes {
  readonly indicatorIds: ReadonlySet<number>
  readonly definitionIds: ReadonlySet<number>
}

/** Nothing goes early. */
const NOTHING_EARLY: EarlyDeletes = { indicatorIds: new Set(), definitionIds: new Set() }

/**
 * Puts changes into the order in which they are written (sync 10): create definitions, PATCH, create IOCs, re-bind,
 * delete IOCs, delete definitions; the early deletes stand before them all. An indicator that goes early and would
 * have fallen with its definition is a delete of its own, and no longer part of the cascade: the count stays.
 */
export function orderChanges(draft: DraftChanges, early: EarlyDeletes = NOTHING_EARLY): readonly Change[] {
  const isEarlyIndicator = ({ Id }: { readonly Id: number }): boolean => early.indicatorIds.has(Id)
  const isEarlyDefinition = ({ Id }: { readonly Id: number }): boolean => early.definitionIds.has(Id)
  const takenFromCascades = draft.doomed.flatMap(({ definition, cascade }) =>
    cascade.flatMap(({ Id, body }) =>
      body === null || !early.indicatorIds.has(Id)
        ? []
        : [
            {
              kind: 'delete-indicator' as const,
              Id,
              definition: { Name: definition.Name, Id: definition.Id },
              ioc: body,
            },
          ],
    ),
  )
  const earlyIndicators = [...draft.deleteIndicators.filter(isEarlyIndicator), ...takenFromCascades]
  const definitions = draft.doomed.map(({ definition, cascade }): DeleteDefinition => ({
    kind: 'delete-definition',
    Id: definition.Id,
    Name: definition.Name,
    cascade: cascade
      .map(({ remote }) => fallingIndicator(remote))
      .filter(({ Id }) => !early.indicatorIds.has(Id)),
  }))
  return [
    ...earlyIndicators.sort((a, b) => a.Id - b.Id),
    ...definitions.filter(isEarlyDefinition),
    ...draft.createDefinitions,
    ...draft.patchDefinitions,
    ...draft.patchIndicators,
    ...draft.createIndicators,
    ...draft.rebinds,
    ...draft.deleteIndicators.filter((change) => !isEarlyIndicator(change)),
    ...definitions.filter((change) => !isEarlyDefinition(change)),
  ]
}

function fallingIndicator({ Id, Type, DetectionFunction, Value }: RemoteIndicator): FallingIndicator {
  return { Id, Type, DetectionFunction, Value }
}
