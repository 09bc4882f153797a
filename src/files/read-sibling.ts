import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path'
import { FileError, fileErrorFrom } from './file-error.ts'

/** Most bytes of one file that rules refer to: ten million IOC lines fit. */
export const SIBLING_LIMIT_BYTES = 1_073_741_824

/**
 * Reads a file that a rule file names, such as an IOC list: relative, inside the rule file's folder or below it, also after links are resolved.
 * Everything else (absolute, `..`, a link that leads out, a device, over `limitBytes`) is refused with a FileError.
 */
export function readSibling(
  ruleFile: string,
  named: string,
  limitBytes: number = SIBLING_LIMIT_BYTES,
): Uint8Array {
  const path = siblingPath(ruleFile, named)
  const fd = openSibling(path, named)
  try {
    const stats = fstatSync(fd)
    if (!stats.isFile()) throw refusal(named, 'it is no regular file', 'device')
    if (stats.size > limitBytes)
      throw refusal(named, `it has ${stats.size} bytes, more than ${limitBytes}`, 'too-large')
    return readFileSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** The real path of the named file, proven to lie inside the real folder of the rule file. */
function siblingPath(ruleFile: string, named: string): string {
  if (named === '' || named.includes('\0')) throw refusal(named, 'it is no file name', 'name')
  if (isAbsolute(named) || /^[A-Za-z]:/.test(named)) throw refusal(named, 'it is not relative', 'outside')
  try {
    const folder = realpathSync(dirname(ruleFile))
    const path = resolve(folder, named)
    if (!isInside(folder, path)) throw refusal(named, 'it leaves the folder of the rule file', 'outside')
    const real = realpathSync(path)
    if (!isInside(folder, real)) throw refusal(named, 'a link leads out of the rule folder', 'outside')
    return real
  } catch (cause) {
    throw cause instanceof FileError ? cause : fileErrorFrom(cause, 'read', named)
  }
}

/** O_NOFOLLOW, so that a link put there after the check is not followed; O_NONBLOCK, so that a FIFO does not hang us. */
function openSibling(path: string, named: string): number {
  try {
    return openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  } catch (cause) {
    throw fileErrorFrom(cause, 'read', named)
  }
}

function isInside(folder: string, path: string): boolean {
  const below = relative(folder, path)
  return below !== '' && below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below)
}

function refusal(named: string, reason: string, code: string): FileError {
  return new FileError(named, `cannot read ${named}: ${reason}`, {
    code,
    fix: 'put the file beside the rule file or below it and name it relative to it',
  })
}
