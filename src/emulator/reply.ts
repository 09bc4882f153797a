import { errorBody, type ApiError } from './api-error.ts'

/** A response before its common headers. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

/** The version that every reply speaks. */
export const ODATA_VERSION = '4.0'

/** The reply that carries an error (ti-api 6.4). */
export function errorReply(error: ApiError): Reply {
  return {
    status: error.status,
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Language': 'en',
      ...error.headers,
    },
    body: errorBody(error),
  }
}

/** The response of a reply; HEAD keeps the headers and drops the body. */
export function responseOf(reply: Reply, method: string): Response {
  const isBare = reply.status === 204 || method === 'HEAD'
  const headers = new Headers(reply.headers)
  headers.set('Cache-Control', 'no-store')
  headers.set('X-Content-Type-Options', 'nosniff')
  return new Response(isBare ? null : reply.body, { status: reply.status, headers })
}
