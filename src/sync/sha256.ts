import { createHash } from 'node:crypto'

/** SHA-256 in lower-case hex of the UTF-8 bytes of texts, one after the other. */
export function sha256Hex(texts: Iterable<string>): string {
  const hash = createHash('sha256')
  for (const text of texts) hash.update(text, 'utf8')
  return hash.digest('hex')
}
