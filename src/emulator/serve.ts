import { createServer, IncomingMessage, ServerResponse, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { ConnectionCut } from './faults/connection-cut.ts'
import { LONGEST_DELAY_MS } from './faults/fault-plan.ts'
import type { RequestHandler } from './faults/with-faults.ts'
import { capBody } from './server/body-cap.ts'
import { Connections } from './server/connections.ts'
import { refusal } from './server/refusal.ts'
import { sendReply } from './server/send-reply.ts'
import { listenError, ServeError } from './server/serve-error.ts'
import { hostInUrl, isLoopbackHost, refuseWebPage } from './server/web-guard.ts'

/** Where and within which bounds a handler is served. */
export interface ServeOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number
  /** Loopback (127.0.0.1) by default. Another address is refused unless `secret` says what guards it. */
  readonly host?: string
  /** The client secret that the handler asks for. Needed only where `host` is not loopback. */
  readonly secret?: string | null
  /** Largest body of a request; larger ones are answered with 413, unread. */
  readonly bodyLimit?: number
  /** Connections at a time; more are closed at once. */
  readonly maxConnections?: number
  /** Time for the head of a request to arrive. */
  readonly headersTimeoutMs?: number
  /** Time for a whole request to arrive. */
  readonly requestTimeoutMs?: number
  /** How long `stop` lets running requests go on. */
  readonly stopMs?: number
}

/** A server that accepts connections. */
export interface RunningServer {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string
  /** Accepts nothing more, closes idle connections, lets running requests finish within a bound. */
  stop(): Promise<void>
}

const DEFAULTS: Required<ServeOptions> = {
  port: 0,
  host: '127.0.0.1',
  secret: null,
  bodyLimit: 64 * 1024 * 1024,
  maxConnections: 256,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  stopMs: 500,
}

const HEADER_BYTES = 16 * 1024
const HEADERS_COUNT = 100
/** Longer than most pools of clients keep a connection, so that the client is the one who closes it. */
const KEEP_ALIVE_MS = 65_000
/** How often the two timeouts of a request are looked at. */
const TIMEOUT_CHECK_MS = 500

/** Serves a handler on a real socket, and resolves once it accepts connections. Throws a ServeError. */
export async function serveEmulator(
  handle: RequestHandler,
  options: ServeOptions = {},
): Promise<RunningServer> {
  const settings = { ...DEFAULTS, ...options }
  const isLoopback = isLoopbackHost(settings.host)
  if (!isLoopback && (settings.secret ?? '') === '')
    throw new ServeError(
      'open-address',
      `${settings.host} can be reached from other machines, and no client secret was set`,
      'serve on 127.0.0.1, or set a client secret',
    )
  const state = { isStopping: false }
  const serving = { handle, isLoopback, bodyLimit: settings.bodyLimit, state }
  const server = openServer((request, streams) => answer(request, streams, serving))
  const connections = Connections.watch(server)
  server.prependListener('request', ({ socket }, outgoing) => connections.begin(socket, outgoing))
  server.on('checkContinue', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    if (announcedLength(incoming) <= settings.bodyLimit) outgoing.writeContinue()
    server.emit('request', incoming, outgoing)
  })
  bound(server, settings)
  await listen(server, settings.host, settings.port)
  const address = server.address()
  const port = address === null || typeof address === 'string' ? settings.port : address.port
  let stopped: Promise<void> | null = null
  return {
    origin: `http://${hostInUrl(settings.host)}:${port}`,
    stop: () => {
      state.isStopping = true
      stopped ??= stop(server, connections, settings.stopMs)
      return stopped
    },
  }
}

interface Streams {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
}

interface Serving {
  readonly handle: RequestHandler
  readonly isLoopback: boolean
  readonly bodyLimit: number
  readonly state: { readonly isStopping: boolean }
}

function openServer(reply: (request: Request, streams: Streams) => Promise<void>): Server {
  const listener = getRequestListener(
    async (request, { incoming, outgoing }) => {
      if (incoming instanceof IncomingMessage && outgoing instanceof ServerResponse)
        await reply(request, { incoming, outgoing }) // HTTP/2, the alternative in the types, is not served
      return RESPONSE_ALREADY_SENT
    },
    {
      overrideGlobalObjects: false,
      errorHandler: () =>
        refusal(400, 'BadRequest', 'The request line or the header Host cannot be read.', {
          connection: 'close',
        }),
    },
  )
  return createServer(
    {
      maxHeaderSize: HEADER_BYTES,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    (incoming, outgoing) => void listener(incoming, outgoing),
  )
}

function bound(server: Server, settings: Required<ServeOptions>): void {
  server.maxHeadersCount = HEADERS_COUNT
  server.maxConnections = settings.maxConnections
  server.headersTimeout = settings.headersTimeoutMs
  server.requestTimeout = settings.requestTimeoutMs
  server.on('error', () => {}) // one connection that the system refused to hand over ends nothing else
  server.timeout = LONGEST_DELAY_MS + settings.requestTimeoutMs // a client that never reads its reply
}

async function answer(request: Request, streams: Streams, serving: Serving): Promise<void> {
  const { incoming, outgoing } = streams
  const response = await responseTo(request, incoming, serving)
  if (response === null) incoming.socket.destroy()
  else
    await sendReply(response, outgoing, {
      isLast: serving.state.isStopping || response.status === 413,
    })
}

/** Null: the connection breaks. */
async function responseTo(
  request: Request,
  incoming: IncomingMessage,
  serving: Serving,
): Promise<Response | null> {
  const tooLarge = (): Response =>
    refusal(413, 'PayloadTooLarge', `A body may have at most ${serving.bodyLimit} bytes.`)
  try {
    const refused = refuseWebPage(request, serving.isLoopback)
    if (refused !== null) return refused
    if (announcedLength(incoming) > serving.bodyLimit) return tooLarge()
    if (incoming.headers['transfer-encoding'] === undefined) return await serving.handle(request)
    const capped = capBody(request, serving.bodyLimit)
    const response = await serving.handle(capped.request).catch((cause: unknown) => {
      if (capped.isExceeded()) return tooLarge()
      throw cause
    })
    return capped.isExceeded() ? tooLarge() : response
  } catch (cause) {
    if (cause instanceof ConnectionCut) return null
    return refusal(500, 'InternalError', 'The emulator failed to handle the request.')
  }
}

function announcedLength(incoming: IncomingMessage): number {
  return Number(incoming.headers['content-length'] ?? 0)
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((done, fail) => {
    const refuse = (cause: unknown): void => fail(listenError(cause, host, port))
    server.once('error', refuse)
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', refuse)
      done()
    })
  })
}

async function stop(server: Server, connections: Connections, stopMs: number): Promise<void> {
  const closed = new Promise<void>((done) => server.close(() => done()))
  connections.stop()
  const late = setTimeout(() => server.closeAllConnections(), stopMs)
  await closed
  clearTimeout(late)
}
