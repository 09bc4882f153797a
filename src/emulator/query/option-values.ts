import type { EntityType } from './entity-types.ts'
import type { FilterNode, OrderTerm } from './filter-node.ts'

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
