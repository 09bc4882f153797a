/** JSON text of data with the keys of every object sorted by code units, so that equal data gives equal bytes. */
export function canonicalJson(data: unknown, indent: number = 0): string {
  return JSON.stringify(data, sortedKeys, indent)
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries)
}
