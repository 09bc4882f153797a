import { closeSync, fsyncSync, lstatSync, openSync, statSync, writeSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { dirname } from 'node:path'
import { FileError, fileErrorFrom } from './file-error.ts'

/** Mode of a new output file before the umask. */
const NEW_FILE_MODE = 0o644
const PERMISSION_BITS = 0o777

/**
 * Checks that a path can be an output file and returns the mode it shall have: the present file's, else 644 less the umask.
 * A link, a folder, a device and a path in a missing folder are refused: output never goes through a link (I01).
 */
export function checkOutputTarget(path: string): number {
  const folder = lookUp(statSync, dirname(path), path)
  if (folder === undefined || !folder.isDirectory())
    throw refusal(path, `there is no folder ${dirname(path)}`, 'ENOENT', 'create the folder first')
  const present = lookUp(lstatSync, path, path)
  if (present === undefined) return NEW_FILE_MODE & ~process.umask()
  if (present.isSymbolicLink())
    throw refusal(path, 'it is a symbolic link', 'link', 'name the file that the link leads to')
  if (present.isDirectory()) throw refusal(path, 'it is a folder', 'EISDIR', 'name a file in the folder')
  if (!present.isFile())
    throw refusal(path, 'it is a device, FIFO or socket', 'device', 'use - for standard output')
  return present.mode & PERMISSION_BITS
}

/** A name that is too long, a loop of links, a file where a folder should be: refused in words like the rest. */
function lookUp(look: typeof lstatSync, name: string, path: string): Stats | undefined {
  try {
    return look(name, { throwIfNoEntry: false })
  } catch (cause) {
    throw fileErrorFrom(cause, 'write', path)
  }
}

/** Writes all of `bytes` at the descriptor's place, also where the system takes them in parts. */
export function writeFully(fd: number, bytes: Uint8Array): void {
  let written = 0
  while (written < bytes.length) written += writeSync(fd, bytes, written, bytes.length - written)
}

/** Makes a rename in the folder of `path` durable, where the file system knows how to. */
export function syncFolderOf(path: string): void {
  let fd: number
  try {
    fd = openSync(dirname(path), 'r')
  } catch {
    return // Windows opens no folders; the rename itself has happened.
  }
  try {
    fsyncSync(fd)
  } catch {
    // Some network file systems refuse it; the rename itself has happened.
  } finally {
    closeSync(fd)
  }
}

/** Says which file could not be written, how many bytes it was to hold, and why (E10). */
export function writeError(cause: unknown, path: string, bytes: number): FileError {
  return cause instanceof FileError ? cause : fileErrorFrom(cause, 'write', path, ` (${bytes} bytes needed)`)
}

function refusal(path: string, reason: string, code: string, fix: string): FileError {
  return new FileError(path, `cannot write ${path}: ${reason}`, { code, fix })
}
