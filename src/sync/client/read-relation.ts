import { assertNever } from '../../model/assert-never.ts'
import { refusedError, shapeError } from './client-errors.ts'
import type { RemoteDefinition, RemoteIndicator } from '../entities.ts'
import { isRecord, kindOf, property } from './json-text.ts'
import { PageCounter, readCollection, readLinked } from './read-collection.ts'
import type { CollectionReading, CollectionRequest, ReadEntity } from './read-collection.ts'
import type { ServiceError } from './service-error.ts'
import type { Transport } from './transport.ts'
import {
  definitionOf,
  entitiesOfPage,
  indicatorOf,
  keyOf,
  keyOfReference,
  nextLinkOf,
  singleEntity,
} from './wire.ts'

/** How the service shows which definition an indicator is bound to, from the cheapest way to the dearest (sync 5). */
export const RELATION_WAYS = ['expand-definition', 'expand-indicators', 'references'] as const
/** One of `RELATION_WAYS`. */
export type RelationWay = (typeof RELATION_WAYS)[number]

/** Refusals that mean: not this form of request. */
const NOT_THIS_WAY: ReadonlySet<number> = new Set([400, 404, 405, 501])

const NESTED = 'IndicatorsOfCompromise'
const NOT_SHOWN = 'not-shown'

/** All definitions, or the error that the service gave. */
export async function readDefinitions(
  transport: Transport,
  signal: AbortSignal,
): Promise<readonly RemoteDefinition[]> {
  const entities = await readOrThrow(transport, { set: 'AlertDefinitions' }, signal)
  return entities.map(({ record, where }) => definitionOf(record, where))
}

/** All indicators with their definitions, ascending by Id; `not-shown` when the service does not know this way. */
export async function readIndicators(
  transport: Transport,
  way: RelationWay,
  signal: AbortSignal,
): Promise<readonly RemoteIndicator[] | typeof NOT_SHOWN> {
  switch (way) {
    case 'expand-definition': {
      const reading = await readCollection(transport, { set: NESTED, expand: 'AlertDefinition' }, signal)
      return boundByExpand(transport, reading)
    }
    case 'expand-indicators': {
      const reading = await readCollection(transport, { set: 'AlertDefinitions', expand: NESTED }, signal)
      return boundByParents(transport, reading, signal)
    }
    case 'references':
      return boundByReferences(transport, signal)
    default:
      return assertNever(way)
  }
}

/** The indicators of one definition, ascending by Id, the same way; empty when the definition is gone. */
export async function readIndicatorsOf(
  transport: Transport,
  way: RelationWay,
  definitionId: number,
  signal: AbortSignal,
): Promise<readonly RemoteIndicator[] | typeof NOT_SHOWN> {
  switch (way) {
    case 'expand-definition': {
      const filter = `AlertDefinition/Id eq ${definitionId}`
      const request = { set: NESTED, expand: 'AlertDefinition', filter }
      const bound = boundByExpand(transport, await readCollection(transport, request, signal))
      return bound === NOT_SHOWN ? bound : onlyOf(transport, definitionId, bound)
    }
    case 'expand-indicators': {
      // By the same kind of request as the whole reading, so that "none" never means "not known here".
      const request = { set: 'AlertDefinitions', expand: NESTED, filter: `Id eq ${definitionId}` }
      const bound = await boundByParents(transport, await readCollection(transport, request, signal), signal)
      return bound === NOT_SHOWN ? bound : onlyOf(transport, definitionId, bound)
    }
    case 'references': {
      const all = await boundByReferences(transport, signal)
      return all.filter((indicator) => indicator.definitionId === definitionId)
    }
    default:
      return assertNever(way)
  }
}

/** A service that ignored the filter would have us take another definition's indicators for this one's. */
function onlyOf(
  transport: Transport,
  definitionId: number,
  indicators: readonly RemoteIndicator[],
): readonly RemoteIndicator[] {
  const foreign = indicators.find((indicator) => indicator.definitionId !== definitionId)
  if (foreign === undefined) return indicators
  const where = transport.where(transport.url(NESTED))
  throw shapeError(
    where,
    `asked for the indicators of AlertDefinition ${definitionId}, found one of AlertDefinition ${foreign.definitionId}`,
  )
}

function boundByExpand(
  transport: Transport,
  reading: CollectionReading,
): readonly RemoteIndicator[] | typeof NOT_SHOWN {
  if (reading.kind === 'refused') return notThisWay(transport, reading.error, reading.page)
  const bound: RemoteIndicator[] = []
  for (const { record, where } of reading.entities) {
    const definition = property(record, 'AlertDefinition')
    if (definition === undefined) return NOT_SHOWN
    if (!isRecord(definition))
      throw shapeError(where, `expected AlertDefinition as an object, found ${kindOf(definition)}`)
    bound.push({ ...indicatorOf(record, where), definitionId: keyOf(definition, where) })
  }
  return bound
}

