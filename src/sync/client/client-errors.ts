import { RemoteError } from '../remote-error.ts'

/** What a refusal by the service says: parts of an OData error body, already redacted and visible. */
export interface RefusalWords {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly requestId: string | null
}

/** The service refuses our credentials, or the token made from them. */
export function authError(message: string, fix: string = CREDENTIALS_FIX): RemoteError {
  return new RemoteError('remote', 'SYNC101', message, fix)
}

const CREDENTIALS_FIX = 'check tenant, client id and client secret'

/** The token endpoint answered with something that holds no usable token. */
export function tokenReplyError(reason: string): RemoteError {
  return new RemoteError(
    'remote',
    'SYNC102',
    `the token endpoint answered without a usable token: ${reason}`,
    'check that DRYFIRE_TOKEN_URL names an OAuth 2.0 token endpoint',
  )
}

/** A reply that should hold JSON holds something else. */
export function unexpectedBodyError(where: string, shown: string): RemoteError {
  const found = shown === '' ? 'nothing' : shown
  return new RemoteError(
    'remote',
    'SYNC103',
    `${where}: expected a JSON object, found: ${found}`,
    'check that DRYFIRE_API_URL names the API and that no login page or proxy stands before it',
  )
}

/** A reply is JSON, but not what the API sends. */
export function shapeError(where: string, reason: string): RemoteError {
  return new RemoteError(
    'remote',
    'SYNC104',
    `${where}: ${reason}`,
    'check that DRYFIRE_API_URL names the API',
  )
}

/** A request got no usable reply, however often it was sent. */
export function gaveUpError(where: string, reason: string): RemoteError {
  return new RemoteError(
    'remote',
    'SYNC105',
    `${where}: gave up, ${reason}`,
    'check that the service is up and its address right, then try again',
  )
}

/** A link or a redirect of the service leads to where the token must not go. */
export function foreignLinkError(where: string, reason: string): RemoteError {
  return new RemoteError(
    'safety',
    'SYNC106',
    `${where}: ${reason}; it was not followed`,
    'check that the address is right and who answers there',
  )
}

/** A redirect within the service, which is not followed either. */
export function redirectError(where: string, status: number): RemoteError {
  return new RemoteError(
    'remote',
    'SYNC107',
    `${where}: the service answered ${status}, a redirect; redirects are not followed`,
    'give the address that it redirects to, if you trust it',
  )
}

/** The links between pages lead in a circle. */
export function loopError(where: string): RemoteError {
  return new RemoteError(
    'remote',
    'SYNC108',
    `${where}: its next link leads back to a page that was read already`,
  )
}

/** A reply or a collection is larger than we are willing to hold. */
export function limitError(where: string, reason: string): RemoteError {
  return new RemoteError('limit', 'SYNC109', `${where}: ${reason}`)
}

/** The service refuses a read. */
export function refusedError(where: string, words: RefusalWords): RemoteError {
  const id = words.requestId === null ? '' : ` (request id ${words.requestId})`
  const text = [words.code, words.message].filter((part) => part !== '').join(': ')
  return new RemoteError(
    'remote',
    'SYNC110',
    `${where}: the service answered ${words.status}${text === '' ? '' : ` ${text}`}${id}`,
    REFUSAL_FIXES.get(words.status) ?? null,
  )
}

/** The tenant changed during every reading, so that there is no state to plan from. */
export function unsteadyError(readings: number): RemoteError {
  return new RemoteError(
    'remote',
    'SYNC111',
    `the tenant was read ${readings} times and no two readings in a row agree`,
    'wait until others have finished their changes',
  )
}

/** The server cannot prove who it is. */
export function tlsError(where: string, reason: string): RemoteError {
  return new RemoteError(
    'remote',
    'SYNC112',
    `${where}: ${reason}; the connection was not used`,
    'use the address that the certificate is for; checks cannot be switched off',
  )
}

const REFUSAL_FIXES: ReadonlyMap<number, string> = new Map([
  [403, 'grant the application access to the API'],
  [404, 'check DRYFIRE_API_URL'],
])
