import { assertNever } from '../../model/assert-never.ts'
import {
  authError,
  foreignLinkError,
  gaveUpError,
  limitError,
  redirectError,
  tlsError,
  unexpectedBodyError,
} from './client-errors.ts'
import { ACCEPTED_ENCODINGS } from './decode-body.ts'
import type { Exchange, ExchangeRequest, Reply } from './exchange.ts'
import type { HttpClient } from './http-client.ts'
import { isRecord, parseJson } from './json-text.ts'
import type { JsonRecord } from './json-text.ts'
import type { TokenSource } from './oauth.ts'
import { RemoteError } from '../remote-error.ts'
import type { Secret } from './secret.ts'
import type { Retries } from './retry.ts'
import { serviceErrorOf } from './service-error.ts'
import type { ServiceError } from './service-error.ts'
import { pinnedLink, urlBelow } from './service-url.ts'
import { USER_AGENT } from './user-agent.ts'

/** What a read came to: JSON, or a refusal that repeating would not change. */
export type ReadReply =
  | { readonly kind: 'json'; readonly record: JsonRecord }
  | { readonly kind: 'refused'; readonly error: ServiceError }

/** One write: a path below the service root and its body. */
export interface WriteRequest {
  readonly method: 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  readonly path: string
  readonly body: JsonRecord | null
}

/** What a write came to: how its one request ended, or why none was sent that may have had an effect. */
export type WriteReply = Exchange | { readonly kind: 'unsent'; readonly reason: string }

type Judgement =
  | { readonly kind: 'final'; readonly reply: ReadReply }
  | {
      readonly kind: 'again'
      readonly giveUp: RemoteError
      readonly retryAfter: string | null
      readonly isThrottled: boolean
    }

/** Requests to the service with our token: to its own address only, reads repeated, writes sent once (sync 11, 15). */
export class Transport {
  readonly root: URL
  readonly http: HttpClient
  readonly #tokens: TokenSource

  constructor(root: URL, http: HttpClient, tokens: TokenSource) {
    this.root = root
    this.http = http
    this.#tokens = tokens
  }

  /** The URL of a path of ours below the service root. */
  url(path: string): URL {
    return urlBelow(this.root, path)
  }

  /** The URL of a link that the service sent. Throws a RemoteError where it leaves the service. */
  follow(page: URL, link: string): URL {
    const url = pinnedLink(this.root, page, link)
    if (typeof url !== 'string') return url
    throw foreignLinkError(this.where(page), `its link ${url}: ${this.http.word(link)}`)
  }

  where(url: URL): string {
    return this.http.where('GET', url)
  }

  /** GET, repeated with growing delays while the service or the network fails. Throws a RemoteError when it gives up. */
  async read(url: URL, signal: AbortSignal): Promise<ReadReply> {
    const retries = this.http.retries()
    for (;;) {
      const judgement = this.#judge(url, await this.#getOnce(url, signal), signal)
      if (judgement.kind === 'final') return judgement.reply
      if (!(await retries.pause(judgement, signal))) throw judgement.giveUp
    }
  }

