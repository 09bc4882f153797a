import { execFileSync } from 'node:child_process'
import { relative, resolve } from 'node:path'
import { codeOf } from '../files/file-error.ts'
import { UsageError } from './usage-error.ts'

const OUTPUT_LIMIT_BYTES = 268_435_456
/** Nothing is fetched: what a partial clone lacks is an error. */
const OFFLINE = { GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0' }

/**
 * Names, from the working folder, of the files that differ between a commit and the work tree: changed, added, deleted, and those that
 * git does not know yet. Throws a UsageError where git cannot say.
 */
export function changedFiles(ref: string, option: '--changed' | '--since'): ReadonlySet<string> {
  if (ref === '' || ref.startsWith('-'))
    throw new UsageError(`"${ref}" names no commit`, `write it as ${option} main`)
  const root = git(['rev-parse', '--show-toplevel'], ref).trimEnd()
  // The diff runs no program of the repository's configuration.
  const diff = ['diff', '--name-only', '-z', '--no-ext-diff', '--no-textconv', '--no-renames', ref, '--']
  const known = git(diff, ref)
  const untracked = git(['ls-files', '--others', '--exclude-standard', '--full-name', '-z', ':/'], ref)
  const names = `${known}${untracked}`.split('\0').filter((name) => name !== '')
  return new Set(names.map((name) => relative(process.cwd(), resolve(root, name))))
}

function git(args: readonly string[], ref: string): string {
  try {
    return execFileSync('git', args, {
      encoding: 'utf8',
      env: { ...process.env, ...OFFLINE },
      maxBuffer: OUTPUT_LIMIT_BYTES,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  } catch (cause) {
    throw new UsageError(
      `git cannot compare with "${ref}": ${reasonOf(cause)}`,
      'give a commit, branch or tag of this repository',
    )
  }
}

function reasonOf(cause: unknown): string {
  if (codeOf(cause) === 'ENOENT') return 'there is no program git on the PATH'
  const given = cause instanceof Error && 'stderr' in cause ? cause.stderr : null
  return (typeof given === 'string' ? given.trim().split('\n')[0] : '') || codeOf(cause)
}
