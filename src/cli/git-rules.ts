import { execFileSync } from 'node:child_process'
import { codeOf } from '../files/file-error.ts'
import { isRuleFileName } from '../files/list-rule-files.ts'
import type { RuleFile } from '../rules/parse-rules.ts'
import { UsageError } from './usage-error.ts'

const OUTPUT_LIMIT_BYTES = 1_073_741_824

/** Rule files of a commit, and the lists beside them. */
export interface GitRules {
  readonly files: readonly RuleFile[]
  readonly readSibling: (ruleFile: string, named: string) => Uint8Array | null
}

/**
 * Reads `git:REF:PATH` (a rule file or a folder of them as it stood at that commit, from the repository's root) without touching
 * the work tree; without a path, every rule file of that commit.
 */
export function readGitRules(reference: string): GitRules {
  const [, ref = '', path = ''] = /^git:([^:]+)(?::(.*))?$/s.exec(reference) ?? []
  if (ref === '' || ref.startsWith('-'))
    throw new UsageError(
      `"${reference}" names no commit`,
      'write it as git:REF:PATH, for example git:main:rules',
    )
  const below = path === '' ? [] : ['--', path]
  const names = git(['ls-tree', '-r', '-z', '--full-tree', '--name-only', ref, ...below], reference)
    .toString()
    .split('\0')
    .filter((name) => (name !== '' && name === path) || isRuleFileName(name))
  if (names.length === 0)
    throw new UsageError(`no rule file in "${reference}"`, 'rule files end in .rules.yaml or .rules.json')
  const prefix = `git:${ref}:`
  return {
    files: names.map((name) => ({ name: prefix + name, bytes: show(ref, name, reference) })),
    readSibling: (ruleFile, named) => {
      const folder = ruleFile.slice(prefix.length).split('/').slice(0, -1)
      if (named.startsWith('/') || named.split('/').includes('..')) return null
      return tryShow(ref, [...folder, named].join('/'))
    },
  }
}

function show(ref: string, path: string, reference: string): Uint8Array {
  return git(['cat-file', 'blob', `${ref}:${path}`], reference)
}

function tryShow(ref: string, path: string): Uint8Array | null {
  try {
    return show(ref, path, path)
  } catch {
    return null // absent at that commit: the rules room names the place that asked for it
  }
}

/** Nothing is fetched, as `replay` works offline: what a partial clone lacks is an error. */
const OFFLINE = { GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0' }

function git(args: readonly string[], reference: string): Buffer {
  try {
    return execFileSync('git', args, {
      env: { ...process.env, ...OFFLINE },
      maxBuffer: OUTPUT_LIMIT_BYTES,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  } catch (cause) {
    throw new UsageError(
      `git cannot read "${reference}": ${reasonOf(cause)}`,
      'write it as git:REF:PATH with a commit and a path of this repository',
    )
  }
}

/** What git said first, or why it could not be asked. */
function reasonOf(cause: unknown): string {
  if (codeOf(cause) === 'ENOENT') return 'there is no program git on the PATH'
  const given = cause instanceof Error && 'stderr' in cause ? cause.stderr : null
  const stderr = Buffer.isBuffer(given) ? given.toString().trim() : ''
  return stderr.split('\n')[0] || codeOf(cause)
}
