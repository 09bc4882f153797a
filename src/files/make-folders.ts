import { mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { codeOf, FileError, fileErrorFrom } from './file-error.ts'

/**
 * Creates a folder and those above it that are missing. One after the other, because Node's own recursion never ends where the
 * system refuses every name, as below `/proc`. Throws a FileError.
 */
export function makeFolders(path: string): void {
  const missing: string[] = []
  for (let at = resolve(path); !isFolder(at, path); at = dirname(at)) missing.push(at)
  for (const folder of missing.reverse()) makeFolder(folder, path)
}

function makeFolder(folder: string, path: string): void {
  try {
    mkdirSync(folder)
  } catch (cause) {
    const isThereNow = codeOf(cause) === 'EEXIST' && isFolder(folder, path)
    if (!isThereNow) throw fileErrorFrom(cause, 'write', path)
  }
}

/** False where nothing is there. The root is a folder, so that looking upwards ends. */
function isFolder(at: string, path: string): boolean {
  const stats = statOf(at, path)
  if (stats === undefined) return false
  if (stats.isDirectory()) return true
  throw new FileError(path, `cannot write ${path}: a part of the path is no folder`, { code: 'ENOTDIR' })
}

function statOf(at: string, path: string): ReturnType<typeof statSync> {
  try {
    return statSync(at, { throwIfNoEntry: false })
  } catch (cause) {
    throw fileErrorFrom(cause, 'write', path)
  }
}
