import { ApiError } from './api-error.ts'
import type { Profile } from './profile.ts'

/** Body bytes that are read at most (sync, table of the emulator). */
export const BODY_LIMIT: number = 64 * 2 ** 20

/**
 * Values in a JSON body at most: 50 times what a full bulk upload holds. Without it, 64 MiB of empty lists would
 * become gigabytes of objects.
 */
const MEMBER_LIMIT = 2_500_000
/** Bodies below this cannot become large, so nobody counts in them. */
const COUNTED_BYTES = 2 ** 20
const QUOTE = 0x22
const COMMA = 0x2c
const BRACKET = 0x5b
const BACKSLASH = 0x5c
const BRACE = 0x7b

/** Reads the whole body, or refuses it as soon as it passes the limit. */
export async function readBody(request: Request, limit: number): Promise<Uint8Array> {
  const announced = Number(request.headers.get('content-length') ?? '0')
  if (announced > limit) {
    await request.body?.cancel()
    throw tooLarge(limit)
  }
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = request.body?.getReader()
  while (reader !== undefined) {
    const { done, value } = await reader.read().catch(brokenOff)
    if (done) break
    size += value.byteLength
    if (size > limit) {
      await reader.cancel()
      throw tooLarge(limit)
    }
    chunks.push(value)
  }
  return joined(chunks, size)
}

/** Reads the bytes of a JSON body; the Content-Type must say that it is JSON (ti-api 1.12, 1.14). */
export function parseJsonBody(body: Uint8Array, headers: Headers, profile: Profile): unknown {
  const charset = jsonCharset(headers)
  if (countMembers(body) > MEMBER_LIMIT) {
    const message = `the body holds more than ${MEMBER_LIMIT} values; split it.`
    throw new ApiError(400, 'InvalidRequestBody', message)
  }
  const text = bodyText(body, charset, profile)
  try {
    const json: unknown = JSON.parse(text)
    return json
  } catch {
    throw new ApiError(400, 'InvalidRequestBody', `the body must be JSON; ${jsonFault(text)}.`)
  }
}

/** An upper bound for the values in JSON, whatever the encoding: brackets, braces and commas outside of texts. */
function countMembers(body: Uint8Array): number {
  if (body.byteLength < COUNTED_BYTES) return 0
  let count = 0
  let isText = false
  for (let i = 0; i < body.byteLength; i += 1) {
    const byte = body[i]
    if (byte === QUOTE) isText = !isText
    else if (isText) i += byte === BACKSLASH ? 1 : 0
    else if (byte === COMMA || byte === BRACKET || byte === BRACE) count += 1
  }
  return count
}

/** The charset that a Content-Type of JSON names, in lower case; `utf-8` where it names none. */
function jsonCharset(headers: Headers): string {
  const encoding = headers.get('content-encoding')?.trim().toLowerCase() ?? ''
  if (encoding !== '' && encoding !== 'identity') {
    throw new ApiError(415, 'UnsupportedMediaType', 'the body must not be compressed; send it as it is.')
  }
  const [type = '', ...parameters] = (headers.get('content-type') ?? '').split(';')
  if (!/^application\/(?:[a-z0-9.+-]+\+)?json$/i.test(type.trim())) {
    throw new ApiError(
      415,
      'UnsupportedMediaType',
      'the body must be JSON; send Content-Type: application/json.',
    )
  }
  for (const parameter of parameters) {
    const [name = '', value = ''] = parameter.split('=')
    if (name.trim().toLowerCase() === 'charset') return value.trim().replaceAll('"', '').toLowerCase()
  }
  return 'utf-8'
}

function bodyText(body: Uint8Array, charset: string, profile: Profile): string {
  const isLatin1 = charset === 'iso-8859-1' || charset === 'latin1' || charset === 'windows-1252'
  if (!isLatin1 && charset !== 'utf-8' && charset !== 'utf8' && charset !== 'us-ascii') {
    throw new ApiError(
      415,
      'UnsupportedMediaType',
      'the body must be UTF-8; send charset=utf-8 or no charset.',
    )
  }
  if (isLatin1 && profile.takesLatin1) return latin1(body)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    // Windows PowerShell 5.1 sends text in Latin-1 without saying so (ti-api 1.14).
    if (profile.takesLatin1) return latin1(body)
    throw new ApiError(400, 'InvalidRequestBody', 'the body must be UTF-8; encode it so.')
  }
}

function latin1(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1')
}

/** Says little about the text on purpose: the engine's own message quotes the body. */
function jsonFault(text: string): string {
  return text.trim() === '' ? 'found nothing' : `found ${text.length} characters that are no JSON`
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const [first] = chunks
  if (first !== undefined && chunks.length === 1) return first
  const bytes = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.byteLength
  }
  return bytes
}

function brokenOff(): never {
  throw new ApiError(400, 'InvalidRequestBody', 'the body broke off; send it again.')
}

function tooLarge(limit: number): ApiError {
  const message = `the body may have at most ${limit} bytes; split it.`
  return new ApiError(413, 'PayloadTooLarge', message, { headers: { Connection: 'close' } })
}
