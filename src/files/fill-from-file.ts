import { read } from 'node:fs'

/** Most threads that read at once: the platform has so many. */
const MOST_SHARES = 4
/** Bytes that are worth a thread. */
const LEAST_SHARE = 4_194_304
/** Most bytes of one system call. */
const READ_BYTES = 1_073_741_824

/**
 * Fills memory from the beginning of an open file, in shares that are read at once: where the file is in the page cache, most
 * of the time goes into fresh pages, and each thread makes its own. False where the file holds fewer bytes. Rejects with what
 * the file system says, once no thread reads any more.
 */
export async function fillFromFile(file: number, bytes: Uint8Array): Promise<boolean> {
  const share = Math.max(LEAST_SHARE, Math.ceil(bytes.length / MOST_SHARES))
  const shares = Array.from({ length: Math.ceil(bytes.length / share) }, (_, i) =>
    fillShare(file, bytes, i * share, Math.min(bytes.length, (i + 1) * share)),
  )
  const found = await Promise.allSettled(shares) // the caller closes the file
  const failure = found.find((result) => result.status === 'rejected')
  if (failure !== undefined) throw failure.reason
  return found.every((result) => result.status === 'fulfilled' && result.value)
}

async function fillShare(file: number, bytes: Uint8Array, from: number, to: number): Promise<boolean> {
  let end = from
  while (end < to) {
    const length = Math.min(READ_BYTES, to - end)
    const count = await new Promise<number>((done, fail) => {
      read(file, bytes, end, length, end, (error, got) => (error === null ? done(got) : fail(error)))
    })
    if (count === 0) return false
    end += count
  }
  return true
}
