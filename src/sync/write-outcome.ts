import { assertNever } from '../model/assert-never.ts'
import type { Reply } from './exchange.ts'
import type { HttpClient } from './http-client.ts'
import { isRecord, parseJson, property } from './json-text.ts'
import type { JsonRecord } from './json-text.ts'
import type { WriteOutcome } from './provider.ts'
import { serviceErrorOf } from './service-error.ts'
import type { WriteReply } from './transport.ts'

/** Statuses that say: done. */
const DONE: ReadonlySet<number> = new Set([200, 201, 204])
/** Answered by an unauthorised request, and what a request counts as that was not sent for want of a token. */
const UNAUTHORISED = 401

/**
 * What is known after a write (sync 11). `created` is the number of entities that the request was to create, 0 for other writes.
 * Nothing but a proof makes an outcome `absent`, and nothing but a readable success makes it `done`.
 */
export function writeOutcome(http: HttpClient, reply: WriteReply, created: number): WriteOutcome {
  switch (reply.kind) {
    case 'unsent':
      return {
        kind: 'absent',
        status: UNAUTHORISED,
        code: 'NoToken',
        message: reply.reason,
        requestId: null,
        refused: [],
      }
    case 'stopped':
      return unknown(null, 'we were stopped before its reply arrived')
    case 'lost':
    case 'limit':
    case 'tls':
      return unknown(null, reply.reason)
    case 'reply':
      if (DONE.has(reply.status)) return doneOutcome(http, reply, created)
      if (isProvenAbsent(reply.status)) return { kind: 'absent', ...serviceErrorOf(http, reply) }
      return unknown(reply.status, `the service answered ${reply.status}`)
    default:
      return assertNever(reply)
  }
}

function isProvenAbsent(status: number): boolean {
  return (status >= 400 && status < 500 && status !== 408) || status === 507
}

function doneOutcome(http: HttpClient, reply: Reply, created: number): WriteOutcome {
  if (reply.text.trim() === '') return { kind: 'done', ids: null }
  const body = parseJson(reply.text)
  if (body === undefined) return unknown(reply.status, `its reply is no JSON: ${http.excerpt(reply.text)}`)
  if (isRecord(body) && property(body, 'error') !== undefined)
    return unknown(reply.status, 'its reply holds an error')
  if (created === 0) return { kind: 'done', ids: null }
  const entities = entitiesOf(body)
  if (entities === null) return { kind: 'done', ids: null }
  if (entities.length !== created)
    return unknown(reply.status, `its reply names ${entities.length} entities, ${created} were sent`)
  const ids = entities.map(idOf)
  if (!ids.every((id) => id !== null) || new Set(ids).size !== ids.length)
    return unknown(reply.status, 'its reply names entities without an Id of their own')
  return { kind: 'done', ids }
}

/** The entities of a reply: in a collection, in a bare list, or one by itself; null when it shows none. */
function entitiesOf(body: unknown): readonly JsonRecord[] | null {
  const list = isRecord(body) ? property(body, 'value') : body
  if (Array.isArray(list)) return list.map((entity) => (isRecord(entity) ? entity : {}))
  return isRecord(body) && property(body, 'Id') !== undefined ? [body] : null
}

function idOf(entity: JsonRecord): number | null {
  const id = property(entity, 'Id')
  return typeof id === 'number' && Number.isSafeInteger(id) && id > 0 ? id : null
}

function unknown(status: number | null, reason: string): WriteOutcome {
  return { kind: 'unknown', status, reason }
}
