import { randomBytes, randomUUID } from 'node:crypto'
import { TICKS_PER_MS, type TimeTicks } from '../model/time.ts'
import { ApiError } from './api-error.ts'
import type { Call } from './call.ts'
import { databaseFault } from './database-fault.ts'
import { checkVersions } from './negotiate.ts'
import { PROFILES, type Profile, type ProfileName } from './profile.ts'
import { registerSqlFunctions } from './query/sql-functions.ts'
import { ASSUMED_QUOTAS, type Quotas } from '../model/quotas.ts'
import { BODY_LIMIT, readBody } from './read-body.ts'
import { ODATA_VERSION, errorReply, responseOf, type Reply } from './reply.ts'
import { readResource } from './resource-path.ts'
import { answerCall } from './routes.ts'
import { seedStore, type SeedDefinition } from './seed.ts'
import { Store } from './store.ts'
import { TOKEN_BODY_LIMIT, TOKEN_PATH, answerTokenRequest } from './token-endpoint.ts'
import { TokenStore } from './token-store.ts'

export type { SeedDefinition } from './seed.ts'

/** Whom the emulator lets in: holders of its own tokens, of any token, or everybody. */
export type AuthMode = 'strict' | 'any' | 'off'

/** How an emulator is opened; every option has a default. */
export interface EmulatorOptions {
  /** Path of the database file; null, the default, keeps the state in memory. */
  readonly database?: string | null
  /** `documented`, the default, takes what the API's pages show; `strict` refuses what they leave in doubt. */
  readonly profile?: ProfileName
  /** `strict` by default. */
  readonly auth?: AuthMode
  /** Beyond them a creation is answered with 507; those that are not given are assumed. */
  readonly quotas?: Partial<Quotas>
  /** Ticks of 100 ns since 1970; the system's clock by default. */
  readonly now?: () => TimeTicks
  /** The tenant and the one application that `strict` lets in; made up where they are not given. */
  readonly tenant?: string
  readonly clientId?: string
  readonly clientSecret?: string
  /** Entities of one page at most; null, the default, for no paging by the service. */
  readonly pageSize?: number | null
  /** Bytes of a request's body at most. */
  readonly bodyLimit?: number
}

const API_PATH = /^\/v1\.0(?:\/(.*))?$/i
const BEARER = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i
const SECRET_BYTES = 32
const FAILED = 'the emulator failed; nothing was changed.'

/**
 * The threat-intelligence API in one process: the same requests, the same answers, without a socket.
 * State lives in one SQLite database, in memory or in a file.
 */
export class Emulator {
  readonly tenant: string
  readonly clientId: string
  readonly clientSecret: string
  readonly #store: Store
  readonly #tokens = new TokenStore()
  readonly #profile: Profile
  readonly #auth: AuthMode
  readonly #quotas: Quotas
  readonly #now: () => TimeTicks
  readonly #pageSize: number | null
  readonly #bodyLimit: number

