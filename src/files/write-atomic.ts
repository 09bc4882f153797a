import { randomBytes } from 'node:crypto'
import { closeSync, constants, fchmodSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { checkOutputTarget, syncFolderOf, writeError, writeFully } from './output-target.ts'

/** Only we read a file that is not yet whole. */
const PRIVATE_MODE = 0o600

/**
 * Writes a whole file or leaves the old one untouched: at every moment the path holds the old bytes or the new ones.
 * Throws a FileError that names the file and the bytes needed; no temporary file is left behind.
 */
export function writeAtomic(path: string, bytes: Uint8Array): void {
  const mode = checkOutputTarget(path)
  // A random name and O_EXCL: a name that someone planted before us is an error, never a file we write through (I02).
  const temporary = join(dirname(path), `.dryfire-${randomBytes(8).toString('hex')}.tmp`)
  let fd: number | null = null
  let isCreated = false
  try {
    fd = openSync(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, PRIVATE_MODE)
    isCreated = true
    writeFully(fd, bytes)
    fchmodSync(fd, mode)
    fsyncSync(fd)
    closeSync(fd)
    fd = null
    renameSync(temporary, path)
  } catch (cause) {
    if (fd !== null) closeSync(fd)
    if (isCreated) rmSync(temporary, { force: true })
    throw writeError(cause, path, bytes.length)
  }
  syncFolderOf(path)
}
