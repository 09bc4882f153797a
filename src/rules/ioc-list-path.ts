import type { Finding } from './diagnostic-list.ts'
import { quoted } from './rule-node.ts'

/** Why a path is no relative path inside the rule folder, or null. The reader checks links; this checks the text. */
export function listPathProblem(path: string): Finding | null {
  const refuse = (reason: string, fix: string): Finding => ({
    code: 'CSV002',
    message: `the path ${quoted(path)} ${reason}`,
    fix,
  })
  const relative = 'Give the path relative to this rule file, inside the rule folder.'
  if (path.trim() === '') return refuse('is empty', relative)
  if (/^[A-Za-z][A-Za-z0-9+.-]+:/.test(path)) {
    return refuse(
      'is a URL; nothing is ever fetched',
      'Save the list in the rule folder and give its relative path.',
    )
  }
  if (path.startsWith('/') || path.startsWith('~') || /^[A-Za-z]:/.test(path)) {
    return refuse('is not relative', relative)
  }
  if (path.includes('\\')) return refuse('has a backslash', 'Separate folders with /.')
  if (/[\u0000-\u001f\u007f]/.test(path)) return refuse('has a control character', relative)
  if (path.split('/').includes('..')) return refuse('leads upwards', relative)
  return null
}

/** The name of a list for people and for `sources`: the rule file's folder, then the path. */
export function listSourceName(ruleFile: string, path: string): string {
  const folder = ruleFile.slice(0, ruleFile.lastIndexOf('/') + 1)
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  return folder + parts.join('/')
}
