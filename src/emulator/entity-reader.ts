import { ApiError } from './api-error.ts'
import type { Call } from './call.ts'
import type { JsonFormat } from './negotiate.ts'
import type { EntityType } from './query/entity-types.ts'
import type { ExpandOptions, QueryOptions } from './query/query-options.ts'
import { idOf, jsonInteger, representEntity, type JsonObject, type Writing } from './representation.ts'
import { countRows, ofDefinition, selectRows, withId, type RowQuery } from './select-rows.ts'
import { PARENT_COLUMN, type Store, type StoredRow } from './store.ts'

/** Entities that one reply may hold through `$expand`, which multiplies: past it the request is refused. */
const EXPANDED_LIMIT = 200_000

/** Writes entities with what they expand to. One reader serves one reply. */
export class EntityReader {
  readonly #store: Store
  readonly #writing: Writing
  /** Parents already written, per expand clause: thousands of indicators share one definition. */
  readonly #parents = new Map<ExpandOptions, Map<bigint, ExpandedParent>>()
  #expandedCount = 0

  private constructor(store: Store, writing: Writing) {
    this.#store = store
    this.#writing = writing
  }

  /** A reader for the reply to a call. */
  static open(call: Call, format: JsonFormat): EntityReader {
    return new EntityReader(call.store, { root: call.root, format })
  }

  /** One row as JSON, with its expanded navigation. */
  write(entity: EntityType, row: StoredRow, options: QueryOptions): JsonObject {
    const json = representEntity(entity, row, options.select, this.#writing)
    const { expand } = options
    if (expand === null) return json
    if (entity.navigation.isCollection) return this.#addChildren(json, row, expand)
    json[expand.navigation] = this.#parentOf(row, expand)
    return json
  }

  #addChildren(json: JsonObject, row: StoredRow, expand: ExpandOptions): JsonObject {
    const { options, target, navigation } = expand
    const conditions = [ofDefinition(idOf(row))]
    const { filter, orderby, skip, top } = options
    const query: RowQuery = { entity: target, conditions, filter, orderby, skip, limit: top }
    if (options.count) {
      const count = countRows(this.#store, query)
      json[`${navigation}@odata.count`] = jsonInteger(count, this.#writing.format)
    }
    const children = top === 0 ? [] : selectRows(this.#store, query)
    this.#spend(children.length)
    json[navigation] = children.map((child) => this.write(target, child, options))
    return json
  }

  /** Null when a nested filter leaves the parent out. */
  #parentOf(row: StoredRow, expand: ExpandOptions): JsonObject | null {
    const id = BigInt(String(row[PARENT_COLUMN]))
    const written = this.#parents.get(expand) ?? new Map<bigint, ExpandedParent>()
    this.#parents.set(expand, written)
    const known = written.get(id)
    if (known !== undefined) {
      // The same object is written again, so it counts again with all that hangs on it.
      this.#spend(known.size)
      return known.json
    }
    const before = this.#expandedCount
    const { options, target } = expand
    const query = { entity: target, conditions: [withId(id)], filter: options.filter, orderby: [] }
    const [parent] = selectRows(this.#store, { ...query, skip: 0, limit: 1 })
    this.#spend(1)
    const json = parent === undefined ? null : this.write(target, parent, options)
    written.set(id, { json, size: this.#expandedCount - before })
    return json
  }

  #spend(count: number): void {
    this.#expandedCount += count
    if (this.#expandedCount <= EXPANDED_LIMIT) return
    const message = `$expand would give more than ${EXPANDED_LIMIT} entities; use $top, $filter or a smaller page.`
    throw new ApiError(400, 'ODataError', message, { target: '$expand' })
  }
}

interface ExpandedParent {
  readonly json: JsonObject | null
  /** Entities in the object, itself included. */
  readonly size: number
}
