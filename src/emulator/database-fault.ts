import { ApiError } from './api-error.ts'

/** SQLite's primary results SQLITE_BUSY and SQLITE_LOCKED: another program holds the file. */
const HELD: ReadonlySet<number> = new Set([5, 6])
/** What is wrong with the file or the disk, in words of ours; everything else is a fault of the emulator itself. */
const BROKEN: ReadonlyMap<number, string> = new Map([
  [8, 'is read-only'],
  [10, 'cannot be read or written'],
  [11, 'is damaged'],
  [13, 'has no room left on its disk'],
  [26, 'is no database any more'],
])
const PRIMARY = 0xff

/** The answer to a request that the database could not serve; null where the database is not at fault. */
export function databaseFault(error: unknown): ApiError | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null
  const result = error.errcode & PRIMARY
  if (HELD.has(result)) {
    const message = 'another program holds the database; nothing was changed. Try again, or end that program.'
    return new ApiError(503, 'ServiceUnavailable', message, { headers: { 'Retry-After': '1' } })
  }
  const trouble = BROKEN.get(result)
  if (trouble === undefined) return null
  const message = `the database ${trouble}; nothing was changed. Mend that, or use another file.`
  return new ApiError(500, 'InternalServerError', message)
}
