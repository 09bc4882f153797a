import type { Fault, RetryAfter } from './fault-plan.ts'

/** The faults that are a reply of their own. */
export type RefusalFault = Extract<
  Fault,
  {
    readonly kind: 'unauthorized' | 'throttled' | 'server-error' | 'unavailable' | 'gateway-timeout' | 'quota'
  }
>

interface Refusal {
  readonly status: number
  readonly code: string
  readonly message: string
}

const REFUSALS: { readonly [K in RefusalFault['kind']]: Refusal } = {
  unauthorized: { status: 401, code: 'Unauthorized', message: 'The access token expired.' },
  throttled: { status: 429, code: 'TooManyRequests', message: 'Too many requests; try again later.' },
  'server-error': {
    status: 500,
    code: 'InternalError',
    message: 'The service failed to handle the request.',
  },
  unavailable: { status: 503, code: 'ServiceUnavailable', message: 'The service is not available.' },
  'gateway-timeout': { status: 504, code: 'GatewayTimeout', message: 'The service did not answer in time.' },
  quota: { status: 507, code: 'QuotaExceeded', message: 'A quota of the tenant is used up.' },
}

/** The reply of a fault that is one, in the error format of the path that was asked (ti-api 1.2, 1.13). */
export function faultReply(fault: RefusalFault, path: string, nowMs: number): Response {
  const { status, code, message } = REFUSALS[fault.kind]
  const headers = new Headers({
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  })
  if (status === 401) headers.set('www-authenticate', 'Bearer error="invalid_token"')
  if ('retryAfter' in fault && fault.retryAfter !== null)
    headers.set('retry-after', retryAfterValue(fault.retryAfter, nowMs))
  const isToken = path.toLowerCase().endsWith('/oauth2/token')
  if (!isToken) headers.set('odata-version', '4.0')
  const body = isToken
    ? {
        error: status === 401 ? 'invalid_client' : 'temporarily_unavailable',
        error_description: `AADSTS90033: ${message}`,
        error_codes: [90_033],
      }
    : { error: { code, message } }
  return new Response(JSON.stringify(body), { status, headers })
}

/** A date has whole seconds: rounded up, so that a client never comes back too early. */
function retryAfterValue(retryAfter: RetryAfter, nowMs: number): string {
  if (retryAfter.form === 'seconds') return String(retryAfter.seconds)
  const ms = Math.ceil(nowMs / 1000) * 1000 + retryAfter.seconds * 1000
  return new Date(ms).toUTCString()
}
