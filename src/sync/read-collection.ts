import { limitError, loopError, refusedError, shapeError } from './client-errors.ts'
import type { JsonRecord } from './json-text.ts'
import { filterLiteral, queryPath } from './odata-query.ts'
import type { ServiceError } from './service-error.ts'
import type { Transport } from './transport.ts'
import { entitiesOfPage, keyOf, nextLinkOf } from './wire.ts'

/** Entities that one request asks for (sync 5). */
const PAGE_SIZE = 1000

/** Which entities to read, and with what beside them. */
export interface CollectionRequest {
  /** `AlertDefinitions` or `IndicatorsOfCompromise`. */
  readonly set: string
  readonly expand?: string
  /** A condition beside the one on Id. */
  readonly filter?: string
}

/** An entity with the page that it stood on, for errors and for links inside it. */
export interface ReadEntity {
  readonly record: JsonRecord
  readonly page: URL
  /** The page in words, made once a page: taking secrets out of it costs more than reading an entity. */
  readonly where: string
}

/** All entities, in ascending order of Id; or the refusal of the first request, from which the caller may turn to another way. */
export type CollectionReading =
  | { readonly kind: 'entities'; readonly entities: readonly ReadEntity[] }
  | { readonly kind: 'refused'; readonly error: ServiceError; readonly page: URL }

/**
 * Reads a collection by `Id gt N`, so that what others insert or delete meanwhile shifts no page. Goes on until a page is empty,
 * since a service may cap pages without saying so. Ids must ascend: a service that ignores the filter would otherwise loop for ever.
 */
export async function readCollection(
  transport: Transport,
  request: CollectionRequest,
  signal: AbortSignal,
): Promise<CollectionReading> {
  const pages = new PageCounter(transport)
  const entities: ReadEntity[] = []
  let lastId = 0
  for (;;) {
    const first = transport.url(pathAfter(request, lastId))
    const round = await readLinked(transport, first, pages, signal)
    if (round.kind === 'refused') {
      if (lastId === 0) return round
      throw refusedError(transport.where(round.page), round.error)
    }
    for (const entity of round.entities) {
      const { record, where } = entity
      const id = keyOf(record, where)
      if (id <= lastId)
        throw shapeError(where, `expected Ids above ${lastId} in ascending order, found ${id}`)
      lastId = id
      entities.push(entity)
    }
    if (round.entities.length === 0) return { kind: 'entities', entities }
  }
}

/** Reads a page and those that its links lead to, whatever their order. */
export async function readLinked(
  transport: Transport,
  first: URL,
  pages: PageCounter,
  signal: AbortSignal,
): Promise<CollectionReading> {
  const entities: ReadEntity[] = []
  for (let page: URL | null = first; page !== null;) {
    pages.count(page)
    const reply = await transport.read(page, signal)
    const where = transport.where(page)
    if (reply.kind === 'refused') {
      // Behind the first page a refusal is not about the form of the request: no other way would help.
      if (page !== first) throw refusedError(where, reply.error)
      return { kind: 'refused', error: reply.error, page }
    }
    for (const record of entitiesOfPage(reply.record, where)) entities.push({ record, page, where })
    const link = nextLinkOf(reply.record, '@odata.nextLink', where)
    page = link === null ? null : transport.follow(page, link)
  }
  return { kind: 'entities', entities }
}

/** Counts the pages of one collection and knows them again, so that links in a circle and endless ones end. */
export class PageCounter {
  readonly #transport: Transport
  readonly #seen: Set<string> = new Set()

  constructor(transport: Transport) {
    this.#transport = transport
  }

  count(page: URL): void {
    const { pages } = this.#transport.http.limits
    if (this.#seen.has(page.href)) throw loopError(this.#transport.where(page))
    if (this.#seen.size >= pages) throw limitError(this.#transport.where(page), `more than ${pages} pages`)
    this.#seen.add(page.href)
  }
}

function pathAfter(request: CollectionRequest, lastId: number): string {
  const after = `Id gt ${filterLiteral(lastId)}`
  return queryPath(request.set, {
    filter: request.filter === undefined ? after : `${request.filter} and ${after}`,
    orderby: 'Id',
    top: PAGE_SIZE,
    ...(request.expand === undefined ? {} : { expand: request.expand }),
  })
}
