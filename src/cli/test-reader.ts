import { realpathSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { FileError } from '../files/file-error.ts'
import { readSibling } from '../files/read-sibling.ts'
import type { TestReader } from '../harness/test-file.ts'

/** Bytes on disk of a log that a test names; larger ones are for `replay`. */
const LOG_BYTES_LIMIT = 64 * 2 ** 20

/** Reads the files that tests name: below the folder of the test file or below the working folder, and nowhere else. */
export function testReader(pathOf: ReadonlyMap<string, string>): TestReader {
  return {
    readFile: (testFile, named) => {
      const path = pathOf.get(testFile)
      if (path === undefined) return null
      const whole = resolve(dirname(path), named)
      return read(path, named) ?? read(join(process.cwd(), '_'), relative(process.cwd(), whole))
    },
  }
}

function read(file: string, named: string): Uint8Array | null {
  try {
    return readSibling(file, named, LOG_BYTES_LIMIT)
  } catch (error) {
    if (error instanceof FileError && error.code !== 'too-large') return null
    throw error
  }
}

/** A path that a test names as the user would write it from the working folder; null where it leads out. */
export function insidePath(testPath: string, named: string): string | null {
  const root = process.cwd()
  const whole = resolve(dirname(testPath), named)
  const real = realOf(whole)
  if (real === null) return null
  const folders = [root, dirname(resolve(testPath))].map((folder) => realOf(folder) ?? folder)
  return folders.some((folder) => isWithin(folder, real)) ? relative(root, whole) || '.' : null
}

function isWithin(folder: string, path: string): boolean {
  const below = relative(folder, path)
  return below === '' || (below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below))
}

function realOf(path: string): string | null {
  try {
    return realpathSync(path)
  } catch {
    return null
  }
}