async function boundByParents(
  transport: Transport,
  reading: CollectionReading,
  signal: AbortSignal,
): Promise<readonly RemoteIndicator[] | typeof NOT_SHOWN> {
  if (reading.kind === 'refused') return notThisWay(transport, reading.error, reading.page)
  const bound: RemoteIndicator[] = []
  for (const parent of reading.entities) {
    if (property(parent.record, NESTED) === undefined) return NOT_SHOWN
    const definitionId = keyOf(parent.record, parent.where)
    for (const { record, where } of await nestedEntities(transport, parent, signal))
      bound.push({ ...indicatorOf(record, where), definitionId })
  }
  return sortedById(transport, bound)
}

/** What is expanded inside an entity, with the pages that its own links lead to. */
async function nestedEntities(
  transport: Transport,
  { record, page, where }: ReadEntity,
  signal: AbortSignal,
): Promise<readonly ReadEntity[]> {
  const shown = entitiesOfPage({ value: property(record, NESTED) }, where).map((nested) => ({
    record: nested,
    page,
    where,
  }))
  const link = nextLinkOf(record, `${NESTED}@odata.nextLink`, where)
  if (link === null) return shown
  const first = transport.follow(page, link)
  const rest = await readLinked(transport, first, new PageCounter(transport), signal)
  if (rest.kind === 'refused') throw refusedError(transport.where(rest.page), rest.error)
  return [...shown, ...rest.entities]
}

async function boundByReferences(
  transport: Transport,
  signal: AbortSignal,
): Promise<readonly RemoteIndicator[]> {
  const bound: RemoteIndicator[] = []
  for (const { record, where } of await readOrThrow(transport, { set: NESTED }, signal)) {
    const indicator = indicatorOf(record, where)
    const definitionId = await definitionIdOf(transport, indicator.Id, signal)
    // Deleted since it was listed: the next reading will not list it.
    if (definitionId !== null) bound.push({ ...indicator, definitionId })
  }
  return bound
}

async function definitionIdOf(transport: Transport, id: number, signal: AbortSignal): Promise<number | null> {
  const page = transport.url(`${NESTED}(${id})/AlertDefinition/$ref`)
  const reply = await transport.read(page, signal)
  const where = transport.where(page)
  if (reply.kind === 'refused') {
    if (reply.error.status === 404 && !(await exists(transport, id, signal))) return null
    throw refusedError(where, reply.error)
  }
  const key = keyOfReference(property(singleEntity(reply.record, where), '@odata.id'))
  if (key !== null) return key
  throw shapeError(where, 'expected @odata.id as a reference to AlertDefinitions(Id)')
}

/** Tells an indicator that is gone from a service that knows no `$ref`: taken for gone, all of them would vanish from the plan. */
async function exists(transport: Transport, id: number, signal: AbortSignal): Promise<boolean> {
  const page = transport.url(`${NESTED}(${id})`)
  const reply = await transport.read(page, signal)
  if (reply.kind === 'refused') {
    if (reply.error.status === 404) return false
    throw refusedError(transport.where(page), reply.error)
  }
  return keyOf(singleEntity(reply.record, transport.where(page)), transport.where(page)) === id
}

async function readOrThrow(
  transport: Transport,
  request: CollectionRequest,
  signal: AbortSignal,
): Promise<readonly ReadEntity[]> {
  const reading = await readCollection(transport, request, signal)
  if (reading.kind === 'refused') throw refusedError(transport.where(reading.page), reading.error)
  return reading.entities
}

function notThisWay(transport: Transport, error: ServiceError, page: URL): typeof NOT_SHOWN {
  if (NOT_THIS_WAY.has(error.status)) return NOT_SHOWN
  throw refusedError(transport.where(page), error)
}

function sortedById(
  transport: Transport,
  indicators: readonly RemoteIndicator[],
): readonly RemoteIndicator[] {
  const sorted = [...indicators].sort((a, b) => a.Id - b.Id)
  const twice = sorted.find((indicator, i) => i > 0 && sorted[i - 1]?.Id === indicator.Id)
  if (twice === undefined) return sorted
  throw shapeError(
    transport.where(transport.url('AlertDefinitions')),
    `IndicatorOfCompromise ${twice.Id} stands under two definitions`,
  )
}