  /**
   * A write, sent once. Only two replies prove that nothing happened and may be followed by the same request: 401 by one with a
   * new token, and 429 by one after the time that it names. The signal ends that wait, and the 429 is the reply then. It
   * never cuts off a request: its reply is what we need most, and each has deadlines of its own.
   */
  async write(request: WriteRequest, signal: AbortSignal): Promise<WriteReply> {
    const retries = this.http.retries()
    let isRefreshed = false
    for (;;) {
      const token = await this.#tokenForWrite(UNCUT)
      if (typeof token === 'string') return { kind: 'unsent', reason: token }
      const exchange = await this.http.send(this.#request(request, this.url(request.path), token, UNCUT))
      if (exchange.kind !== 'reply') return exchange
      if (exchange.status === 401 && !isRefreshed) {
        isRefreshed = true
        this.#tokens.discard(token)
        continue
      }
      if (exchange.status !== 429) return exchange
      const retryAfter = exchange.headers['retry-after'] ?? null
      if (!(await this.#waitAsTold(retries, retryAfter, signal))) return exchange
    }
  }

  /** False where there were attempts enough, or the signal ended the wait. */
  async #waitAsTold(retries: Retries, retryAfter: string | null, signal: AbortSignal): Promise<boolean> {
    try {
      return await retries.pause({ isThrottled: true, retryAfter }, signal)
    } catch (cause) {
      if (signal.aborted) return false
      throw cause
    }
  }

  async #getOnce(url: URL, signal: AbortSignal): Promise<Exchange> {
    const get = { method: 'GET', body: null } as const
    const token = await this.#tokens.token(signal)
    const first = await this.http.send(this.#request(get, url, token, signal))
    if (first.kind !== 'reply' || first.status !== 401) return first
    this.#tokens.discard(token)
    const fresh = await this.#tokens.token(signal)
    return this.http.send(this.#request(get, url, fresh, signal))
  }

  /** The token, or the words for why there is none: then nothing was sent, which the caller must know for certain. */
  async #tokenForWrite(signal: AbortSignal): Promise<Secret | string> {
    try {
      return await this.#tokens.token(signal)
    } catch (error) {
      if (error instanceof RemoteError) return error.message
      throw error
    }
  }

  #request(
    { method, body }: { readonly method: ExchangeRequest['method']; readonly body: JsonRecord | null },
    url: URL,
    token: Secret,
    signal: AbortSignal,
  ): ExchangeRequest {
    const text = body === null ? null : JSON.stringify(body)
    const headers = {
      authorization: `Bearer ${token.reveal()}`,
      accept: 'application/json;odata.metadata=none',
      'accept-encoding': ACCEPTED_ENCODINGS,
      'user-agent': USER_AGENT,
      ...(text === null
        ? {}
        : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
    }
    return { method, url, headers, body: text, signal }
  }

  #judge(url: URL, exchange: Exchange, signal: AbortSignal): Judgement {
    const where = this.where(url)
    switch (exchange.kind) {
      case 'stopped':
        throw signal.reason
      case 'tls':
        throw tlsError(where, exchange.reason)
      case 'limit':
        throw limitError(where, exchange.reason)
      case 'lost':
        return again(gaveUpError(where, exchange.reason), null)
      case 'reply':
        return this.#judgeReply(url, exchange)
      default:
        return assertNever(exchange)
    }
  }

  #judgeReply(url: URL, reply: Reply): Judgement {
    const where = this.where(url)
    const { status } = reply
    const retryAfter = reply.headers['retry-after'] ?? null
    if (status === 401) throw this.#unauthorised(where, reply)
    if (status >= 300 && status < 400) throw this.#redirected(url, reply)
    if (status === 429)
      return {
        ...again(gaveUpError(where, 'the service keeps answering 429'), retryAfter),
        isThrottled: true,
      }
    if (status === 408 || (status >= 500 && !LASTING.has(status)))
      return again(gaveUpError(where, `the service keeps answering ${status}${this.#id(reply)}`), retryAfter)
    if (status >= 400)
      return { kind: 'final', reply: { kind: 'refused', error: serviceErrorOf(this.http, reply) } }
    const value = status === 200 ? parseJson(reply.text) : undefined
    if (isRecord(value)) return { kind: 'final', reply: { kind: 'json', record: value } }
    return again(
      unexpectedBodyError(`${where} answered ${status}${this.#id(reply)}`, this.http.excerpt(reply.text)),
      null,
    )
  }

  #unauthorised(where: string, reply: Reply): RemoteError {
    return authError(`${where}: the service answered 401 to a new token too${this.#id(reply)}`)
  }

  #redirected(url: URL, reply: Reply): RemoteError {
    const { location } = reply.headers
    const target = location === undefined ? 'none' : pinnedLink(this.root, url, location)
    if (typeof target !== 'string' || location === undefined)
      return redirectError(this.where(url), reply.status)
    return foreignLinkError(this.where(url), `its redirect ${target}: ${this.http.word(location)}`)
  }

  #id(reply: Reply): string {
    const id = this.http.requestId(reply)
    return id === null ? '' : ` (request id ${id})`
  }
}

/** For requests that no signal may cut off. */
const UNCUT: AbortSignal = new AbortController().signal

/** Server errors that no repetition changes: not implemented, no storage. */
const LASTING: ReadonlySet<number> = new Set([501, 507])

function again(giveUp: RemoteError, retryAfter: string | null): Judgement & { readonly kind: 'again' } {
  return { kind: 'again', giveUp, retryAfter, isThrottled: false }
}
