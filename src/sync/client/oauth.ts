import {
  ClientSecretPost,
  allowInsecureRequests,
  clientCredentialsGrantRequest,
  customFetch,
  processClientCredentialsResponse,
} from 'oauth4webapi'
import type { AuthorizationServer, Client } from 'oauth4webapi'
import {
  authError,
  gaveUpError,
  limitError,
  redirectError,
  tlsError,
  tokenReplyError,
} from './client-errors.ts'
import type { Exchange, Reply } from './exchange.ts'
import type { HttpClient } from './http-client.ts'
import { isRecord, kindOf, parseJson, property } from './json-text.ts'
import { RemoteError } from '../remote-error.ts'
import { Secret } from './secret.ts'
import { isLoopback } from './service-url.ts'
import { USER_AGENT } from './user-agent.ts'

/** What every public client of the API asks a token for; its reference page names another, and services take both (ti-api 1.2). */
const TOKEN_RESOURCE = 'https://graph.windows.net'

/** A token is replaced this long before it expires, so that none expires on its way. */
const EARLY_MS = 60_000
/** Lifetime of a token whose reply does not say: short, since asking again is cheap. */
const DEFAULT_LIFETIME_SECONDS = 300
const LONGEST_LIFETIME_SECONDS = 86_400
/** What may stand in an Authorization header, in a length that servers take. */
const TOKEN_FORM = /^[\x21-\x7e]{1,16384}$/

/** Where tokens come from, and for whom. */
export interface TokenSourceOptions {
  readonly http: HttpClient
  readonly tokenUrl: URL
  readonly clientId: string
  readonly clientSecret: Secret
}

interface HeldToken {
  readonly token: Secret
  readonly refreshAtMs: number
}

/** Access tokens by client credentials: kept until a minute before they expire, asked for once however many wait. */
export class TokenSource {
  readonly #options: TokenSourceOptions
  #held: HeldToken | null = null
  #pending: Promise<HeldToken> | null = null

  constructor(options: TokenSourceOptions) {
    this.#options = options
    options.http.redactor.add(options.clientSecret)
  }

