import type { EntityType } from './entity-types.ts'
import type { FilterNode, OrderTerm } from './filter-node.ts'
import { QueryError } from './query-error.ts'

/** The system query options of one request, or of one expanded navigation. */
export interface QueryOptions {
  readonly filter: FilterNode | null
  readonly orderby: readonly OrderTerm[]
  /** Names of properties (and of the navigation, if asked for) in the order asked for, each once; null: all. */
  readonly select: readonly string[] | null
  readonly expand: ExpandOptions | null
  readonly top: number | null
  readonly skip: number
  readonly count: boolean
  /** As written: `json` or a media type; whether it can be served is the representation's decision. */
  readonly format: string | null
  readonly skiptoken: string | null
  /** What the context URL says after the set's name: empty, or like `(Id,Value,AlertDefinition())`. */
  readonly context: string
}

/** The one navigation of the entity, and what was asked of it. */
export interface ExpandOptions {
  readonly navigation: string
  readonly target: EntityType
  readonly options: QueryOptions
}

/**
 * Reads the query string of a request (without the `?`): percent-encoding and `+` are decoded here.
 * Throws `QueryError` and nothing else. Options without `$` are a service's own and ignored.
 */
export function parseQueryOptions(entity: EntityType, query: string): QueryOptions {
  throw new QueryError({
    option: null,
    offset: 0,
    status: 501,
    message: `no options of ${entity.set} are read yet, found "${query}"`,
    fix: 'send none',
  })
}
