import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

/** A request as it arrived. */
export interface SeenRequest {
  readonly method: string
  /** Path and query as sent. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Answers one request in whatever way, or leaves it without answer. */
export type Answer = (request: SeenRequest, response: ServerResponse) => void

export interface HostileServerOptions {
  readonly api?: Answer
  readonly token?: Answer
  readonly tls?: { readonly key: string; readonly cert: string }
}

/** Where the token endpoint is. */
export const TOKEN_PATH = '/tenant.example/oauth2/token'

/** A server on loopback that answers as a test says; it shares no code with the emulator, and tells what it was asked. */
export class HostileServer implements AsyncDisposable {
  readonly requests: SeenRequest[] = []
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
  }

  static async open(options: HostileServerOptions = {}): Promise<HostileServer> {
    const server = options.tls === undefined ? createServer() : createTlsServer(options.tls)
    const hostile = new HostileServer(server)
    const token = options.token ?? freshTokens()
    const api = options.api ?? json(404, {})
    const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
      const request = await hostile.#receive(incoming)
      const chosen = request.url === TOKEN_PATH ? token : api
      chosen(request, response)
    }
    server.on('request', (incoming: IncomingMessage, response: ServerResponse) => {
      void answer(incoming, response)
    })
    server.on('clientError', (_error, socket) => socket.destroy())
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    return hostile
  }

  get port(): number {
    const address = this.#server.address()
    return typeof address === 'object' && address !== null ? portOf(address) : 0
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** Requests to anything but the token endpoint. */
  get apiRequests(): readonly SeenRequest[] {
    return this.requests.filter(({ url }) => url !== TOKEN_PATH)
  }

  get tokenRequests(): readonly SeenRequest[] {
    return this.requests.filter(({ url }) => url === TOKEN_PATH)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => {
      this.#server.close(resolve)
    })
  }

  async #receive(incoming: IncomingMessage): Promise<SeenRequest> {
    const pieces: Uint8Array[] = []
    try {
      for await (const piece of incoming) pieces.push(piece)
    } catch {
      // The client went away: what arrived is what was seen.
    }
    const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])
    const request = {
      method: incoming.method ?? '',
      url: incoming.url ?? '',
      headers: Object.fromEntries(headers),
      body: Buffer.concat(pieces).toString('utf8'),
    }
    this.requests.push(request)
    return request
  }
}

/** Tokens `token-1`, `token-2` … as the v1 endpoint gives them: numbers as texts. */
export function freshTokens(prefix = 'token'): Answer {
  let count = 0
  return (request, response) => {
    count++
    json(200, { token_type: 'Bearer', expires_in: '3599', access_token: `${prefix}-${count}` })(
      request,
      response,
    )
  }
}

/** A JSON reply. */
export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return text(status, JSON.stringify(body), { 'content-type': 'application/json', ...headers })
}

/** A reply with these bytes as its body. */
export function text(
  status: number,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return (_request, response) => {
    response.writeHead(status, headers)
    response.end(body)
  }
}

/** Bytes straight onto the socket, which is then closed unless it is to stay open. */
export function raw(bytes: string | Uint8Array, after: 'close' | 'stay' = 'close'): Answer {
  return (_request, response) => {
    const { socket } = response
    if (socket === null) return
    socket.write(bytes, () => {
      if (after === 'close') socket.destroy()
    })
  }
}

/** No reply: the connection is cut. */
export const cut: Answer = (_request, response) => {
  response.socket?.destroy()
}

/** No reply, and the connection stays. */
export const silence: Answer = () => {}

/** Answers in this order; the last one goes on for ever. */
export function inTurn(...answers: readonly Answer[]): Answer {
  let count = 0
  return (request, response) => {
    const answer = answers[Math.min(count, answers.length - 1)]
    count++
    answer?.(request, response)
  }
}

function portOf(address: AddressInfo): number {
  return address.port
}
