import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'

/** Most bytes of one system call. */
const READ_BYTES = 1_073_741_824

/**
 * Reads a whole file into memory that the caller chooses for its size, and returns what was read. What has no size is read
 * into memory of its own. Throws what the file system throws.
 */
export function readFileInto(path: string, reserve: (byteLength: number) => Uint8Array): Uint8Array {
  const file = openSync(path, 'r')
  try {
    const stats = fstatSync(file)
    if (!stats.isFile()) return readFileSync(file)
    const bytes = reserve(stats.size)
    let end = 0
    while (end < bytes.length) {
      const count = readSync(file, bytes, end, Math.min(READ_BYTES, bytes.length - end), end)
      if (count === 0) break
      end += count
    }
    return bytes.subarray(0, end)
  } finally {
    closeSync(file)
  }
}
