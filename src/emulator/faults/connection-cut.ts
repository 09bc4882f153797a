/**
 * Says that the connection breaks here: a server that runs the handler destroys the socket, and a client of the handler
 * itself sees what `fetch` would throw.
 */
export class ConnectionCut extends Error {
  override readonly name = 'ConnectionCut'

  constructor(message = 'the connection was cut') {
    super(message)
  }
}
