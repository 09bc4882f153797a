import { createHash } from 'node:crypto'

/** SHA-256 in lower-case hex of parts, one after the other; of texts the UTF-8 bytes count. */
export function sha256Hex(parts: Iterable<string | Uint8Array>): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}
