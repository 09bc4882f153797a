import { connect, type Socket } from 'node:net'

/** A reply as its bytes say it. */
export interface RawReply {
  readonly status: number
  /** Lower-case names; the last of several wins. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
  /** Interim replies, such as 100, that came before. */
  readonly interim: readonly number[]
}

/** A connection that sends exactly the bytes it is given and reads replies one by one; knows no more of HTTP than that. */
export class RawConnection {
  readonly #socket: Socket
  #received: Buffer = Buffer.alloc(0)
  #isClosed = false
  #wake: (() => void) | null = null

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk])
      this.#wake?.()
    })
    socket.on('error', () => {}) // a reset is a close to whoever reads
    socket.on('close', () => {
      this.#isClosed = true
      this.#wake?.()
    })
  }

  /** Connects to `http://HOST:PORT`. */
  static async open(origin: string): Promise<RawConnection> {
    const { hostname, port } = new URL(origin)
    const socket = connect({ host: hostname, port: Number(port), noDelay: true })
    await new Promise((done, fail) => socket.once('connect', done).once('error', fail))
    return new RawConnection(socket)
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Everything that arrived and was not yet read as a reply. */
  get unread(): string {
    return this.#received.toString('latin1')
  }

  send(bytes: string | Uint8Array): void {
    this.#socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
  }

  /** The next final reply; rejects when the connection ends or the time is over before it is whole. */
  async reply(timeoutMs = 10_000): Promise<RawReply> {
    const interim: number[] = []
    for (;;) {
      await this.#until(() => this.#received.includes('\r\n\r\n'), timeoutMs, 'the head of a reply')
      const headEnd = this.#received.indexOf('\r\n\r\n')
      const [statusLine = '', ...lines] = this.#received.toString('latin1', 0, headEnd).split('\r\n')
      this.#received = this.#received.subarray(headEnd + 4)
      const status = Number(/^HTTP\/1\.1 ([0-9]{3})/.exec(statusLine)?.[1])
      if (status >= 200) return this.#finish(status, headersOf(lines), interim, timeoutMs)
      interim.push(status)
    }
  }

  /** Waits until an interim reply arrived, and takes it. */
  async interim(timeoutMs = 10_000): Promise<string> {
    await this.#until(() => this.#received.includes('\r\n\r\n'), timeoutMs, 'an interim reply')
    const end = this.#received.indexOf('\r\n\r\n')
    const line = this.#received.toString('latin1', 0, end)
    this.#received = this.#received.subarray(end + 4)
    return line
  }

  /** Waits until the other side closed the connection. */
  async closed(timeoutMs = 10_000): Promise<void> {
    await this.#until(() => this.#isClosed, timeoutMs, 'the end of the connection')
  }

  destroy(): void {
    this.#socket.destroy()
  }

  async #finish(
    status: number,
    headers: ReadonlyMap<string, string>,
    interim: readonly number[],
    timeoutMs: number,
  ): Promise<RawReply> {
    if (status === 204 || status === 304) return { status, headers, body: '', interim }
    if (headers.get('transfer-encoding') === 'chunked')
      return { status, headers, body: await this.#chunks(timeoutMs), interim }
    const length = Number(headers.get('content-length') ?? 0)
    return { status, headers, body: (await this.#take(length, timeoutMs)).toString('utf8'), interim }
  }

  async #chunks(timeoutMs: number): Promise<string> {
    const parts: Buffer[] = []
    for (;;) {
      await this.#until(() => this.#received.includes('\r\n'), timeoutMs, 'a chunk')
      const lineEnd = this.#received.indexOf('\r\n')
      const size = Number.parseInt(this.#received.toString('latin1', 0, lineEnd), 16)
      this.#received = this.#received.subarray(lineEnd + 2)
      parts.push(await this.#take(size, timeoutMs))
      await this.#take(2, timeoutMs)
      if (size === 0) return Buffer.concat(parts).toString('utf8')
    }
  }

  async #take(size: number, timeoutMs: number): Promise<Buffer> {
    await this.#until(() => this.#received.length >= size, timeoutMs, `${size} bytes of a body`)
    const bytes = this.#received.subarray(0, size)
    this.#received = this.#received.subarray(size)
    return bytes
  }

  async #until(holds: () => boolean, timeoutMs: number, what: string): Promise<void> {
    const end = performance.now() + timeoutMs
    while (!holds()) {
      if (this.#isClosed) throw new Error(`the connection ended before ${what}`)
      const left = end - performance.now()
      if (left <= 0) throw new Error(`no ${what} within ${timeoutMs} ms`)
      await new Promise<void>((done) => {
        const timer = setTimeout(done, left)
        this.#wake = () => {
          clearTimeout(timer)
          done()
        }
      })
    }
  }
}

function headersOf(lines: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    lines.map((line) => {
      const separator = line.indexOf(':')
      return [line.slice(0, separator).toLowerCase(), line.slice(separator + 1).trim()] as const
    }),
  )
}
