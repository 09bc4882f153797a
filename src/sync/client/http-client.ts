import { Connections } from './exchange.ts'
import type { Exchange, ExchangeRequest, Reply } from './exchange.ts'
import type { Clock } from '../clock.ts'
import { Redactor } from './redactor.ts'
import { Retries } from './retry.ts'
import { excerpt, shownWord, visibleText } from './shown-text.ts'
import { TRANSPORT_LIMITS } from './transport-limits.ts'
import type { TransportLimits } from './transport-limits.ts'

/** Clock, limits and log of every request to a tenant. */
export interface HttpClientOptions {
  readonly clock: Clock
  readonly limits?: Partial<TransportLimits> | undefined
  readonly log?: ((line: string) => void) | undefined
}

/** Headers that services of this family name a request in, for their support. */
const REQUEST_ID_HEADERS = ['request-id', 'x-ms-request-id', 'x-request-id', 'x-correlation-id']

/** What token endpoint and API share: connections, limits, the log, and the list of secrets that no text may show. */
export class HttpClient {
  readonly limits: TransportLimits
  readonly clock: Clock
  readonly redactor: Redactor = new Redactor()
  readonly #connections: Connections
  readonly #log: (line: string) => void

  constructor(options: HttpClientOptions) {
    this.limits = { ...TRANSPORT_LIMITS, ...options.limits }
    this.clock = options.clock
    this.#connections = Connections.open(this.limits)
    this.#log = options.log ?? (() => {})
  }

  /** One request on the wire, with one line in the log. */
  async send(request: ExchangeRequest): Promise<Exchange> {
    const start = performance.now()
    const exchange = await this.#connections.send(request)
    const ms = Math.round(performance.now() - start)
    this.#log(`${request.method} ${this.#pathOf(request.url)} ${resultOf(exchange)} ${ms} ms`)
    return exchange
  }

  /** A counter of attempts for one request. */
  retries(): Retries {
    return new Retries(this.limits, this.clock, Math.random)
  }

  /** `GET /v1.0/AlertDefinitions?…`: the place of a problem, without secrets that a server wove into its links. */
  where(method: string, url: URL): string {
    return `${method} ${this.#pathOf(url)}`
  }

  /** A foreign word, such as an error code, without secrets. */
  word(text: string): string {
    return shownWord(this.redactor.redact(text))
  }

  /** The first 200 characters of a foreign body, without secrets. */
  excerpt(text: string): string {
    return excerpt(this.redactor.redact(text))
  }

  /** The service's name for this request, or null. */
  requestId(reply: Reply): string | null {
    for (const name of REQUEST_ID_HEADERS) {
      const value = reply.headers[name]
      if (typeof value === 'string' && value !== '') return this.word(value)
    }
    return null
  }

  #pathOf(url: URL): string {
    return visibleText(this.redactor.redact(`${url.pathname}${url.search}`))
  }
}

function resultOf(exchange: Exchange): string {
  if (exchange.kind === 'reply') return String(exchange.status)
  return exchange.kind === 'stopped' ? 'stopped' : `failed: ${exchange.reason};`
}
