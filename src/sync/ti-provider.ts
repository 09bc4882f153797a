import type { Clock } from './clock.ts'
import type {
  DefinitionBody,
  DefinitionPatch,
  IndicatorPatch,
  RemoteIndicator,
  RemoteState,
} from './entities.ts'
import { HttpClient } from './http-client.ts'
import { TokenSource } from './oauth.ts'
import type { BoundIndicator, Provider, WriteOutcome } from './provider.ts'
import { StateReader } from './read-state.ts'
import type { Secret } from './secret.ts'
import { addressOf, parseServiceUrl } from './service-url.ts'
import { Transport } from './transport.ts'
import type { WriteRequest } from './transport.ts'
import type { TransportLimits } from './transport-limits.ts'
import { definitionWire, indicatorWire } from './wire.ts'
import { writeOutcome } from './write-outcome.ts'

/** Where a tenant's threat-intelligence API is and who asks. */
export interface TiProviderOptions {
  /** Service root, for example `https://TI.SecurityCenter.Windows.com/v1.0`. */
  readonly api: string
  readonly tokenUrl: string
  readonly tenant: string
  readonly clientId: string
  readonly clientSecret: Secret
  readonly clock: Clock
  readonly limits?: Partial<TransportLimits>
  /** Called with one line per request: method, path, status, milliseconds. Holds no secret. */
  readonly log?: (line: string) => void
}

/**
 * The custom threat-intelligence API v1.0 as a provider. Sends nothing before its first method is called; throws a RemoteError
 * when an address may not be used. It knows no request that empties a collection or a definition (sync 8).
 */
export function openTiProvider(options: TiProviderOptions): Provider {
  const root = parseServiceUrl(options.api, 'the address of the API')
  const tokenUrl = parseServiceUrl(options.tokenUrl, 'the token URL')
  const http = new HttpClient(options)
  const { clientId, clientSecret } = options
  const tokens = new TokenSource({ http, tokenUrl, clientId, clientSecret })
  return new TiProvider(new Transport(root, http, tokens), options.tenant)
}

/** Services differ about an empty list; none is sent. */
const NOTHING_TO_CREATE: WriteOutcome = { kind: 'done', ids: [] }

class TiProvider implements Provider {
  readonly api: string
  readonly tenant: string
  readonly #transport: Transport
  readonly #reader: StateReader

  constructor(transport: Transport, tenant: string) {
    this.api = addressOf(transport.root)
    this.tenant = tenant
    this.#transport = transport
    this.#reader = new StateReader(transport)
  }

  readState(signal: AbortSignal): Promise<RemoteState> {
    return this.#reader.readState(signal)
  }

  readIndicatorsOf(definitionId: number, signal: AbortSignal): Promise<readonly RemoteIndicator[]> {
    return this.#reader.readIndicatorsOf(definitionId, signal)
  }

  async createDefinitions(bodies: readonly DefinitionBody[], signal: AbortSignal): Promise<WriteOutcome> {
    if (bodies.length === 0) return NOTHING_TO_CREATE
    const body = { alertDefinitions: bodies.map(definitionWire) }
    const request = { method: 'POST', path: 'AlertDefinitions/Actions.BulkUpload', body } as const
    return this.#write(request, bodies.length, signal)
  }

  async createIndicators(items: readonly BoundIndicator[], signal: AbortSignal): Promise<WriteOutcome> {
    if (items.length === 0) return NOTHING_TO_CREATE
    const body = { iocs: items.map(indicatorWire) }
    const request = { method: 'POST', path: 'IndicatorsOfCompromise/Actions.BulkUpload', body } as const
    return this.#write(request, items.length, signal)
  }

  patchDefinition(id: number, patch: DefinitionPatch, signal: AbortSignal): Promise<WriteOutcome> {
    return this.#write({ method: 'PATCH', path: definitionPath(id), body: { ...patch } }, 0, signal)
  }

  patchIndicator(id: number, patch: IndicatorPatch, signal: AbortSignal): Promise<WriteOutcome> {
    return this.#write({ method: 'PATCH', path: indicatorPath(id), body: { ...patch } }, 0, signal)
  }

  bindIndicator(id: number, definitionId: number, signal: AbortSignal): Promise<WriteOutcome> {
    const body = { '@odata.id': `${this.api}/${definitionPath(definitionId)}` }
    return this.#write({ method: 'PUT', path: `${indicatorPath(id)}/AlertDefinition/$ref`, body }, 0, signal)
  }

  deleteIndicator(id: number, signal: AbortSignal): Promise<WriteOutcome> {
    return this.#delete(indicatorPath(id), signal)
  }

  deleteDefinition(id: number, signal: AbortSignal): Promise<WriteOutcome> {
    return this.#delete(definitionPath(id), signal)
  }

  /** What is gone already is deleted (sync 11). */
  async #delete(path: string, signal: AbortSignal): Promise<WriteOutcome> {
    const outcome = await this.#write({ method: 'DELETE', path, body: null }, 0, signal)
    return outcome.kind === 'absent' && outcome.status === 404 ? { kind: 'done', ids: null } : outcome
  }

  async #write(request: WriteRequest, created: number, signal: AbortSignal): Promise<WriteOutcome> {
    return writeOutcome(this.#transport.http, await this.#transport.write(request, signal), created)
  }
}

function definitionPath(id: number): string {
  return `AlertDefinitions(${checkedKey(id)})`
}

function indicatorPath(id: number): string {
  return `IndicatorsOfCompromise(${checkedKey(id)})`
}

/** A path with a key that is no key could name the whole collection. */
function checkedKey(id: number): number {
  if (Number.isSafeInteger(id) && id > 0) return id
  throw new RangeError(`expected the Id of an entity, found ${id}`)
}
