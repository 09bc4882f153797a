import { randomUUID } from 'node:crypto'
import { TICKS_PER_SECOND, formatTime, type TimeTicks } from '../model/time.ts'
import type { Reply } from './reply.ts'
import { TOKEN_SECONDS, equalSecrets, type TokenStore } from './token-store.ts'

/** Who may have a token. */
export interface Credentials {
  readonly tenant: string
  readonly clientId: string
  readonly clientSecret: string
  /** False for `auth: any` and `auth: off`: every client gets a token. */
  readonly isChecked: boolean
}

/** A request for a token, its body read. */
export interface TokenRequest {
  /** The first segment of the path, decoded. */
  readonly tenant: string
  readonly headers: Headers
  readonly body: string
  readonly now: TimeTicks
}

/** Bytes of a token request that are read at most. */
export const TOKEN_BODY_LIMIT: number = 64 * 2 ** 10

/** Path of the token endpoint; the tenant is its first segment. */
export const TOKEN_PATH: RegExp = /^\/([^/]+)\/oauth2\/token\/?$/i

/** The API's page names the first, its example clients send the second (ti-api 1.2). */
const RESOURCES: ReadonlySet<string> = new Set(['https://graph.microsoft.com', 'https://graph.windows.net'])
const DEFAULT_RESOURCE = 'https://graph.windows.net'
/** Seconds between `not_before` and `expires_on` in the page's sample. */
const SAMPLE_SPAN = 3900n
const TICKS_AFTER_SECOND = /\.[0-9]+/

interface TokenFault {
  readonly status: number
  readonly error: string
  readonly code: number
  readonly text: string
}

interface TokenForm {
  readonly form: ReadonlyMap<string, string>
  readonly fault: TokenFault | null
}

/** Answers a POST to the token endpoint in the form of Azure AD's first version (ti-api 1.2). */
export function answerTokenRequest(
  request: TokenRequest,
  credentials: Credentials,
  tokens: TokenStore,
): Reply {
  const read = formOf(request)
  const fault = read.fault ?? faultOf(read.form, request.tenant, credentials)
  if (fault !== null) return faultReply(fault, request.now)
  const clientId = read.form.get('client_id') ?? credentials.clientId
  const expiresOn = request.now / TICKS_PER_SECOND + TOKEN_SECONDS
  return tokenReply(200, {
    token_type: 'Bearer',
    expires_in: String(TOKEN_SECONDS),
    ext_expires_in: '0',
    expires_on: String(expiresOn),
    not_before: String(expiresOn - SAMPLE_SPAN),
    resource: read.form.get('resource') ?? DEFAULT_RESOURCE,
    access_token: tokens.issue(clientId, request.now),
  })
}

/** The fields of the form; one that occurs twice is a fault. Credentials may also come as HTTP Basic. */
function formOf({ headers, body }: TokenRequest): TokenForm {
  const form = new Map<string, string>()
  const type = (headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase()
  if (type === 'application/x-www-form-urlencoded') {
    for (const [name, value] of new URLSearchParams(body)) {
      if (form.has(name)) {
        return { form, fault: invalid(90100, `the parameter '${plain(name)}' is sent twice.`) }
      }
      form.set(name, value)
    }
  }
  const basic = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(headers.get('authorization') ?? '')
  if (basic !== null && !form.has('client_secret')) {
    const [id = '', ...secret] = Buffer.from(basic[1] ?? '', 'base64')
      .toString('utf8')
      .split(':')
    form.set('client_id', formDecoded(id))
    form.set('client_secret', formDecoded(secret.join(':')))
  }
  return { form, fault: null }
}

function faultOf(
  form: ReadonlyMap<string, string>,
  tenant: string,
  credentials: Credentials,
): TokenFault | null {
  const grant = form.get('grant_type') ?? ''
  if (grant === '') return missing('grant_type')
  if (grant !== 'client_credentials') {
    const text = `the grant type '${plain(grant)}' is not supported; send client_credentials.`
    return { status: 400, error: 'unsupported_grant_type', code: 70003, text }
  }
  const clientId = form.get('client_id') ?? ''
  if (clientId === '') return missing('client_id')
  const secret = form.get('client_secret') ?? ''
  if (!credentials.isChecked) return null
  if (tenant.toLowerCase() !== credentials.tenant.toLowerCase()) {
    return invalid(
      90002,
      `the tenant '${plain(tenant)}' does not exist; use the one that the emulator names.`,
    )
  }
  if (secret === '') {
    const text = `the request body must contain the parameter 'client_secret'.`
    return { status: 401, error: 'invalid_client', code: 7000218, text }
  }
  if (clientId.toLowerCase() !== credentials.clientId.toLowerCase()) {
    const text = `the application '${plain(clientId)}' is not known in the tenant.`
    return { status: 400, error: 'unauthorized_client', code: 700016, text }
  }
  if (!equalSecrets(secret, credentials.clientSecret)) {
    const text = 'the client secret is not valid; send the secret itself, not its id.'
    return { status: 401, error: 'invalid_client', code: 7000215, text }
  }
  const resource = form.get('resource') ?? DEFAULT_RESOURCE
  if (RESOURCES.has(resource.toLowerCase().replace(/\/$/, ''))) return null
  const text = `the resource '${plain(resource)}' is not known; send ${[...RESOURCES].join(' or ')}.`
  return { status: 400, error: 'invalid_resource', code: 500011, text }
}

function missing(name: string): TokenFault {
  return invalid(900144, `the request body must contain the parameter '${name}'.`)
}

function invalid(code: number, text: string): TokenFault {
  return { status: 400, error: 'invalid_request', code, text }
}

function faultReply(fault: TokenFault, now: TimeTicks): Reply {
  const timestamp = formatTime(now).replace(TICKS_AFTER_SECOND, '').replace('T', ' ')
  const traceId = randomUUID()
  const correlationId = randomUUID()
  return tokenReply(fault.status, {
    error: fault.error,
    error_description:
      `AADSTS${fault.code}: ${fault.text}\r\nTrace ID: ${traceId}\r\n` +
      `Correlation ID: ${correlationId}\r\nTimestamp: ${timestamp}`,
    error_codes: [fault.code],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `https://login.windows.net/error?code=${fault.code}`,
  })
}

function tokenReply(status: number, body: Readonly<Record<string, unknown>>): Reply {
  const headers = { 'Content-Type': 'application/json; charset=utf-8', Pragma: 'no-cache' }
  return { status, headers, body: JSON.stringify(body) }
}

/** What a client sent, short and without anything but plain characters; never used for a secret. */
function plain(text: string): string {
  return text.replace(/[^A-Za-z0-9 _.:/@-]/g, '?').slice(0, 80)
}

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