  private constructor(options: EmulatorOptions) {
    this.tenant = options.tenant ?? randomUUID()
    this.clientId = options.clientId ?? randomUUID()
    this.clientSecret = options.clientSecret ?? randomBytes(SECRET_BYTES).toString('base64url')
    this.#profile = PROFILES[options.profile ?? 'documented']
    this.#auth = options.auth ?? 'strict'
    this.#quotas = { ...ASSUMED_QUOTAS, ...options.quotas }
    this.#now = options.now ?? systemTime
    this.#pageSize = options.pageSize ?? null
    this.#bodyLimit = options.bodyLimit ?? BODY_LIMIT
    checkNumbers({ ...this.#quotas, bodyLimit: this.#bodyLimit }, 0)
    checkNumbers({ pageSize: this.#pageSize ?? 1 }, 1)
    this.#store = Store.open(options.database ?? null, (db) => registerSqlFunctions(db, this.#now))
  }

  /** Opens an emulator; throws a `DatabaseError` for a file that is not its own. */
  static open(options: EmulatorOptions = {}): Emulator {
    return new Emulator(options)
  }

  /** Answers one request to the API or the token endpoint. Never rejects: a fault of ours is a 500. */
  async handle(request: Request): Promise<Response> {
    const reply = await this.#answer(request).catch(replyToError)
    const response = responseOf(reply, request.method)
    response.headers.set('request-id', randomUUID())
    return response
  }

  /** Creates definitions with their indicators, all or none, checked as POST checks them. */
  seed(definitions: readonly SeedDefinition[]): void {
    const creation = { caller: this.clientId, now: this.#now() }
    this.#store.write(() => seedStore(this.#store, definitions, this.#profile, this.#quotas, creation))
  }

  /** Closes the database. No request may follow. */
  close(): void {
    this.#store.close()
  }

  async #answer(request: Request): Promise<Reply> {
    const url = new URL(request.url)
    const api = API_PATH.exec(url.pathname)
    if (api !== null) return this.#answerApi(request, url, api[1] ?? '')
    const token = TOKEN_PATH.exec(url.pathname)
    if (token !== null) return this.#answerToken(request, token[1] ?? '')
    throw new ApiError(404, 'NotFound', 'nothing is here; the API is under /v1.0/.')
  }

  async #answerApi(request: Request, url: URL, path: string): Promise<Reply> {
    const { headers, method } = request
    const caller = this.#callerOf(headers)
    checkVersions(headers)
    const resource = readResource(path)
    const body = await readBody(request, this.#bodyLimit)
    const call: Call = {
      store: this.#store,
      profile: this.#profile,
      quotas: this.#quotas,
      pageSize: this.#pageSize,
      now: this.#now(),
      caller,
      root: url.origin + url.pathname.slice(0, '/v1.0'.length),
      url: url.href,
      query: url.search.slice(1),
      headers,
      body,
    }
    return answerCall(call, resource, method)
  }

  async #answerToken(request: Request, tenantSegment: string): Promise<Reply> {
    if (request.method !== 'POST') {
      const headers = { Allow: 'POST, OPTIONS' }
      if (request.method === 'OPTIONS') return { status: 204, headers, body: null }
      throw new ApiError(405, 'MethodNotAllowed', 'the token endpoint takes POST alone.', { headers })
    }
    const body = new TextDecoder().decode(await readBody(request, TOKEN_BODY_LIMIT))
    const credentials = {
      tenant: this.tenant,
      clientId: this.clientId,
      clientSecret: this.clientSecret,
      isChecked: this.#auth === 'strict',
    }
    const { headers } = request
    const tokenRequest = { tenant: tenantOf(tenantSegment), headers, body, now: this.#now() }
    return answerTokenRequest(tokenRequest, credentials, this.#tokens)
  }

  /** Who sent the request, as the audit properties name them; 401 for who may not. */
  #callerOf(headers: Headers): string {
    if (this.#auth === 'off') return this.clientId
    const token = BEARER.exec(headers.get('authorization') ?? '')?.[1]
    const holder = token === undefined ? null : this.#tokens.holderOf(token, this.#now())
    if (holder !== null) return holder
    if (token !== undefined && this.#auth === 'any') return this.clientId
    const found = token === undefined ? 'no bearer token was sent' : 'the token is unknown or has expired'
    throw new ApiError(401, 'Unauthorized', `${found}; get one from the token endpoint.`, {
      headers: { 'WWW-Authenticate': token === undefined ? 'Bearer' : 'Bearer error="invalid_token"' },
    })
  }
}

/** What went wrong inside stays inside: the caller gets no trace and no text of it. */
function replyToError(error: unknown): Reply {
  const known = error instanceof ApiError ? error : databaseFault(error)
  const reply = errorReply(known ?? new ApiError(500, 'InternalServerError', FAILED))
  return { ...reply, headers: { 'OData-Version': ODATA_VERSION, ...reply.headers } }
}

/** An option that is no whole number would switch its limit off silently. */
function checkNumbers(numbers: Readonly<Record<string, number>>, least: number): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (Number.isSafeInteger(value) && value >= least) continue
    throw new RangeError(`${name} must be a whole number from ${least}, found ${value}`)
  }
}

function tenantOf(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

function systemTime(): TimeTicks {
  return BigInt(Date.now()) * TICKS_PER_MS
}
