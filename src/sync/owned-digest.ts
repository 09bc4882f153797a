import { createHash } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'
import type { RemoteState } from './entities.ts'

/** SHA-256 over the given definitions and all that is bound to them, every property included (sync 9); the order of the lists does not matter. */
export function ownedDigest(remote: RemoteState, definitionIds: readonly number[]): string {
  const ids = new Set(definitionIds)
  return digestOf({
    definitions: remote.definitions.filter(({ Id }) => ids.has(Id)),
    indicators: remote.indicators.filter(({ definitionId }) => ids.has(definitionId)),
  })
}

/** SHA-256 over everything that the tenant holds: equal for two equal readings (sync 5). */
export function stateDigest(remote: RemoteState): string {
  return digestOf(remote)
}

/** Entity by entity, because a tenant as one text would be large; each line is one entity, so that none runs into the next. */
function digestOf({ definitions, indicators }: RemoteState): string {
  const hash = createHash('sha256')
  hash.update(`definitions ${definitions.length}\n`)
  for (const definition of byId(definitions)) hash.update(`${canonicalJson(definition)}\n`)
  hash.update(`indicators ${indicators.length}\n`)
  for (const indicator of byId(indicators)) hash.update(`${canonicalJson(indicator)}\n`)
  return hash.digest('hex')
}

function byId<Entity extends { readonly Id: number }>(entities: readonly Entity[]): readonly Entity[] {
  return entities.toSorted((a, b) => a.Id - b.Id)
}
