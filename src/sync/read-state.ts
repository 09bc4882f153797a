import { createHash } from 'node:crypto'
import { shapeError, unsteadyError } from './client-errors.ts'
import type { RemoteIndicator, RemoteState } from './entities.ts'
import { RELATION_WAYS, readDefinitions, readIndicators, readIndicatorsOf } from './read-relation.ts'
import type { RelationWay } from './read-relation.ts'
import type { Transport } from './transport.ts'

/** Readings of a tenant until two in a row agree (sync 5). */
const MOST_READINGS = 5
/** Wait after a reading that differs from the one before. */
const UNSTEADY_WAIT_MS = 1_000

/** Reads what a tenant holds, and remembers which way the service shows what belongs to what. */
export class StateReader {
  readonly #transport: Transport
  #ways: readonly RelationWay[] = RELATION_WAYS

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** The state that two readings in a row saw. Throws a RemoteError when five do not settle. */
  async readState(signal: AbortSignal): Promise<RemoteState> {
    let before: string | null = null
    for (let reading = 1; reading <= MOST_READINGS; reading++) {
      const state = await this.#readOnce(signal)
      const digest = isWhole(state) ? digestOf(state) : null
      if (digest !== null && digest === before) return state
      before = digest
      if (reading > 1 && reading < MOST_READINGS)
        await this.#transport.http.clock.sleep(UNSTEADY_WAIT_MS, signal)
    }
    throw unsteadyError(MOST_READINGS)
  }

  /** One reading of the indicators of one definition. */
  readIndicatorsOf(definitionId: number, signal: AbortSignal): Promise<readonly RemoteIndicator[]> {
    return this.#byFirstWay((way) => readIndicatorsOf(this.#transport, way, definitionId, signal))
  }

  async #readOnce(signal: AbortSignal): Promise<RemoteState> {
    const definitions = await readDefinitions(this.#transport, signal)
    const indicators = await this.#byFirstWay((way) => readIndicators(this.#transport, way, signal))
    return { definitions, indicators }
  }

  /** The first way that the service knows; the ones before it are not tried again. */
  async #byFirstWay(
    read: (way: RelationWay) => Promise<readonly RemoteIndicator[] | 'not-shown'>,
  ): Promise<readonly RemoteIndicator[]> {
    for (const [i, way] of this.#ways.entries()) {
      const indicators = await read(way)
      if (indicators === 'not-shown') continue
      this.#ways = this.#ways.slice(i)
      return indicators
    }
    const where = this.#transport.where(this.#transport.url('IndicatorsOfCompromise'))
    throw shapeError(where, 'found no way to learn which definition an indicator belongs to')
  }
}

/** False when the two sets were read around a change: an indicator of a definition that the reading does not hold. */
function isWhole(state: RemoteState): boolean {
  const ids = new Set(state.definitions.map(({ Id }) => Id))
  return state.indicators.every(({ definitionId }) => ids.has(definitionId))
}

/** Fields stand in the order in which the wire's reader builds them, so that equal states give equal text. */
function digestOf(state: RemoteState): string {
  const hash = createHash('sha256')
  for (const entity of [...state.definitions, ...state.indicators]) hash.update(`${JSON.stringify(entity)}\n`)
  return hash.digest('hex')
}
