import type { TimeTicks } from '../model/time.ts'
import type { ErrorDetail } from './api-error.ts'
import { below, readEntityBody, type BodyReading } from './entity-body.ts'
import { checkIndicatorValue } from './indicator-value.ts'
import { propertyRules, type StoredValue } from './property-rules.ts'
import { ALERT_DEFINITION, type EntityType } from './query/entity-types.ts'
import type { Quotas } from '../model/quotas.ts'
import { PARENT_COLUMN, type Store, type StoredRow } from './store.ts'

/** An entity that was checked and waits to be stored. */
export interface NewEntity {
  readonly values: ReadonlyMap<string, StoredValue>
  readonly boundTo: bigint | null
  readonly hasPluralBind: boolean
}

/** Who creates, and when. */
export interface Creation {
  readonly caller: string
  readonly now: TimeTicks
}

/** Answers whether a definition exists, and remembers the answer: a bulk upload asks thousands of times. */
export function definitionLookup(store: Store): (id: bigint) => boolean {
  const known = new Map<bigint, boolean>()
  return (id) => {
    const answer = known.get(id) ?? store.find(ALERT_DEFINITION, id) !== null
    known.set(id, answer)
    return answer
  }
}

/** Reads the body of an entity to create; what is wrong goes to `problems`. */
export function readNewEntity(
  json: unknown,
  place: string,
  reading: BodyReading,
  exists: (id: bigint) => boolean,
  problems: ErrorDetail[],
): NewEntity {
  const body = readEntityBody(json, place, reading, problems)
  const { values, boundTo } = body
  if (boundTo !== null && !exists(boundTo)) problems.push(unknownTarget(boundTo, place))
  if (reading.entity.set === 'AlertDefinitions') return body
  const checked = checkIndicatorValue(values, below(place, 'Value'), reading.profile)
  if (checked?.ok === false) problems.push(checked.problem)
  return checked?.ok === true ? { ...body, values: new Map(values).set('Value', checked.value) } : body
}

/** Stores entities in order and gives their rows. Inside a transaction, after the quotas were checked. */
export function storeNewEntities(
  store: Store,
  entity: EntityType,
  items: readonly NewEntity[],
  { caller, now }: Creation,
): readonly StoredRow[] {
  const columns = creationColumns(entity)
  return items.map(({ values, boundTo }) => {
    const row: Record<string, StoredValue> = { CreatedAt: now, CreatedBy: caller }
    if (boundTo !== null) row[PARENT_COLUMN] = boundTo
    for (const [name, value] of values) row[name] = value
    row['Id'] = store.insert(
      entity,
      columns,
      columns.map((column) => row[column] ?? null),
    )
    return row
  })
}

/** The columns that a new row fills: all but the key and those of later changes. */
function creationColumns(entity: EntityType): readonly string[] {
  const writable = [...propertyRules(entity).values()].filter(({ isReadOnly }) => !isReadOnly)
  const own = [...writable.map(({ info }) => info.name), 'CreatedAt', 'CreatedBy']
  return entity.set === 'AlertDefinitions' ? own : [...own, PARENT_COLUMN]
}

/** What entities add to the quotas. */
export function quotaShare(entity: EntityType, items: readonly NewEntity[]): Quotas {
  if (entity.set === 'AlertDefinitions') {
    return { definitions: items.length, indicators: 0, nonEqualsIndicators: 0 }
  }
  const nonEquals = items.filter(({ values }) => isNonEquals(values.get('DetectionFunction')))
  return { definitions: 0, indicators: items.length, nonEqualsIndicators: nonEquals.length }
}

/** Whether a stored function counts for the third quota. */
export function isNonEquals(detectionFunction: unknown): boolean {
  return Number(detectionFunction ?? 0) !== 0
}

/** The refusal of a binding to a definition that does not exist (ti-api 1.4). */
export function unknownTarget(id: bigint, place: string): ErrorDetail {
  const message = `AlertDefinitions(${id}) does not exist; bind to a definition that does.`
  return { code: 'InvalidInput', message, target: below(place, 'AlertDefinition') }
}
