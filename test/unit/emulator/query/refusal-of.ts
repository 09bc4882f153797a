import type { EntityType } from '../../../../src/emulator/query/entity-types.ts'
import { QueryError } from '../../../../src/emulator/query/query-error.ts'
import { parseQueryOptions } from '../../../../src/emulator/query/query-options.ts'

/** What a query was refused with; throws where it was accepted. */
export function refusalOf(entity: EntityType, query: string): QueryError {
  try {
    parseQueryOptions(entity, query)
  } catch (error) {
    if (error instanceof QueryError) return error
    throw error
  }
  throw new Error(`accepted: ${query}`)
}
