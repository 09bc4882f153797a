import type { RefusalWords } from './client-errors.ts'
import type { Reply } from './exchange.ts'
import type { HttpClient } from './http-client.ts'
import { isRecord, parseJson, property } from './json-text.ts'
import type { JsonRecord } from './json-text.ts'
import type { RefusedItem } from './provider.ts'

/** Items that one refusal may name; a service lists at most 20. */
const ITEM_LIMIT = 100
const MESSAGE_LENGTH = 400

/** What the body of a refusal says, made safe to show. */
export interface ServiceError extends RefusalWords {
  /** Items of a bulk upload that it names, by place, each once. */
  readonly refused: readonly RefusedItem[]
}

/** Reads an OData error body (ti-api 3.8, 6.4); a body of any other form gives empty words, never an error. */
export function serviceErrorOf(http: HttpClient, reply: Reply): ServiceError {
  const body = parseJson(reply.text)
  const error = isRecord(body) ? property(body, 'error') : undefined
  const record: JsonRecord = isRecord(error) ? error : {}
  return {
    status: reply.status,
    code: http.word(textAt(record, 'code')),
    message: http.redactor.redact(textAt(record, 'message')).slice(0, MESSAGE_LENGTH),
    requestId: http.requestId(reply),
    refused: refusedItems(http, record),
  }
}

/** `target` names the first bad item, `details` all of them, for example `iocs[17].Value`. */
function refusedItems(http: HttpClient, error: JsonRecord): readonly RefusedItem[] {
  const details = property(error, 'details')
  const parts = [...(Array.isArray(details) ? details.slice(0, ITEM_LIMIT) : []), error].filter(isRecord)
  const items = new Map<number, RefusedItem>()
  for (const part of parts) {
    const index = indexOf(textAt(part, 'target'))
    if (index === null || items.has(index)) continue
    const message = http.redactor.redact(textAt(part, 'message')).slice(0, MESSAGE_LENGTH)
    items.set(index, { index, message })
  }
  return [...items.values()].sort((a, b) => a.index - b.index)
}

function indexOf(target: string): number | null {
  const match = /^\/?(?:iocs|alertDefinitions)(?:\[(\d{1,6})\]|\/(\d{1,6})(?=\/|$))/.exec(target)
  const digits = match?.[1] ?? match?.[2]
  return digits === undefined ? null : Number(digits)
}

function textAt(record: JsonRecord, name: string): string {
  const value = property(record, name)
  return typeof value === 'string' ? value : ''
}
