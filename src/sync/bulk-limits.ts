/** Most entities of one bulk request (ti-api 1.8). */
export const BULK_LIMIT = 5000
/** Most bytes of one bulk request's body (sync 10). */
export const BULK_BYTES: number = 4 * 2 ** 20

/** Bytes around the items: the object, its one field and the brackets. */
const ENVELOPE_BYTES = 64
const COMMA_BYTES = 1

/** True when items of these sizes make one request; `bytes` is the sum of their JSON. */
export function bulkFits(count: number, bytes: number): boolean {
  return count <= BULK_LIMIT && bytes + count * COMMA_BYTES + ENVELOPE_BYTES <= BULK_BYTES
}

/**
 * Cuts a list into the chunks of a bulk upload, in order and with nothing left out. Every chunk fits, save that an item
 * which alone is too large makes a chunk of its own, for the service to refuse. `sizeOf` gives the bytes of an item's JSON.
 */
export function splitBulk<T>(items: readonly T[], sizeOf: (item: T) => number): readonly (readonly T[])[] {
  const chunks: T[][] = []
  let chunk: T[] = []
  let bytes = 0
  for (const item of items) {
    const size = sizeOf(item)
    if (chunk.length > 0 && !bulkFits(chunk.length + 1, bytes + size)) {
      chunks.push(chunk)
      chunk = []
      bytes = 0
    }
    chunk.push(item)
    bytes += size
  }
  return chunk.length > 0 ? [...chunks, chunk] : chunks
}