  /** A token that is valid for another minute. Throws a RemoteError when the endpoint gives none. */
  async token(signal: AbortSignal): Promise<Secret> {
    signal.throwIfAborted()
    if (this.#held !== null && this.#options.http.clock.now() < this.#held.refreshAtMs)
      return this.#held.token
    this.#pending ??= this.#ask(signal).finally(() => {
      this.#pending = null
    })
    this.#held = await this.#pending
    return this.#held.token
  }

  /** Forgets a token that the service refused, unless it was replaced meanwhile. */
  discard(stale: Secret): void {
    if (this.#held?.token === stale) this.#held = null
  }

  /** Repeats what a repetition may heal: asking for a token changes nothing at the service. */
  async #ask(signal: AbortSignal): Promise<HeldToken> {
    const { http, tokenUrl } = this.#options
    const retries = http.retries()
    for (;;) {
      const exchange = await this.#request(signal)
      if (exchange.kind === 'stopped') throw signal.reason
      if (exchange.kind === 'tls') throw tlsError(this.#where(), exchange.reason)
      if (exchange.kind === 'limit') throw limitError(this.#where(), exchange.reason)
      if (exchange.kind === 'reply' && !isPassing(exchange.status)) return this.#held200(exchange)
      const isThrottled = exchange.kind === 'reply' && exchange.status === 429
      const retryAfter = exchange.kind === 'reply' ? (exchange.headers['retry-after'] ?? null) : null
      if (await retries.pause({ isThrottled, retryAfter }, signal)) continue
      const reason = exchange.kind === 'reply' ? `it answers ${exchange.status}` : exchange.reason
      throw gaveUpError(http.where('POST', tokenUrl), reason)
    }
  }

  async #request(signal: AbortSignal): Promise<Exchange> {
    const { http, tokenUrl, clientSecret } = this.#options
    let exchange: Exchange = { kind: 'lost', reason: 'no request was made' }
    await clientCredentialsGrantRequest(
      this.#server(),
      this.#client(),
      ClientSecretPost(clientSecret.reveal()),
      { resource: TOKEN_RESOURCE },
      {
        [allowInsecureRequests]: isLoopback(tokenUrl),
        [customFetch]: async (url, { body, headers }) => {
          const ours = { ...headers, 'user-agent': USER_AGENT }
          exchange = await http.send({
            method: 'POST',
            url: new URL(url),
            headers: ours,
            body: body.toString(),
            signal,
          })
          return new Response(null)
        },
      },
    )
    return exchange
  }

  async #held200(reply: Reply): Promise<HeldToken> {
    if (reply.status >= 300 && reply.status < 400) throw redirectError(this.#where(), reply.status)
    if (reply.status === 404) throw authError(refusalText(reply), 'check the tenant and DRYFIRE_TOKEN_URL')
    if (reply.status !== 200) throw authError(refusalText(reply))
    const { token, lifetimeSeconds } = await this.#tokenOf(reply)
    this.#options.http.redactor.add(token)
    const lifetimeMs = lifetimeSeconds * 1000
    const refreshAtMs = this.#options.http.clock.now() + lifetimeMs - Math.min(EARLY_MS, lifetimeMs / 2)
    return { token, refreshAtMs }
  }

  /** Lifetimes are checked before the library sees them: it takes `12abc` for 12, and the v1 endpoint sends text. */
  async #tokenOf(reply: Reply): Promise<{ readonly token: Secret; readonly lifetimeSeconds: number }> {
    const body = parseJson(reply.text)
    if (!isRecord(body)) throw tokenReplyError('it is no JSON object')
    const lifetimeSeconds = lifetimeOf(property(body, 'expires_in'))
    const text = property(body, 'access_token')
    if (typeof text !== 'string' || !TOKEN_FORM.test(text))
      throw tokenReplyError(
        typeof text === 'string'
          ? 'access_token is empty, too long or not of visible ASCII characters'
          : `expected access_token as a text, found ${kindOf(text)}`,
      )
    const standard = {
      access_token: text,
      token_type: property(body, 'token_type'),
      expires_in: lifetimeSeconds,
    }
    try {
      const response = new Response(JSON.stringify(standard), {
        headers: { 'content-type': 'application/json' },
      })
      const result = await processClientCredentialsResponse(this.#server(), this.#client(), response)
      if (result.token_type !== 'bearer') throw tokenReplyError('token_type is not Bearer')
      return { token: new Secret(result.access_token), lifetimeSeconds }
    } catch (error) {
      // What the library throws holds the whole reply, token included.
      throw error instanceof RemoteError ? error : tokenReplyError('token_type is not Bearer')
    }
  }

  #server(): AuthorizationServer {
    return { issuer: this.#options.tokenUrl.origin, token_endpoint: this.#options.tokenUrl.href }
  }

  #client(): Client {
    return { client_id: this.#options.clientId }
  }

  #where(): string {
    return this.#options.http.where('POST', this.#options.tokenUrl)
  }
}

/** Statuses that say nothing about our credentials. */
function isPassing(status: number): boolean {
  return status === 408 || status === 429 || status >= 500
}

function lifetimeOf(value: unknown): number {
  if (value === undefined) return DEFAULT_LIFETIME_SECONDS
  const seconds = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value
  if (typeof seconds === 'number' && Number.isFinite(seconds) && seconds > 0)
    return Math.min(seconds, LONGEST_LIFETIME_SECONDS)
  throw tokenReplyError(
    `expected expires_in as a number of seconds above 0, found ${kindOf(value)} that is none`,
  )
}

/** The endpoint's own words are not shown, since they may repeat the request; its two codes are enough to look the reason up. */
function refusalText(reply: Reply): string {
  const body = parseJson(reply.text)
  const error = isRecord(body) ? property(body, 'error') : undefined
  const description = isRecord(body) ? property(body, 'error_description') : undefined
  const known = typeof error === 'string' && OAUTH_ERRORS.has(error) ? ` ${error}` : ''
  const number = typeof description === 'string' ? (/AADSTS\d{4,8}/.exec(description)?.[0] ?? null) : null
  return `the token endpoint answered ${reply.status}${known}${number === null ? '' : ` (${number})`}`
}

const OAUTH_ERRORS: ReadonlySet<string> = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_resource',
  'access_denied',
])
