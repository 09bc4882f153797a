/** Words for the codes that a connection fails with; the system's own text is not shown, since a certificate can write into it. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'the connection was refused'],
  ['ECONNRESET', 'the connection was cut'],
  ['EPIPE', 'the connection was cut'],
  ['ETIMEDOUT', 'the connection timed out'],
  ['EHOSTUNREACH', 'the host cannot be reached'],
  ['ENETUNREACH', 'the network cannot be reached'],
  ['ENOTFOUND', 'the host name is not known'],
  ['EAI_AGAIN', 'the host name cannot be looked up now'],
  ['CERT_HAS_EXPIRED', 'its certificate has expired'],
  ['CERT_NOT_YET_VALID', 'its certificate is not valid yet'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another host'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is signed by itself'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'its certificate leads to an unknown authority'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'its certificate is from an unknown authority'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'its certificate is from an unknown authority'],
])

const TLS_CODE = /CERT|TLS|SSL|SIGNATURE|ISSUER|CRL|^EPROTO$/

/** Why a request got no reply, in our own words with the system's code. */
export function failureOf(cause: unknown): {
  readonly kind: 'lost' | 'limit' | 'tls'
  readonly reason: string
} {
  const code = codeOf(cause)
  if (code === 'HPE_HEADER_OVERFLOW') return { kind: 'limit', reason: 'its headers are too large' }
  if (code.startsWith('HPE_')) return { kind: 'lost', reason: `the reply is no HTTP (${code})` }
  const words = REASONS.get(code)
  const reason = words === undefined ? `the connection failed (${code})` : `${words} (${code})`
  return { kind: TLS_CODE.test(code) ? 'tls' : 'lost', reason }
}

/** Codes are words of Node; anything else, such as a text with blanks, is not shown. */
function codeOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,63}$/.test(code) ? code : 'unknown'
}
