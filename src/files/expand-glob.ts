import { globSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { compareUtf8 } from '../model/compare-utf8.ts'

const MAGIC = /[*?[\]{}]/

/** True for a path that the shell would have expanded; an existing file of that very name is meant by the caller first. */
export function isGlob(path: string): boolean {
  return MAGIC.test(path)
}

/**
 * Expands a glob to existing paths in UTF-8 byte order, written as the pattern is written (relative stays relative).
 * Hidden names match only where the pattern writes their dot. With `**` only files are given, since they hold all folders' contents already.
 */
export function expandGlob(pattern: string, cwd: string): readonly string[] {
  const wantsHidden = /(?:^|\/)\.[^./]/.test(pattern)
  const isDeep = pattern.includes('**')
  return globSync(pattern, { cwd })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => wantsHidden || !isHidden(path))
    .filter((path) => !isDeep || !isFolder(resolve(cwd, path)))
    .sort(compareUtf8)
}

function isHidden(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('.') && part !== '.' && part !== '..')
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
