import { promisify } from 'node:util'
import { gunzip, inflate, inflateRaw } from 'node:zlib'

/** Encodings that we ask for. */
export const ACCEPTED_ENCODINGS = 'gzip, deflate'

/** A body as text, or why there is none. */
export type DecodedBody =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'unreadable'; readonly reason: string }
  | { readonly kind: 'limit'; readonly reason: string }

const decoders = { gzip: promisify(gunzip), zlib: promisify(inflate), raw: promisify(inflateRaw) }

/** Undoes a body's Content-Encoding, up to so many bytes, and reads it as UTF-8. Chains of encodings are unreadable. */
export async function decodeBody(
  bytes: Uint8Array,
  encoding: string,
  limitBytes: number,
): Promise<DecodedBody> {
  const decoder = decoderOf(bytes, encoding.trim().toLowerCase())
  if (decoder === 'unknown')
    return { kind: 'unreadable', reason: 'its Content-Encoding is not one we asked for' }
  if (decoder === null || bytes.length === 0) return textOf(bytes)
  try {
    return textOf(await decoders[decoder](bytes, { maxOutputLength: limitBytes }))
  } catch (cause) {
    return cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE'
      ? { kind: 'limit', reason: `its body unpacks to more than ${limitBytes} bytes` }
      : { kind: 'unreadable', reason: 'its compressed body is damaged or cut' }
  }
}

function decoderOf(bytes: Uint8Array, encoding: string): keyof typeof decoders | null | 'unknown' {
  switch (encoding) {
    case '':
    case 'identity':
      return null
    case 'gzip':
    case 'x-gzip':
      return 'gzip'
    case 'deflate':
      // Servers call both the zlib format and bare deflate so; the method in the first byte tells them apart.
      return ((bytes[0] ?? 0) & 0x0f) === 8 ? 'zlib' : 'raw'
    default:
      return 'unknown'
  }
}

function textOf(bytes: Uint8Array): DecodedBody {
  try {
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch {
    return { kind: 'unreadable', reason: 'its body is not UTF-8' }
  }
}
