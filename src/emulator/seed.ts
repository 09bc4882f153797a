import { errorOfProblems, type ErrorDetail } from './api-error.ts'
import type { BodyReading } from './entity-body.ts'
import { quotaShare, readNewEntity, storeNewEntities, type Creation, type NewEntity } from './new-entities.ts'
import type { Profile } from './profile.ts'
import { ALERT_DEFINITION, INDICATOR, type EntityType } from './query/entity-types.ts'
import type { Quotas } from '../model/quotas.ts'
import { checkQuotas } from './quotas.ts'
import { idOf } from './representation.ts'
import type { Store } from './store.ts'

/** A definition to begin with: the body that a POST would send, and those of its indicators without a binding. */
export interface SeedDefinition {
  readonly body: Record<string, unknown>
  readonly iocs: readonly Record<string, unknown>[]
}

/** Stores definitions with their indicators. Inside a transaction; an error names the place in the list. */
export function seedStore(
  store: Store,
  definitions: readonly SeedDefinition[],
  profile: Profile,
  quotas: Quotas,
  creation: Creation,
): void {
  const problems: ErrorDetail[] = []
  const read = definitions.map(({ body, iocs }, i) => {
    const place = `definitions[${i}]`
    return {
      definition: readSeed(body, place, reading(ALERT_DEFINITION, profile), problems),
      iocs: iocs.map((ioc, j) => readSeed(ioc, `${place}.iocs[${j}]`, reading(INDICATOR, profile), problems)),
    }
  })
  if (problems.length > 0) throw errorOfProblems(problems)
  checkQuotas(
    store,
    quotas,
    quotaShare(
      ALERT_DEFINITION,
      read.map(({ definition }) => definition),
    ),
  )
  checkQuotas(
    store,
    quotas,
    quotaShare(
      INDICATOR,
      read.flatMap(({ iocs }) => iocs),
    ),
  )
  for (const { definition, iocs } of read) {
    const [row] = storeNewEntities(store, ALERT_DEFINITION, [definition], creation)
    if (row === undefined) throw new Error('a stored definition has a row')
    const bound = iocs.map((ioc) => ({ ...ioc, boundTo: idOf(row) }))
    storeNewEntities(store, INDICATOR, bound, creation)
  }
}

function readSeed(json: unknown, place: string, how: BodyReading, problems: ErrorDetail[]): NewEntity {
  // The binding is ours, so no definition is looked for.
  return readNewEntity(json, place, how, () => true, problems)
}

function reading(entity: EntityType, profile: Profile): BodyReading {
  const references = {
    root: 'http://localhost/v1.0',
    requestUrl: 'http://localhost/v1.0/',
    takesForeignHosts: true,
  }
  return { entity, profile, references, isPatch: false, needsBind: false }
}
