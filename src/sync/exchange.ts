import { Agent as HttpAgent, request as requestHttp } from 'node:http'
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { decodeBody } from './decode-body.ts'
import { failureOf } from './exchange-failure.ts'
import type { TransportLimits } from './transport-limits.ts'

/** One HTTP request, ready to be sent. */
export interface ExchangeRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  readonly signal: AbortSignal
}

/** A whole reply, its body read and decoded. */
export interface Reply {
  readonly kind: 'reply'
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/**
 * What came of sending one request: a whole reply, or none. `lost` says that the connection or the reply failed, which a repetition
 * may heal; `limit` and `tls` that we refused to go on; `stopped` that the signal fired meanwhile. Nothing tells whether the service acted.
 */
export type Exchange =
  Reply | { readonly kind: 'lost' | 'limit' | 'tls'; readonly reason: string } | { readonly kind: 'stopped' }

/** Bytes of a reply's headers in all. */
const HEADER_BYTES = 32 * 1024
/** Idle connections are dropped before common servers drop them, so that a request seldom meets a dead one. */
const IDLE_SOCKET_MS = 4_000
const SOCKETS = 4

/**
 * Connections to servers. Each `send` is exactly one request on the wire: nothing is repeated and no redirect followed. Node's `fetch`
 * does not promise that, it sends a write again when the reply is 421. Certificates are always checked.
 */
export class Connections {
  readonly #limits: TransportLimits
  readonly #http: HttpAgent
  readonly #https: HttpsAgent

  private constructor(limits: TransportLimits) {
    const options = { keepAlive: true, timeout: IDLE_SOCKET_MS, maxSockets: SOCKETS }
    this.#limits = limits
    this.#http = new HttpAgent(options)
    this.#https = new HttpsAgent({ ...options, rejectUnauthorized: true })
  }

  static open(limits: TransportLimits): Connections {
    return new Connections(limits)
  }

  /** Sends the request once and reads its reply within the deadlines and limits. Never throws. */
  send(request: ExchangeRequest): Promise<Exchange> {
    if (request.signal.aborted) return Promise.resolve({ kind: 'stopped' })
    const { promise, resolve } = Promise.withResolvers<Exchange>()
    new OneExchange(this.#limits, resolve).start(request, this.#open(request))
    return promise
  }

  #open(request: ExchangeRequest): ClientRequest {
    const options = {
      method: request.method,
      headers: request.headers,
      maxHeaderSize: HEADER_BYTES,
      insecureHTTPParser: false,
    }
    return request.url.protocol === 'https:'
      ? requestHttps(request.url, { ...options, agent: this.#https, rejectUnauthorized: true })
      : requestHttp(request.url, { ...options, agent: this.#http })
  }
}

/** Owns the timers and listeners of one request; the first event that settles it wins, all else is torn down. */
class OneExchange {
  readonly #limits: TransportLimits
  readonly #resolve: (exchange: Exchange) => void
  readonly #timers: Set<NodeJS.Timeout> = new Set()
  #tearDown: () => void = () => {}
  #isSettled = false

  constructor(limits: TransportLimits, resolve: (exchange: Exchange) => void) {
    this.#limits = limits
    this.#resolve = resolve
  }

  start(request: ExchangeRequest, outgoing: ClientRequest): void {
    const limits = this.#limits
    const onStop = (): void => this.#fail({ kind: 'stopped' })
    request.signal.addEventListener('abort', onStop, { once: true })
    this.#tearDown = () => {
      request.signal.removeEventListener('abort', onStop)
      outgoing.destroy()
    }
    this.#within(limits.totalMs, 'the whole reply')
    const headers = this.#within(limits.headersMs, 'an answer')
    this.#watchConnecting(outgoing)
    outgoing.on('error', (cause) => this.#fail(failureOf(cause)))
    outgoing.on('close', () => this.#fail({ kind: 'lost', reason: 'the connection was cut' }))
    outgoing.on('response', (incoming) => {
      this.#cancel(headers)
      this.#readBody(incoming, () => {
        request.signal.removeEventListener('abort', onStop)
        // A server may answer before it has read the body, and never read on: that connection is of no further use.
        if (!outgoing.writableFinished) outgoing.destroy()
      })
    })
    outgoing.end(request.body ?? undefined)
  }

  #watchConnecting(outgoing: ClientRequest): void {
    outgoing.on('socket', (socket) => {
      if (!socket.connecting) return
      const timer = this.#within(this.#limits.connectMs, 'a connection')
      socket.once('encrypted' in socket ? 'secureConnect' : 'connect', () => this.#cancel(timer))
    })
  }

  #readBody(incoming: IncomingMessage, release: () => void): void {
    const { bodyBytes, idleMs } = this.#limits
    const pieces: Uint8Array[] = []
    let length = 0
    let idle = this.#within(idleMs, 'more of the reply')
    incoming.on('data', (piece: Uint8Array) => {
      this.#cancel(idle)
      idle = this.#within(idleMs, 'more of the reply')
      pieces.push(piece)
      length += piece.length
      if (length > bodyBytes)
        this.#fail({ kind: 'limit', reason: `its body has more than ${bodyBytes} bytes` })
    })
    incoming.on('error', (cause) => this.#fail(failureOf(cause)))
    incoming.on('end', () => {
      if (!incoming.complete) return this.#fail({ kind: 'lost', reason: 'the reply was cut' })
      if (!this.#settle()) return
      release()
      void this.#finish(incoming, Buffer.concat(pieces))
    })
  }

  async #finish(incoming: IncomingMessage, bytes: Uint8Array): Promise<void> {
    const encoding = incoming.headers['content-encoding'] ?? ''
    const body = await decodeBody(bytes, encoding, this.#limits.bodyBytes)
    const { statusCode: status = 0, headers } = incoming
    this.#resolve(
      body.kind === 'text'
        ? { kind: 'reply', status, headers, text: body.text }
        : { kind: body.kind === 'limit' ? 'limit' : 'lost', reason: body.reason },
    )
  }

  #within(ms: number, awaited: string): NodeJS.Timeout {
    const timer = setTimeout(
      () =>
        this.#fail({ kind: 'lost', reason: `no ${awaited.replace(/^(?:an?|the) /, '')} within ${ms} ms` }),
      ms,
    )
    this.#timers.add(timer)
    return timer
  }

  #cancel(timer: NodeJS.Timeout): void {
    clearTimeout(timer)
    this.#timers.delete(timer)
  }

  #fail(exchange: Exchange): void {
    if (!this.#settle()) return
    this.#tearDown()
    this.#resolve(exchange)
  }

  #settle(): boolean {
    if (this.#isSettled) return false
    this.#isSettled = true
    for (const timer of this.#timers) clearTimeout(timer)
    return true
  }
}
