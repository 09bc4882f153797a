import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/**
 * The open connections of a server, and which of them have a request running. Node's own list calls a connection that
 * never sent anything busy, so that stopping would wait for it.
 */
export class Connections {
  readonly #running: Map<Socket, number> = new Map()
  #isStopping = false

  private constructor() {}

  static watch(server: Server): Connections {
    const connections = new Connections()
    server.on('connection', (socket: Socket) => {
      connections.#running.set(socket, 0)
      socket.on('close', () => connections.#running.delete(socket))
      if (connections.#isStopping) socket.destroy()
    })
    return connections
  }

  /** Counts a request from its head to the end of its reply. */
  begin(socket: Socket, outgoing: ServerResponse): void {
    this.#add(socket, 1)
    outgoing.once('close', () => {
      this.#add(socket, -1)
      if (this.#isStopping && this.#running.get(socket) === 0) socket.destroySoon()
    })
  }

  /** Closes the connections without a running request now, the others after theirs. */
  stop(): void {
    this.#isStopping = true
    for (const [socket, count] of this.#running) if (count === 0) socket.destroy()
  }

  #add(socket: Socket, change: number): void {
    const count = this.#running.get(socket)
    if (count !== undefined) this.#running.set(socket, count + change)
  }
}
