/** Why a server could not start: the address is taken, not allowed, not there, or not safe. */
export type ServeErrorCode =
  'address-in-use' | 'address-denied' | 'address-unknown' | 'open-address' | 'failed'

/** The server could not start; the message names the address, the fix says what to do. */
export class ServeError extends Error {
  override readonly name = 'ServeError'
  readonly code: ServeErrorCode
  readonly fix: string

  constructor(code: ServeErrorCode, message: string, fix: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.fix = fix
  }
}

/** Puts what `listen` failed with into words. */
export function listenError(cause: unknown, host: string, port: number): ServeError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
  const address = `${host}:${port}`
  switch (code) {
    case 'EADDRINUSE':
      return new ServeError(
        'address-in-use',
        `cannot listen on ${address}: another program uses the port`,
        'choose another port, or 0 for a free one',
        cause,
      )
    case 'EACCES':
    case 'EPERM':
      return new ServeError(
        'address-denied',
        `cannot listen on ${address}: permission denied`,
        'choose a port above 1023, or 0 for a free one',
        cause,
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAFNOSUPPORT':
      return new ServeError(
        'address-unknown',
        `cannot listen on ${address}: this machine has no such address`,
        'use 127.0.0.1, or an address of this machine',
        cause,
      )
    default:
      return new ServeError('failed', `cannot listen on ${address}: ${code}`, 'choose another address', cause)
  }
}
