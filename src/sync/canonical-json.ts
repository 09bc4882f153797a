import { createHash } from 'node:crypto'

/** JSON text of data with the keys of every object sorted by code units, so that equal data gives equal bytes. */
export function canonicalJson(data: unknown, indent: number = 0): string {
  return JSON.stringify(data, sortedKeys, indent)
}

/** SHA-256 in lower-case hex of a text's UTF-8 bytes. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries)
}
